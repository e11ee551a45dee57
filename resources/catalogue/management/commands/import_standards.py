"""Takes the items of a curriculum standard (课程标准) from a CSV file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from resources.catalogue.actions import write_standards
from resources.catalogue.imports import room_in
from resources.catalogue.management.importing import ImportCommand
from resources.catalogue.models import Standard
from resources.catalogue.normalise import Unclear, read_stage_and_subject
from resources.catalogue.tables import Row


@dataclass(slots=True)
class StandardReport:
    """What became of one row."""

    line: int
    code: str
    reason: str = ""
    standard: Standard | None = None

    @property
    def ok(self) -> bool:
        return not self.reason

    def as_json(self) -> dict[str, Any]:
        return {"line": self.line, "ok": self.ok, "reason": self.reason, "code": self.code}


class Command(ImportCommand):
    """`import_standards FILE.csv [--dry-run] [--keep-good] [--report OUT.jsonl]`."""

    help = "Columns: code,subject,stage,domain,text. UTF-8 or GBK. Safe to run twice."
    required = frozenset({"code", "subject", "stage", "domain", "text"})

    def handle(
        self, *, file: Path, dry_run: bool, keep_good: bool, report: Path | None, **options: Any
    ) -> None:
        reports = _read(self.rows_of(file))
        self.tell(reports, to=report, keep_good=keep_good)
        standards = [each.standard for each in reports if each.standard is not None]
        if dry_run:
            self.stdout.write(
                _("%(count)s rows can be taken; nothing was written.") % {"count": len(standards)}
            )
            return
        new, changed = write_standards(standards=standards)
        self.stdout.write(
            _("%(new)s standards new, %(changed)s changed.") % {"new": new, "changed": changed}
        )


def _read(rows: list[Row]) -> list[StandardReport]:
    reports: list[StandardReport] = []
    lines: dict[str, int] = {}
    for row in rows:
        report = StandardReport(row.line, row["code"])
        reports.append(report)
        if row["code"] in lines:
            report.reason = _("Line %(line)s has the same code.") % {"line": lines[row["code"]]}
            continue
        try:
            stage, subject = read_stage_and_subject(row["stage"], row["subject"])
        except Unclear as unclear:
            report.reason = unclear.reason
            continue
        standard = Standard(
            code=row["code"], subject=subject, stage=stage, domain=row["domain"], text=row["text"]
        )
        report.reason = _fault_of(standard)
        if report.ok:
            lines[row["code"]] = row.line
            report.standard = standard
    return reports


def _fault_of(standard: Standard) -> str:
    for name in ("code", "domain", "text"):
        value = getattr(standard, name)
        if not value:
            return _("The %(column)s is missing.") % {"column": name}
        if len(value) > room_in(Standard, name):
            return _("“%(text)s” is too long.") % {"text": value[:40]}
    return ""
