"""A lesson as a Word document in the layout of schools (教案): header, process, board plan …"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from resources.library.blocks import COLUMNS, columns_in
from resources.library.word.words import concept_of
from resources.library.word.writing import Pictures, Writer, no_pictures


@dataclass(frozen=True, slots=True)
class LessonSheet:
    """What goes on paper: the title, label and value of the header, the sections."""

    title: str
    fields: Sequence[tuple[str, str]] = ()
    sections: Sequence[dict[str, Any]] = ()
    authors: Sequence[str] = field(default_factory=tuple)
    with_reflection: bool = True
    """Whether to leave room for a reflection where the lesson has none."""


def lesson_docx(sheet: LessonSheet, pictures: Pictures = no_pictures) -> bytes:
    """The document."""
    writer = Writer(pictures=pictures, picture_missing=_("picture"))
    writer.title(sheet.title)
    if filled := [(name, value) for name, value in sheet.fields if value]:
        writer.header_table(filled)
    write_sections(writer, sheet.sections)
    if sheet.with_reflection and not has_reflection(sheet.sections):
        writer.section(_("Reflection after the lesson"))
        writer.room(5)
    return writer.saved(title=sheet.title, author="、".join(sheet.authors))


def has_reflection(sections: Iterable[dict[str, Any]]) -> bool:
    """Whether a section is a reflection."""
    return any(concept_of(section["value"]["heading"]) == "reflection" for section in sections)


def write_sections(writer: Writer, sections: Iterable[dict[str, Any]]) -> None:
    """The sections with their headings."""
    for section in sections:
        writer.section(section["value"]["heading"])
        write_section(writer, section)


def write_section(writer: Writer, section: dict[str, Any]) -> None:
    """What a section holds."""
    value = section["value"]
    if section["type"] == "text":
        writer.html(value.get("body") or "")
        return
    rows = [row["value"] for row in value.get("rows") or []]
    columns = columns_in(rows)
    writer.process_table(
        [
            ("step", pgettext("column of the teaching process", "Step")),
            *((name, str(COLUMNS[name])) for name in columns),
            ("minutes", pgettext("column of the teaching process", "Minutes")),
        ],
        [
            (
                row.get("step") or "",
                *(row.get(name) or "" for name in columns),
                "" if row.get("minutes") is None else str(row["minutes"]),
            )
            for row in rows
        ],
    )
