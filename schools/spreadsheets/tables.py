"""What a table is once it is read: rows of trimmed cells under known columns, faults named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

LETTERS = 26
_HEADER_WITHIN = 6
"""How many rows may stand above and with the header: a title, a note on how to fill it in."""
_UNSEEN = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0x00AD], None
)
_REMARK = re.compile(r"[(\[【].*?[)\]】]|\s|[*:]")
_SHORTENED = re.compile(r"-?\d(\.\d+)?E\+\d{2,3}")
_DISARMED = re.compile(r"'+[=+\-@\t\r＝＋－＠].", re.DOTALL)


class UnreadableTable(ValueError):
    """The file as a whole cannot be read: its kind, its encoding, its size, its header."""


class BadCell(ValueError):
    """One cell cannot be read; `column` is as its heading has it, empty for the whole line."""

    def __init__(self, line: int, column: str, reason: str) -> None:
        super().__init__(reason)
        self.line, self.column, self.reason = line, column, reason

    def __str__(self) -> str:
        if not self.column:
            return self.reason
        return _("Column “%(column)s”: %(reason)s") % {"column": self.column, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may hold."""

    file_bytes: int = 20 * 1024 * 1024
    unpacked_bytes: int = 80 * 1024 * 1024
    ratio: int = 200
    """How many times its packed size a part of a workbook may have."""
    rows: int = 20_000
    columns: int = 100
    cell: int = 10_000
    """Characters of one cell."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Stands where a cell cannot be read."""

    reason: str


Raw = str | Fault
Grid = Iterable[tuple[int, list[Raw]]]
"""The rows of a file with their numbers, cells from the left."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the number of its first line in the file, and its cells by column, trimmed.

    To ask for a cell that cannot be read raises its `BadCell`, so nobody takes it for empty.
    """

    line: int
    cells: dict[str, str]
    faults: dict[str, BadCell] = field(default_factory=dict)

    def __getitem__(self, column: str) -> str:
        if fault := self.faults.get("") or self.faults.get(column):
            raise fault
        return self.cells.get(column, "")


def folded(heading: str) -> str:
    """A heading as it is compared: half width, lower case, without spaces, stars and remarks."""
    return _REMARK.sub("", unicodedata.normalize("NFKC", heading).lower())


def tidy(text: str) -> str:
    """A cell without the spaces around it and the marks that nobody sees."""
    text = text.translate(_UNSEEN).strip()
    return text[1:] if _DISARMED.match(text) else text


def letters_of(number: int) -> str:
    """The letters of a column from its number: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a table: their names as the importer knows them, and as the file has them."""

    line: int
    names: list[str]
    written: list[str]

    def missing(self, required: Collection[str]) -> list[str]:
        return [name for name in required if name not in self.names]

    def twice(self) -> str:
        """A heading that stands there twice, or none."""
        seen: set[str] = set()
        for name, written in zip(self.names, self.written, strict=True):
            if name and name in seen:
                return written
            seen.add(name)
        return ""


def split(
    grid: Grid, required: Collection[str], headings: Mapping[str, str]
) -> tuple[Header, Iterator[tuple[int, list[Raw]]]]:
    """The header and the rows below it; the header is the first row with all required columns.

    Where there is none, the first row that holds anything, for a message that says what it lacks.
    """
    known = {folded(spelling): name for spelling, name in headings.items()}
    rows = iter(grid)
    above: list[tuple[int, list[Raw]]] = []
    for line, cells in islice(rows, _HEADER_WITHIN):
        header = _header(line, cells, known)
        if not header.missing(required):
            return header, rows
        if any(header.written):
            above.append((line, cells))
    if not above:
        raise UnreadableTable(_("The file is empty."))
    return _header(*max(above, key=lambda row: _known(row, known)), known), iter(())


def _known(row: tuple[int, list[Raw]], known: Mapping[str, str]) -> int:
    return sum(1 for cell in row[1] if isinstance(cell, str) and folded(cell) in known)


def _header(line: int, cells: list[Raw], known: Mapping[str, str]) -> Header:
    written = [tidy(cell) if isinstance(cell, str) else "" for cell in cells]
    names = [known.get(folded(heading), folded(heading)) for heading in written]
    return Header(line, names, written)


def check_header(
    header: Header, required: Collection[str], headings: Mapping[str, str] | None = None
) -> None:
    """Raise `UnreadableTable` where a column is missing or stands there twice."""
    if missing := header.missing(required):
        raise UnreadableTable(
            _("The file lacks the columns %(names)s.")
            % {"names": ", ".join(_spelt(missing, headings or {}))}
        )
    if twice := header.twice():
        raise UnreadableTable(
            _("Line %(line)s has the column “%(name)s” twice.")
            % {"line": header.line, "name": twice}
        )


def _spelt(names: Iterable[str], headings: Mapping[str, str]) -> list[str]:
    """Each column as one would write it: `name`, or `name (姓名)` where it has another spelling."""
    spellings: dict[str, str] = {}
    for spelling, name in headings.items():
        if spelling != name:
            spellings.setdefault(name, spelling)
    return sorted(f"{name} ({spellings[name]})" if name in spellings else name for name in names)


def rows_of(header: Header, grid: Grid, limits: Limits) -> list[Row]:
    """The rows below the header, blank ones left out; raises `UnreadableTable` beyond limits."""
    found: list[Row] = []
    for line, cells in grid:
        row = _row(header, line, cells, limits)
        if not any(row.cells.values()) and not row.faults:
            continue
        if len(found) == limits.rows:
            raise UnreadableTable(
                _("The file has more than %(count)s rows. Please split it.")
                % {"count": limits.rows}
            )
        found.append(row)
    return found


def _row(header: Header, line: int, cells: list[Raw], limits: Limits) -> Row:
    row = Row(line, {})
    for place, cell in enumerate(cells):
        known = place < len(header.names) and header.names[place]
        name = header.names[place] if known else ""
        try:
            text = _text(cell, limits)
        except ValueError as error:
            written = header.written[place] if known else letters_of(place + 1)
            row.faults[name or written] = BadCell(line, written, str(error))
            continue
        if known:
            row.cells[name] = text
        elif text and place >= len(header.names):
            reason = _("The line has more cells than the header.")
            row.faults[""] = BadCell(line, "", reason)
    return row


def _text(cell: Raw, limits: Limits) -> str:
    if isinstance(cell, Fault):
        raise ValueError(cell.reason)
    if len(cell) > limits.cell:
        raise ValueError(
            _("The cell has %(length)s characters; %(most)s are allowed.")
            % {"length": len(cell), "most": limits.cell}
        )
    text = tidy(cell)
    if _SHORTENED.fullmatch(text):
        raise ValueError(
            _(
                "The spreadsheet program has shortened a long number to %(text)s. Format the"
                " column as text and type the number again."
            )
            % {"text": text}
        )
    return text
