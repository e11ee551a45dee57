"""Who holds which role where: the ground of every app's `can(user, action, thing)`."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from schools.audience import Reader
from schools.models import EducationGroup, Region, RoleGrant, School, SubjectBase, User
from schools.models.dated import today
from schools.models.roles import SCOPES

Role = RoleGrant.Role
Scope = School | EducationGroup | Region | SubjectBase


def grants_of(reader: Reader) -> list[RoleGrant]:
    """The reader's roles of today, kept on the reader for the request."""
    if not isinstance(reader, User) or not reader.is_active:
        return []
    kept: list[RoleGrant] | None = reader.__dict__.get("_role_grants")
    if kept is None:
        grants = RoleGrant.objects.on(today()).filter(user=reader)
        kept = list(grants.select_related(*SCOPES))
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
    where = scope_columns(scope)
    grants = RoleGrant.objects.on(today()).filter(
        Q(subject="") | Q(subject=subject), Q(stage="") | Q(stage=stage), role=role, **where
    )
    return User.objects.filter(is_active=True, pk__in=grants.values("user"))


def scope_columns(scope: Scope | None) -> dict[str, Any]:
    """The columns of a `RoleGrant` that say `scope`."""
    return {**dict.fromkeys(SCOPES), **({field_of(scope): scope} if scope is not None else {})}


def field_of(scope: Scope) -> str:
    """The column of a `RoleGrant` that holds such a scope."""
    match scope:
        case School():
            return "school"
        case EducationGroup():
            return "education_group"
        case Region():
            return "region"
        case SubjectBase():
            return "subject_base"
