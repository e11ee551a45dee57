"""Who may see a prep group and act for it."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

from django.http import Http404

from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepPlan, PrepTask
from schools.audience import Reader
from schools.models import User

Role = PrepGroupMember.Role


class Action(Enum):
    """What can be done with a prep group."""

    SEE = "see"
    PLAN = "plan"


LEADING = {Role.LEADER, Role.DEPUTY}


def role_in(reader: Reader, prep_group_id: int) -> Role | None:
    """The reader's role in the group today, kept on the reader for the request."""
    if not isinstance(reader, User) or not reader.is_active:
        return None
    kept: dict[int, Role] | None = reader.__dict__.get("_prep_roles")
    if kept is None:
        rows = PrepGroupMember.objects.on().filter(user=reader).values_list("prep_group_id", "role")
        kept = {pk: Role(role) for pk, role in rows}
        reader.__dict__["_prep_roles"] = kept
    return kept.get(prep_group_id)


def can(reader: Reader, action: Action, prep_group: PrepGroup) -> bool:
    """Members see the group; its leader and deputies plan its work."""
    role = role_in(reader, prep_group.pk)
    return role is not None if action is Action.SEE else role in LEADING


def prep_group_or_404(reader: Reader, uuid: UUID, action: Action = Action.SEE) -> PrepGroup:
    """The group, if the reader may do `action` with it."""
    prep_group = PrepGroup.objects.filter(uuid=uuid).first()
    if prep_group is None or not can(reader, action, prep_group):
        raise Http404
    return prep_group


def prep_plan_or_404(reader: Reader, uuid: UUID, action: Action = Action.SEE) -> PrepPlan:
    """The prep plan, if the reader may do `action` with its group."""
    plans = PrepPlan.objects.select_related("prep_group", "volume", "term")
    prep_plan = plans.filter(uuid=uuid).first()
    if prep_plan is None or not can(reader, action, prep_plan.prep_group):
        raise Http404
    return prep_plan


def task_or_404(reader: Reader, uuid: UUID, action: Action = Action.SEE) -> PrepTask:
    """The task, if the reader may do `action` with its group."""
    tasks = PrepTask.objects.select_related(
        "prep_plan__prep_group", "prep_plan__volume", "prep_plan__term", "chapter", "main_preparer"
    )
    task = tasks.filter(uuid=uuid).first()
    if task is None or not can(reader, action, task.prep_plan.prep_group):
        raise Http404
    return task
