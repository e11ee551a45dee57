"""Rows of a form for exercise items and for tiers (题目与分层的表单)."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.library.kinds.items import (
    CHOSEN,
    LETTERS,
    Item,
    ItemType,
    normal_answer,
    without_letter,
)
from resources.library.kinds.rows import RowForm
from resources.library.kinds.tiers import Tier, default_names
from resources.library.richtext import clean, clean_part, lines, retyped


class ItemRow(RowForm):
    """A question."""

    MEANT = ("stem", "options", "answer", "analysis")
    FOLDED = ("analysis", "points")
    LABEL = _("Question")
    ADD = _("Add a question")

    type = forms.ChoiceField(label=_("Type of question"), choices=ItemType.choices)
    stem = forms.CharField(label=_("Question"), widget=forms.Textarea(attrs={"rows": 3}))
    options = forms.CharField(
        label=_("Options"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For a choice: one a line, the first is A."),
    )
    answer = forms.CharField(
        label=pgettext_lazy("of a question", "Answer"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Letters for a choice; right or wrong; blanks with a semicolon between."),
    )
    analysis = forms.CharField(
        label=_("Analysis"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    points = forms.FloatField(label=_("Points"), required=False, min_value=0, max_value=1000)

    @classmethod
    def initial_of(cls, row: Any) -> dict[str, Any]:
        return {
            **row,
            "stem": lines(row.get("stem", "")),
            "options": "\n".join(lines(option) for option in row.get("options", [])),
            "analysis": lines(row.get("analysis", "")),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.has_changed() or "type" not in data:
            return data
        kind = ItemType(data["type"])
        options = self.options_of(data)
        if kind in CHOSEN and not 2 <= len(options) <= len(LETTERS):
            message = _("A choice has two to %(most)s options, one a line.")
            self.add_error("options", str(message) % {"most": len(LETTERS)})
            return data
        try:
            data["answer"] = normal_answer(kind, data.get("answer", ""), len(options))
        except ValueError as refused:
            self.add_error("answer", str(refused))
        return data

    def options_of(self, data: dict[str, Any]) -> list[str]:
        """The options that are typed, without their letters."""
        typed = (without_letter(line) for line in data.get("options", "").splitlines())
        options = [option for option in typed if option]
        before = list(self.before.get("options", []))
        return before if options == [lines(option) for option in before] else options

    def value(self) -> dict[str, Any]:
        data = self.cleaned_data
        kind = ItemType(data["type"])
        item = Item(
            id=data["id"] or uuid4().hex,
            type=kind,
            stem=clean(retyped(data["stem"], self.before.get("stem", ""))),
            options=tuple(self.options_of(data)) if kind in CHOSEN else (),
            answer=data["answer"],
            analysis=clean_part(retyped(data["analysis"], self.before.get("analysis", ""))),
            points=data["points"],
        )
        return item.data


class TierRow(RowForm):
    """A tier with its questions."""

    MEANT = ("minutes", "standard")
    FOLDED = ("minutes", "standard")
    ROWS: ClassVar[dict[str, type[RowForm]]] = {"items": ItemRow}
    LABEL = _("Tier")
    ADD = _("Add a tier")

    name = forms.CharField(label=_("Name of the tier"), max_length=30)
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=0, max_value=600)
    standard = forms.CharField(label=_("Standard served"), required=False, max_length=200)

    def value(self) -> dict[str, Any]:
        data = self.cleaned_data
        tier = Tier(data["id"] or uuid4().hex, data["name"], data["minutes"], data["standard"])
        return {**tier.data, "items": self.rows["items"].values()}


def new_tiers() -> list[dict[str, Any]]:
    """The tiers that a new homework starts with, each with room for a question."""
    return [{**Tier(uuid4().hex, name).data, "items": [{}]} for name in default_names()]
