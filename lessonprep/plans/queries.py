"""Reading plans: the board, drafts side by side, remarks, history."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import models
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from wagtail.models import Revision

from lessonprep.groups.access import LEADING
from lessonprep.groups.models import ClassMode, PrepGroup, PrepGroupMember, PrepPlan, PrepTask
from lessonprep.groups.queries import tasks_of
from lessonprep.plans.access import OWNERS
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.agenda import SectionAgenda, agenda_of
from lessonprep.plans.models import (
    DesignDefault,
    DesignModel,
    FirstDraft,
    LessonPlan,
    PlanState,
    Remark,
)
from lessonprep.plans.numbering import circled
from lessonprep.plans.sections import Section
from lessonprep.versions.models import PlanVersion
from schools.access import grants_of
from schools.models import Region, User

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

    @property
    def mark(self) -> str:
        """Its number in a circle."""
        return circled(self.number)

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be done about it."""
        return self.remark.settled_at is not None


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


def drafts_of(plan: LessonPlan) -> list[FirstDraft]:
    """The first drafts that were opened to the group."""
    drafts = FirstDraft.objects.filter(plan=plan, frozen_at__isnull=False)
    return list(drafts.select_related("author").order_by("pk"))


def agenda_of_plan(
    plan: LessonPlan,
    *,
    sections: list[Section] | None = None,
    drafts: list[FirstDraft] | None = None,
) -> list[SectionAgenda]:
    """The opened drafts compared, section by section, the main preparer's as the base.

    `sections`, the plan's latest text, and `drafts` are read where they are not given.
    """
    if sections is None:
        sections = text_of(plan)
    main = plan.state.task.main_preparer_id
    opened = drafts_of(plan) if drafts is None else drafts
    drafts = sorted(opened, key=lambda draft: (draft.author_id != main, draft.pk))
    own = [(draft.pk, draft.sections) for draft in drafts]
    return agenda_of(sections, own, plan.state.agenda)


def designs_for(prep_group: PrepGroup) -> QuerySet[DesignModel]:
    """The models that a group may choose: shipped, of the regions above its schools, its own."""
    lineages = prep_group.schools.values_list("region__lineage", flat=True)
    regions = {int(pk) for lineage in lineages for pk in lineage.strip("/").split("/")}
    owned = Q(region__isnull=True, prep_group__isnull=True)
    found: QuerySet[DesignModel] = (
        DesignModel.objects.in_use()
        .filter(owned | Q(region__in=regions) | Q(prep_group=prep_group))
        .select_related("region", "prep_group")
        .order_by("pk")
    )
    return found


def owners_of_designs(user: User) -> dict[str, Region | PrepGroup]:
    """The groups and regions for which the user makes design models, by a key for forms."""
    leading = PrepGroupMember.objects.on().filter(user=user, role__in=LEADING)
    groups = PrepGroup.objects.filter(pk__in=leading.values("prep_group")).order_by("name")
    owners: dict[str, Region | PrepGroup] = {f"group-{group.uuid}": group for group in groups}
    for grant in grants_of(user):
        if grant.role in OWNERS and grant.region is not None:
            owners[f"region-{grant.region.pk}"] = grant.region
    return owners


@dataclass(frozen=True, slots=True)
class DefaultChoice:
    """A group that the user leads, or one of its prep plans, with the models to choose from."""

    name: str
    address: str
    designs: list[DesignModel]
    chosen: str


def defaults_to_choose(user: User) -> list[DefaultChoice]:
    """What the user may choose a default model for: groups that they lead, and their plans."""
    leading = PrepGroupMember.objects.on().filter(user=user, role__in=LEADING)
    groups = PrepGroup.objects.filter(pk__in=leading.values("prep_group")).order_by("name")
    choices = []
    for group in groups.select_related("design_default__design_model")[:MOST_GROUPS]:
        designs = list(designs_for(group))
        choices.append(_choice(group.name, "plans:group_design", group, designs))
        plans = group.prep_plans.select_related("volume", "term", "design_default__design_model")
        choices += [
            _choice(str(plan), "plans:prep_plan_design", plan, designs)
            for plan in plans[:MOST_PLANS]
        ]
    return choices


MOST_GROUPS, MOST_PLANS = 10, 4
"""Of how many groups, and of how many of their newest prep plans, the default is offered."""


def _choice(
    name: str, view: str, of: PrepGroup | PrepPlan, designs: list[DesignModel]
) -> DefaultChoice:
    chosen: DesignDefault | None = getattr(of, "design_default", None)
    code = chosen.design_model.code if chosen else ""
    return DefaultChoice(name, reverse(view, args=[of.uuid]), designs, code)


TWO_ENDS = "two_ends"
"""The shipped model of a lesson that a lead end gives and receiving ends follow."""


def default_design(prep_plan: PrepPlan, task: PrepTask | None = None) -> DesignModel:
    """The model with which a plan begins: chosen for the prep plan, else for the group.

    Where nobody chose: the two-column one for a live lesson of two ends, else the common one.
    """
    chosen = (
        DesignDefault.objects.filter(Q(prep_plan=prep_plan) | Q(prep_group=prep_plan.prep_group_id))
        .select_related("design_model")
        .order_by(F("prep_plan").asc(nulls_last=True))
        .first()
    )
    if chosen is not None and chosen.design_model.retired_at is None:
        return chosen.design_model
    shipped = DesignModel.objects.in_use().shipped().order_by("pk")
    if task is not None and task.class_mode in {ClassMode.DELIVERY, ClassMode.MASTER}:
        two_ends: DesignModel | None = shipped.filter(code=TWO_ENDS).first()
        if two_ends is not None:
            return two_ends
    common: DesignModel = shipped[0]
    return common


def history_of(plan: LessonPlan) -> QuerySet[Revision]:
    """The plan's revisions, the newest first, without their content."""
    return (
        Revision.objects.for_instance(plan)
        .select_related("user")
        .prefetch_related("plan_writers__user")
        .defer("content")
        .order_by("-created_at", "-pk")
    )


def writers_by_section(plan: LessonPlan) -> dict[str, list[User]]:
    """Who has changed which section since the plan was made, by the section's id."""
    revisions = Revision.objects.for_instance(plan).order_by("pk").prefetch_related("plan_writers")
    found: dict[str, set[int]] = {}
    before: dict[str, Any] | None = None
    for revision in revisions:
        sections = json.loads(revision.content["sections"])
        now = {section["id"]: section["value"] for section in sections}
        people = {row.user_id for row in revision.plan_writers.all()} | {revision.user_id} - {None}
        for id_, value in now.items():
            if before is not None and before.get(id_) != value:
                found.setdefault(id_, set()).update(people)
        before = now
    users = User.objects.in_bulk({pk for people in found.values() for pk in people})
    main = plan.state.task.main_preparer_id
    return {
        id_: [users[pk] for pk in sorted(people, key=lambda pk: (pk != main, pk))]
        for id_, people in found.items()
    }


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
