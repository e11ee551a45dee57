"""An upload on its way (上传会话): what was announced, and what became of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from media.inspection import FileRefused, refusals
from media.places import quarantine_path
from schools.models import School, User


class Upload(models.Model):
    """One file that is being uploaded in parts by one user for one school.

    Which parts are there the storage knows, and nobody else: it is asked.
    """

    class State(models.TextChoices):
        OPEN = "open", _("being uploaded")
        COMPLETED = "completed", _("uploaded")
        ABORTED = "aborted", _("given up")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    school = models.ForeignKey(School, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    part_size = models.PositiveIntegerField(_("size of a part"))
    fingerprint = models.CharField(max_length=64)
    """By which the same file is known again when it is chosen a second time."""
    handle = models.CharField(max_length=500, blank=True)
    """The storage's own name of the upload."""
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    file_uuid = models.UUIDField(null=True)
    refusal = models.JSONField(default=dict)
    started_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.UniqueConstraint(
                fields=["by", "school", "fingerprint"],
                condition=models.Q(state="open"),
                nulls_distinct=False,
                name="uploads_one_open_upload_of_a_file",
            ),
            models.CheckConstraint(
                condition=models.Q(size__gt=0, part_size__gt=0), name="uploads_of_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        """Where it lies in the storage until it was checked."""
        return quarantine_path(self.uuid)

    @property
    def sizes(self) -> list[int]:
        """The size of each part, in order."""
        whole, rest = divmod(self.size, self.part_size)
        return [self.part_size] * whole + ([rest] if rest else [])

    @property
    def why_refused(self) -> str:
        """The reason in the reader's language; empty where it was not refused."""
        if not self.refusal:
            return ""
        reason: Any = refusals().get(self.refusal["reason"], FileRefused)
        return str(reason(self.name, **self.refusal["data"]))


class Unnamed(models.Model):
    """An object in the storage that no record names, and since when that is known."""

    name = models.CharField(max_length=255, unique=True)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("object without a record")
        verbose_name_plural = _("objects without a record")

    def __str__(self) -> str:
        return self.name
