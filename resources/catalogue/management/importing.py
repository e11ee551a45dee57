"""What the import commands of the catalogue share: their options, their report, their progress."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils.translation import gettext as _

from resources.catalogue.imports import LIMITS
from schools.spreadsheets import Row, UnreadableTable, read_table

_SHOWN = 30
"""How many refused rows are written out; the report has them all."""


class Report(Protocol):
    """What became of one row."""

    line: int
    reason: str

    @property
    def ok(self) -> bool: ...

    def as_json(self) -> dict[str, Any]: ...


class Progress:
    """A bar on the error stream, for files long enough to wait for."""

    worth_it = 200
    width = 40

    def __init__(self, stream: OutputWrapper, total: int) -> None:
        self.stream, self.total, self.done, self.shown = stream, total, 0, -1

    def step(self) -> None:
        self.done += 1
        percent = 100 * self.done // self.total
        if self.total < self.worth_it or percent == self.shown:
            return
        self.shown = percent
        bar = "#" * (self.width * percent // 100)
        ending = "\n" if self.done >= self.total else ""
        self.stream.write(f"\r[{bar:<{self.width}}] {percent:3d} %", ending=ending)


class ImportCommand(BaseCommand):
    """Validates a file whole, then writes all of it or nothing (`--keep-good`: its good rows)."""

    required: frozenset[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        self.add_file(parser)
        parser.add_argument("--dry-run", action="store_true", help=_("Check and write nothing."))
        parser.add_argument(
            "--keep-good", action="store_true", help=_("Leave the bad rows out and take the rest.")
        )
        parser.add_argument(
            "--report", type=Path, metavar="OUT.jsonl", help=_("Write what became of each row.")
        )

    def add_file(self, parser: ArgumentParser) -> None:
        """Where the rows come from."""
        parser.add_argument("file", type=Path, metavar="FILE.csv")

    def rows_of(self, file: Path) -> list[Row]:
        """The rows of `file`; says in plain words why it cannot be read."""
        try:
            return read_table(file, required=self.required, limits=LIMITS)
        except (OSError, UnreadableTable) as error:
            raise CommandError(_("%(file)s: %(error)s") % {"file": file, "error": error}) from error

    def tell(self, reports: Sequence[Report], *, to: Path | None, keep_good: bool) -> None:
        """Write the report, name the refused rows; stops the command where they stop the import."""
        if to is not None:
            _write_report(to, reports)
        refused = [report for report in reports if not report.ok]
        for report in refused[:_SHOWN]:
            self.stderr.write(
                _("Line %(line)s: %(reason)s") % {"line": report.line, "reason": report.reason}
            )
        if len(refused) > _SHOWN:
            self.stderr.write(
                _("… and %(count)s more; --report lists them all.")
                % {"count": len(refused) - _SHOWN}
            )
        if refused and not keep_good:
            raise CommandError(
                _("%(bad)s of %(all)s rows were refused; nothing was written.")
                % {"bad": len(refused), "all": len(reports)}
            )


def _write_report(path: Path, reports: Iterable[Report]) -> None:
    try:
        with path.open("w", encoding="utf-8") as out:
            for report in reports:
                out.write(json.dumps(report.as_json(), ensure_ascii=False) + "\n")
    except OSError as error:
        raise CommandError(_("%(file)s: %(error)s") % {"file": path, "error": error}) from error
