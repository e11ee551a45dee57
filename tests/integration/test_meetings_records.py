"""Meetings are called, recorded, closed and added to; for the group alone (会议记录)."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from lessonprep.groups.actions.members import end_membership
from lessonprep.groups.queries import members_of
from lessonprep.meetings.access import Action, NotNow, can
from lessonprep.meetings.actions.meetings import (
    Said,
    StaleRecord,
    add_photo,
    add_to_record,
    cancel_meeting,
    close_record,
    write_record,
)
from lessonprep.meetings.models import Addendum, Meeting, MeetingPhoto
from lessonprep.meetings.reading import record_of
from lessonprep.meetings.word import record_document
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.remarks import remark
from lessonprep.plans.models import Remark
from schools.models import Notification, User
from tests.conftest import ClientOf
from tests.factories import media as files
from tests.factories import people
from tests.factories.doors import Phase, plan_in
from tests.factories.lessonprep import World, world
from tests.factories.meetings import meeting, recorded, written

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def w() -> World:
    return world(lessons=2)


def _again(made: Meeting) -> Meeting:
    return Meeting.objects.get(pk=made.pk)


def _call_form(**more: Any) -> dict[str, Any]:
    return {
        "title": "期中前碰头",
        "day": "2027-03-01",
        "time": "15:30",
        "minutes_long": 40,
        "place": "录播室",
        "token": uuid4(),
        **more,
    }


def _record_form(made: Meeting, **more: Any) -> dict[str, Any]:
    return {**_call_form(), "title": made.title, "base": made.serial, **more}


# calling


def test_members_are_told_of_a_meeting_and_find_it_on_their_day(
    w: World, client_of: ClientOf
) -> None:
    made = meeting(w)

    told = Notification.objects.filter(kind="meetings.called").values_list("user", flat=True)
    day = client_of(w.receiver).get(reverse("workspace:day")).content.decode()
    assert set(told) == {w.deputy.pk, w.preparer.pk, w.receiver.pk}
    assert made.get_absolute_url() in day


def test_a_meeting_called_twice_with_one_form_is_one(w: World, client_of: ClientOf) -> None:
    client, form = client_of(w.leader), _call_form()
    address = reverse("meetings:call", args=[w.prep_group.uuid])

    answers = [client.post(address, form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"place": ""},
        {"place": "", "link": "javascript:alert(1)"},
        {"place": "", "link": "ftp://x.example/"},
        {"day": "2026-02-30"},
        {"day": "9999-12-31"},
        {"time": "25:00"},
        {"minutes_long": 0},
        {"minutes_long": "9" * 40},
        {"title": "长" * 121},
        {"agenda": "长" * 5001},
        {"token": "x"},
    ],
    ids=str,
)
def test_what_is_wrong_in_a_call_is_refused_and_kept_in_the_form(
    w: World, client_of: ClientOf, wrong: dict[str, Any]
) -> None:
    form = _call_form(**{"agenda": "先看导入", **wrong})

    answer = client_of(w.leader).post(reverse("meetings:call", args=[w.prep_group.uuid]), form)

    assert answer.status_code == 400
    assert Meeting.objects.count() == 0
    assert str(form["agenda"])[:4] in answer.content.decode()


def test_a_main_preparer_calls_a_meeting_on_the_own_plan_alone(
    w: World, client_of: ClientOf
) -> None:
    own, client = plan_in(w, Phase.DISCUSSION), client_of(w.preparer)
    w.prep_plan.tasks.filter(position=2).update(main_preparer=w.deputy)
    other = plan_in(w, Phase.FIRST_DRAFT, 1)
    address = reverse("meetings:call", args=[w.prep_group.uuid])

    answers = [client.post(address, _call_form(plan=plan)) for plan in (own.uuid, other.uuid, "")]

    assert [answer.status_code for answer in answers] == [302, 400, 400]
    assert [made.plan_id for made in Meeting.objects.all()] == [own.pk]


def test_the_open_points_are_the_agenda_of_a_meeting_on_a_plan(
    w: World, client_of: ClientOf
) -> None:
    plan = plan_in(w, Phase.DISCUSSION)
    section = UUID(text_of(plan)[0]["id"])
    remark(
        plan=plan,
        section_id=section,
        text="导入太长",
        by=w.receiver,
        token=uuid4(),
        kind=Remark.Kind.POINT,
    )

    page = client_of(w.leader).get(
        reverse("meetings:call", args=[w.prep_group.uuid]), {"plan": str(plan.uuid)}
    )

    assert "导入太长" in page.content.decode()


# rights


ROLES = ("leader", "deputy", "preparer", "receiver", "outsider", "left", "head")
PAGES = {"meeting": "GET", "word": "GET", "record": "GET"}
READS = {"leader", "deputy", "preparer", "receiver"}
WRITES = {"leader", "deputy", "preparer"}
"""The preparer writes as the main preparer of the plan that the meeting is on."""


def _cast(w: World) -> dict[str, User]:
    left = people.teacher(w.lead)
    from schools.access import Role as Staff

    return {
        **{name: getattr(w, name) for name in ROLES[:4]},
        "outsider": people.teacher(w.lead),
        "left": left,
        "head": people.with_role(Staff.SCHOOL_ADMIN, w.lead),
    }


def test_who_sees_and_who_writes_a_record(w: World, client_of: ClientOf) -> None:
    made = meeting(w, plan=plan_in(w, Phase.DISCUSSION))
    cast = _cast(w)

    def answers(name: str) -> dict[str, int]:
        address = reverse(f"meetings:{name}", args=[made.uuid])
        return {role: client_of(user).get(address).status_code for role, user in cast.items()}

    assert {role for role, status in answers("meeting").items() if status == 200} == READS
    assert {role for role, status in answers("word").items() if status == 200} == READS
    assert {role for role, status in answers("record").items() if status == 200} == WRITES
    assert answers("meeting")["outsider"] == answers("record")["head"] == 404


@pytest.mark.parametrize("deed", ["close", "cancel", "add", "photo"])
def test_a_plain_member_changes_nothing_about_a_meeting(
    w: World, client_of: ClientOf, deed: str
) -> None:
    made = meeting(w)

    client_of(w.receiver).post(
        reverse(f"meetings:{deed}", args=[made.uuid]), {"text": "x", "token": uuid4()}
    )

    assert _again(made).state == Meeting.State.PLANNED
    assert Addendum.objects.count() == 0


def test_one_who_has_left_reads_no_record(w: World, client_of: ClientOf) -> None:
    made = recorded(w)
    client = client_of(w.receiver)
    assert client.get(made.get_absolute_url()).status_code == 200

    end_membership(member=members_of(w.prep_group).get(user=w.receiver), by=w.leader)

    assert client.get(made.get_absolute_url()).status_code == 404


# recording


def test_a_record_holds_who_came_guests_and_decisions_by_section(
    w: World, client_of: ClientOf
) -> None:
    plan = plan_in(w, Phase.DISCUSSION)
    made = meeting(w, plan=plan)
    section = text_of(plan)[0]
    form = _record_form(
        made,
        came=[w.leader.pk, w.receiver.pk],
        guests="王敏\n李强、 王敏 ",
        minutes="先读后议",
        **{f"decision-{section['id']}": "目标写成三条", "decision-": "周五交"},
    )

    answer = client_of(w.leader).post(reverse("meetings:record", args=[made.uuid]), form)

    record = record_of(_again(made))
    assert answer.status_code == 302
    assert _again(made).guests == ["王敏", "李强"]
    assert record.decisions == [
        (section["value"]["heading"], "目标写成三条"),
        ("", "周五交"),
    ]
    absent = dict(record.head).values()
    assert any(w.preparer.name in value for value in absent)


def test_a_record_saved_meanwhile_is_not_written_over(w: World, client_of: ClientOf) -> None:
    made = recorded(w)
    address = "/en" + reverse("meetings:record", args=[made.uuid])
    form = _record_form(made, base=made.serial - 1, minutes="我打了很久的字")

    stale = client_of(w.deputy).post(address, form)
    kept = _again(made).minutes
    saved = client_of(w.deputy).post(address, {**form, "base": made.serial})

    page = stale.content.decode()
    assert stale.status_code == 409
    assert "我打了很久的字" in page
    assert "马老师：导入再短些。" in page
    assert kept == made.minutes
    assert saved.status_code == 302


def test_the_same_record_sent_twice_is_no_stale_one(w: World) -> None:
    made = meeting(w)
    record = written(made, minutes="一", decisions=[Said(None, "", "二")])

    first = write_record(meeting=made, written=record, base=1, by=w.leader)
    second = write_record(meeting=made, written=record, base=1, by=w.leader)

    assert first.serial == second.serial == 2
    with pytest.raises(StaleRecord):
        write_record(meeting=made, written=written(made, minutes="三"), base=1, by=w.leader)


def test_a_closed_record_is_added_to_and_not_changed(w: World, client_of: ClientOf) -> None:
    made = recorded(w)
    client, token = client_of(w.leader), uuid4()
    client.post(reverse("meetings:close", args=[made.uuid]))
    closed = _again(made)

    changed = client.post(
        reverse("meetings:record", args=[made.uuid]), _record_form(made, minutes="改")
    )
    for _ in range(2):
        form = {"text": "补：马文涛晚到", "token": token}
        client.post(reverse("meetings:add", args=[made.uuid]), form)

    assert changed.status_code == 302
    assert _again(made).minutes == closed.minutes == "马老师：导入再短些。"
    assert [one.text for one in Addendum.objects.all()] == ["补：马文涛晚到"]
    with pytest.raises(NotNow):
        cancel_meeting(meeting=closed, by=w.leader)
    with pytest.raises(NotNow):
        add_to_record(meeting=closed, text="x", token=uuid4(), by=w.receiver)


def test_a_cancelled_meeting_is_told_and_stays_in_the_list(w: World, client_of: ClientOf) -> None:
    made = meeting(w)

    cancel_meeting(meeting=made, by=w.leader)

    page = client_of(w.receiver).get(reverse("meetings:list", args=[w.prep_group.uuid]))
    assert made.title in page.content.decode()
    assert Notification.objects.filter(kind="meetings.cancelled").count() == 3
    assert not can(User.objects.get(pk=w.leader.pk), Action.RECORD, _again(made))


# photos


def _photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("合影.png", files.picture_bytes(), "image/png")


def test_a_photo_is_read_by_the_group_and_by_nobody_else(w: World, client_of: ClientOf) -> None:
    made = meeting(w)
    client_of(w.leader).post(reverse("meetings:photo", args=[made.uuid]), {"file": _photo()})
    picture = MeetingPhoto.objects.get().picture
    address = reverse("media:picture", args=[picture.uuid, "w320"])

    told = {role: client_of(user).get(address).status_code for role, user in _cast(w).items()}

    assert {role for role, status in told.items() if status == 200} == READS


def test_a_photo_taken_away_is_no_longer_read(w: World, client_of: ClientOf) -> None:
    made = meeting(w)
    photo = add_photo(meeting=made, file=_photo(), by=w.leader)
    address = reverse("media:picture", args=[photo.picture.uuid, "w320"])
    before = client_of(w.receiver).get(address).status_code

    client_of(w.leader).post(reverse("meetings:photo_away", args=[made.uuid, photo.pk]))

    assert (before, client_of(w.receiver).get(address).status_code) == (200, 404)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.png", b"not a picture"),
        ("照片.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        ("纪要.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"),
        ("空.jpg", b""),
    ],
)
def test_what_is_no_picture_is_refused_with_words(
    w: World, client_of: ClientOf, name: str, content: bytes
) -> None:
    made = meeting(w)
    file = SimpleUploadedFile(name, content)

    answer = client_of(w.leader).post(reverse("meetings:photo", args=[made.uuid]), {"file": file})

    assert answer.status_code == 400
    assert MeetingPhoto.objects.count() == 0


# reading


def test_the_word_document_holds_the_record_and_survives_odd_characters(w: World) -> None:
    made = recorded(w, minutes="第一行\n\x0b=cmd|' /C calc'!A0 <b>&</b> 𠮷 \ufffe")
    add_photo(meeting=made, file=_photo(), by=w.leader)
    close_record(meeting=made, by=w.leader)
    add_to_record(meeting=made, text="补一句", token=uuid4(), by=w.leader)

    content = record_document(record_of(_again(made)))

    document = Document(BytesIO(content))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert "导入控制在5分钟" in text
    assert "=cmd|' /C calc'!A0 <b>&</b> 𠮷" in text
    assert "补一句" in text
    assert any("县教研员王敏" in cell for cell in cells)
    assert len(document.inline_shapes) == 1


def test_the_page_of_a_record_escapes_what_was_typed(w: World, client_of: ClientOf) -> None:
    made = recorded(w, minutes="<script>alert(1)</script>")

    page = client_of(w.receiver).get(made.get_absolute_url()).content.decode()

    assert "<script>alert" not in page


def test_lists_and_records_cost_the_same_with_more_rows(w: World, client_of: ClientOf) -> None:
    made = recorded(w)
    client = client_of(w.leader)
    addresses = [reverse("meetings:list", args=[w.prep_group.uuid]), made.get_absolute_url()]

    def cost() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
        return counts

    client.get(addresses[0])
    few = cost()
    for number in range(12):
        meeting(w, title=f"会{number}", in_days=number)
    decisions = [Said(None, "", f"第{number}条") for number in range(9)]
    came = [w.leader, w.preparer, w.deputy, w.receiver]
    write_record(
        meeting=made,
        written=written(made, decisions=decisions, came=came),
        base=_again(made).serial,
        by=w.leader,
    )

    assert cost() == few
    assert max(few) <= 24


def test_records_are_found_by_their_words(w: World, client_of: ClientOf) -> None:
    recorded(w)
    meeting(w, title="别的会")

    page = client_of(w.receiver).get(
        reverse("meetings:list", args=[w.prep_group.uuid]), {"q": "导入再短"}
    )

    assert [made.title for made in page.context["page"]] == ["《课文1》研讨"]
