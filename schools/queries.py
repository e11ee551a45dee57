"""Reads about a person: where they belong, the term they are in, their notices."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db import models

from schools.access import grants_of
from schools.models import Membership, Notification, Region, RoleGrant, School, Term, User
from schools.models.dated import today


def memberships_of(user: User, day: date | None = None) -> models.QuerySet[Membership]:
    """The user's memberships that hold on `day`, the main school first."""
    held: models.QuerySet[Membership] = Membership.objects.on(day or today())
    return (
        held.filter(user=user)
        .select_related("school__region")
        .order_by("-is_main", "-since", "-pk")
    )


def main_school(user: User, day: date | None = None) -> School | None:
    """The school that the user is first of all at."""
    first = memberships_of(user, day).first()
    return first.school if first else None


def roles_of(user: User) -> list[RoleGrant]:
    """The user's roles of today, by role and scope."""
    return sorted(grants_of(user), key=lambda grant: (grant.role, str(grant.scope or "")))


def place_name_of(user: User | AnonymousUser | None) -> str:
    """The name beside the user's own: their school, or the scope of a role (县教研室)."""
    if not isinstance(user, User):
        return ""
    school = main_school(user)
    if school is not None:
        return school.name
    scopes = (grant.scope for grant in roles_of(user))
    return next((str(scope) for scope in scopes if scope is not None), "")


def term_on(day: date, region: Region) -> Term | None:
    """The term that `region` is in: its own, or that of the nearest region above it."""
    running = Term.objects.filter(
        region__in=region.ids_upwards(), first_day__lte=day, last_day__gte=day
    ).select_related("region")
    return max(running, key=lambda term: len(term.region.lineage), default=None)


def notices_of(user: User) -> models.QuerySet[Notification]:
    """The user's notices, the newest first."""
    return Notification.objects.filter(user=user)


def has_accepted(user: User, version: str) -> bool:
    """Whether the user has accepted this version of the terms of ownership."""
    return user.terms_acceptances.filter(version=version).exists()
