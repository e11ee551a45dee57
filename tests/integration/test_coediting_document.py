"""What is written together is the plan's text: seeded once, saved, credited, never overwritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from pycrdt import Doc, Map, XmlElement, XmlText
from wagtail.models import Revision

from lessonprep.coediting.actions import begin_epoch, open_room, server_update
from lessonprep.coediting.document import sections_in
from lessonprep.coediting.lib0 import split
from lessonprep.coediting.materialising import materialise, materialise_all, when_worked_in
from lessonprep.coediting.models import LogRow, Materialised, Room
from lessonprep.coediting.store import document_of, load
from lessonprep.plans.actions import phases
from lessonprep.plans.actions.agenda import Wish, decide
from lessonprep.plans.actions.content import sections_of, text_of
from lessonprep.plans.actions.editing import StaleSection, restore_revision, save_section
from lessonprep.plans.actions.remarks import remark
from lessonprep.plans.models import LessonPlan
from lessonprep.plans.queries import agenda_of_plan
from lessonprep.plans.sections import Section, section_hash
from lessonprep.versions.models import PlanVersion
from schools.models import User
from tests.conftest import ClientOf
from tests.factories import word
from tests.factories.lessonprep import World, world, write_draft
from tests.integration.test_word_import import behind, brought, write

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

BEGUN = "<p>春天来了。</p>"


@pytest.fixture
def w() -> World:
    return world(lessons=1)


@pytest.fixture
def plan(w: World) -> LessonPlan:
    made = w.plan()
    write_draft(made, w.preparer, objectives=BEGUN, homework="<p>抄写。</p>")
    phases.hand_over(plan=made, by=w.preparer)
    return fresh(made)


def fresh(plan: LessonPlan) -> LessonPlan:
    return LessonPlan.objects.select_related("state__task__prep_plan").get(pk=plan.pk)


def section(plan: LessonPlan, key: str = "objectives") -> Section:
    return next(one for one in text_of(fresh(plan)) if one["value"]["key"] == key)


def body(plan: LessonPlan, key: str = "objectives") -> str:
    return str(section(plan, key)["value"]["body"])


def saved_body(plan: LessonPlan, key: str = "objectives") -> str:
    page = fresh(plan).get_latest_revision_as_object()
    found = next(one for one in sections_of(page) if one["value"]["key"] == key)
    return str(found["value"]["body"])


def typing(
    plan: LessonPlan, words: str, *, at: int = 0, key: str = "objectives", **marks: Any
) -> Callable[[Doc[Any]], None]:
    """What a person's editor does who types these words, so many bytes into the first paragraph."""
    id_ = section(plan, key)["id"]

    def make(doc: Doc[Any]) -> None:
        text = doc.get("sections", type=Map)[id_]["body"]
        paragraph = text.children[0]
        assert isinstance(paragraph, XmlElement)
        run = paragraph.children[0]
        assert isinstance(run, XmlText)
        run.insert(at, words, marks)

    return make


def type_in(plan: LessonPlan, by: User, words: str, **where: Any) -> None:
    open_room(plan=plan)
    server_update(plan=plan, make=typing(plan, words, **where), by=by)


def document(plan: LessonPlan) -> Doc[Any]:
    return document_of(load(Room.objects.get(plan=plan, closed_at__isnull=True)))


def test_a_room_begins_with_the_text_of_the_plan_and_only_once(plan: LessonPlan) -> None:
    before = text_of(plan)

    first, again = open_room(plan=plan), open_room(plan=fresh(plan))

    assert first.pk == again.pk
    assert LogRow.objects.filter(room=first).count() == 1
    assert sections_in(document(plan)) == before == text_of(fresh(plan))


