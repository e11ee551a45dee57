"""What the meeting agrees goes into the plan and the record at once (议定)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from lessonprep.groups.actions import add_member
from lessonprep.plans.actions import phases
from lessonprep.plans.actions.agenda import Wish, decide
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.editing import save_section
from lessonprep.plans.agenda import Issue
from lessonprep.plans.models import LessonPlan, PlanDecision
from lessonprep.plans.queries import agenda_of_plan
from lessonprep.plans.sections import section_hash
from schools.models import AuditEntry
from tests.conftest import ClientOf
from tests.factories import people
from tests.factories.lessonprep import World, world, write_draft

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

READ = "<p>有感情地朗读课文。</p>"


def opened(w: World) -> LessonPlan:
    plan = w.plan()
    write_draft(plan, w.preparer, objectives=f"{READ}<p>背诵第3段。</p>", homework="<p>抄写。</p>")
    write_draft(plan, w.receiver, objectives=f"{READ}<p>选背一段。</p>", homework="<p>抄写。</p>")
    phases.hand_over(plan=plan, by=w.preparer)
    return fresh(plan)


def fresh(plan: LessonPlan) -> LessonPlan:
    return LessonPlan.objects.select_related("state__task").get(pk=plan.pk)


def issue_of(plan: LessonPlan) -> Issue:
    (issue,) = [issue for agenda in agenda_of_plan(fresh(plan)) for issue in agenda.issues]
    return issue


def body(plan: LessonPlan, key: str = "objectives") -> str:
    sections = text_of(fresh(plan))
    return str(next(s["value"]["body"] for s in sections if s["value"]["key"] == key))


def form(plan: LessonPlan, **more: str) -> dict[str, str]:
    issue = issue_of(plan)
    section = next(s for s in text_of(fresh(plan)) if s["id"] == issue.place.section)
    base = section_hash(section)
    return {"key": issue.key, "base": base, "token": str(uuid4()), "take": "", "text": "", **more}


def post(client: Any, plan: LessonPlan, sent: dict[str, str]) -> Any:
    return client.post(reverse("plans:decide", args=[plan.uuid]), sent)


def test_a_variant_that_is_taken_stands_in_the_plan_and_on_the_record(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)
    other = issue_of(plan).variants[1]

    answer = post(client_of(w.preparer), plan, form(plan, take=other.digest))

    assert answer.status_code == 302
    assert body(plan) == f"{READ}<p>选背一段。</p>"
    decision = PlanDecision.objects.get()
    assert (decision.number, decision.heading, decision.text) == (1, "教学目标", "选背一段。")
    assert decision.decided_by == w.preparer
    assert [draft.author for draft in decision.drafts.all()] == [w.receiver]
    assert AuditEntry.objects.filter(action="plan.decided", actor=w.preparer).count() == 1
    assert "选背一段" in client_of(w.receiver).get(plan.get_absolute_url()).content.decode()


def test_words_of_the_meetings_own_are_cleaned_and_taken(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)

    post(client_of(w.leader), plan, form(plan, text="背诵<b>第3段</b>\n其余选背"))

    assert body(plan) == f"{READ}<p>背诵&lt;b&gt;第3段&lt;/b&gt;</p><p>其余选背</p>"


def test_a_double_click_decides_once(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)
    sent = form(plan, text="背一段")
    client = client_of(w.preparer)

    answers = [post(client, plan, sent).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert PlanDecision.objects.count() == 1
    assert body(plan) == f"{READ}<p>背一段</p>"


def test_two_who_decide_the_same_difference_are_told(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)
    sent = form(plan, text="背一段")
    late = form(plan, text="全背")
    post(client_of(w.preparer), plan, sent)

    answer = post(client_of(w.leader), plan, late)

    assert answer.status_code == 400
    assert PlanDecision.objects.in_force().count() == 1
    assert w.preparer.name in answer.content.decode()


def test_a_stale_section_is_not_written_over_and_both_texts_are_shown(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)
    sent = form(plan, text="背一段")
    save_section(
        plan=plan,
        section_id=issue_of(plan).place.section,
        posted={"body": f"{READ}<p>刚刚改的。</p>"},
        base=sent["base"],
        by=w.receiver,
    )

    answer = post(client_of(w.preparer), plan, sent)

    words = answer.content.decode()
    assert answer.status_code == 409
    assert "刚刚改的" in words
    assert "背一段" in words
    assert not PlanDecision.objects.exists()
    assert body(plan) == f"{READ}<p>刚刚改的。</p>"

    again = post(client_of(w.preparer), plan, {**sent, "base": form(plan)["base"]})

    assert again.status_code == 302
    assert body(plan) == f"{READ}<p>背一段</p><p>刚刚改的。</p>"


def test_a_decision_is_opened_again_and_the_text_comes_back(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)
    client = client_of(w.preparer)
    before = body(plan)
    post(client, plan, form(plan, text="背一段"))
    decision = PlanDecision.objects.get()

    for _ in range(2):
        client.post(reverse("plans:reopen_decision", args=[plan.uuid, decision.pk]))

    assert body(plan) == before
    assert not plan.decisions.in_force().exists()
    post(client, plan, form(plan, text="再议"))
    assert [d.number for d in PlanDecision.objects.in_force()] == [1]


def test_opening_again_leaves_what_was_changed_since(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)
    client = client_of(w.preparer)
    post(client, plan, form(plan, text="背一段"))
    decision = PlanDecision.objects.get()
    section = next(s for s in text_of(fresh(plan)) if s["value"]["key"] == "objectives")
    save_section(
        plan=plan,
        section_id=section["id"],
        posted={"body": "<p>后来改的。</p>"},
        base=section_hash(section),
        by=w.receiver,
    )

    client.post(reverse("plans:reopen_decision", args=[plan.uuid, decision.pk]))

    assert body(plan) == "<p>后来改的。</p>"
    assert not PlanDecision.objects.in_force().exists()


@pytest.mark.parametrize(
    "wrong",
    [{"take": "", "text": " "}, {"token": "x"}, {"text": "字" * 20_001}, {"key": ""}],
)
def test_what_cannot_be_recorded_is_refused_in_words(
    client_of: ClientOf, wrong: dict[str, str]
) -> None:
    w = world(lessons=1)
    plan = opened(w)

    answer = post(client_of(w.preparer), plan, form(plan, **wrong))

    assert answer.status_code == 400
    assert not PlanDecision.objects.exists()


def test_a_difference_that_is_none_keeps_what_was_typed(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)

    answer = post(client_of(w.preparer), plan, form(plan, key="0" * 32, text="写了很久"))

    assert answer.status_code == 409
    assert "写了很久" in answer.content.decode()


@pytest.mark.parametrize(
    ("who", "may"),
    [("preparer", True), ("leader", True), ("deputy", True), ("receiver", False)],
)
def test_who_records_decisions(client_of: ClientOf, who: str, may: bool) -> None:
    w = world(lessons=1)
    plan = opened(w)

    post(client_of(getattr(w, who)), plan, form(plan, text="背一段"))

    assert PlanDecision.objects.exists() is may


def test_nothing_is_decided_after_the_revision(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)
    sent = form(plan, text="背一段")
    phases.close_discussion(plan=plan, by=w.preparer)
    phases.submit(plan=plan, by=w.preparer)

    answer = post(client_of(w.preparer), plan, sent)

    assert answer.status_code == 409
    assert "背一段" in answer.content.decode()
    assert not PlanDecision.objects.exists()


def test_the_database_keeps_one_decision_a_difference() -> None:
    w = world(lessons=1)
    plan = opened(w)
    sent = form(plan)
    wish = Wish(text="背一段")
    made, _how = decide(
        plan=plan, key=sent["key"], wish=wish, base=sent["base"], token=uuid4(), by=w.preparer
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        PlanDecision.objects.create(
            plan=plan,
            section=made.section,
            heading="教学目标",
            number=1,
            key=made.key,
            decided_by=w.leader,
            token=uuid4(),
            before={},
            after_hash="",
        )


def test_the_agenda_can_be_printed(client_of: ClientOf) -> None:
    w = world(lessons=1)
    plan = opened(w)

    page = client_of(w.receiver).get(reverse("plans:agenda", args=[plan.uuid]))
    words = strip_tags(page.content.decode())

    assert "①" in words
    assert "背诵第3段" in words
    assert "选背一段" in words


def test_the_drafts_page_costs_the_same_for_few_drafts_and_many(client_of: ClientOf) -> None:
    def queries(writers: int) -> int:
        w = world(lessons=1)
        plan = w.plan()
        write_draft(plan, w.preparer, objectives=READ, homework="<p>一</p>")
        for number in range(writers):
            teacher = people.teacher(w.lead)
            add_member(prep_group=w.prep_group, user=teacher, school=w.lead, by=None)
            write_draft(plan, teacher, objectives=f"<p>目标{number}</p>", homework="<p>二</p>")
        phases.hand_over(plan=plan, by=w.preparer)
        client = client_of(w.preparer)
        client.get(reverse("plans:drafts", args=[plan.uuid]))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("plans:drafts", args=[plan.uuid]))
        return len(captured)

    assert queries(2) == queries(7)
