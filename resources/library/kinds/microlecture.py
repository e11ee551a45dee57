"""A short video on one point of knowledge (微课)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.library.kinds.films import FilmForm
from resources.library.kinds.reading import Fields
from resources.library.kinds.registry import register_kind
from resources.library.kinds.texts import Filmed
from resources.library.models.resource import Kind


class MicrolectureForm(FilmForm):
    """A video with its point of knowledge."""

    KEEPS = ("knowledge_point", "duration")

    knowledge_point = forms.CharField(label=_("Point of knowledge"), max_length=100, required=False)


@register_kind
class Microlecture(Filmed):
    """A short video on one point of knowledge."""

    KIND = Kind(
        code="microlecture",
        label=_("Microlecture"),
        mark=pgettext_lazy("one character for a microlecture", "M"),
        synonyms=("微课", "微视频", "小视频", "微课程", "教学视频"),
        about=_("A short video on one point of knowledge."),
        learning_type="video lecture",
    )
    form_class = MicrolectureForm

    knowledge_point = models.CharField(_("point of knowledge"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("microlecture")
        verbose_name_plural = _("microlectures")

    def own_words(self) -> list[str]:
        return [self.knowledge_point]

    def read(self, fields: Fields) -> None:
        super().read(fields)
        self.knowledge_point = fields.text("knowledge_point", 100) or self.knowledge_point

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = {"knowledge_point": self.knowledge_point} if self.knowledge_point else {}
        return {**told, **super().fields(with_parts=with_parts)}