def test_what_is_typed_is_the_text_at_once_and_a_revision_later(plan: LessonPlan, w: World) -> None:
    revisions = Revision.objects.for_instance(plan).count()

    type_in(plan, w.receiver, "美丽的")

    assert body(plan) == "<p>美丽的春天来了。</p>"
    assert saved_body(plan) == BEGUN

    assert materialise_all() == 1

    assert saved_body(plan) == body(plan) == "<p>美丽的春天来了。</p>"
    assert Revision.objects.for_instance(plan).count() == revisions + 1
    assert fresh(plan).latest_revision.user == w.receiver


def test_saving_again_after_a_kill_changes_nothing(plan: LessonPlan, w: World) -> None:
    type_in(plan, w.receiver, "美丽的")
    materialise_all()
    before = fresh(plan).latest_revision_id, Revision.objects.for_instance(plan).count()

    assert materialise_all() == 0
    materialise(plan=plan)

    assert (fresh(plan).latest_revision_id, Revision.objects.for_instance(plan).count()) == before


def test_ten_minutes_go_into_one_automatic_revision_that_names_all(
    plan: LessonPlan, w: World, client_of: ClientOf
) -> None:
    type_in(plan, w.receiver, "一")
    materialise_all()
    first = fresh(plan).latest_revision_id

    type_in(plan, w.leader, "二")
    materialise_all()

    revision = fresh(plan).latest_revision
    assert revision.pk == first
    assert {row.user for row in revision.plan_writers.all()} == {w.receiver, w.leader}
    assert saved_body(plan) == "<p>二一春天来了。</p>"
    page = client_of(w.preparer).get(reverse("plans:history", args=[plan.uuid])).content.decode()
    assert f"{w.receiver.name}、{w.leader.name}" in page

    Materialised.objects.update(begun_at=timezone.now() - timedelta(minutes=11))
    type_in(plan, w.receiver, "三")
    when_worked_in(plan=plan.pk)

    assert fresh(plan).latest_revision_id != first
    assert saved_body(plan) == "<p>三二一春天来了。</p>"


def test_an_automatic_revision_never_overwrites_what_somebody_saved(
    plan: LessonPlan, w: World
) -> None:
    open_room(plan=plan)
    now = section(plan)
    save_section(
        plan=plan,
        section_id=now["id"],
        posted={"body": "<p>表单。</p>"},
        base=section_hash(now),
        by=w.receiver,
    )
    own = fresh(plan).latest_revision_id

    type_in(plan, w.receiver, "后来")
    materialise_all()

    assert fresh(plan).latest_revision_id != own
    assert saved_body(plan) == "<p>后来表单。</p>"


def test_the_plain_form_goes_through_the_room_and_takes_nothing_away(
    plan: LessonPlan, w: World
) -> None:
    type_in(plan, w.receiver, "美丽的")
    now = section(plan)

    saved = save_section(
        plan=fresh(plan),
        section_id=now["id"],
        posted={"body": "<p>美丽的春天来了！</p>"},
        base=section_hash(now),
        by=w.preparer,
    )
    type_in(plan, w.leader, "，花开了", at=len("美丽的春天来了".encode()))

    assert saved["value"]["body"] == "<p>美丽的春天来了！</p>"
    assert body(plan) == "<p>美丽的春天来了，花开了！</p>"
    assert sections_in(document(plan)) == text_of(fresh(plan))


def test_a_form_made_from_an_older_text_is_told_who_wrote_since(plan: LessonPlan, w: World) -> None:
    base = section_hash(section(plan))
    type_in(plan, w.receiver, "美丽的")

    with pytest.raises(StaleSection) as stale:
        save_section(
            plan=plan,
            section_id=section(plan)["id"],
            posted={"body": "<p>我的。</p>"},
            base=base,
            by=w.preparer,
        )

    assert stale.value.by == w.receiver
    assert stale.value.theirs["value"]["body"] == "<p>美丽的春天来了。</p>"
    assert body(plan) == "<p>美丽的春天来了。</p>"


