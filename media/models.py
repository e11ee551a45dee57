"""Pictures, documents and videos, and where each is used (FileUse)."""

from __future__ import annotations

import hashlib
import uuid
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    WagtailImageField,
    get_upload_to,
)
from wagtail.models import Page
from wagtailmedia.models import AbstractMedia, MediaType

from media.inspection import EXTENSIONS, FileRefused, Kind, NotJustNow, inspect, refusals
from media.naming import display_name, stem_of
from media.pictures import reencoded
from media.scanner import ScannerDown, scanned
from media.signals import file_ready
from media.storage import blob_path, blob_storage
from schools.models import AudienceToken, School

# Sizes of a picture that anyone who may read it can ask for; others exist where a page made them.
PICTURE_SIZES = {"w320": "width-320", "w640": "width-640", "w1280": "width-1280"}


def path_of_file(record: Stored, filename: str) -> str:
    """Where a record's file lies: by its hash, never by the uploader's name for it."""
    return blob_path(record.sha256, EXTENSIONS[record.content_type])


def hash_of(file: File[bytes]) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


class FileState(models.TextChoices):
    """Whether a file may be opened: only what has been checked is."""

    QUARANTINE = "quarantine", _("being checked")
    READY = "ready", _("ready")
    REFUSED = "refused", _("refused")


class Stored(models.Model):
    """What every file records: an address that says nothing, its school, its hash and real type.

    A new file passes the inspection at every door, the admin's forms too: both `clean` and `save`
    take it in, `clean` with an error for the form.
    """

    kind_of_file = ""  # "picture", "document" or "video", as in `inspection.KINDS`

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, verbose_name=_("school"), related_name="+"
    )
    sha256 = models.CharField(max_length=64, editable=False, blank=True, db_index=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False, default=0)
    content_type = models.CharField(_("type"), max_length=100, editable=False, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=FileState, default=FileState.READY, editable=False
    )
    refusal = models.JSONField(_("why it was refused"), default=dict, blank=True, editable=False)
    downloads = models.PositiveBigIntegerField(_("downloads"), default=0, editable=False)

    class Meta:
        abstract = True

    file: Any
    title: Any
    _is_taken_in = False

    def clean(self) -> None:
        super().clean()
        try:
            self._take_in_what_is_new()
        except FileRefused as refused:
            raise ValidationError({"file": str(refused)}) from refused

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._take_in_what_is_new()
        is_new = self._is_taken_in
        super().save(*args, **kwargs)
        self._is_taken_in = False
        if is_new:
            transaction.on_commit(partial(file_ready.send_robust, type(self), file=self))

    def _take_in_what_is_new(self) -> None:
        if self.file and not self.file._committed and not self._is_taken_in:
            name = self.file.name
            kind = inspect(self.file.file, name, model=self.kind_of_file)
            self.take_in(self.file.file, name, kind)

    def take_in(self, file: File[bytes], name: str, kind: Kind) -> None:
        """Take an inspected file and fill in what is known of it; raises a `FileRefused`."""
        self._scan(file, name)
        self.content_type = kind.content_type
        self.title = (display_name(self.title) or stem_of(name) or name)[:255]
        self.file = File(self._prepared(file, name), name=name)
        self.size = self.file.size
        self.sha256 = hash_of(self.file.file)
        self._describe()
        self._is_taken_in = True

    def wait_at(self, place: str) -> None:
        """Let what lies in quarantine be its content until it was checked."""
        self.file = place  # a name alone: there is nothing to be written
        self._describe()

    def _scan(self, file: File[bytes], name: str) -> None:
        try:
            with scanned(name) as feed:
                for piece in file.chunks():
                    feed(piece)
        except ScannerDown as down:
            raise NotJustNow(name) from down
        file.seek(0)

    def _prepared(self, file: File[bytes], name: str) -> File[bytes]:
        """What is stored of the new file."""
        return file

    def _describe(self) -> None:
        """Fill the fields that files of this kind alone have."""

    @property
    def is_ready(self) -> bool:
        """Whether it has been checked and may be opened."""
        return self.state == FileState.READY

    @property
    def why_refused(self) -> str:
        """The reason in the reader's language; empty where it was not refused."""
        if self.state != FileState.REFUSED:
            return ""
        reason = refusals().get(self.refusal.get("reason", ""), FileRefused)
        return str(reason(self.title, **self.refusal.get("data", {})))

    @property
    def url(self) -> str:
        """The checked download view."""
        return reverse("media:download", args=[self.uuid])

    @property
    def download_name(self) -> str:
        """What a browser saves it as: the title with the extension of the real type."""
        extension = EXTENSIONS.get(self.content_type, "bin")
        title = display_name(self.title) or str(self.uuid)
        return title if title.lower().endswith(f".{extension}") else f"{title}.{extension}"


