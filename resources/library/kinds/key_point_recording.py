"""A recording of how a key point was taught (课堂知识点精讲实录)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.library.kinds.films import FilmForm, MomentRow
from resources.library.kinds.reading import Fields
from resources.library.kinds.registry import register_kind
from resources.library.kinds.texts import Recording
from resources.library.models.resource import Kind


class KeyPointForm(FilmForm):
    """A recording with its point of knowledge and key moments."""

    KEEPS = ("knowledge_point", "duration")
    ROWS = {"moments": MomentRow}

    knowledge_point = forms.CharField(label=_("Point of knowledge"), max_length=100, required=False)


@register_kind
class KeyPointRecording(Recording):
    """A video of a lesson on one point of knowledge, with its key moments."""

    KIND = Kind(
        code="key_point_recording",
        label=_("Key-point recording"),
        mark=pgettext_lazy("one character for a key-point recording", "K"),
        synonyms=("课堂知识点精讲实录", "知识点精讲", "精讲实录", "课堂实录", "教学实录", "录像课"),
        about=_("A recording of how a point of knowledge was taught in class."),
        learning_type="recorded lesson",
    )
    form_class = KeyPointForm

    knowledge_point = models.CharField(_("point of knowledge"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("key-point recording")
        verbose_name_plural = _("key-point recordings")

    def own_words(self) -> list[str]:
        return [self.knowledge_point, *super().own_words()]

    def read(self, fields: Fields) -> None:
        super().read(fields)
        self.knowledge_point = fields.text("knowledge_point", 100) or self.knowledge_point

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = {"knowledge_point": self.knowledge_point} if self.knowledge_point else {}
        return {**told, **super().fields(with_parts=with_parts)}
