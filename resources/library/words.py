"""Titles and libraries in words of the reader's language, whatever language the writer used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import pgettext

from resources.library.models import Level, Place

TITLE_MARK = "\N{LEFT DOUBLE ANGLE BRACKET}"


def titled(title: object) -> str:
    """A title in its marks; one that brings its own is left alone."""
    text = str(title)
    return text if TITLE_MARK in text else pgettext("title", "“%(title)s”") % {"title": text}


def noted(place: Place) -> dict[str, str]:
    """A library as records keep it: its level and the name of who has it, in no language."""
    return {"level": str(place.level), "name": str(place.scope or "")}


def place_words(record: Any) -> str:
    """A library of a record in words; older records hold the words themselves."""
    if not isinstance(record, Mapping):
        return str(record or "")
    level = record.get("level", "")
    label = str(Level(level).label) if level in Level.values else str(level)
    if level == Level.PUBLIC:
        return str(Place(Level.PUBLIC))
    return " · ".join(filter(None, [str(record.get("name", "")), label]))


def joined(names: list[str]) -> str:
    """Names in one line."""
    return pgettext("between names in a list", ", ").join(names)
