"""Old files by the folder: whose they are, what is kept, what many rows at once do, drafts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resources.importing import actions
from resources.importing.actions import Announced
from resources.importing.archives import BadArchive
from resources.importing.errors import NotComplete, NothingChosen, TooManyFiles
from resources.importing.models import Batch, Change, OldFile
from resources.importing.tasks import make_drafts
from resources.library.models import Resource
from schools.models import AuditEntry, School, User
from schools.models.dated import today
from tests.conftest import ClientOf
from tests.factories import importing, library, media, people
from tests.factories.catalogue import make_volume
from tests.integration.test_importing_command import gbk_zip

pytestmark = pytest.mark.django_db

State = OldFile.State


@pytest.fixture
def school() -> School:
    make_volume(lessons=("春", "济南的冬天", "雨的四季"), issue_year=2024)
    return people.school()


@pytest.fixture
def teacher(school: School) -> User:
    return people.teacher(school)


@pytest.fixture
def batch(teacher: User, school: School) -> Batch:
    return importing.batch(teacher, school)


def rows(of: Batch) -> Any:
    return OldFile.objects.filter(batch=of)


def address(of: Batch, name: str = "batch", *more: Any) -> str:
    return reverse(f"importing:{name}", args=[of.uuid, *more])


# doors


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("batch", "get"),
        ("progress", "get"),
        ("upload", "post"),
        ("expect", "post"),
        ("table", "post"),
        ("remove", "post"),
    ],
)
def test_a_batch_is_its_owners_alone(
    name: str, method: str, batch: Batch, school: School, client_of: ClientOf
) -> None:
    colleague, editor = people.teacher(school), library.editor(school)

    answers = [
        getattr(client_of(reader), method)(address(batch, name)).status_code
        for reader in (colleague, editor)
    ]
    stranger = getattr(Client(), method)(address(batch, name))

    assert answers == [404, 404]
    assert (stranger.status_code, stranger["Location"].split("?")[0]) == (302, reverse("login"))


def test_a_batch_goes_into_a_school_of_ones_own_only(teacher: User, client_of: ClientOf) -> None:
    other = people.school()

    answer = client_of(teacher).post(reverse("importing:list"), {"school": other.pk, "title": "x"})

    assert answer.status_code == 200
    assert not Batch.objects.exists()
    with pytest.raises(PermissionDenied):
        actions.start_batch(school=other, by=teacher, title="x")


def test_who_has_left_the_school_brings_nothing_more_in(
    batch: Batch, teacher: User, client_of: ClientOf
) -> None:
    teacher.memberships.update(until=today() - timedelta(days=1))

    answer = client_of(teacher).post(
        address(batch, "upload"), {"files": importing.upload("春.docx"), "path": "春.docx"}
    )

    assert answer.status_code == 403
    assert not rows(batch).exists()


# files come in


def test_names_become_rows_before_any_file_is_sent(batch: Batch, teacher: User) -> None:
    path = "七上/第一单元/2 济南的冬天 分层作业.docx"

    wanted = actions.announce(batch, by=teacher, files=[Announced(path, 100)])

    row = rows(batch).get()
    assert [file.path for file in wanted] == [path]
    assert (row.state, row.kind, row.title) == (
        State.EXPECTED,
        "tiered_homework",
        "济南的冬天 分层作业",
    )
    assert row.chapter is not None
    assert (row.chapter.title, row.subject, row.grade) == ("济南的冬天", "chinese", 7)


def test_what_is_there_is_not_asked_for_again(batch: Batch, teacher: User) -> None:
    row = importing.old_file(batch)
    same, other = Announced(row.path, row.size, row.sha256), Announced(row.path, 1, "0" * 64)

    assert actions.announce(batch, by=teacher, files=[same]) == []
    assert actions.announce(batch, by=teacher, files=[other]) == [other]
    assert rows(batch).count() == 1


def test_a_file_sent_twice_is_one_row_and_one_file(batch: Batch) -> None:
    first, second = importing.old_file(batch), importing.old_file(batch)

    assert (first.pk, first.stored) == (second.pk, second.stored)


def test_a_refused_file_is_a_row_with_the_reason_and_can_be_sent_again(batch: Batch) -> None:
    path = "七上/春 教案.docx"
    empty = actions.take_file(batch, by=batch.by, file=importing.upload(path, b""), path=path)

    good = actions.take_file(batch, by=batch.by, file=importing.upload(path), path=path)

    assert (empty.state, bool(empty.reason)) == (State.REFUSED, True)
    assert (good.pk, good.state, good.reason) == (empty.pk, State.STORED, "")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/春.docx", "etc/春.docx"),
        ("C:\\旧资料\\春.docx", "C_/旧资料/春.docx"),
        ("春\u202excod.docx", "春xcod.docx"),
        ("/春.docx", "春.docx"),
    ],
)
def test_a_path_is_kept_without_what_misleads(name: str, kept: str, batch: Batch) -> None:
    row = actions.take_file(batch, by=batch.by, file=importing.upload("x.docx"), path=name)

    assert row.path == kept


def test_a_name_of_255_bytes_of_chinese_is_taken(batch: Batch) -> None:
    name = "济南的冬天" * 16 + ".docx"

    row = actions.take_file(batch, by=batch.by, file=importing.upload(name), path=name)

    assert row.state == State.STORED
    assert row.title.startswith("济南的冬天")


def test_a_zip_with_gbk_names_is_taken_apart(batch: Batch) -> None:
    packed = gbk_zip(
        {"七上/春 教案.docx": media.office_bytes(), "七上/春 课件.pptx": media.office_bytes("ppt")}
    )

    actions.take_archive(batch, by=batch.by, file=media.upload("旧资料.zip", packed))

    found = {(row.path, row.kind, row.state) for row in rows(batch)}
    assert found == {
        ("七上/春 教案.docx", "lesson_plan", State.STORED),
        ("七上/春 课件.pptx", "courseware", State.STORED),
    }


BOMB = media.archive_bytes({"x.docx": bytes(1100 * 1024 * 1024 // 20)})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 broken",
        media.archive_bytes({"../out.docx": b"x"}),
        media.archive_bytes({"/out.docx": b"x"}),
        media.archive_bytes({f"{number}.docx": b"" for number in range(2001)}),
    ],
    ids=["empty", "broken", "upwards", "absolute", "too many"],
)
def test_a_hostile_archive_is_refused_whole(content: bytes, batch: Batch) -> None:
    with pytest.raises(BadArchive):
        actions.take_archive(batch, by=batch.by, file=media.upload("x.zip", content))

    assert not rows(batch).exists()


def test_a_bomb_within_an_archive_is_a_row_with_the_reason(batch: Batch) -> None:
    actions.take_archive(batch, by=batch.by, file=media.upload("x.zip", BOMB))

    row = rows(batch).get()
    assert (row.state, bool(row.reason)) == (State.REFUSED, True)


def test_a_batch_has_an_end(batch: Batch, teacher: User) -> None:
    many = [Announced(f"{number}.docx") for number in range(actions.MOST_FILES + 1)]

    with pytest.raises(TooManyFiles):
        actions.announce(batch, by=teacher, files=many)

    assert not rows(batch).exists()


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"files": [{}]}', '{"files": 3}', '{"files":' + "[" * 9000]
)
def test_a_broken_list_of_names_is_told(body: str, batch: Batch, client_of: ClientOf) -> None:
    answer = client_of(batch.by).post(
        address(batch, "expect"), body, content_type="application/json"
    )

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_files_come_in_without_a_script_too(batch: Batch, client_of: ClientOf) -> None:
    files = [importing.upload("春 教案.docx"), importing.upload("x.exe", b"MZ")]

    answer = client_of(batch.by).post(address(batch, "upload"), {"files": files}, follow=True)

    assert answer.status_code == 200
    assert sorted(rows(batch).values_list("state", flat=True)) == ["refused", "stored"]


# many rows at once


def test_a_lesson_brings_its_volume_and_a_volume_its_subject(batch: Batch) -> None:
    row = importing.old_file(batch, "杂/无名.docx")
    chapter = make_volume(lessons=("观潮",), grade=4, stage="primary").chapters.get(title="观潮")

    actions.set_fields(batch, by=batch.by, values={row.pk: {"chapter": chapter}}, what="")

    row.refresh_from_db()
    assert (row.volume, row.subject, row.grade) == (chapter.volume, "chinese", 4)


def test_another_volume_takes_the_lesson_of_the_first_away(batch: Batch) -> None:
    row = importing.old_file(batch)
    other = make_volume(lessons=("观潮",))

    actions.set_fields(batch, by=batch.by, values={row.pk: {"volume": other}}, what="")

    row.refresh_from_db()
    assert (row.volume, row.chapter) == (other, None)


def test_undo_takes_back_one_change_of_many_rows_after_the_other(batch: Batch) -> None:
    made = [importing.old_file(batch, f"{number}.docx") for number in range(3)]
    for kind in ("courseware", "microlecture"):
        values = {row.pk: {"kind": kind} for row in made}
        actions.set_fields(batch, by=batch.by, values=values, what=kind)

    kinds = []
    for _time in range(3):
        actions.undo(batch, by=batch.by)
        kinds.append(set(rows(batch).values_list("kind", flat=True)))

    assert kinds == [{"courseware"}, {""}, {""}]


def test_what_changes_nothing_is_no_change(batch: Batch) -> None:
    row = importing.old_file(batch)

    actions.set_fields(batch, by=batch.by, values={row.pk: {"kind": row.kind}}, what="")

    assert not Change.objects.exists()


def test_fill_down_gives_each_row_what_it_lacks_from_above(batch: Batch) -> None:
    for path in ("七上/1 春 教案.docx", "七上/2 无名.docx", "七上/3 雨的四季.docx"):
        importing.old_file(batch, path)

    actions.fill_down(
        batch, by=batch.by, rows=list(rows(batch)), names=["kind", "chapter"], what=""
    )

    found = [(row.kind, row.chapter.title) for row in rows(batch).select_related("chapter")]
    assert found == [("lesson_plan", "春"), ("lesson_plan", "春"), ("lesson_plan", "雨的四季")]


def test_the_table_saves_cells_and_tells_a_lesson_that_is_none(
    batch: Batch, client_of: ClientOf
) -> None:
    good, bad = (importing.old_file(batch, f"七上/{name}.docx") for name in "甲乙")
    form = {
        "do": "save",
        "shown": [good.pk, bad.pk],
        f"title-{good.pk}": "新题",
        f"lesson-{good.pk}": "《春》",
        f"lesson-{bad.pk}": "无此课",
    }

    answer = client_of(batch.by).post(address(batch, "table"), form, headers={"X-Part": "table"})

    good.refresh_from_db()
    assert good.chapter is not None
    assert (good.title, good.chapter.title) == ("新题", "春")
    assert "无此课" in answer.content.decode()


def test_forged_rows_of_another_batch_stay_as_they_are(batch: Batch, client_of: ClientOf) -> None:
    foreign = importing.old_file(importing.batch())
    form = {"do": "set", "row": [foreign.pk], "shown": [foreign.pk], "set-kind": "courseware"}
    form |= {f"title-{foreign.pk}": "gestohlen"}

    client_of(batch.by).post(address(batch, "table"), form)

    assert OldFile.objects.get(pk=foreign.pk).title == foreign.title


@pytest.mark.parametrize("do", ["set", "fill", "undo", "draft", "go_on", "save", "nonsense"])
def test_every_button_of_an_empty_form_is_answered(
    do: str, batch: Batch, client_of: ClientOf
) -> None:
    answer = client_of(batch.by).post(
        address(batch, "table"), {"do": do, "row": ["x", "9" * 40], "query": "page=zzz&only=../"}
    )

    assert answer.status_code == 302


def test_the_queries_of_the_table_do_not_grow_with_its_rows(
    batch: Batch, client_of: ClientOf
) -> None:
    client, counts = client_of(batch.by), []
    client.get(address(batch))
    for more in (4, 20):
        files = [Announced(f"七上/{more}-{n} 济南的冬天 教案.docx", 1) for n in range(more)]
        actions.announce(batch, by=batch.by, files=files)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(batch))
        counts.append(len(queries))

    assert counts[0] == counts[1]


# drafts


def chosen(batch: Batch, **how: Any) -> int:
    how = {"submits": False, "leave_incomplete": True, **how}
    return actions.choose(batch, by=batch.by, rows=rows(batch), **how)


def test_rows_become_drafts_with_their_description_and_file(batch: Batch) -> None:
    importing.old_file(batch)

    chosen(batch)
    make_drafts.call(batch.pk)

    made = Resource.objects.get().specific
    assert (made.kind, made.live, made.maker) == ("tiered_homework", False, batch.by)
    assert made.chapter is not None
    assert len(made.attachments) == 1
    assert rows(batch).get().state == State.MADE


def test_drafts_are_made_once_however_often_it_is_asked(batch: Batch) -> None:
    importing.old_file(batch)

    chosen(batch)
    make_drafts.call(batch.pk)
    make_drafts.call(batch.pk)
    rows(batch).update(state=State.CHOSEN)  # a worker that was killed before it noted it
    make_drafts.call(batch.pk)

    assert Resource.objects.count() == 1


def test_rows_that_lack_something_stop_all_unless_they_are_left_out(batch: Batch) -> None:
    importing.old_file(batch)
    importing.old_file(batch, "无名.docx")

    with pytest.raises(NotComplete):
        chosen(batch, leave_incomplete=False)
    count = chosen(batch)

    assert count == 1
    assert set(rows(batch).values_list("state", flat=True)) == {State.CHOSEN, State.STORED}


def test_nothing_chosen_is_told(batch: Batch) -> None:
    with pytest.raises(NothingChosen):
        chosen(batch)


def test_drafts_are_handed_in_for_the_review_of_the_school(batch: Batch, school: School) -> None:
    library.workflow()
    library.editor(school)
    importing.old_file(batch)

    chosen(batch, submits=True)
    make_drafts.call(batch.pk)

    made = Resource.objects.get()
    assert made.submissions.get().state == "waiting"
    assert not made.live


def test_without_an_editor_the_draft_is_there_and_the_reason_said(batch: Batch) -> None:
    library.workflow()
    importing.old_file(batch)

    chosen(batch, submits=True)
    make_drafts.call(batch.pk)

    row = rows(batch).get()
    assert row.state == State.MADE
    assert row.reason
    assert row.resource is not None


def test_what_was_done_is_on_record(batch: Batch) -> None:
    importing.old_file(batch)

    chosen(batch)
    actions.remove_batch(batch, by=batch.by)
    actions.remove_batch(batch, by=batch.by)

    done = AuditEntry.objects.filter(target_id=str(batch.uuid)).order_by("pk")
    assert list(done.values_list("action", flat=True)) == [
        "import.started",
        "import.drafts_asked",
        "import.removed",
    ]


def test_the_script_is_told_how_far_it_is(batch: Batch, client_of: ClientOf) -> None:
    importing.old_file(batch)
    chosen(batch)

    told = json.loads(client_of(batch.by).get(address(batch, "progress")).content)

    assert told == {"made": 0, "all": 1, "working": True}
