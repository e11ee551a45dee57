"""Reading prep groups, their members, plans and tasks."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Count, Q

from lessonprep.groups.models import (
    PrepGroup,
    PrepGroupMember,
    PrepGroupSchool,
    PrepPlan,
    PrepTask,
)
from resources.catalogue.models import Chapter
from schools.access import Role, grants_of
from schools.models import EducationGroupMember, Membership, School, Term, User
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
        .annotate(task_count=Count("tasks", filter=Q(tasks__removed_at__isnull=True)))
        .order_by("-created_at", "-pk")  # what is counted loses the order of the model
    )


def tasks_of(prep_plan: PrepPlan) -> models.QuerySet[PrepTask]:
    """The tasks in teaching order."""
    standing: models.QuerySet[PrepTask] = PrepTask.objects.standing().filter(prep_plan=prep_plan)
    return standing.select_related("chapter", "main_preparer").order_by("position", "pk")


def removed_tasks_of(prep_plan: PrepPlan) -> models.QuerySet[PrepTask]:
    """What was removed from the plan and can be brought back, the latest first."""
    removed: models.QuerySet[PrepTask] = PrepTask.objects.filter(
        prep_plan=prep_plan, removed_at__isnull=False
    )
    return removed.select_related("chapter", "removed_by").order_by("-removed_at")


def lessons_without_task(prep_plan: PrepPlan) -> models.QuerySet[Chapter]:
    """The volume's lessons that the plan has never had a task for."""
    return (
        Chapter.objects.filter(volume=prep_plan.volume_id, is_lesson=True)
        .exclude(pk__in=PrepTask.objects.filter(prep_plan=prep_plan).values("chapter"))
        .select_related("parent")
        .order_by("position")
    )


def terms_for(prep_group: PrepGroup) -> models.QuerySet[Term]:
    """The terms of the regions above the group's schools that have not ended."""
    lineages = prep_group.schools.values_list("region__lineage", flat=True)
    regions = {int(pk) for lineage in lineages for pk in lineage.strip("/").split("/")}
    return Term.objects.filter(Q(region__in=regions), last_day__gte=today()).order_by("first_day")


def former_members_of(prep_group: PrepGroup) -> models.QuerySet[PrepGroupMember]:
    """Tenures that are over, the latest first."""
    over: models.QuerySet[PrepGroupMember] = prep_group.members.filter(until__lt=today())
    return over.select_related("user", "school").order_by("-until", "user__name")


def ends_of(prep_group: PrepGroup) -> models.QuerySet[PrepGroupSchool]:
    """The group's schools, the lead end first."""
    return prep_group.ends.select_related("school__region").order_by("end", "school__name")


def candidates_for(prep_group: PrepGroup) -> models.QuerySet[Membership]:
    """Teachers of the group's schools who are not in it today, with the school they would be of."""
    inside = PrepGroupMember.objects.on().filter(prep_group=prep_group)
    found: models.QuerySet[Membership] = Membership.objects.on().filter(
        school__in=prep_group.ends.values("school"), user__is_active=True
    )
    return (
        found.exclude(user__in=inside.values("user"))
        .select_related("user", "school")
        .order_by("school__name", "user__name", "pk")
    )


def schools_within(reader: User) -> models.QuerySet[School]:
    """The schools over which the reader may set up prep groups: see `access.may_found`."""
    own, regions = set(), set()
    for grant in grants_of(reader):
        if grant.role == Role.SCHOOL_ADMIN and grant.school_id:
            own.add(grant.school_id)
        elif grant.role in (Role.REGION_ADMIN, Role.RESEARCHER) and grant.region_id:
            regions.add(grant.region_id)
    allied = EducationGroupMember.objects.on().filter(
        education_group__in=EducationGroupMember.objects.on()
        .filter(school__in=own)
        .values("education_group")
    )
    below = Q(pk__in=own) | Q(pk__in=allied.values("school"))
    for region in regions:
        below |= Q(region__lineage__contains=f"/{region}/")
    return School.objects.filter(below).select_related("region").order_by("name")


def prep_groups_cared_for(reader: User) -> models.QuerySet[PrepGroup]:
    """The groups whose people the reader may arrange as staff, with their sizes."""
    mine = Q(pk__in=[])
    for grant in grants_of(reader):  # as `access.may_found` asks of one
        below = Q(ends__school__region__lineage__contains=f"/{grant.region_id}/")
        if grant.role == Role.SCHOOL_ADMIN and grant.school_id:
            mine |= Q(ends__school=grant.school_id)
        elif grant.role == Role.REGION_ADMIN and grant.region_id:
            mine |= below
        elif grant.role == Role.RESEARCHER and grant.region_id:
            said = {"subject": grant.subject, "stage": grant.stage}
            mine |= below & Q(**{name: value for name, value in said.items() if value})
    known = PrepGroup.objects.filter(mine, ends__end="lead").values("pk")
    now = held_on(today(), "members__")
    return (
        PrepGroup.objects.filter(pk__in=known)
        .annotate(
            member_count=Count("members__user", filter=now, distinct=True),
            school_count=Count("ends", distinct=True),
        )
        .order_by("name", "pk")
    )


def tasks_waiting_on(prep_group: PrepGroup, user: User) -> models.QuerySet[PrepTask]:
    """Tasks of the group that name the user as main preparer, from today on."""
    waiting: models.QuerySet[PrepTask] = PrepTask.objects.standing().filter(
        prep_plan__prep_group=prep_group, main_preparer=user, teaching_day__gte=today()
    )
    return waiting.select_related("chapter")