def test_a_restored_text_goes_into_the_room_and_the_text_before_stays_in_the_history(
    plan: LessonPlan, w: World
) -> None:
    begun = plan.latest_revision_id or 0
    type_in(plan, w.receiver, "美丽的")

    restore_revision(plan=fresh(plan), revision_id=begun, base=begun, by=w.preparer)

    assert body(plan) == BEGUN
    assert sections_in(document(plan)) == text_of(fresh(plan))
    texts = [sections_of(one.as_object()) for one in Revision.objects.for_instance(plan)]
    assert any("美丽的春天来了" in str(text) for text in texts)


def test_what_the_meeting_takes_over_goes_into_the_room(w: World) -> None:
    plan = w.plan()
    write_draft(plan, w.preparer, objectives=BEGUN)
    write_draft(plan, w.receiver, objectives="<p>夏天来了。</p>")
    phases.hand_over(plan=plan, by=w.preparer)
    type_in(plan, w.leader, "板书。", key="objectives", at=len("春天来了。".encode()))
    (issue,) = [issue for agenda in agenda_of_plan(fresh(plan)) for issue in agenda.issues]

    decide(
        plan=fresh(plan),
        key=issue.key,
        wish=Wish(variant=issue.variants[1].digest),
        base=section_hash(section(plan)),
        token=uuid4(),
        by=w.preparer,
    )

    assert body(plan) == "<p>夏天来了。板书。</p>"
    assert sections_in(document(plan)) == text_of(fresh(plan))


def test_submitting_saves_what_stands_in_the_room(plan: LessonPlan, w: World) -> None:
    type_in(plan, w.preparer, "美丽的")
    phases.close_discussion(plan=plan, by=w.preparer)
    type_in(plan, w.preparer, "多么")

    phases.submit(plan=fresh(plan), by=w.preparer)

    assert saved_body(plan) == body(plan) == "<p>多么美丽的春天来了。</p>"
    assert Room.objects.get(plan=plan).is_locked


def approved(plan: LessonPlan, w: World) -> PlanVersion:
    phases.close_discussion(plan=fresh(plan), by=w.preparer)
    phases.submit(plan=fresh(plan), by=w.preparer)
    return phases.approve(plan=fresh(plan), revision_id=fresh(plan).latest_revision_id, by=w.leader)


def test_the_approved_version_names_whose_words_stand_in_each_section(
    plan: LessonPlan, w: World, client_of: ClientOf
) -> None:
    type_in(plan, w.receiver, "美丽的")
    type_in(plan, w.leader, "，")

    version = approved(plan, w)

    names: dict[str, list[User]] = {
        next(s["value"]["key"] for s in version.sections if s["id"] == str(row.section)): []
        for row in version.credits.all()
    }
    for row in version.credits.all():
        key = next(s["value"]["key"] for s in version.sections if s["id"] == str(row.section))
        names[key].append(row.user)
    assert names == {"objectives": [w.preparer, w.receiver], "homework": [w.preparer]}
    assert w.receiver in version.authors.all()

    LogRow.objects.all().delete()
    page = client_of(w.receiver).get(reverse("plans:version", args=[plan.uuid, version.number]))
    assert f"{w.preparer.name}、{w.receiver.name}" in page.content.decode()


def test_a_plan_never_written_together_is_credited_from_its_revisions(
    plan: LessonPlan, w: World
) -> None:
    now = section(plan)
    save_section(
        plan=plan,
        section_id=now["id"],
        posted={"body": "<p>改过。</p>"},
        base=section_hash(now),
        by=w.receiver,
    )

    version = approved(plan, w)

    rows = {(str(row.section), row.user) for row in version.credits.all()}
    assert (now["id"], w.receiver) in rows
    assert (section(plan, "homework")["id"], w.preparer) in rows
    assert (section(plan, "homework")["id"], w.receiver) not in rows


