"""Solution techniques (解题技巧): a problem, the idea, the steps, what goes wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.library.kinds.forms import KindForm, area
from resources.library.kinds.reading import Fields
from resources.library.kinds.registry import register_kind
from resources.library.kinds.rows import RowForm
from resources.library.kinds.texts import Told
from resources.library.models.resource import Kind
from resources.library.richtext import clean, from_plain, from_typed, lines, plain

TEXTS = ("problem", "idea", "pitfalls")


class StepRow(RowForm):
    """One step."""

    MEANT = ("text",)
    LABEL = _("Step")
    ADD = _("Add a step")
    SHORT = True

    text = forms.CharField(label=_("Step"), widget=area(2))

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {"text": lines(str(row))}

    def value(self) -> str:
        return from_plain(self.cleaned_data["text"])


class TechniqueForm(KindForm):
    """Problem, idea, steps, pitfalls."""

    HTML = ("problem", "idea", "pitfalls", "body")
    ROWS = {"steps": StepRow}

    problem = forms.CharField(
        label=_("Problem"),
        required=False,
        widget=area(4),
        help_text=_("The sort of problem, with an example."),
    )
    idea = forms.CharField(label=_("Idea"), required=False, widget=area(4))
    pitfalls = forms.CharField(
        label=_("Pitfalls"),
        required=False,
        widget=area(3),
        help_text=_("Where pupils go wrong."),
    )


@register_kind
class SolutionTechnique(Told):
    """How a sort of problem is solved."""

    KIND = Kind(
        code="solution_technique",
        label=_("Solution techniques"),
        mark=pgettext_lazy("one character for solution techniques", "S"),
        synonyms=("解题技巧", "解题方法", "答题技巧", "方法指导", "学法指导"),
        about=_("How a sort of problem is solved, step by step."),
        learning_type="worked example",
    )
    form_class = TechniqueForm

    problem = models.TextField(_("problem"), blank=True)
    idea = models.TextField(_("idea"), blank=True)
    steps = models.JSONField(_("steps"), default=list, blank=True)
    pitfalls = models.TextField(_("pitfalls"), blank=True)

    class Meta:
        verbose_name = _("solution techniques")
        verbose_name_plural = _("solution techniques")

    def own_words(self) -> list[str]:
        return [plain(html) for html in (self.problem, self.idea, *self.steps, self.pitfalls)]

    def rich_texts(self) -> list[str]:
        texts = (self.problem, self.idea, *self.steps, self.pitfalls)
        return [*super().rich_texts(), *filter(None, texts)]

    @property
    def is_filled(self) -> bool:
        return bool(self.problem or self.idea or self.steps)

    def settle(self) -> None:
        super().settle()
        for name in TEXTS:
            setattr(self, name, clean(getattr(self, name)))
        self.steps = [step for step in map(clean, self.steps) if step]

    def read(self, fields: Fields) -> None:
        super().read(fields)
        for name in TEXTS:
            if text := fields.text(name):
                setattr(self, name, from_typed(text))
        if steps := fields.texts("steps"):
            self.steps = [from_typed(step) for step in steps]

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in TEXTS if getattr(self, name)}
        steps = {"steps": list(self.steps)} if self.steps else {}
        return {**told, **steps, **super().fields(with_parts=with_parts)}
