"""Versions of a lesson plan (教案版本): what was handed over, approved or published, for ever.

Wagtail overwrites and purges its revisions, a live one too; reports, editions and own versions
therefore point here.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models import User
from schools.models.appendonly import AppendOnly


def content_hash(title: str, sections: list[dict[str, Any]]) -> str:
    """SHA-256 of title and sections as canonical JSON, in hex."""
    text = json.dumps(
        {"title": title, "sections": sections},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode()).hexdigest()


class PlanVersion(AppendOnly):
    """One version of a plan's text; written once, never changed."""

    class Reason(models.TextChoices):
        HAND_OVER = "hand_over", _("handed over to the discussion")
        APPROVAL = "approval", _("approved")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey("plans.LessonPlan", models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=255)
    description = models.JSONField(default=dict)
    sections = models.JSONField()
    design_model = models.CharField(max_length=40, blank=True)
    media = models.JSONField(default=list)
    audience = models.JSONField(default=list)
    content_hash = models.CharField(max_length=64, db_index=True)
    authors = models.ManyToManyField(User, related_name="plan_versions")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="versions_number_once_a_plan")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"

    def is_intact(self) -> bool:
        """Whether the stored text still has the hash it was stored with."""
        return content_hash(self.title, self.sections) == self.content_hash


class SectionCredit(AppendOnly):
    """Whose words stand in a section of a version (署名): names, in order, and no numbers."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="credits")
    section = models.UUIDField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        verbose_name = _("credit of a section")
        verbose_name_plural = _("credits of sections")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "section", "user"], name="versions_credited_once_a_section"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.user}"