def test_open_suggestions_stop_the_submission_and_are_no_part_of_the_text(
    plan: LessonPlan, w: World, client_of: ClientOf
) -> None:
    type_in(plan, w.preparer, "很", insertion={"id": "s1", "author": str(w.preparer.uuid)})
    phases.close_discussion(plan=plan, by=w.preparer)

    answer = client_of(w.preparer).post(reverse("plans:submit", args=[plan.uuid]), follow=True)

    assert body(plan) == BEGUN
    assert answer.content.decode().count("1条修改建议") == 2  # the refusal, and what comes next
    with pytest.raises(phases.OpenSuggestions):
        phases.submit(plan=fresh(plan), by=w.preparer)


def test_a_new_epoch_begins_with_all_that_was_typed_and_keeps_the_credit(
    plan: LessonPlan, w: World
) -> None:
    type_in(plan, w.receiver, "美丽的")

    room = begin_epoch(plan=plan)

    assert room.epoch == 2
    assert sections_in(document(plan))[0]["value"]["body"] == "<p>美丽的春天来了。</p>"
    assert {row.user for row in room.beginnings.filter(section=section(plan)["id"])} == {
        w.preparer,
        w.receiver,
    }


def test_a_remark_is_made_on_a_section_as_it_reads_now(plan: LessonPlan, w: World) -> None:
    type_in(plan, w.receiver, "美丽的")

    made = remark(plan=plan, section_id=section(plan)["id"], text="好", by=w.leader, token=uuid4())

    assert str(made.section) == section(plan)["id"]