class Picture(Stored, AbstractImage):
    """A picture; re-encoded on upload, so without EXIF."""

    kind_of_file = "picture"

    file = WagtailImageField(
        verbose_name=_("file"),
        upload_to=get_upload_to,
        storage=blob_storage,
        width_field="width",
        height_field="height",
    )

    admin_form_fields = ("title", "file", "description", "focal_point_x", "focal_point_y")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def get_upload_to(self, filename: str) -> str:
        return path_of_file(self, filename)

    def _scan(self, file: File[bytes], name: str) -> None:
        """Not needed: it is written anew from its pixels, and nothing else of it stays."""

    def _prepared(self, file: File[bytes], name: str) -> File[bytes]:
        return reencoded(file, self.content_type, name)

    def _describe(self) -> None:
        self._set_image_file_metadata()


class PictureRendition(AbstractRendition):
    """A picture in another size; its address passes the check of its picture."""

    image = models.ForeignKey(Picture, models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = _("picture size")
        verbose_name_plural = _("picture sizes")
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"],
                name="media_picture_rendition_once",
            )
        ]

    def get_upload_to(self, filename: str) -> str:
        return f"renditions/{self.image.uuid}/{self.file.field.storage.get_valid_name(filename)}"

    @property
    def url(self) -> str:
        """The checked view of this size."""
        names = {spec: size for size, spec in PICTURE_SIZES.items()}
        size = names.get(self.filter_spec, self.filter_spec)
        return reverse("media:picture", args=[self.image.uuid, size])


class StoredDocument(Stored, AbstractDocument):
    """A document: text, slides, sheet, archive."""

    kind_of_file = "document"

    file = models.FileField(_("file"), upload_to=path_of_file, storage=blob_storage)

    admin_form_fields = ("title", "file", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def _describe(self) -> None:
        if self.is_ready:
            self._set_document_file_metadata()
        else:
            self.file_size = self.size


class Video(Stored, AbstractMedia):
    """A video or a sound recording."""

    kind_of_file = "video"

    file = models.FileField(_("file"), upload_to=path_of_file, storage=blob_storage)

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def _describe(self) -> None:
        is_sound = self.content_type.startswith("audio/")
        self.type = MediaType.AUDIO if is_sound else MediaType.VIDEO


class FileUse(models.Model):
    """A page's use of a file: the file is readable where the page is, on that side.

    A part (a sheet of answers) on the live side is for those alone who see the page's parts.
    """

    Side = AudienceToken.Side

    page = models.ForeignKey(Page, models.CASCADE, related_name="file_uses")
    side = models.CharField(max_length=5, choices=Side)
    file_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    file_uuid = models.UUIDField()
    is_part = models.BooleanField(_("part of the page"), default=False)

    class Meta:
        verbose_name = _("use of a file")
        verbose_name_plural = _("uses of files")
        constraints = [
            models.UniqueConstraint(fields=["file_uuid", "page", "side"], name="media_a_use_once")
        ]

    def __str__(self) -> str:
        return f"{self.file_uuid} {self.page_id} {self.side}"


class Quota(models.Model):
    """How much a school may store, where it is not what the server gives every school (配额)."""

    school = models.OneToOneField(School, models.CASCADE, related_name="+")
    limit = models.PositiveBigIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")

    def __str__(self) -> str:
        return f"{self.school} {self.limit}"


FileRecord = Picture | StoredDocument | Video
FILE_MODELS: tuple[type[Any], ...] = (Picture, StoredDocument, Video)
