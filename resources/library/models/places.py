"""The libraries in which a resource may stand (校级库, 集团库, 县级库 …): levels and places.

The ladder (逐级推荐): school → group, base or county → city → province → public. Group, subject
base (学科基地) and county are three ways up from the school, and rise in this order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from schools import audience
from schools.access import Scope, scope_columns
from schools.models import EducationGroup, Region, School, SubjectBase
from schools.models.roles import SCOPES


class Level(models.TextChoices):
    """A level of the ladder; its codes are the scopes of search and API."""

    SCHOOL = "school", _("School library")
    GROUP = "group", _("Group library")
    BASE = "base", _("Base library")
    COUNTY = "county", _("County library")
    CITY = "city", _("City library")
    PROVINCE = "province", _("Province library")
    PUBLIC = "public", _("Public")

    @property
    def rank(self) -> int:
        """How high it is, the school at 0."""
        return list(Level).index(self)


REGIONAL = (Level.COUNTY, Level.CITY, Level.PROVINCE)


@dataclass(frozen=True, slots=True)
class Place:
    """One library: a level and who has it, school, group, base or region; the public has none."""

    level: Level
    scope: Scope | None = None

    def __str__(self) -> str:
        if self.scope is None:
            return gettext("Public library")
        return f"{self.scope} · {self.level.label}"

    @property
    def rank(self) -> int:
        """How high it is, the school at 0."""
        return self.level.rank

    @property
    def token(self) -> str:
        """The audience that reads this library."""
        match self.scope:
            case School(pk=pk):
                return audience.school(pk)
            case EducationGroup(pk=pk):
                return audience.group(pk)
            case SubjectBase(pk=pk):
                return audience.base(pk)
            case Region(pk=pk):
                return audience.region(pk)
            case _:
                return audience.PUBLIC


def scope_fields(scope: Scope | None) -> dict[str, Any]:
    """The columns of `Scoped` that say `scope`."""
    return scope_columns(scope)


class Scoped(models.Model):
    """A row about one level and at most one school, group, base or region."""

    level = models.CharField(_("level"), max_length=10, choices=Level)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("school")
    )
    education_group = models.ForeignKey(
        EducationGroup, models.PROTECT, null=True, blank=True, related_name="+"
    )
    subject_base = models.ForeignKey(
        SubjectBase, models.PROTECT, null=True, blank=True, related_name="+"
    )
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def scope(self) -> Scope | None:
        """The school, group, base or region of the row."""
        return self.school or self.education_group or self.region or self.subject_base

    @property
    def place(self) -> Place:
        """The library that the row is about."""
        level = Level(self.level)
        return Place(level, None if level == Level.PUBLIC else self.scope)


def scope_fits_level(*, public_has_region: bool) -> Q:
    """The condition that a `Scoped` row names exactly what its level asks for."""
    empty = {f"{column}__isnull": True for column in SCOPES}

    def only(field: str) -> Q:
        return Q(**{**empty, f"{field}__isnull": False})

    public = only("region") if public_has_region else Q(**empty)
    return (
        (Q(level=Level.SCHOOL) & only("school"))
        | (Q(level=Level.GROUP) & only("education_group"))
        | (Q(level=Level.BASE) & only("subject_base"))
        | (Q(level__in=[*REGIONAL]) & only("region"))
        | (Q(level=Level.PUBLIC) & public)
    )
