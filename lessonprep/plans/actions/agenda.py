"""The meeting agrees (议定): on the record and into the plan's text at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessonprep.plans.access import Action, NotNow, can
from lessonprep.plans.actions.content import lock, text_of, write
from lessonprep.plans.agenda import MINUTES, STEP, Issue, Said, numbers_of
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanDecision
from lessonprep.plans.placing import Put, placed
from lessonprep.plans.queries import agenda_of_plan
from lessonprep.plans.sections import (
    InvalidSection,
    Section,
    find,
    replaced,
    section_hash,
)
from lessonprep.plans.sentences import units_of
from resources.library.richtext import from_plain
from schools.audit import record
from schools.models import User

LONGEST = 20_000
"""Characters of what is agreed on one difference."""


class AlreadyDecided(Exception):
    """Somebody else has recorded a decision on this difference."""

    def __init__(self, decision: PlanDecision) -> None:
        super().__init__(str(decision))
        self.decision = decision


class IssueGone(LookupError):
    """The drafts do not differ there any more, or the plan has no such section."""


class StaleDecision(Exception):
    """The plan's section has been saved since the agenda was shown; nothing is recorded."""

    def __init__(self, issue: Issue, section: Section, text: str) -> None:
        super().__init__(issue.key)
        self.issue = issue
        self.section = section
        self.text = text


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be agreed: a variant, by its digest, or typed words; neither takes them out."""

    variant: str = ""
    text: str = ""


def number_agenda(plan: LessonPlan) -> None:
    """Give the differences between the opened drafts their numbers; those given stay."""
    state = plan.state
    numbers = {**state.agenda, **numbers_of(agenda_of_plan(plan))}
    if numbers != state.agenda:
        state.agenda = numbers
        state.save(update_fields=["agenda"])


def _locked(plan: LessonPlan, by: User) -> LessonPlan:
    plan = lock(plan)
    if not can(by, Action.DECIDE, plan):
        raise NotNow(plan, Action.DECIDE)
    return plan


@transaction.atomic
def decide(
    *, plan: LessonPlan, key: str, wish: Wish, base: str, token: UUID, by: User
) -> tuple[PlanDecision, Put]:
    """Record what was agreed on a difference and write it into the plan.

    `base` is the hash of the section that the agenda was shown with. Raises `StaleDecision`,
    `AlreadyDecided`, `IssueGone`, `InvalidSection`; the same `token` again changes nothing.
    """
    plan = _locked(plan, by)
    sent = PlanDecision.objects.filter(token=token, plan=plan).first()
    if sent is not None:
        return sent, Put.REPLACED
    now = PlanDecision.objects.in_force().filter(plan=plan, key=key).first()
    if now is not None:
        raise AlreadyDecided(now)
    issue, heading = _issue(plan, key)
    html, text, taken = _agreed(issue, wish)
    sections = text_of(plan)
    current = find(sections, issue.place.section)
    if section_hash(current) != base:
        raise StaleDecision(issue, current, text)
    row: Any = taken.row if taken else None
    new, how = placed(current, issue, html, row=row, former=_former(plan, key))
    if section_hash(new) != base:
        write(plan, replaced(sections, new), by=by)
        new = find(text_of(plan), current["id"])
    decision = PlanDecision.objects.create(
        plan=plan,
        section=UUID(current["id"]),
        heading=heading,
        number=issue.number,
        key=key,
        place=_place(issue),
        text=text,
        decided_by=by,
        token=token,
        before=current["value"],
        after_hash=section_hash(new),
    )
    if taken:
        decision.drafts.set(FirstDraft.objects.filter(plan=plan, pk__in=taken.drafts))
    _keep_number(plan, issue)
    record("plan.decided", plan, by=by, number=issue.number, section=heading)
    return decision, how


def _issue(plan: LessonPlan, key: str) -> tuple[Issue, str]:
    for agenda in agenda_of_plan(plan):
        for issue in agenda.issues:
            if issue.key == key and agenda.in_plan:
                return issue, agenda.heading
    raise IssueGone(key)


def _agreed(issue: Issue, wish: Wish) -> tuple[str, str, Said | None]:
    """The HTML and the words to take over, and the variant they are, unchanged."""
    if wish.variant:
        taken = next((said for said in issue.written if said.digest == wish.variant), None)
        if taken is None:
            raise IssueGone(issue.key)
        return taken.html, taken.text, taken
    text = wish.text.strip()
    if len(text) > LONGEST:
        words = _("What is agreed has at most %(most)s characters.")
        raise InvalidSection(words % {"most": f"{LONGEST:,}"}, "text")
    if issue.place.column == STEP and text:
        raise InvalidSection(_("Take the step of one draft, or leave it out."), "text")
    if issue.place.column == MINUTES and text and not (text.isdecimal() and int(text) <= 600):
        raise InvalidSection(_("Minutes are a whole number from 0 to 600."), "text")
    same = next((said for said in issue.written if said.text.split() == text.split()), None)
    if same is not None:
        return same.html, same.text, same
    return (text if issue.place.column == MINUTES else from_plain(text)), text, None


def _former(plan: LessonPlan, key: str) -> list[str]:
    """The sentences that the last decision on this difference has put into the plan."""
    last = PlanDecision.objects.filter(plan=plan, key=key).order_by("-pk").first()
    return [unit.key for unit in units_of(from_plain(last.text))] if last else []


def _place(issue: Issue) -> str:
    parts = [issue.place.words, str(issue.label)]
    return " ".join(filter(None, parts))[:120]


def _keep_number(plan: LessonPlan, issue: Issue) -> None:
    state = plan.state
    if state.agenda.get(issue.key) != issue.number:
        state.agenda = {**state.agenda, issue.key: issue.number}
        state.save(update_fields=["agenda"])


@transaction.atomic
def reopen_decision(*, plan: LessonPlan, decision: PlanDecision, by: User) -> bool:
    """Take a decision back; the text too, unless the section was changed since. Whether it was."""
    plan = _locked(plan, by)
    decision = PlanDecision.objects.select_for_update().get(pk=decision.pk)
    if decision.reopened_at is not None:
        return True
    decision.reopened_at = timezone.now()
    decision.reopened_by = by
    decision.save(update_fields=["reopened_at", "reopened_by"])
    sections = text_of(plan)
    current = next((s for s in sections if s["id"] == str(decision.section)), None)
    is_untouched = current is not None and section_hash(current) == decision.after_hash
    if current is not None and is_untouched and current["value"] != decision.before:
        before = {**current, "value": decision.before}
        write(plan, replaced(sections, before), by=by)
    record("plan.decision_reopened", plan, by=by, number=decision.number)
    return is_untouched
