"""Plans leave as Word documents, as a term's archive, on paper, and with their record."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from pytest_django import DjangoAssertNumQueries

from lessonprep.plans.actions import phases
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.remarks import remark, settle
from lessonprep.plans.models import LessonPlan, PlanState, Remark
from lessonprep.plans.word.sheets import file_name, write_term
from tests.conftest import ClientOf
from tests.factories import lessonprep, library
from tests.factories.doors import plan_in

pytestmark = pytest.mark.django_db
Phase = PlanState.Phase


def words_of(answer: Any) -> str:
    document = Document(BytesIO(answer.content))
    lines = [line.text for line in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*lines, *cells])


def test_a_plan_leaves_in_the_layout_of_schools(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)

    answer = client_of(world.receiver).get(reverse("plans:word", args=[plan.uuid]))

    words = words_of(answer)
    assert plan.title in words
    assert world.preparer.name in words
    assert world.lead.name in words
    assert "目标0" in words
    assert "filename*=utf-8''" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_document_has_chinese_fonts_a4_and_page_numbers(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)

    answer = client_of(world.receiver).get(reverse("plans:word", args=[plan.uuid]))

    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        styles = archive.read("word/styles.xml").decode()
        footer = archive.read("word/footer1.xml").decode()
        main = archive.read("word/document.xml").decode()
    assert 'w:eastAsia="SimSun"' in styles
    assert 'w:eastAsia="SimHei"' in styles
    assert "NUMPAGES" in footer
    assert 'w:w="11906" w:h="16838"' in main or 'w:h="16838" w:w="11906"' in main


def test_a_version_leaves_as_it_was_written_down(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.APPROVED)

    answer = client_of(world.receiver).get(reverse("plans:version_word", args=[plan.uuid, 1]))

    assert "目标0" in words_of(answer)


def test_only_ones_own_first_draft_leaves(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()
    lessonprep.write_draft(plan, world.preparer, objectives="<p>只给自己看</p>")
    address = reverse("plans:draft_word", args=[plan.uuid])

    own = client_of(world.preparer).get(address)
    others = client_of(world.leader).get(address)
    of_the_group = client_of(world.leader).get(reverse("plans:word", args=[plan.uuid]))

    assert "只给自己看" in words_of(own)
    assert others.status_code == 404
    assert "只给自己看" not in words_of(of_the_group)


def test_a_term_leaves_as_an_archive_with_names_that_windows_reads(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan_in(world, Phase.DISCUSSION, 0)
    plan_in(world, Phase.APPROVED, 1)
    lessonprep.write_draft(world.plan(2), world.preparer, objectives="<p>还没打开</p>")

    answer: Any = client_of(world.receiver).get(
        reverse("plans:term_word", args=[world.prep_plan.uuid])
    )

    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == ["01 课文1.docx", "02 课文2.docx"]
    assert all(entry.flag_bits & 0x800 for entry in entries), "the names say that they are UTF-8"


def test_a_term_without_text_says_so(client_of: ClientOf) -> None:
    world = lessonprep.world()

    answer = client_of(world.receiver).get(reverse("plans:term_word", args=[world.prep_plan.uuid]))

    assert answer["Location"] == reverse("plans:board", args=[world.prep_plan.uuid])


@pytest.mark.parametrize("plans", [1, 4])
def test_a_term_takes_the_same_queries_for_more_plans(
    django_assert_num_queries: DjangoAssertNumQueries, plans: int
) -> None:
    world = lessonprep.world(lessons=5)
    for number in range(plans):
        plan_in(world, Phase.DISCUSSION, number)

    with django_assert_num_queries(3):
        count = write_term(BytesIO(), world.prep_plan, world.receiver)

    assert count == plans


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("济南的冬天", "济南的冬天"),
        ('a/b\\c:d*e?"<f>|g', "a b c d e f g"),
        ("CON", "_CON"),
        (" 春. ", "春"),
        ("长" * 200, "长" * 80),
    ],
)
def test_a_title_becomes_a_file_name(title: str, name: str) -> None:
    assert file_name(title) == name


@pytest.mark.parametrize("name", ["print", "word"])
def test_the_layout_for_paper_shows_what_the_document_shows(client_of: ClientOf, name: str) -> None:
    world = lessonprep.world()
    plan = plan_in(world, Phase.DISCUSSION)

    answer: Any = client_of(world.receiver).get(reverse(f"plans:{name}", args=[plan.uuid]))

    words = words_of(answer) if name == "word" else answer.content.decode()
    for expected in (plan.title, world.preparer.name, "教学目标", "板书设计", "目标0"):
        assert expected in words


# the record


def discussed(world: lessonprep.World) -> LessonPlan:
    """A plan that was discussed, sent back once and approved."""
    plan = world.plan()
    lessonprep.write_draft(plan, world.preparer, objectives="<p>主备的目标</p>")
    lessonprep.write_draft(plan, world.receiver, objectives="<p>接收端的目标</p>")
    phases.hand_over(plan=plan, by=world.preparer)
    section = text_of(plan)[0]["id"]
    point = remark(
        plan=plan,
        section_id=section,
        text="目标要可测",
        token=uuid4(),
        kind=Remark.Kind.POINT,
        by=world.deputy,
    )
    remark(
        plan=plan, section_id=section, text="同意", token=uuid4(), parent=point, by=world.receiver
    )
    phases.close_discussion(plan=plan, by=world.preparer)
    settle(plan=plan, point=point, settlement="改为“能写出三句”", by=world.preparer)
    phases.submit(plan=plan, by=world.preparer)
    fresh = LessonPlan.objects.get(pk=plan.pk)
    phases.send_back(
        plan=fresh, revision_id=fresh.latest_revision_id, reason="板书太简", by=world.leader
    )
    phases.submit(plan=plan, by=world.preparer)
    fresh = LessonPlan.objects.get(pk=plan.pk)
    phases.approve(plan=fresh, revision_id=fresh.latest_revision_id, by=world.leader)
    return fresh


@pytest.mark.parametrize("name", ["record", "record_word"])
def test_the_record_tells_who_did_what(client_of: ClientOf, name: str) -> None:
    world = lessonprep.world()
    plan = discussed(world)

    answer: Any = client_of(world.receiver).get(reverse(f"plans:{name}", args=[plan.uuid]))

    words = words_of(answer) if name == "record_word" else answer.content.decode()
    expected = ["主备的目标", "接收端的目标", "目标要可测", "同意", "改为“能写出三句”", "板书太简"]
    expected += [user.name for user in (world.leader, world.deputy, world.receiver)]
    for piece in expected:
        assert piece in words, piece


def test_there_is_no_record_before_the_drafts_are_opened(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = world.plan()
    lessonprep.write_draft(plan, world.preparer, objectives="<p>还没打开</p>")

    for name in ("record", "record_word"):
        answer = client_of(world.leader).get(reverse(f"plans:{name}", args=[plan.uuid]))
        assert answer.status_code == 302
        assert answer["Location"] == plan.get_absolute_url()


def test_a_draft_that_was_not_opened_is_not_in_the_record(client_of: ClientOf) -> None:
    world = lessonprep.world()
    plan = discussed(world)
    plan.first_drafts.filter(author=world.receiver).update(frozen_at=None)

    answer = client_of(world.leader).get(reverse("plans:record", args=[plan.uuid]))

    assert "接收端的目标" not in answer.content.decode()


def test_the_queries_of_the_record_do_not_grow(
    client_of: ClientOf,
) -> None:
    world = lessonprep.world()
    plan = discussed(world)
    client = client_of(world.receiver)
    address = reverse("plans:record", args=[plan.uuid])
    phases.revise(plan=plan, by=world.preparer)
    section = text_of(plan)[0]["id"]

    def asked(more: int) -> list[str]:
        for number in range(more):
            words = f"再议{number}"
            remark(plan=plan, section_id=section, text=words, token=uuid4(), by=world.deputy)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return [query["sql"] for query in captured.captured_queries]

    asked(1)
    assert len(asked(1)) == len(asked(6))


# the library


def test_an_edition_leaves_for_whom_it_is_live(client_of: ClientOf) -> None:
    world = lessonprep.world()
    edition = library.published(library.edition(world.lead, world.preparer, "济南的冬天"))
    address = reverse("library:word", args=[edition.uuid])

    colleague = client_of(world.leader).get(address)
    elsewhere = client_of(world.receiver).get(address)

    assert "济南的冬天" in words_of(colleague)
    assert elsewhere.status_code == 404
