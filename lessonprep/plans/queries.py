"""Reading plans: the board, drafts side by side, remarks, history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from wagtail.models import Revision

from lessonprep.groups.models import PrepPlan, PrepTask
from lessonprep.groups.queries import tasks_of
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanState, Remark
from lessonprep.plans.sections import Section, is_empty
from lessonprep.versions.comparison import section_text
from lessonprep.versions.models import PlanVersion
from schools.models import User

Phase = PlanState.Phase


def due_of(task: PrepTask, phase: Phase) -> date | None:
    """By when the present phase should be over; None when all is done."""
    match phase:
        case Phase.FIRST_DRAFT:
            return task.draft_due
        case Phase.DISCUSSION:
            return task.discussion_due
        case Phase.REVISION | Phase.IN_REVIEW:
            return task.approval_due
    return None


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A task on the board, with what its plan tells; `plan` is None before it is opened."""

    task: PrepTask
    phase: Phase
    plan: LessonPlan | None
    due: date | None
    late_days: int
    drafts: int
    open_points: int
    sent_back: bool
    version: int | None


@dataclass(frozen=True, slots=True)
class Lane:
    """A phase and its cards in teaching order."""

    phase: Phase
    cards: list[BoardCard]


def with_progress(tasks: QuerySet[PrepTask]) -> QuerySet[PrepTask]:
    """The tasks with the counts that a board shows, in one query."""
    points = Q(
        state__plan__remarks__kind=Remark.Kind.POINT, state__plan__remarks__settled_at__isnull=True
    )
    drafts = Q(state__plan__first_drafts__handed_in_at__isnull=False)
    last = PlanVersion.objects.filter(
        plan=OuterRef("state__plan"), reason=PlanVersion.Reason.APPROVAL
    ).order_by("-number")
    return tasks.select_related("state__plan", "chapter", "main_preparer").annotate(
        draft_count=Count("state__plan__first_drafts", filter=drafts, distinct=True),
        point_count=Count("state__plan__remarks", filter=points, distinct=True),
        version_number=Subquery(last.values("number")[:1]),
    )


def card_of(task: Any, today: date) -> BoardCard:
    """The card of a task that `with_progress` gave."""
    state: PlanState | None = getattr(task, "state", None)
    phase = Phase(state.phase) if state else Phase.FIRST_DRAFT
    due = due_of(task, phase)
    return BoardCard(
        task=task,
        phase=phase,
        plan=state.plan if state else None,
        due=due,
        late_days=max(0, (today - due).days) if due else 0,
        drafts=task.draft_count,
        open_points=task.point_count,
        sent_back=bool(state and state.sent_back_reason and phase == Phase.REVISION),
        version=task.version_number,
    )


AHEAD = timedelta(days=14)
"""Tasks whose first drafts are due later than this are folded away while nobody has begun."""


def is_ahead(card: BoardCard, today: date) -> bool:
    """Whether it is too early for this task."""
    return card.plan is None and card.task.draft_due > today + AHEAD


def board(prep_plan: PrepPlan, today: date) -> list[BoardCard]:
    """Every task of the plan as a card, in teaching order."""
    return [card_of(task, today) for task in with_progress(tasks_of(prep_plan))]


def lanes(cards: Iterable[BoardCard]) -> list[Lane]:
    """The cards by phase."""
    cards = list(cards)
    return [Lane(phase, [card for card in cards if card.phase == phase]) for phase in Phase]


@dataclass(slots=True)
class Thread:
    """A remark with its replies, numbered within the plan."""

    number: int
    remark: Remark
    replies: list[Remark] = field(default_factory=list)
    token: UUID = field(default_factory=uuid4)
    """Of the form that answers it."""


def threads_of(plan: LessonPlan) -> dict[str, list[Thread]]:
    """The plan's remarks by section id, the oldest first, in one query."""
    remarks = Remark.objects.filter(plan=plan).select_related("author", "settled_by")
    threads: dict[int, Thread] = {}
    for remark in remarks:
        if remark.parent_id is None:
            threads[remark.pk] = Thread(len(threads) + 1, remark)
        elif remark.parent_id in threads:
            threads[remark.parent_id].replies.append(remark)
    by_section: dict[str, list[Thread]] = {}
    for thread in threads.values():
        by_section.setdefault(str(thread.remark.section), []).append(thread)
    return by_section


@dataclass(frozen=True, slots=True)
class Wording:
    """One way in which a section was written, and by whom."""

    authors: list[User]
    section: Section
    is_base: bool


@dataclass(frozen=True, slots=True)
class DraftedSection:
    """A section with all its wordings, the base's first; one wording means agreement."""

    id: str
    heading: str
    wordings: list[Wording]
    written: int


def drafts_of(plan: LessonPlan) -> list[FirstDraft]:
    """The first drafts that were opened to the group."""
    drafts = FirstDraft.objects.filter(plan=plan, frozen_at__isnull=False)
    return list(drafts.select_related("author").order_by("pk"))


def side_by_side(plan: LessonPlan, drafts: list[FirstDraft]) -> list[DraftedSection]:
    """The drafts in columns by section; like wordings share a column."""
    main = plan.state.task.main_preparer_id
    if not drafts:
        return []
    base = next((draft for draft in drafts if draft.author_id == main), drafts[0])
    result = []
    for section in base.sections:
        written = [
            (draft, mine)
            for draft in drafts
            for mine in draft.sections
            if mine["id"] == section["id"] and not is_empty(mine)
        ]
        written.sort(key=lambda pair: section_text(pair[1]))
        wordings = []
        for _text, same in groupby(written, key=lambda pair: section_text(pair[1])):
            pairs = sorted(same, key=lambda pair: pair[0].pk)
            wordings.append(
                Wording(
                    authors=[draft.author for draft, _section in pairs],
                    section=pairs[0][1],
                    is_base=any(draft.pk == base.pk for draft, _section in pairs),
                )
            )
        wordings.sort(key=lambda wording: (not wording.is_base, wording.authors[0].pk))
        result.append(
            DraftedSection(section["id"], section["value"]["heading"], wordings, len(written))
        )
    return result


def history_of(plan: LessonPlan) -> QuerySet[Revision]:
    """The plan's revisions, the newest first, without their content."""
    return (
        Revision.objects.for_instance(plan)
        .select_related("user")
        .defer("content")
        .order_by("-created_at", "-pk")
    )


def plans_waiting_for(user: User) -> models.QuerySet[LessonPlan]:
    """Plans in review that the user, as leader or deputy, may be the one to approve."""
    leading = Q(
        state__task__prep_plan__prep_group__members__user=user,
        state__task__prep_plan__prep_group__members__role__in=["leader", "deputy"],
        state__task__prep_plan__prep_group__members__until__isnull=True,
    )
    return (
        LessonPlan.objects.filter(leading, state__phase=Phase.IN_REVIEW)
        .select_related("state__task__main_preparer", "state__task__prep_plan__prep_group", "owner")
        .order_by(F("state__phase_since"))
        .distinct()
    )
