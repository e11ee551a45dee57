"""Filters for what lessons and resources hold."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from resources.library.blocks import COLUMNS, columns_in
from resources.library.richtext import clean

register = template.Library()
_PICTURE = re.compile(r'<img\b[^>]*\bdata-media="([0-9a-fA-F-]{32,36})"')
_FORMULA = re.compile(r'<span data-latex="([^"]*)"></span>')


@register.filter
def lesson_html(html: str | None) -> SafeString:
    """Rich text of a lesson, cleaned once more.

    Pictures get their checked address; formulas show their LaTeX until a script draws them.
    """
    cleaned = _FORMULA.sub(_with_source, clean(html or ""))
    return mark_safe(_PICTURE.sub(_with_address, cleaned))  # noqa: S308 - cleaned


def _with_address(found: re.Match[str]) -> str:
    try:
        address = reverse("media:picture", args=[UUID(found[1]), "w640"])
    except ValueError:
        return found[0]
    return f'{found[0]} src="{address}" loading="lazy"'


def _with_source(found: re.Match[str]) -> str:
    source = escape(entities.unescape(found[1]))
    return f'<span class="formula" data-latex="{source}">{source}</span>'


@register.filter
def values_of(items: list[dict[str, Any]]) -> list[Any]:
    """The values of list items as a StreamField stores them."""
    return [item["value"] for item in items]


MOST_COLUMNS = 4
"""A table with more columns is too narrow to read: its cells stand below one another."""


@register.filter
def process_table(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The steps of a teaching process with the columns in which something is written."""
    names = columns_in(rows)
    return {
        "labels": [COLUMNS[name] for name in names],
        "is_wide": len(names) > MOST_COLUMNS,
        "rows": [
            {
                "step": row.get("step", ""),
                "minutes": row.get("minutes"),
                "cells": [(COLUMNS[name], row.get(name) or "", name) for name in names],
            }
            for row in rows
        ],
    }


@register.filter
def video_length(seconds: int | None) -> str:
    """``4:36``."""
    if not seconds:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02}"
