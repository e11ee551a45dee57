"""Whose sign-in one may look after: those one administers, nobody with more rights than oneself."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from schools.access import Role, grants_of
from schools.models import Membership, Region, RoleGrant, School, User
from schools.models.dated import today

STAFF_ROLES = frozenset(
    {
        Role.SCHOOL_ADMIN,
        Role.GROUP_ADMIN,
        Role.REGION_ADMIN,
        Role.PORTAL_EDITOR,
        Role.OPERATOR,
    }
)
"""Those who look after people's accounts, write for the public or may break glass."""


def looked_after_by(by: User) -> QuerySet[User]:
    """Whom `by` may invite, unlock, set back or shut out.

    The teachers and role holders of the schools and regions that `by` administers, but nobody who
    holds a role outside of these, nor on the site, and never oneself. An operator looks after all.
    """
    others = User.objects.exclude(pk=by.pk)
    if any(grant.role == Role.OPERATOR for grant in grants_of(by)):
        return others
    schools, regions = Q(pk__in=[]), Q(pk__in=[])
    # A role for one subject or stage makes nobody an administrator of people.
    for grant in (each for each in grants_of(by) if not (each.subject or each.stage)):
        if grant.role == Role.SCHOOL_ADMIN and grant.school_id:
            schools |= Q(pk=grant.school_id)
        elif grant.role == Role.REGION_ADMIN and grant.region:
            schools |= Q(region__lineage__startswith=grant.region.lineage)
            regions |= Q(lineage__startswith=grant.region.lineage)
    return _reached(others, School.objects.filter(schools), regions)


def _reached(others: QuerySet[User], schools: QuerySet[School], regions: Q) -> QuerySet[User]:
    places = Region.objects.filter(regions)
    held = RoleGrant.objects.on(today())
    within = held.filter(
        Q(school__in=schools)
        | Q(region__in=places)
        | Q(education_group__region__in=places)
        | Q(subject_base__region__in=places)
    )
    beyond = held.exclude(pk__in=within.values("pk"))
    # A guest on rotation is looked after by the school they come from.
    members = Membership.objects.on(today()).filter(school__in=schools, is_main=True)
    reached = Q(pk__in=members.values("user")) | Q(pk__in=within.values("user"))
    return others.filter(reached, is_superuser=False).exclude(pk__in=beyond.values("user"))


def may_let_in(by: User, user: User) -> bool:
    """Whether `by` looks after the user's sign-in."""
    return looked_after_by(by).filter(pk=user.pk).exists()


def let_in_or_404(by: User, uuid: UUID) -> User:
    """The user whose sign-in `by` looks after."""
    return get_object_or_404(looked_after_by(by), uuid=uuid)
