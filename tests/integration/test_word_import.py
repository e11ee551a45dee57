"""A Word document comes into a first draft or a plan: shown first, then written, never half."""

from __future__ import annotations

import io
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from lessonprep.plans.actions import phases
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.editing import save_section
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanState
from lessonprep.plans.sections import Section, section_hash
from lessonprep.plans.word.models import WordImport
from media.models import Picture
from media.queries import readable
from schools.models import AuditEntry, User
from tests.conftest import ClientOf
from tests.factories import lessonprep, word
from tests.factories.doors import plan_in

pytestmark = pytest.mark.django_db
Phase = PlanState.Phase


def upload(content: bytes, name: str = "济南的冬天.docx") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content)}


def brought(client_of: ClientOf, user: User, plan: LessonPlan, content: bytes, into: str) -> Any:
    address = reverse(f"plans:read_word_{into}", args=[plan.uuid])
    return client_of(user).post(address, upload(content))


def last_import(user: User) -> WordImport:
    return WordImport.objects.filter(by=user).latest("pk")


def chosen(word_import: WordImport, **more: str) -> dict[str, str]:
    pieces = enumerate(word_import.pieces)
    return {f"to-{number}": piece["target"] for number, piece in pieces} | more


def write(client_of: ClientOf, user: User, **more: str) -> Any:
    word_import = last_import(user)
    address = reverse("plans:write_word_import", args=[word_import.uuid])
    return client_of(user).post(address, chosen(word_import, **more))


def behind(*sections: Section) -> dict[str, str]:
    return {f"manner-{section['id']}": "append" for section in sections}


def now(plan: LessonPlan) -> list[Section]:
    return text_of(LessonPlan.objects.get(pk=plan.pk))


def by_key(sections: list[Section]) -> dict[str, Section]:
    return {section["value"]["key"]: section for section in sections}


def illustrated() -> bytes:
    document = Document()
    document.add_paragraph("教学目标")
    document.add_paragraph("看图")
    document.add_picture(BytesIO(word.picture()))
    return word.saved(document)


