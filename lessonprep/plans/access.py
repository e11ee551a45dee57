"""Who may do what with a lesson plan, by role in the prep group and by phase."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

from django.http import Http404

from lessonprep.groups.access import LEADING, Role, role_in
from lessonprep.groups.models import PrepGroupMember
from lessonprep.plans.models import LessonPlan, PlanState, Remark
from schools.audience import Reader

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
}
BY_ANY_MEMBER = {Action.SEE, Action.DRAFT, Action.SEE_DRAFTS, Action.REMARK}


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


def _has_nobody_else(plan: LessonPlan, reader: Reader) -> bool:
    """Whether no other leader or deputy could approve: then a leader may approve an own plan."""
    members = PrepGroupMember.objects.on().filter(
        prep_group=plan.state.task.prep_plan.prep_group_id, role__in=LEADING
    )
    return not members.exclude(user=reader.pk).exists()


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


__all__ = [
    "LEADING",
    "Action",
    "NotNow",
    "Phase",
    "Role",
    "can",
    "plan_or_404",
    "remark_or_404",
]
