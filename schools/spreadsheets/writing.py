"""Writes XLSX: every list of the site can be taken away, and no cell of it ever runs (公式注入)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

T = TypeVar("T")

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""
_RUNS = re.compile(r"'*[=+\-@\t\r＝＋－＠].", re.DOTALL)
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NO_FILE_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column: its heading, what stands in it for a row, how many characters wide it is."""

    heading: Any
    value: Callable[[T], Any]
    width: int = 14


def xlsx_response(title: str, columns: Sequence[Column[T]], rows: Iterable[T]) -> HttpResponse:
    """The workbook as a download whose name is the title and the day."""
    name = _NO_FILE_NAME.sub(" ", f"{title} {timezone.localdate():%Y-%m-%d}.xlsx").strip()
    return HttpResponse(
        write_xlsx(title, columns, rows),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": content_disposition_header(True, name) or ""},
    )


def write_xlsx(title: str, columns: Sequence[Column[T]], rows: Iterable[T]) -> bytes:
    """A workbook of one sheet: a frozen header, dates as dates, text that stays text.

    Of a query set only one batch of rows is in memory at a time if it comes as its `iterator`.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NO_SHEET_NAME.sub(" ", title).strip(" '")[:31] or "1")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_heading(sheet, column) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, column.value(row)) for column in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def disarmed(text: str) -> str:
    """Text that no spreadsheet program takes for a formula, saved as CSV neither.

    What would run gets an apostrophe in front, and so does what has some already: `read_table`
    takes one away again.
    """
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    if _RUNS.match(text):
        text = f"'{text}"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _heading(sheet: Any, column: Column[Any]) -> Any:
    cell = _cell(sheet, str(column.heading))
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="EAF0EC")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    match value:
        case None | "":
            return WriteOnlyCell(sheet, None)
        case datetime():
            return _dated(sheet, _local(value), "yyyy-mm-dd hh:mm")
        case date():
            return _dated(sheet, value, "yyyy-mm-dd")
        case int() | float() | Decimal() if not isinstance(value, bool):
            return WriteOnlyCell(sheet, float(value) if isinstance(value, Decimal) else value)
        case _:
            cell = WriteOnlyCell(sheet, disarmed(str(value)))
            cell.data_type = "s"  # "=…" would make it a formula, "#N/A" an error
            return cell


def _dated(sheet: Any, value: Any, form: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = form
    return cell


def _local(moment: datetime) -> datetime:
    """The server's local time without a zone: workbooks know none."""
    return timezone.make_naive(moment) if timezone.is_aware(moment) else moment
