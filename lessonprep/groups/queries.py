"""Reading prep groups, their members, plans and tasks."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Count, Q

from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepPlan, PrepTask
from schools.models import Term, User
from schools.models.dated import held_on, today


def members_of(prep_group: PrepGroup, on: date | None = None) -> models.QuerySet[PrepGroupMember]:
    """The members of a day, leader first, then by school and name."""
    rank = models.Case(
        models.When(role="leader", then=0), models.When(role="deputy", then=1), default=2
    )
    members: models.QuerySet[PrepGroupMember] = prep_group.members.on(on)
    return members.select_related("user", "school").order_by(rank, "school__name", "user__name")


def users_in(prep_group: PrepGroup, *roles: PrepGroupMember.Role) -> models.QuerySet[User]:
    """Today's members as users, only those with one of `roles` where roles are named."""
    members = PrepGroupMember.objects.on().filter(prep_group=prep_group)
    if roles:
        members = members.filter(role__in=roles)
    return User.objects.filter(pk__in=members.values("user"), is_active=True)


def prep_groups_of(user: User) -> models.QuerySet[PrepGroup]:
    """The groups of which the user is a member today, with their sizes."""
    now = held_on(today(), "members__")
    mine = PrepGroupMember.objects.on().filter(user=user)
    return PrepGroup.objects.filter(pk__in=mine.values("prep_group")).annotate(
        member_count=Count("members__user", filter=now, distinct=True),
        school_count=Count("ends", distinct=True),
    )


def prep_plans_of(user: User) -> models.QuerySet[PrepPlan]:
    """The prep plans of the user's groups, the newest first."""
    return (
        PrepPlan.objects.filter(prep_group__in=prep_groups_of(user).values("pk"))
        .select_related("prep_group", "volume", "term")
        .annotate(task_count=Count("tasks"))
    )


def tasks_of(prep_plan: PrepPlan) -> models.QuerySet[PrepTask]:
    """The tasks in teaching order."""
    return prep_plan.tasks.select_related("chapter", "main_preparer").order_by("position")


def terms_for(prep_group: PrepGroup) -> models.QuerySet[Term]:
    """The terms of the regions above the group's schools that have not ended."""
    lineages = prep_group.schools.values_list("region__lineage", flat=True)
    regions = {int(pk) for lineage in lineages for pk in lineage.strip("/").split("/")}
    return Term.objects.filter(Q(region__in=regions), last_day__gte=today()).order_by("first_day")
