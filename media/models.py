"""Pictures, documents and videos, and where each is used (FileUse)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import Page
from wagtailmedia.models import AbstractMedia

from schools.models import AudienceToken, School


class Stored(models.Model):
    """What every file records: an address that says nothing, its school, its hash and real type."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, verbose_name=_("school"), related_name="+"
    )
    sha256 = models.CharField(max_length=64, editable=False, blank=True, db_index=True)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False, default=0)
    content_type = models.CharField(_("type"), max_length=100, editable=False, blank=True)

    class Meta:
        abstract = True


class Picture(Stored, AbstractImage):
    """A picture; re-encoded on upload, so without EXIF."""

    admin_form_fields = ("title", "file", "description", "focal_point_x", "focal_point_y")

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class PictureRendition(AbstractRendition):
    """A picture in another size."""

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


class StoredDocument(Stored, AbstractDocument):
    """A document: text, slides, sheet, archive."""

    admin_form_fields = ("title", "file", "tags")

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")


class Video(Stored, AbstractMedia):
    """A video or a sound recording."""

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")


class FileUse(models.Model):
    """A page's use of a file: the file is readable where the page is, on that side."""

    Side = AudienceToken.Side

    page = models.ForeignKey(Page, models.CASCADE, related_name="file_uses")
    side = models.CharField(max_length=5, choices=Side)
    file_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    file_uuid = models.UUIDField()

    class Meta:
        verbose_name = _("use of a file")
        verbose_name_plural = _("uses of files")
        constraints = [
            models.UniqueConstraint(fields=["file_uuid", "page", "side"], name="media_a_use_once")
        ]

    def __str__(self) -> str:
        return f"{self.file_uuid} {self.page_id} {self.side}"


FileRecord = Picture | StoredDocument | Video
FILE_MODELS: tuple[type[Any], ...] = (Picture, StoredDocument, Video)
