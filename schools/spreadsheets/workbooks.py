"""Reads XLSX: looked through before it is opened, cells that say something else are faults."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import repeat
from operator import is_not
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.cell import range_boundaries

from schools.spreadsheets.tables import (
    Fault,
    Grid,
    Header,
    Limits,
    Raw,
    Row,
    UnreadableTable,
    check_header,
    letters_of,
    rows_of,
    split,
)

_MOST_PARTS = 2_000
_EXACT = 10**15
"""From here on Excel keeps no longer every digit of a number."""
_LAST_ROW = 1_048_576
_READABLE = (".xml", ".rels")
Area = tuple[int, int, int, int]
"""Columns and rows of a merged range: left, top, right, bottom, from 1."""


def read(
    raw: bytes, *, required: Collection[str], headings: Mapping[str, str], limits: Limits
) -> list[Row]:
    """The rows of the one visible sheet that has the columns; raises `UnreadableTable`."""
    merged = _looked_through(raw, limits)
    try:
        return _read(raw, merged, required, headings, limits)
    except UnreadableTable:
        raise
    except Exception as error:
        raise UnreadableTable(
            _("The workbook is damaged. Open it, save it as .xlsx anew and try again.")
        ) from error


def _read(
    raw: bytes,
    merged: Mapping[str, list[Area]],
    required: Collection[str],
    headings: Mapping[str, str],
    limits: Limits,
) -> list[Row]:
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
    try:
        sheets = book.worksheets
        visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
        fitting = [sheet for sheet in visible if _fits(sheet, required, headings, limits)]
        if len(fitting) > 1:
            raise UnreadableTable(
                _("Several sheets have these columns (%(names)s). Keep one of them in the file.")
                % {"names": ", ".join(sheet.title for sheet in fitting)}
            )
        if not fitting and len(visible) < len(sheets):
            hidden = [sheet for sheet in sheets if sheet.sheet_state != "visible"]
            if any(_fits(sheet, required, headings, limits) for sheet in hidden):
                raise UnreadableTable(_("The table is on a hidden sheet. Show it and try again."))
        if not visible:
            raise UnreadableTable(_("The workbook has no sheet with a table."))
        sheet = fitting[0] if fitting else visible[0]
        areas = merged.get(_part_of(sheet), [])
        header, rows = split(_grid(sheet, limits), required, headings)
        check_header(header, required, headings)
        return rows_of(header, _unmerged(rows, areas, header), limits)
    finally:
        book.close()


def _fits(
    sheet: Any, required: Collection[str], headings: Mapping[str, str], limits: Limits
) -> bool:
    try:
        header, _rows = split(_grid(sheet, limits), required, headings)
    except UnreadableTable:
        return False
    return not header.missing(required)


def _part_of(sheet: Any) -> str:
    """The name of a sheet's part in the package."""
    return str(sheet._worksheet_path).lstrip("/")


# cells


def _grid(sheet: Any, limits: Limits) -> Iterator[tuple[int, list[Raw]]]:
    sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
    gap: Any = None
    for number, cells in enumerate(
        sheet.iter_rows(max_row=_LAST_ROW, max_col=limits.columns + 1), start=1
    ):
        if cells is gap or not any(map(is_not, cells, repeat(EMPTY_CELL))):
            gap = cells  # the library gives one and the same tuple for a million missing rows
            continue
        row = [_raw(cell) for cell in cells]
        if len(row) > limits.columns and row[limits.columns] != "":
            raise UnreadableTable(
                _("Line %(line)s has more than %(count)s columns.")
                % {"line": number, "count": limits.columns}
            )
        yield number, row


def _raw(cell: Any) -> Raw:
    """A cell as text; a formula, an error and a number that lost digits are faults."""
    if cell.data_type == "f":
        return Fault(_("It holds a formula. Paste it as a value."))
    if cell.data_type == "e":
        return Fault(_("It shows the error %(value)s.") % {"value": cell.value})
    return _plain(cell.value)


