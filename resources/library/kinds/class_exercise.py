"""Class exercises (课堂练习): items that pupils answer in the lesson."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.library.kinds.forms import KindForm
from resources.library.kinds.item_forms import ItemRow
from resources.library.kinds.items import Item, items_from, stored
from resources.library.kinds.reading import Fields
from resources.library.kinds.registry import register_kind
from resources.library.kinds.texts import Told
from resources.library.models.resource import Kind


class ExerciseForm(KindForm):
    """Questions."""

    ROWS = {"items": ItemRow}


@register_kind
class ClassExercise(Told):
    """Items with type, stem, options, answer, analysis and points."""

    KIND = Kind(
        code="class_exercise",
        label=_("Class exercises"),
        mark=pgettext_lazy("one character for class exercises", "E"),
        synonyms=(
            "课堂练习",
            "练习",
            "练习题",
            "习题",
            "随堂练习",
            "当堂检测",
            "同步练习",
            "测试题",
        ),
        about=_("Questions for the lesson; answers stay back until you let them out."),
        learning_type="exercise",
    )
    form_class = ExerciseForm

    items = models.JSONField(_("items"), default=list, blank=True)

    class Meta:
        verbose_name = _("class exercises")
        verbose_name_plural = _("class exercises")

    @property
    def questions(self) -> list[Item]:
        """The items in order."""
        return stored(self.items)

    @property
    def points(self) -> float:
        """All points together."""
        return sum(item.points or 0 for item in self.questions)

    def own_words(self) -> list[str]:
        return [words for item in self.questions for words in item.public_words]

    def rich_texts(self) -> list[str]:
        stems = [text for item in self.questions for text in (item.stem, *item.options)]
        return [*super().rich_texts(), *stems]

    def parts(self) -> list[str]:
        held = [text for item in self.questions for text in (item.answer, item.analysis) if text]
        return [*held, *super().parts()]

    @property
    def is_filled(self) -> bool:
        return bool(self.items)

    def read(self, fields: Fields) -> None:
        super().read(fields)
        if items := items_from(fields.rows("items")):
            self.items = [item.data for item in items]

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = [item.fields(with_parts=with_parts) for item in self.questions]
        given = {"items": told} if told else {}
        return {**given, **super().fields(with_parts=with_parts)}
