"""Light forms of a file (预览), the stored pieces of each, and captions (字幕)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media.storage import blob_path, blob_storage
from schools.models import User


class Form(models.TextChoices):
    """What a file can be looked at or listened to as, in the order in which they are made."""

    POSTER = "poster", _("Poster")
    PAGES = "pages", _("Pages")
    STILLS = "stills", _("Sound with stills")
    SOUND = "sound", _("Light sound")
    FILM_240 = "film_240", _("240p")
    FILM_480 = "film_480", _("480p")


class Reason(models.TextChoices):
    """Why there is no preview; how it is said to people is in `words`."""

    NO_PROGRAM = "no_program", _("the program is not installed")
    DAMAGED = "damaged", _("the file is damaged")
    LOCKED = "locked", _("the file has a password")
    TOO_MUCH_WORK = "too_much_work", _("it takes too long")
    NOT_SMALLER = "not_smaller", _("it would not be smaller")
    NO_PICTURE = "no_picture", _("there is no picture in it")
    LOST = "lost", _("the content is not in the storage")


class Preview(models.Model):
    """One light form of one file, and how far its making is.

    It is readable where its file is. The pieces come with the change to `READY`, in one
    transaction: a worker that dies before leaves nothing that looks finished.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        WORKING = "working", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        UNAVAILABLE = "unavailable", _("Not available")

    file_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    file_uuid = models.UUIDField(_("file"))
    form = models.CharField(_("form"), max_length=10, choices=Form)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=13, choices=Reason, blank=True)
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    until = models.DateTimeField(_("looked after until"), null=True, blank=True)
    """When a worker that has said nothing since counts as dead."""
    count = models.PositiveIntegerField(_("pages of the file"), default=0)
    seconds = models.PositiveIntegerField(_("length in seconds"), default=0)
    texts = models.JSONField(_("text by page"), default=list, blank=True)

    class Meta:
        verbose_name = _("preview")
        verbose_name_plural = _("previews")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file_uuid", "form"], name="previews_a_form_once"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="previews_percent"),
            models.CheckConstraint(
                condition=Q(state="working", until__isnull=False)
                | Q(~Q(state="working"), until__isnull=True),
                name="previews_working_until",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "until"],
                condition=Q(state__in=["queued", "working"]),
                name="previews_to_do",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_uuid} {self.form}"


def path_of_piece(piece: Piece, filename: str) -> str:
    """Where a piece lies: by its hash, as every content does."""
    return blob_path(piece.sha256, filename.rpartition(".")[2])


class Piece(models.Model):
    """A stored file of a preview: page `number` at a width, or the whole (number 1)."""

    preview = models.ForeignKey(Preview, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField(_("number"), default=1)
    width = models.PositiveIntegerField(_("width"), default=0)
    height = models.PositiveIntegerField(_("height"), default=0)
    file = models.FileField(_("file"), upload_to=path_of_piece, storage=blob_storage)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    content_type = models.CharField(_("type"), max_length=100)

    class Meta:
        verbose_name = _("piece of a preview")
        verbose_name_plural = _("pieces of previews")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["preview", "number", "width"], name="previews_a_piece_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.preview_id} {self.number} {self.width}"


class Captions(models.Model):
    """The words of a film with their times, as WebVTT."""

    class Language(models.TextChoices):
        CHINESE = "zh-Hans", _("Chinese")
        ENGLISH = "en", _("English")

    file_uuid = models.UUIDField(_("file"))
    language = models.CharField(
        _("language"), max_length=10, choices=Language, default=Language.CHINESE
    )
    text = models.TextField(_("captions"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), auto_now=True)

    class Meta:
        verbose_name = _("captions")
        verbose_name_plural = _("captions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file_uuid", "language"], name="previews_captions_once")
        ]

    def __str__(self) -> str:
        return f"{self.file_uuid} {self.language}"
