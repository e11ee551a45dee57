"""Reads the tables (CSV) that people hand in: UTF-8, with or without a mark, or Excel's GBK."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the number of its first line in the file, and its cells by column, trimmed."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


class UnreadableTable(ValueError):
    """The file as a whole cannot be read: its encoding, its header, its quoting."""


def read_table(path: Path, *, required: frozenset[str]) -> list[Row]:
    """The records of the CSV file at `path`, blank ones left out; raises `UnreadableTable`."""
    reader = csv.DictReader(
        io.StringIO(_decoded(path), newline=""), restkey="", restval="", strict=True
    )
    try:
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        if missing := required - set(reader.fieldnames):
            raise UnreadableTable(
                _("The file lacks the columns %(names)s.") % {"names": ", ".join(sorted(missing))}
            )
        return list(_rows(reader))
    except csv.Error as error:
        raise UnreadableTable(
            _("Line %(line)s is not CSV: %(error)s.") % {"line": reader.line_num, "error": error}
        ) from error


def _rows(reader: csv.DictReader[str]) -> Iterator[Row]:
    last = reader.line_num
    for record in reader:
        first, last = last + 1, reader.line_num
        cells = {name: value.strip() for name, value in record.items() if name}
        if any(cells.values()):
            yield Row(first, cells)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableTable(_("The file is neither UTF-8 nor GBK."))
