"""A Word document on its way into a plan (导入): read, shown, then written or left."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessonprep.plans.models import LessonPlan
from schools.models import User


class WordImport(models.Model):
    """What was read of a document, until its reader says what goes where.

    `pieces` is a list of ``{"kind", "label", "concept", "html", "steps", "target"}``; `target` is
    the id of the section that is proposed, empty where none is. They go when it is written.
    """

    class Into(models.TextChoices):
        DRAFT = "draft", _("my first draft")
        PLAN = "plan", _("the plan")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="word_imports")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    into = models.CharField(max_length=5, choices=Into)
    file_name = models.CharField(max_length=255)
    pieces = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    """Sentences on what could not be brought, such as pictures of an unknown type."""
    pictures = models.JSONField(default=list)
    """The uuids of its pictures, which were stored as the reader's own."""
    made_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Word document being brought in")
        verbose_name_plural = _("Word documents being brought in")

    def __str__(self) -> str:
        return f"{self.file_name} → {self.plan}"

    def get_absolute_url(self) -> str:
        return reverse("plans:word_import", args=[self.uuid])
