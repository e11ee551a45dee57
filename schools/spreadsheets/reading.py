"""Reads a table whatever it came as; tells the kind of a file by its first bytes, not its name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _

from schools.spreadsheets import delimited, workbooks
from schools.spreadsheets.tables import (
    Grid,
    Limits,
    Row,
    UnreadableTable,
    check_header,
    rows_of,
    split,
)


class Opened(Protocol):
    """An open file, or one that was uploaded."""

    def read(self, size: int = ..., /) -> bytes: ...


_ZIP = b"PK\x03\x04"
_OFFICE_97 = b"\xd0\xcf\x11\xe0"
_STRANGERS = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
_WEB = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")


def read_table(
    source: Path | Opened,
    *,
    required: Collection[str],
    headings: Mapping[str, str] | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> list[Row]:
    """The records of a CSV or XLSX file, blank ones left out; raises `UnreadableTable`.

    `headings` gives the column for each spelling of a heading (``{"姓名": "name"}``); of a column
    not named there the heading itself is the name. A title may stand above the header. What is
    wrong with single cells is kept in the rows (`Row.faults`).
    """
    headings = {**{name: name for name in required}, **(headings or {})}
    raw = _bytes(source, limits)
    if raw.startswith(_ZIP):
        return workbooks.read(raw, required=required, headings=headings, limits=limits)
    _refuse_strangers(raw)
    return _rows(delimited.grid_of(raw, limits), required, headings, limits)


def _rows(
    grid: Grid, required: Collection[str], headings: Mapping[str, str], limits: Limits
) -> list[Row]:
    header, rows = split(grid, required, headings)
    check_header(header, required, headings)
    return rows_of(header, rows, limits)


def _bytes(source: Path | Opened, limits: Limits) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            raw = file.read(limits.file_bytes + 1)
    else:
        raw = source.read(limits.file_bytes + 1)
    if len(raw) > limits.file_bytes:
        raise UnreadableTable(
            _("The file is larger than %(size)s MB. Please split it.")
            % {"size": limits.file_bytes // (1024 * 1024)}
        )
    if not raw.strip():
        raise UnreadableTable(_("The file is empty."))
    return raw


def _refuse_strangers(raw: bytes) -> None:
    """Say what a file is that only looks like a table."""
    if raw.startswith(_OFFICE_97):
        raise UnreadableTable(
            _(
                "This is a file of the old Office kind (.xls, .doc) or one with a password."
                " Save it as .xlsx without a password and try again."
            )
        )
    start = raw[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_WEB):
        raise UnreadableTable(
            _("This is a web page or XML under another name. Save it as .xlsx and try again.")
        )
    if raw.startswith(_STRANGERS):
        raise UnreadableTable(_("This is not a table. CSV and .xlsx files can be read."))
