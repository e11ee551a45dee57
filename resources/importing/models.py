"""Old files that come by the folder (旧资料整理): a batch, its files, and what was changed last."""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.catalogue.models import Chapter, Volume
from resources.library.models import Licence, Resource
from schools.curriculum import Grade, Subject
from schools.models import School, User


class Batch(models.Model):
    """A folder of files that somebody brings in; it waits until all of them are submitted."""

    uuid = models.UUIDField(default=uuids.uuid4, unique=True, editable=False)
    school = models.ForeignKey(School, models.PROTECT, related_name="+", verbose_name=_("school"))
    by = models.ForeignKey(User, models.PROTECT, related_name="import_batches")
    title = models.CharField(_("title"), max_length=120)
    volume = models.ForeignKey(
        Volume,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("volume"),
    )
    made_at = models.DateTimeField(auto_now_add=True)
    working_since = models.DateTimeField(null=True, blank=True)
    """Since when drafts are being made of the rows that were chosen; None while nobody asked."""
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("batch of old files")
        verbose_name_plural = _("batches of old files")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("importing:batch", args=[self.uuid])


class OldFile(models.Model):
    """One file of a batch with its description; in the end a resource."""

    class State(models.TextChoices):
        """How far it is."""

        EXPECTED = "expected", pgettext_lazy("old file", "Not uploaded yet")
        REFUSED = "refused", pgettext_lazy("old file", "Cannot be stored")
        STORED = "stored", pgettext_lazy("old file", "Uploaded")
        CHOSEN = "chosen", pgettext_lazy("old file", "Draft is being made")
        MADE = "made", pgettext_lazy("old file", "Draft made")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="files")
    path = models.CharField(max_length=1000)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    stored = models.UUIDField(null=True, blank=True)
    """The uuid of the file in `media`."""
    state = models.CharField(max_length=8, choices=State, default=State.EXPECTED)
    reason = models.CharField(max_length=300, blank=True)
    token = models.UUIDField(default=uuids.uuid4, editable=False)
    """The uuid of the resource to be, so that it is made once."""
    resource = models.ForeignKey(Resource, models.SET_NULL, null=True, blank=True, related_name="+")
    submits = models.BooleanField(default=False)

    title = models.CharField(_("title"), max_length=255)
    # Kinds are open to more: their codes are checked where they are set.
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    subject = models.CharField(_("subject"), max_length=20, choices=Subject, blank=True)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade, null=True, blank=True)
    volume = models.ForeignKey(
        Volume, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("volume")
    )
    chapter = models.ForeignKey(
        Chapter, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lesson")
    )
    tags = models.CharField(_("tags"), max_length=300, blank=True)
    licence = models.CharField(
        _("licence"), max_length=12, choices=Licence, default=Licence.BY_NC_SA
    )

    objects: Any = models.Manager()

    error = ""
    """What is wrong with what was typed into its row of the table, and what that was."""
    typed_lesson = ""

    class Meta:
        verbose_name = _("old file")
        verbose_name_plural = _("old files")
        ordering = ["path", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "path"], name="importing_a_path_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["stored", "chosen", "made"]) | Q(stored__isnull=False),
                name="importing_uploaded_has_its_file",
            ),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def folder(self) -> str:
        """The folders in which it lay."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """Its name without folders."""
        return self.path.rpartition("/")[2]

    @property
    def is_open(self) -> bool:
        """Whether its description may still be changed here."""
        return self.state in OPEN


OPEN = (OldFile.State.EXPECTED, OldFile.State.REFUSED, OldFile.State.STORED)
DESCRIBED = ("title", "kind", "subject", "grade", "volume", "chapter", "tags", "licence")


class Change(models.Model):
    """One change of many rows, kept so that it can be undone (撤销)."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="changes")
    at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=200)
    before = models.JSONField()
    """The values that were there, by the pk of the row: ``{"12": {"kind": "", …}}``."""

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("change of old files")
        verbose_name_plural = _("changes of old files")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.what
