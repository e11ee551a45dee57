"""Who may do what with a lesson plan, by role in the prep group and by phase."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

from django.db import models
from django.http import Http404

from lessonprep.groups.access import LEADING, Role, role_in
from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepGroupSchool
from lessonprep.plans.models import (
    DesignModel,
    FirstDraft,
    LessonPlan,
    PlanDecision,
    PlanState,
    Remark,
)
from schools.access import Role as Staff
from schools.access import grants_of
from schools.audience import Reader
from schools.models import Region, User

Phase = PlanState.Phase


class Action(Enum):
    """What can be done with a plan."""

    SEE = "see"
    DRAFT = "draft"
    SEE_DRAFTS = "see drafts"
    HAND_OVER = "hand over"
    EDIT = "edit"
    REMARK = "remark"
    CLOSE_DISCUSSION = "close discussion"
    REOPEN_DISCUSSION = "reopen discussion"
    SUBMIT = "submit"
    APPROVE = "approve"
    REVISE = "revise"
    PUBLISH = "publish"
    DRAFT_LATE = "draft late"
    REDESIGN = "redesign"
    DECIDE = "decide"


WHEN: dict[Action, set[Phase]] = {
    Action.SEE: set(Phase),
    Action.DRAFT: {Phase.FIRST_DRAFT},
    Action.SEE_DRAFTS: set(Phase) - {Phase.FIRST_DRAFT},
    Action.HAND_OVER: {Phase.FIRST_DRAFT},
    Action.EDIT: {Phase.DISCUSSION, Phase.REVISION},
    Action.REMARK: {Phase.DISCUSSION, Phase.REVISION, Phase.IN_REVIEW},
    Action.CLOSE_DISCUSSION: {Phase.DISCUSSION},
    Action.REOPEN_DISCUSSION: {Phase.REVISION},
    Action.SUBMIT: {Phase.REVISION},
    Action.APPROVE: {Phase.IN_REVIEW},
    Action.REVISE: {Phase.APPROVED},
    Action.PUBLISH: {Phase.APPROVED},
    Action.DRAFT_LATE: {Phase.DISCUSSION, Phase.REVISION, Phase.IN_REVIEW},
    Action.REDESIGN: {Phase.FIRST_DRAFT, Phase.DISCUSSION, Phase.REVISION},
    Action.DECIDE: {Phase.DISCUSSION, Phase.REVISION},
}
BY_ANY_MEMBER = {
    Action.SEE,
    Action.DRAFT,
    Action.DRAFT_LATE,
    Action.SEE_DRAFTS,
    Action.REMARK,
}


def can(reader: Reader, action: Action, plan: LessonPlan) -> bool:
    """The one table of rights on a plan; `plan.state.task.prep_plan` should be loaded."""
    state = plan.state
    role = role_in(reader, state.task.prep_plan.prep_group_id)
    if role is None or state.phase not in WHEN[action]:
        return False
    if action in BY_ANY_MEMBER:
        return True
    is_main = state.task.main_preparer_id == reader.pk
    if action is Action.EDIT:
        return is_main or state.phase == Phase.DISCUSSION
    if action is Action.APPROVE:
        return role in LEADING and (not is_main or _has_nobody_else(plan, reader))
    return is_main or role in LEADING


def may_draft(reader: Reader, plan: LessonPlan, draft: FirstDraft | None) -> bool:
    """Whether the reader may write their first draft: before the discussion, or later while it
    was begun and not opened to the group.
    """
    if can(reader, Action.DRAFT, plan):
        return True
    is_kept = draft is not None and draft.frozen_at is None
    return is_kept and can(reader, Action.DRAFT_LATE, plan)


def _has_nobody_else(plan: LessonPlan, reader: Reader) -> bool:
    """Whether no other leader or deputy could approve: then a leader may approve an own plan."""
    members = PrepGroupMember.objects.on().filter(
        prep_group=plan.state.task.prep_plan.prep_group_id, role__in=LEADING
    )
    return not members.exclude(user=reader.pk).exists()


OWNERS = (Staff.LIBRARY_EDITOR, Staff.RESEARCHER)
"""Who makes design models for a region: its library editors, its researchers."""


def may_own_designs(reader: Reader, owner: Region | PrepGroup) -> bool:
    """Whether the reader makes lesson-design models for this group or region."""
    if isinstance(owner, PrepGroup):
        return role_in(reader, owner.pk) in LEADING
    grants = grants_of(reader)
    return any(grant.role in OWNERS and grant.region_id == owner.pk for grant in grants)


def may_change_design(reader: Reader, design: DesignModel) -> bool:
    """Whether the reader may change or retire the model; a shipped one stays as it is."""
    owner = design.prep_group or design.region
    return owner is not None and may_own_designs(reader, owner)


def designs_seen_by(reader: Reader) -> models.QuerySet[DesignModel]:
    """Shipped models, those of the reader's prep groups, of regions above and of one's roles."""
    if not isinstance(reader, User):
        return DesignModel.objects.none()
    groups = PrepGroupMember.objects.on().filter(user=reader).values("prep_group")
    lineages = PrepGroupSchool.objects.filter(prep_group__in=groups).values_list(
        "school__region__lineage", flat=True
    )
    regions = {int(pk) for lineage in lineages for pk in lineage.strip("/").split("/")}
    regions |= {grant.region_id for grant in grants_of(reader) if grant.region_id}
    seen: models.QuerySet[DesignModel] = DesignModel.objects.filter(
        models.Q(region__isnull=True, prep_group__isnull=True)
        | models.Q(prep_group__in=groups)
        | models.Q(region__in=regions)
    )
    return seen.select_related("region", "prep_group")


def design_or_404(reader: Reader, code: str, *, to_change: bool = False) -> DesignModel:
    """A model that the reader sees, or may change; 404 otherwise."""
    design = designs_seen_by(reader).filter(code=code).first()
    if design is None or (to_change and not may_change_design(reader, design)):
        raise Http404
    return design


def plan_or_404(reader: Reader, uuid: UUID, action: Action = Action.SEE) -> LessonPlan:
    """The plan with its state and task, if the reader may see it; 404 otherwise.

    Raises `NotNow` where the reader may see the plan but not do `action` with it now.
    """
    plans = LessonPlan.objects.select_related(
        "state__task__prep_plan__prep_group",
        "state__task__prep_plan__volume",
        "state__task__main_preparer",
        "state__task__chapter",
        "design_model",
    )
    plan = plans.filter(uuid=uuid).first()
    if plan is None or not can(reader, Action.SEE, plan):
        raise Http404
    if not can(reader, action, plan):
        raise NotNow(plan, action)
    return plan


class NotNow(Exception):
    """The reader sees the plan, but may not do this with it in its present phase."""

    def __init__(self, plan: LessonPlan, action: Action) -> None:
        super().__init__(f"{action.value}: {plan} is in {plan.state.phase}")
        self.plan = plan
        self.action = action


def remark_or_404(plan: LessonPlan, pk: int) -> Remark:
    """A remark of this plan."""
    remark = Remark.objects.filter(plan=plan, pk=pk).select_related("author").first()
    if remark is None:
        raise Http404
    return remark


def decision_or_404(plan: LessonPlan, pk: int) -> PlanDecision:
    """A decision of this plan."""
    decision: PlanDecision | None = PlanDecision.objects.filter(plan=plan, pk=pk).first()
    if decision is None:
        raise Http404
    return decision


__all__ = [
    "LEADING",
    "Action",
    "NotNow",
    "Phase",
    "Role",
    "can",
    "decision_or_404",
    "design_or_404",
    "designs_seen_by",
    "may_change_design",
    "may_draft",
    "may_own_designs",
    "plan_or_404",
    "remark_or_404",
]