def test_a_document_is_read_into_the_writers_own_first_draft(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()

    shown = brought(client_of, world.receiver, plan, word.flowing_plan(), "draft")
    nothing_yet = FirstDraft.objects.filter(plan=plan).count()
    answer = write(client_of, world.receiver)

    assert shown.status_code == 302
    assert nothing_yet == 0
    assert answer["Location"] == reverse("plans:draft", args=[plan.uuid])
    draft = by_key(FirstDraft.objects.get(plan=plan, author=world.receiver).sections)
    assert draft["objectives"]["value"]["body"] == (
        "<p>1．读准字音，读出停连。</p><p>2．体会作者的感情。</p>"
    )
    assert "<strong>重点</strong>" in draft["key_points"]["value"]["body"]
    rows = [row["value"] for row in draft["process"]["value"]["rows"]]
    assert [row["step"] for row in rows] == ["（一）导入新课", "（二）初读感知", "（三）布置作业"]
    assert rows[0]["minutes"] == 5
    assert rows[0]["intent"] == "<p>唤起经验。</p>"


def test_what_has_no_place_is_shown_beside_and_can_be_chosen_a_section(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()
    brought(client_of, world.receiver, plan, word.flowing_plan(), "draft")
    word_import = last_import(world.receiver)
    beside = {piece["label"]: number for number, piece in enumerate(word_import.pieces)}
    number = beside["三、教学准备："]
    learners = by_key(now(plan))["learners"]["id"]

    page = client_of(world.receiver).get(word_import.get_absolute_url()).content.decode()
    write(client_of, world.receiver, **{f"to-{number}": learners})

    assert word_import.pieces[number]["target"] == ""
    assert "多媒体课件" in page
    draft = by_key(FirstDraft.objects.get(plan=plan).sections)
    assert "多媒体课件" in draft["learners"]["value"]["body"]


def test_in_the_discussion_a_document_goes_into_the_groups_text(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)

    brought(client_of, world.receiver, plan, word.common_plan(), "plan")
    write(client_of, world.receiver, **behind(*now(plan)))

    body = by_key(now(plan))["objectives"]["value"]["body"]
    assert body.startswith("<p>目标0</p>"), "what was there stays, unless it is asked for"
    assert "有感情地朗读" in body
    assert AuditEntry.objects.filter(action="plan.word_imported").count() == 1


def test_where_text_is_nothing_is_written_before_one_says_what_becomes_of_it(
    client_of: ClientOf,
) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    brought(client_of, world.receiver, plan, word.common_plan(), "plan")

    answer = write(client_of, world.receiver)

    assert answer.status_code == 409
    assert "教学目标" in str(next(iter(answer.context["messages"])))
    assert now(plan)[0]["value"]["body"] == "<p>目标0</p>"


def test_only_sections_that_are_written_into_are_asked_about(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    homework = by_key(now(plan))["homework"]
    save_section(
        plan=plan,
        section_id=homework["id"],
        posted={"body": "<p>背诵</p>"},
        base=section_hash(homework),
        by=world.leader,
    )
    document = Document()
    document.add_paragraph("教学目标")
    document.add_paragraph("看图")
    brought(client_of, world.receiver, plan, word.saved(document), "plan")

    shown = client_of(world.receiver).get(last_import(world.receiver).get_absolute_url())

    assert [section["heading"] for section in shown.context["written"]] == ["教学目标"]
    assert "checked" not in shown.content.decode().partition('type="radio"')[2]


def test_text_is_replaced_only_when_that_is_asked_for(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    section = by_key(now(plan))["objectives"]

    brought(client_of, world.receiver, plan, word.common_plan(), "plan")
    write(
        client_of,
        world.receiver,
        **{f"manner-{section['id']}": "replace", f"base-{section['id']}": section_hash(section)},
    )

    assert "目标0" not in by_key(now(plan))["objectives"]["value"]["body"]


def test_a_section_saved_meanwhile_is_not_replaced_unseen(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    section = by_key(now(plan))["objectives"]
    base = section_hash(section)
    brought(client_of, world.receiver, plan, word.common_plan(), "plan")
    save_section(
        plan=plan,
        section_id=section["id"],
        posted={"body": "<p>新</p>"},
        base=base,
        by=world.leader,
    )

    answer = write(
        client_of,
        world.receiver,
        **{f"manner-{section['id']}": "replace", f"base-{section['id']}": base},
    )

    assert answer.status_code == 409
    assert by_key(now(plan))["objectives"]["value"]["body"] == "<p>新</p>"
    assert not by_key(now(plan))["board_plan"]["value"]["body"], "nothing is half done"


def test_a_double_click_writes_once(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()
    brought(client_of, world.receiver, plan, word.flowing_plan(), "draft")
    word_import = last_import(world.receiver)
    form = chosen(word_import)
    address = reverse("plans:write_word_import", args=[word_import.uuid])

    answers = [client_of(world.receiver).post(address, form) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    draft = by_key(FirstDraft.objects.get(plan=plan).sections)
    assert draft["homework"]["value"]["body"].count("写三句话") == 1


@pytest.mark.parametrize("phase", [Phase.IN_REVIEW, Phase.APPROVED])
def test_what_is_not_to_be_written_takes_no_document(client_of: ClientOf, phase: Phase) -> None:
    world = lessonprep.world()
    plan = plan_in(world, phase)

    answer = brought(client_of, world.preparer, plan, word.common_plan(), "plan")

    assert answer.status_code == 302
    assert not WordImport.objects.exists()


def test_the_phase_is_looked_at_again_when_it_is_written(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    brought(client_of, world.receiver, plan, word.common_plan(), "plan")
    phases.close_discussion(plan=plan, by=world.preparer)

    answer = write(client_of, world.receiver)

    assert answer.status_code == 302
    assert "有感情地朗读" not in str(now(plan))


def test_another_member_does_not_see_what_one_brings(client_of: ClientOf) -> None:
    world = lessonprep.world()
    brought(client_of, world.receiver, world.plan(), word.common_plan(), "draft")
    address = last_import(world.receiver).get_absolute_url()

    assert client_of(world.leader).get(address).status_code == 404
    assert client_of(world.leader).post(f"{address}write/").status_code == 404


def test_a_refused_document_says_why_and_keeps_nothing(client_of: ClientOf) -> None:
    world = lessonprep.world()
    address = reverse("plans:read_word_draft", args=[world.plan().uuid])

    answer = client_of(world.receiver).post(address, upload(b"not a document", "教案.docx"))

    assert answer.status_code == 400
    assert "教案.docx" in answer.content.decode()
    assert not WordImport.objects.exists()


def test_pictures_become_the_bringers_own_and_open_with_the_draft(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()
    brought(client_of, world.preparer, plan, illustrated(), "draft")
    write(client_of, world.preparer)
    pictures = Picture.objects.all()

    before = readable(pictures, world.receiver).count()
    phases.hand_over(plan=plan, by=world.preparer)

    assert pictures.count() == 1
    assert before == 0
    assert readable(pictures, world.receiver).count() == 1
    assert str(pictures[0].uuid) in str(now(plan))


def test_a_picture_in_the_groups_text_is_seen_by_the_group(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)
    brought(client_of, world.receiver, plan, illustrated(), "plan")

    write(client_of, world.receiver, **behind(*now(plan)))

    assert readable(Picture.objects.all(), world.leader).count() == 1


def test_a_picture_that_is_too_large_is_named_and_the_text_comes(client_of: ClientOf) -> None:
    world = lessonprep.world()
    document = Document()
    document.add_paragraph("教学目标")
    document.add_paragraph("看图")
    document.add_picture(BytesIO(word.picture(12_000, 9_000)))

    brought(client_of, world.receiver, world.plan(), word.saved(document), "draft")

    word_import = last_import(world.receiver)
    assert len(word_import.notes) == 1
    assert word_import.pieces[0]["html"] == "<p>看图</p><p></p>"


def test_a_process_of_more_steps_than_fit_is_refused_whole(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()
    rows = [word.cell(f"步骤{n}") + word.cell("讲") + word.cell("听") for n in range(70)]
    heads = word.cell("教学环节") + word.cell("教师活动") + word.cell("学生活动")
    content = word.raw(word.p("教学过程") + word.table(heads, *rows))
    brought(client_of, world.receiver, plan, content, "draft")

    answer = write(client_of, world.receiver)

    assert answer.status_code == 409
    assert "60" in answer.content.decode()
    assert not FirstDraft.objects.filter(plan=plan, author=world.receiver).exists()


def test_what_goes_out_comes_in_as_the_same_sections(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan, other = world.plan(0), world.plan(1)
    brought(client_of, world.receiver, plan, word.common_plan(), "draft")
    write(client_of, world.receiver)
    out = client_of(world.receiver).get(reverse("plans:draft_word", args=[plan.uuid]))

    brought(client_of, world.receiver, other, io.BytesIO(out.content).read(), "draft")
    write(client_of, world.receiver)

    first, second = (
        by_key(FirstDraft.objects.get(plan=each, author=world.receiver).sections)
        for each in (plan, other)
    )
    for key, section in first.items():
        assert _content(section) == _content(second[key])


def _content(section: Section) -> Any:
    value = section["value"]
    return value.get("body"), [row["value"] for row in value.get("rows", [])]
