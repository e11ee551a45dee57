"""Sections of a lesson plan: rich text, or the teaching process (教学过程) as rows.

The same blocks hold the group's plan (`lessonprep`) and the edition in the library. A section is
known by its block's uuid through drafts, versions, editions and own versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks

from resources.library.richtext import clean


class CleanHTMLBlock(blocks.TextBlock):
    """Sanitised HTML: nothing off the list of `richtext` is stored or shown."""

    def clean(self, value: Any) -> Any:
        return clean(super().clean(value))

    def get_prep_value(self, value: Any) -> str:
        return clean(value or "")


class TextSection(blocks.StructBlock):
    """A headed section of rich text; `key` is its place in the lesson-design model."""

    key = blocks.CharBlock(required=False, max_length=40)
    heading = blocks.CharBlock(max_length=60, label=_("heading"))
    body = CleanHTMLBlock(required=False, label=_("text"))


COLUMNS: dict[str, Promise] = {
    "teacher": pgettext_lazy("column of the teaching process", "Teacher"),
    "pupils": pgettext_lazy("column of the teaching process", "Pupils"),
    "lead": pgettext_lazy("column of the teaching process", "Lead end"),
    "receiving": pgettext_lazy("column of the teaching process", "Receiving end"),
    "cue": pgettext_lazy("column of the teaching process", "Cue, interaction"),
    "intent": pgettext_lazy("column of the teaching process", "Intent"),
    "materials": pgettext_lazy("column of the teaching process", "Materials"),
    "assessment": pgettext_lazy("column of the teaching process", "Assessment"),
    "fallback": pgettext_lazy("column of the teaching process", "If the line breaks"),
}
"""The cells that a step may have besides its name and minutes, in the order in which they stand."""
USUAL_COLUMNS = ("teacher", "pupils", "intent")


def columns_in(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The columns to show of these rows: those in which something is written.

    Rows of the usual kind, and rows without any text, have the usual three.
    """
    written = {name for row in rows for name in COLUMNS if row.get(name)}
    if written <= set(USUAL_COLUMNS):
        return list(USUAL_COLUMNS)
    return [name for name in COLUMNS if name in written]


class ProcessRow(blocks.StructBlock):
    """A step of teaching: what each side does, why, how long, and what if the line breaks."""

    step = blocks.CharBlock(max_length=60, label=_("step"))
    minutes = blocks.IntegerBlock(required=False, min_value=0, max_value=600, label=_("minutes"))
    teacher = CleanHTMLBlock(required=False, label=_("teacher"))
    pupils = CleanHTMLBlock(required=False, label=_("pupils"))
    intent = CleanHTMLBlock(required=False, label=_("intent"))
    lead = CleanHTMLBlock(required=False, label=_("lead end"))
    receiving = CleanHTMLBlock(required=False, label=_("receiving end"))
    cue = CleanHTMLBlock(required=False, label=_("cue, interaction"))
    fallback = CleanHTMLBlock(required=False, label=_("if the line breaks"))
    materials = CleanHTMLBlock(required=False, label=_("materials"))
    assessment = CleanHTMLBlock(required=False, label=_("assessment"))

    def get_prep_value(self, value: Any) -> dict[str, Any]:
        """Without the further cells that are empty: rows of the usual three stay as they were."""
        prepared: dict[str, Any] = super().get_prep_value(value)
        return {
            name: cell
            for name, cell in prepared.items()
            if cell or name not in COLUMNS or name in USUAL_COLUMNS
        }


class ProcessSection(blocks.StructBlock):
    """The teaching process as a table of steps."""

    key = blocks.CharBlock(required=False, max_length=40)
    heading = blocks.CharBlock(max_length=60, label=_("heading"))
    rows = blocks.ListBlock(ProcessRow(), default=[], label=_("steps"))


class SectionsBlock(blocks.StreamBlock):
    """The sections of a lesson plan in order."""

    text = TextSection(label=_("text"))
    process = ProcessSection(label=_("teaching process"))
