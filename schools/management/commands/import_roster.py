"""Takes a roster of teachers (教师名册) from a CSV or XLSX file."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils.translation import gettext as _

from schools.models import User
from schools.rosters import Line, Outcome, RosterPlan, plan_roster, read_roster
from schools.spreadsheets import Row, UnreadableTable
from schools.staff.actions.rosters import RosterChanged, take_roster

_SHOWN = 30
"""How many refused lines are written out; the report has them all."""


class Command(BaseCommand):
    """`import_roster FILE [--by USER] [--move] [--dry-run] [--keep-good] [--report OUT.jsonl]`."""

    help = (
        "Columns: school,name,phone,subjects,stage,grades,title,title_level,title_from,roles, or"
        " as schools write them in Chinese. CSV (UTF-8, GBK, UTF-16) or XLSX. Safe to run twice:"
        " the same phone number is the same person. New accounts have no password yet; the staff"
        " pages print their invitations."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--by", metavar="USER", help=_("In whose name and with whose right."))
        parser.add_argument(
            "--move", action="store_true", help=_("Let people move here from another school.")
        )
        parser.add_argument("--dry-run", action="store_true", help=_("Check and write nothing."))
        parser.add_argument(
            "--keep-good", action="store_true", help=_("Leave the bad rows out and take the rest.")
        )
        parser.add_argument(
            "--report", type=Path, metavar="OUT.jsonl", help=_("Write what became of each row.")
        )

    def handle(
        self,
        *,
        file: Path,
        by: str | None,
        move: bool,
        dry_run: bool,
        keep_good: bool,
        report: Path | None,
        **options: Any,
    ) -> None:
        importer = _importer(by)
        rows = _rows(file)
        plan = plan_roster(
            rows, by=importer, move=move, seen=_Progress(self.stderr, len(rows)).step
        )
        halted = bool(plan.refused) and not keep_good
        if not halted and not dry_run:
            progress = _Progress(self.stderr, len(plan.taken) - plan.counts()[Outcome.SAME])
            try:
                take_roster(plan=plan, by=importer, done=progress.step)
            except RosterChanged as error:
                raise CommandError(
                    _("People were changed meanwhile; nothing was written. Please try again.")
                ) from error
        if report is not None:
            _write_report(report, plan.lines)
        self._tell(plan, halted=halted, dry_run=dry_run)

    def _tell(self, plan: RosterPlan, *, halted: bool, dry_run: bool) -> None:
        for line in plan.refused[:_SHOWN]:
            self.stderr.write(
                _("Line %(line)s: %(reason)s") % {"line": line.line, "reason": line.reason}
            )
        if len(plan.refused) > _SHOWN:
            self.stderr.write(
                _("… and %(count)s more; --report lists them all.")
                % {"count": len(plan.refused) - _SHOWN}
            )
        if halted:
            raise CommandError(
                _("%(bad)s of %(all)s rows were refused; nothing was written.")
                % {"bad": len(plan.refused), "all": len(plan.lines)}
            )
        if dry_run:
            self.stdout.write(
                _("%(count)s rows can be taken; nothing was written.") % {"count": len(plan.taken)}
            )
            return
        counts = plan.counts()
        self.stdout.write(
            _(
                "%(new)s accounts made, %(changed)s changed, %(moved)s moved, %(same)s as they"
                " were; %(refused)s rows left out."
            )
            % counts
        )


class _Progress:
    """A bar on the error stream, for files long enough to wait for."""

    worth_it = 200
    width = 40

    def __init__(self, stream: OutputWrapper, total: int) -> None:
        self.stream, self.total, self.done, self.shown = stream, total, 0, -1

    def step(self) -> None:
        self.done += 1
        percent = 100 * self.done // max(self.total, 1)
        if self.total < self.worth_it or percent == self.shown:
            return
        self.shown = percent
        bar = "#" * (self.width * percent // 100)
        ending = "\n" if self.done >= self.total else ""
        self.stream.write(f"\r[{bar:<{self.width}}] {percent:3d} %", ending=ending)


def _importer(name: str | None) -> User | None:
    """In whose right rows are taken: the named account's, else that of the operating user."""
    if not name:
        return None
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(_("There is no user “%(name)s”.") % {"name": name})
    return user


def _rows(file: Path) -> list[Row]:
    try:
        return read_roster(file)
    except (OSError, UnreadableTable) as error:
        raise CommandError(_("%(file)s: %(error)s") % {"file": file, "error": error}) from error


def _write_report(path: Path, lines: Iterable[Line]) -> None:
    try:
        with path.open("w", encoding="utf-8") as out:
            for line in lines:
                out.write(json.dumps(line.as_json(), ensure_ascii=False) + "\n")
    except OSError as error:
        raise CommandError(_("%(file)s: %(error)s") % {"file": path, "error": error}) from error
