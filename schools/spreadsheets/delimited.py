"""Reads CSV: UTF-8, GBK and UTF-16, with commas, tabs or semicolons between the cells."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from schools.spreadsheets.tables import Grid, Limits, Raw, UnreadableTable

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SEPARATORS = ",\t;"


def grid_of(raw: bytes, limits: Limits) -> Grid:
    """The rows of a CSV file; raises `UnreadableTable`."""
    return _rows(decoded(raw), limits)


def _rows(text: str, limits: Limits) -> Iterator[tuple[int, list[Raw]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    last = 0
    try:
        for record in reader:
            first, last = last + 1, reader.line_num
            if len(record) > limits.columns:
                raise UnreadableTable(
                    _("Line %(line)s has more than %(count)s columns.")
                    % {"line": first, "count": limits.columns}
                )
            yield first, list(record)
    except csv.Error as error:
        raise UnreadableTable(_not_csv(error, last + 1)) from error


def _not_csv(error: csv.Error, line: int) -> str:
    said = str(error)
    if "field larger" in said:
        return _("Line %(line)s holds a cell that is far too long.") % {"line": line}
    if "unexpected end" in said:
        return _("Line %(line)s opens a quotation mark that nothing closes.") % {"line": line}
    return _("Line %(line)s is not CSV: %(error)s.") % {"line": line, "error": said}


def _separator(text: str) -> str:
    """The sign between the cells: the one that the first line with any has most of."""
    for line in text.splitlines()[:6]:
        found = max(_SEPARATORS, key=line.count)
        if found in line:
            return found
    return ","


def decoded(raw: bytes) -> str:
    """The text of a file whose encoding nobody has said."""
    text = _utf16(raw)
    for encoding in ("utf-8-sig", "gb18030"):
        if text is None:
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
    if text is None:
        raise UnreadableTable(_("The file is neither UTF-8 nor GBK."))
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise UnreadableTable(
            _("Line %(line)s holds signs that no table has. Is this a CSV or .xlsx file?")
            % {"line": line}
        )
    return text


def _utf16(raw: bytes) -> str | None:
    if not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    try:
        return raw.decode("utf-16")
    except UnicodeDecodeError as error:
        raise UnreadableTable(_("The file breaks off in the middle.")) from error
