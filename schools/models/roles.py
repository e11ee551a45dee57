"""Roles on scopes: who may act for a school, a group or a region, in which stage and subject."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.curriculum import Stage, Subject
from schools.models.dated import Dated
from schools.models.people import User
from schools.models.places import EducationGroup, Region, School, SubjectBase

SCOPES = ("school", "education_group", "region", "subject_base")
"""The columns of which a role on a scope fills exactly one."""


def _only(column: str = "") -> Q:
    """The condition that of all scopes `column` alone is there, none by default."""
    return Q(**{f"{each}__isnull": each != column for each in SCOPES})


def _one_scope() -> Q:
    return reduce(or_, (_only(column) for column in SCOPES))


class RoleGrant(Dated):
    """One role of a user on one scope, all subjects and stages where none is named."""

    class Role(models.TextChoices):
        LIBRARY_EDITOR = "library_editor", _("Library editor")
        SCHOOL_ADMIN = "school_admin", _("School administrator")
        GROUP_ADMIN = "group_admin", _("Group administrator")
        REGION_ADMIN = "region_admin", _("Region administrator")
        RESEARCHER = "researcher", _("Subject researcher")
        JUDGE = "judge", _("Judge")
        PORTAL_EDITOR = "portal_editor", _("Portal editor")
        OPERATOR = "operator", _("Operator")

    SITE_ROLES = (Role.PORTAL_EDITOR, Role.OPERATOR)

    user = models.ForeignKey(User, models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    school = models.ForeignKey(School, models.CASCADE, null=True, blank=True)
    education_group = models.ForeignKey(EducationGroup, models.CASCADE, null=True, blank=True)
    region = models.ForeignKey(Region, models.CASCADE, null=True, blank=True)
    subject_base = models.ForeignKey(SubjectBase, models.CASCADE, null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, blank=True)
    subject = models.CharField(_("subject"), max_length=20, choices=Subject, blank=True)
    granted_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="granted_roles"
    )

    class Meta(Dated.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=(Q(role__in=["portal_editor", "operator"]) & _only())
                | (~Q(role__in=["portal_editor", "operator"]) & _one_scope()),
                name="schools_a_role_has_one_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.scope or ''}"

    @property
    def scope(self) -> School | EducationGroup | Region | SubjectBase | None:
        """The school, group, region or base; None for a role on the whole site."""
        return self.school or self.education_group or self.region or self.subject_base

    @property
    def scope_key(self) -> tuple[str, int] | None:
        """The scope without a query, to compare by: the name of its model and its id."""
        models_of = ("School", "EducationGroup", "Region", "SubjectBase")
        for column, model in zip(SCOPES, models_of, strict=True):
            pk = getattr(self, f"{column}_id")
            if pk is not None:
                return model, pk
        return None
