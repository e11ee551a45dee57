"""Places: regions (行政区), schools (学校), groups (教育集团), bases (学科基地), containers."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from schools.curriculum import SchoolSystem, Stage, Subject
from schools.models.dated import Dated


class Region(models.Model):
    """An administrative region; `lineage` is the ids from the province down, ``"/1/4/9/"``."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        COUNTY = "county", _("County")
        TOWNSHIP = "township", _("Township")

    name = models.CharField(_("name"), max_length=60)
    code = models.CharField(_("division code"), max_length=12, unique=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    lineage = models.CharField(max_length=80, editable=False, db_index=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level="province", parent__isnull=True)
                | (~models.Q(level="province") & models.Q(parent__isnull=False)),
                name="schools_region_only_a_province_has_no_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        lineage = f"{self.parent.lineage if self.parent else '/'}{self.pk}/"
        if lineage != self.lineage:
            self.lineage = lineage
            type(self).objects.filter(pk=self.pk).update(lineage=lineage)

    def ids_upwards(self) -> list[int]:
        """Ids of the province, city … and this region."""
        return [int(part) for part in self.lineage.strip("/").split("/")]


class Container(Page):
    """A place of the page tree that holds pages; its own address answers 404."""

    search_auto_update = False  # containers are found by no one
    parent_page_types: list[str] = []
    is_creatable = False

    class Meta:
        verbose_name = _("container")
        verbose_name_plural = _("containers")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def get_indexed_instance(self) -> None:
        """Containers are found by no one."""


class School(models.Model):
    """A school or teaching point."""

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary school")
        LEADING = "leading", _("Leading school")
        CENTRAL = "central", _("Township central school")
        TEACHING_POINT = "teaching_point", _("Teaching point")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(_("school code"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ORDINARY)
    region = models.ForeignKey(Region, models.PROTECT, related_name="schools")
    system = models.CharField(
        _("school system"), max_length=10, choices=SchoolSystem, default=SchoolSystem.SIX_THREE
    )
    container = models.OneToOneField(
        Container, models.PROTECT, null=True, editable=False, related_name="school"
    )

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EducationGroup(models.Model):
    """A group of schools (教育集团) that a leading school heads."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    region = models.ForeignKey(Region, models.PROTECT, related_name="education_groups")
    lead_school = models.ForeignKey(School, models.PROTECT, related_name="led_groups")

    class Meta:
        verbose_name = _("education group")
        verbose_name_plural = _("education groups")

    def __str__(self) -> str:
        return self.name


class EducationGroupMember(Dated):
    """A school's time in an education group."""

    education_group = models.ForeignKey(EducationGroup, models.CASCADE, related_name="members")
    school = models.ForeignKey(School, models.PROTECT, related_name="group_memberships")

    class Meta(Dated.Meta):
        verbose_name = _("member school")
        verbose_name_plural = _("member schools")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["education_group", "school"],
                condition=models.Q(until__isnull=True),
                name="schools_one_open_membership_a_school_and_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.education_group}"


class SubjectBase(models.Model):
    """A subject base (学科基地): schools that build one subject together under a leading school."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    subject = models.CharField(_("subject"), max_length=20, choices=Subject)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    region = models.ForeignKey(Region, models.PROTECT, related_name="subject_bases")
    lead_school = models.ForeignKey(School, models.PROTECT, related_name="led_bases")

    class Meta:
        verbose_name = _("subject base")
        verbose_name_plural = _("subject bases")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"], name="schools_a_base_is_named_once_in_a_region"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SubjectBaseMember(Dated):
    """A school's time in a subject base; the leading school is a member too."""

    subject_base = models.ForeignKey(SubjectBase, models.CASCADE, related_name="members")
    school = models.ForeignKey(School, models.PROTECT, related_name="base_memberships")

    class Meta(Dated.Meta):
        verbose_name = _("school of a subject base")
        verbose_name_plural = _("schools of a subject base")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["subject_base", "school"],
                condition=models.Q(until__isnull=True),
                name="schools_one_open_membership_a_school_and_base",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.subject_base}"
