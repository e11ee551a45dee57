"""Sections of a lesson plan: rich text, or the teaching process (教学过程) as rows.

The same blocks hold the group's plan (`lessonprep`) and the edition in the library. A section is
known by its block's uuid through drafts, versions, editions and own versions.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
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


class ProcessRow(blocks.StructBlock):
    """A step of teaching: what teacher and pupils do, why, and how long."""

    step = blocks.CharBlock(max_length=60, label=_("step"))
    minutes = blocks.IntegerBlock(required=False, min_value=0, max_value=600, label=_("minutes"))
    teacher = CleanHTMLBlock(required=False, label=_("teacher"))
    pupils = CleanHTMLBlock(required=False, label=_("pupils"))
    intent = CleanHTMLBlock(required=False, label=_("intent"))


class ProcessSection(blocks.StructBlock):
    """The teaching process as a table of steps."""

    key = blocks.CharBlock(required=False, max_length=40)
    heading = blocks.CharBlock(max_length=60, label=_("heading"))
    rows = blocks.ListBlock(ProcessRow(), default=[], label=_("steps"))


class SectionsBlock(blocks.StreamBlock):
    """The sections of a lesson plan in order."""

    text = TextSection(label=_("text"))
    process = ProcessSection(label=_("teaching process"))
