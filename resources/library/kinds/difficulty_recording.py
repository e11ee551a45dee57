"""A recording of how difficulties were answered (难点解答实录)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.library.kinds.films import FilmForm, MomentRow
from resources.library.kinds.forms import LinesField, area
from resources.library.kinds.reading import Fields
from resources.library.kinds.registry import register_kind
from resources.library.kinds.texts import Recording
from resources.library.models.resource import Kind


class DifficultyForm(FilmForm):
    """A recording with the questions it answers and its key moments."""

    KEEPS = ("questions", "duration")
    ROWS = {"moments": MomentRow}

    questions = LinesField(
        label=_("Questions answered"),
        required=False,
        widget=area(4),
        help_text=_("One a line, as pupils ask them."),
    )


@register_kind
class DifficultyRecording(Recording):
    """A video that answers questions pupils find hard, with its key moments."""

    KIND = Kind(
        code="difficulty_recording",
        label=_("Difficulty Q&A recording"),
        mark=pgettext_lazy("one character for a difficulty Q&A recording", "Q"),
        synonyms=("难点解答实录", "难点解答", "答疑", "难点突破", "疑难解答", "答疑视频"),
        about=_("A recording in which hard questions are answered."),
        learning_type="recorded lesson",
    )
    form_class = DifficultyForm

    questions = models.JSONField(_("questions answered"), default=list, blank=True)

    class Meta:
        verbose_name = _("difficulty Q&A recording")
        verbose_name_plural = _("difficulty Q&A recordings")

    def own_words(self) -> list[str]:
        return [*self.questions, *super().own_words()]

    def read(self, fields: Fields) -> None:
        super().read(fields)
        self.questions = fields.texts("questions", 500) or self.questions

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = {"questions": list(self.questions)} if self.questions else {}
        return {**told, **super().fields(with_parts=with_parts)}
