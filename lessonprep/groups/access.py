"""Who may see a prep group and act for it."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

from django.http import Http404

from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepPlan, PrepTask
from schools.access import Role as Staff
from schools.access import grants_of
from schools.audience import Reader
from schools.models import School, User

Role = PrepGroupMember.Role


class Action(Enum):
    """What can be done with a prep group."""

    SEE = "see"
    PLAN = "plan"
    MANAGE = "manage"


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
    """Members see the group; leader and deputies plan its work; the leader arranges its people.

    Staff who care for the group arrange its people too, and see none of its work.
    """
    role = role_in(reader, prep_group.pk)
    match action:
        case Action.SEE:
            return role is not None
        case Action.PLAN:
            return role in LEADING
        case Action.MANAGE:
            return role == Role.LEADER or cares_for(reader, prep_group)


def may_found(reader: Reader, school: School, *, subject: str = "", stage: str = "") -> bool:
    """Whether the reader, as staff, may set up a prep group that this school leads.

    The school's administrator; a region's administrator or its researcher of the subject and
    stage, for the schools below the region.
    """
    for grant in grants_of(reader):
        if grant.role == Staff.SCHOOL_ADMIN and grant.school_id == school.pk:
            return True
        if grant.region_id not in school.region.ids_upwards():
            continue
        if grant.role == Staff.REGION_ADMIN:
            return True
        if grant.role == Staff.RESEARCHER and (
            grant.subject in {"", subject} and grant.stage in {"", stage}
        ):
            return True
    return False


def cares_for(reader: Reader, prep_group: PrepGroup) -> bool:
    """Whether the reader, as staff of the lead end or of a region above it, arranges its people."""
    if not grants_of(reader):
        return False
    lead = next((end.school for end in prep_group.ends.all() if end.end == "lead"), None)
    return lead is not None and may_found(
        reader, lead, subject=prep_group.subject, stage=prep_group.stage
    )


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


def task_or_404(
    reader: Reader, uuid: UUID, action: Action = Action.SEE, *, removed: bool = False
) -> PrepTask:
    """The task, if the reader may do `action` with its group; a removed one only where asked."""
    tasks = PrepTask.objects.select_related(
        "prep_plan__prep_group", "prep_plan__volume", "prep_plan__term", "chapter", "main_preparer"
    )
    task: PrepTask | None = tasks.filter(uuid=uuid, removed_at__isnull=not removed).first()
    if task is None or not can(reader, action, task.prep_plan.prep_group):
        raise Http404
    return task


def member_or_404(prep_group: PrepGroup, pk: int) -> PrepGroupMember:
    """A tenure in this group that holds today."""
    member: PrepGroupMember | None = (
        PrepGroupMember.objects.on()
        .filter(prep_group=prep_group, pk=pk)
        .select_related("user", "school")
        .first()
    )
    if member is None:
        raise Http404
    return member