def _plain(value: Any) -> Raw:
    match value:
        case None:
            return ""
        case str(text):
            return text
        case bool(said):
            return "TRUE" if said else "FALSE"
        case int() | float() as number:
            return _number(number)
        case datetime() | date() as day:
            return _day(day)
        case time() as clock:
            return clock.isoformat("minutes")
        case _:
            return Fault(_("It holds %(value)s, which is no text.") % {"value": value})


def _number(number: float) -> Raw:
    if abs(number) >= _EXACT:
        return Fault(
            _("The number is too long: its last digits are lost. Type it as text in the column.")
        )
    if number == int(number):
        return str(int(number))
    return repr(number)


def _day(day: date) -> str:
    if isinstance(day, datetime) and (day.hour, day.minute, day.second) != (0, 0, 0):
        return day.isoformat(" ", "minutes")
    return f"{day:%Y-%m-%d}"


# merged cells


def _unmerged(rows: Grid, areas: list[Area], header: Header) -> Iterator[tuple[int, list[Raw]]]:
    """The rows below the header, with a fault in every cell that is merged with others."""
    below = [area for area in areas if area[3] > header.line]
    for line, row in rows:
        for left, top, right, bottom in below:
            if top <= line <= bottom:
                reason = _("Cells %(cells)s are merged. Split them and fill each in.") % {
                    "cells": f"{letters_of(left)}{top}:{letters_of(right)}{bottom}"
                }
                for place in range(left - 1, min(right, len(header.names))):
                    row.extend([""] * (place + 1 - len(row)))
                    row[place] = Fault(reason)
        yield line, row


# looking through


@dataclass(slots=True)
class _Look:
    """What one part of a workbook shows before anything is built from it."""

    most: int
    elements: int = 0
    areas: list[Area] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > self.most:
            raise UnreadableTable(_("The workbook holds far too many cells. Please split it."))
        if name.endswith("mergeCell") and len(self.areas) < self.most:
            left, top, right, bottom = range_boundaries(attributes.get("ref", ""))
            self.areas.append((left or 1, top or 1, right or 1, bottom or 1))

    def refuse(self, *declared: object) -> None:
        """No program that writes workbooks declares a document type or an entity."""
        raise UnreadableTable(_("The workbook holds declarations that no workbook has."))


def _looked_through(raw: bytes, limits: Limits) -> dict[str, list[Area]]:
    """Merged ranges by sheet; raises `UnreadableTable` for bombs and for other kinds of file."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            _refuse_bombs(parts, limits)
            if "xl/workbook.xml" not in packed.namelist():
                raise UnreadableTable(
                    _("This is not a workbook but another kind of file under its name.")
                )
            most = limits.rows * limits.columns
            return {
                part.filename: _look(packed.read(part), most)
                for part in parts
                if part.filename.endswith(_READABLE)
            }
    except UnreadableTable:
        raise
    except (zipfile.BadZipFile, expat.ExpatError, ValueError, OSError, EOFError) as error:
        raise UnreadableTable(
            _("The workbook is damaged. Open it, save it as .xlsx anew and try again.")
        ) from error
    except (NotImplementedError, RuntimeError) as error:
        raise UnreadableTable(
            _("The workbook is packed or locked in a way that cannot be read.")
        ) from error


def _refuse_bombs(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    large = sum(part.file_size for part in parts) > limits.unpacked_bytes
    blown = any(
        part.file_size > 1024 * 1024 and part.file_size > limits.ratio * (part.compress_size or 1)
        for part in parts
    )
    if large or blown or len(parts) > _MOST_PARTS:
        raise UnreadableTable(_("The workbook unpacks to far more than its size. Save it anew."))


def _look(xml: bytes, most: int) -> list[Area]:
    look = _Look(most)
    parser = expat.ParserCreate()
    parser.StartElementHandler = look.start
    parser.StartDoctypeDeclHandler = look.refuse
    parser.EntityDeclHandler = look.refuse
    parser.Parse(xml, True)
    return look.areas
