"""Checks a file of curriculum standards (课程标准) whole, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from resources.catalogue.imports import RefusedRow, check_cells, room_in
from resources.catalogue.models import Standard
from resources.catalogue.normalise import Unclear, read_stage_and_subject
from schools.spreadsheets import Row

STANDARD_COLUMNS = ("code", "subject", "stage", "domain", "text")


@dataclass(slots=True)
class StandardReport:
    """What became of one row; without a reason it has a standard, not yet saved."""

    line: int
    code: str
    reason: str = ""
    standard: Standard | None = None

    @property
    def ok(self) -> bool:
        return not self.reason

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "ok": self.ok, "reason": self.reason, "code": self.code}


def plan_standards(rows: Iterable[Row]) -> list[StandardReport]:
    """A report of every row of `rows`; a code stands in a file once."""
    reports: list[StandardReport] = []
    lines: dict[str, int] = {}
    for row in rows:
        report = StandardReport(row.line, row.cells.get("code", ""))
        reports.append(report)
        try:
            report.standard = _standard(row, lines)
        except RefusedRow as refused:
            report.reason = str(refused)
        except Unclear as unclear:
            report.reason = unclear.reason
        else:
            lines[report.code] = row.line
    return reports


def _standard(row: Row, lines: dict[str, int]) -> Standard:
    check_cells(row, STANDARD_COLUMNS)
    if row["code"] in lines:
        raise RefusedRow(_("Line %(line)s has the same code.") % {"line": lines[row["code"]]})
    stage, subject = read_stage_and_subject(row["stage"], row["subject"])
    for name in ("code", "domain", "text"):
        if not row[name]:
            raise RefusedRow(_("The %(column)s is missing.") % {"column": name})
        if len(row[name]) > room_in(Standard, name):
            raise RefusedRow(_("“%(text)s” is too long.") % {"text": row[name][:40]})
    return Standard(
        code=row["code"], subject=subject, stage=stage, domain=row["domain"], text=row["text"]
    )
