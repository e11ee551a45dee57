"""What several kinds have in common: a text, a video with its length and key moments."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from media.models import FileRecord, Video
from resources.library.kinds.moments import Moment, moments_from, stored
from resources.library.kinds.reading import Fields
from resources.library.models.resource import Resource
from resources.library.richtext import clean, from_typed, plain


class Told(Resource):
    """A resource with a text of its own: how to use it, what it is about."""

    body = models.TextField(_("text"), blank=True)

    class Meta:
        abstract = True

    def search_text(self) -> str:
        return " ".join(filter(None, [*self.own_words(), self.summary, plain(self.body)]))

    def own_words(self) -> list[str]:
        """The words of the kind's own fields by which it is found; never those of parts."""
        return []

    def rich_texts(self) -> list[str]:
        return [self.body] if self.body else []

    @property
    def is_filled(self) -> bool:
        return bool(self.body)

    def settle(self) -> None:
        super().settle()
        self.body = clean(self.body)

    def read(self, fields: Fields) -> None:
        super().read(fields)
        if body := fields.text("body"):
            self.body = from_typed(body)

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = {"body": self.body} if self.body else {}
        return {**told, **super().fields(with_parts=with_parts)}


class Filmed(Told):
    """A resource whose main thing is a video or a sound recording."""

    video = models.ForeignKey(
        Video, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("video")
    )
    duration = models.PositiveIntegerField(_("length in seconds"), null=True, blank=True)

    class Meta:
        abstract = True

    def files(self) -> list[FileRecord]:
        return [self.video] if self.video is not None else []

    def attach(self, file: FileRecord) -> None:
        if isinstance(file, Video) and self.video_id in {None, file.pk}:
            self.video = file
        else:
            super().attach(file)

    @property
    def is_filled(self) -> bool:
        return self.video_id is not None

    def read(self, fields: Fields) -> None:
        super().read(fields)
        duration = fields.moment("duration")
        self.duration = self.duration if duration is None else duration

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = {"duration": self.duration} if self.duration is not None else {}
        return {**told, **super().fields(with_parts=with_parts)}


class Recording(Filmed):
    """A recording of a lesson (课堂实录) with its key moments."""

    moments = models.JSONField(_("key moments"), default=list, blank=True)

    class Meta:
        abstract = True

    @property
    def key_moments(self) -> list[Moment]:
        """The moments in the order of time."""
        return stored(self.moments)

    def own_words(self) -> list[str]:
        return [moment.label for moment in self.key_moments]

    def read(self, fields: Fields) -> None:
        super().read(fields)
        if moments := moments_from(fields.rows("moments")):
            self.moments = [moment.data for moment in moments]

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = {"moments": list(self.moments)} if self.moments else {}
        return {**super().fields(with_parts=with_parts), **told}
