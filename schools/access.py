"""Who holds which role where: the ground of every app's `can(user, action, thing)`."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from schools.audience import Reader
from schools.models import EducationGroup, Region, RoleGrant, School, User
from schools.models.dated import today

Role = RoleGrant.Role
Scope = School | EducationGroup | Region


def grants_of(reader: Reader) -> list[RoleGrant]:
    """The reader's roles of today, kept on the reader for the request."""
    if not isinstance(reader, User) or not reader.is_active:
        return []
    kept: list[RoleGrant] | None = reader.__dict__.get("_role_grants")
    if kept is None:
        grants = RoleGrant.objects.on(today()).filter(user=reader)
        kept = list(grants.select_related("school", "education_group", "region"))
        reader.__dict__["_role_grants"] = kept
    return kept


def _covers(grant: RoleGrant, subject: str, stage: str) -> bool:
    return grant.subject in {"", subject} and grant.stage in {"", stage}


def holds(
    reader: Reader, role: Role, scope: Scope | None = None, *, subject: str = "", stage: str = ""
) -> bool:
    """Whether the reader has `role` on exactly this scope, for this subject and stage.

    A role for one subject says nothing of another; `scope` None asks for a role on the site.
    """
    return any(
        grant.role == role and grant.scope == scope and _covers(grant, subject, stage)
        for grant in grants_of(reader)
    )


def users_holding(
    role: Role, scope: Scope | None, *, subject: str = "", stage: str = ""
) -> models.QuerySet[User]:
    """The users for whom `holds` is true."""
    where: dict[str, Any] = {"school": None, "education_group": None, "region": None}
    if scope is not None:
        where[_field_of(scope)] = scope
    grants = RoleGrant.objects.on(today()).filter(
        Q(subject="") | Q(subject=subject), Q(stage="") | Q(stage=stage), role=role, **where
    )
    return User.objects.filter(is_active=True, pk__in=grants.values("user"))


def _field_of(scope: Scope) -> str:
    match scope:
        case School():
            return "school"
        case EducationGroup():
            return "education_group"
        case Region():
            return "region"