def test_reading_a_plan_costs_as_many_queries_with_much_in_the_room(
    plan: LessonPlan, w: World, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        type_in(plan, w.receiver, str(number))
    plan = fresh(plan)

    with django_assert_max_num_queries(5):
        text_of(plan)
    with django_assert_max_num_queries(2):
        text_of(plan)


def test_a_document_from_word_goes_into_the_room_beside_what_is_being_typed(
    plan: LessonPlan, w: World, client_of: ClientOf
) -> None:
    type_in(plan, w.receiver, "美丽的")
    brought(client_of, w.leader, plan, word.common_plan(), "plan")
    type_in(plan, w.deputy, "很")
    before = document(plan)
    rows = LogRow.objects.filter(room__plan=plan).count()

    answer = write(client_of, w.leader, **behind(*text_of(fresh(plan))))

    assert answer.status_code == 302
    assert body(plan).startswith("<p>很美丽的春天来了。</p>")
    assert "有感情地朗读" in body(plan)
    assert sections_in(document(plan)) == text_of(fresh(plan))
    added = LogRow.objects.filter(room__plan=plan).order_by("last")[rows:]
    assert {row.user for row in added} == {w.leader}
    for row in added:  # an editor that is open hears of it and has the same
        for update in split(bytes(row.data)):
            before.apply_update(update)
    assert sections_in(before) == text_of(fresh(plan))


def write_unknown(plan: LessonPlan, by: User) -> None:
    """A newer server's editor writes what this one does not know."""
    id_ = section(plan)["id"]

    def make(doc: Doc[Any]) -> None:
        doc.get("sections", type=Map)[id_]["body"].children.append(XmlElement("hologram"))

    open_room(plan=plan)
    server_update(plan=plan, make=make, by=by)


def spoil(plan: LessonPlan, by: User) -> None:
    """A forged client takes the section apart."""
    id_ = section(plan)["id"]

    def make(doc: Doc[Any]) -> None:
        del doc.get("sections", type=Map)[id_]["body"]

    open_room(plan=plan)
    server_update(plan=plan, make=make, by=by)


def break_log(plan: LessonPlan, by: User) -> None:
    """The disk has lost a row."""
    type_in(plan, by, "美丽的")
    type_in(plan, by, "很")
    LogRow.objects.filter(room__plan=plan).order_by("-last").first().delete()  # type: ignore[union-attr]
    LogRow.objects.filter(room__plan=plan).update(sha256=b"")


@pytest.mark.parametrize("fault", [write_unknown, spoil, break_log])
def test_a_room_that_cannot_be_read_is_never_written_over_and_the_reader_is_told(
    plan: LessonPlan, w: World, client_of: ClientOf, fault: Callable[[LessonPlan, User], None]
) -> None:
    now = section(plan)
    fault(plan, w.receiver)
    rows, client = LogRow.objects.count(), client_of(w.preparer)
    told = "最新内容已经保存"

    page = client.get(plan.get_absolute_url())
    moved = client.post(reverse("plans:close_discussion", args=[plan.uuid]), follow=True)
    form = {"body_text": "我写的话", "base": section_hash(now)}
    saved = client.post(reverse("plans:save_section", args=[plan.uuid, now["id"]]), form)
    by_script = client.post(
        reverse("plans:save_section", args=[plan.uuid, now["id"]]),
        {"body": "<p>我写的话</p>", "base": section_hash(now)},
        headers={"Accept": "application/json"},
    )

    assert page.status_code == 200
    assert told in moved.content.decode()
    assert fresh(plan).state.phase == "discussion"
    assert saved.status_code == 409
    assert told in saved.content.decode()
    assert "我写的话" in saved.content.decode()
    assert (by_script.status_code, by_script.json()["error"]["code"]) == (409, "unreadable")
    assert LogRow.objects.count() == rows
    assert saved_body(plan) == BEGUN
    assert materialise_all() == 0


def test_a_plan_in_revision_whose_room_cannot_be_read_opens_and_is_not_submitted(
    plan: LessonPlan, w: World, client_of: ClientOf
) -> None:
    phases.close_discussion(plan=plan, by=w.preparer)
    write_unknown(fresh(plan), w.preparer)
    client = client_of(w.preparer)

    page = client.get(plan.get_absolute_url())
    answer = client.post(reverse("plans:submit", args=[plan.uuid]), follow=True)

    assert page.status_code == 200
    assert "最新内容已经保存" in answer.content.decode()
    assert fresh(plan).state.phase == "revision"


def suggest(plan: LessonPlan, by: User, id_: str) -> None:
    type_in(plan, by, "很", insertion={"id": id_, "author": str(by.uuid)})


def accept(plan: LessonPlan, by: User) -> None:
    """Take the mark off the first word, as an editor does that accepts, or one that is forged."""
    id_ = section(plan)["id"]

    def make(doc: Doc[Any]) -> None:
        run = doc.get("sections", type=Map)[id_]["body"].children[0].children[0]
        run.format(0, len("很".encode()), {"insertion": None})

    server_update(plan=plan, make=make, by=by)


@pytest.mark.parametrize(
    ("who", "named"),
    [("leader", False), ("deputy", False), ("preparer", False), ("receiver", True)],
)
def test_the_leader_is_told_who_settled_suggestions_of_others_without_deciding(
    plan: LessonPlan, w: World, client_of: ClientOf, who: str, named: bool
) -> None:
    user: User = getattr(w, who)
    type_in(plan, w.receiver, "今年")
    suggest(plan, w.leader if who == "preparer" else w.preparer, "s1")
    type_in(plan, w.receiver, "今年的", key="homework")  # writes meanwhile, and settles nothing

    accept(plan, user)
    phases.close_discussion(plan=plan, by=w.preparer)
    phases.submit(plan=fresh(plan), by=w.preparer)
    page = client_of(w.leader).get(plan.get_absolute_url()).content.decode()

    assert ("有人处理了别人提的修改建议" in page) is named


def test_taking_back_ones_own_suggestion_is_named_to_nobody(
    plan: LessonPlan, w: World, client_of: ClientOf
) -> None:
    suggest(plan, w.receiver, "s1")
    accept(plan, w.receiver)

    phases.close_discussion(plan=plan, by=w.preparer)
    phases.submit(plan=fresh(plan), by=w.preparer)
    page = client_of(w.leader).get(plan.get_absolute_url()).content.decode()

    assert "有人处理了别人提的修改建议" not in page
