"""Takes resources (资源) from a file of one JSON object a line, or from a table."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from resources.importing.lines import UnreadableFile
from resources.importing.planning import Report
from resources.importing.running import Import, Written
from schools.models import Region, User
from schools.spreadsheets import UnreadableTable
from search.progress import Bar

_SHOWN = 30
"""How many refused rows are written out; the report has them all."""


class Command(BaseCommand):
    """`import_resources FILE.jsonl [--dry-run] [--keep-good] [--report OUT.jsonl] …`."""

    help = (
        "One JSON object a line (or .xlsx, .csv with the same names as columns): id, kind, title, "
        "school; the rest may be missing or spelt anyhow. Files lie beside FILE, or in a ZIP of "
        "its name. Validated whole, then all or nothing; safe to run twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.jsonl")
        parser.add_argument("--dry-run", action="store_true", help=_("Check and write nothing."))
        parser.add_argument(
            "--keep-good", action="store_true", help=_("Leave the bad rows out and take the rest.")
        )
        parser.add_argument(
            "--report", type=Path, metavar="OUT.jsonl", help=_("Write what became of each row.")
        )
        parser.add_argument(
            "--create-schools", action="store_true", help=_("Make the schools that are unknown.")
        )
        parser.add_argument(
            "--region", metavar="CODE", help=_("The division code of the region of new schools.")
        )
        parser.add_argument(
            "--owner",
            metavar="USER",
            help=_("Whose the resources are whose owner has no account; else the library’s."),
        )

    def handle(
        self,
        *,
        file: Path,
        dry_run: bool,
        keep_good: bool,
        report: Path | None,
        create_schools: bool,
        region: str | None,
        owner: str | None,
        **options: Any,
    ) -> None:
        run = Import(
            file,
            create_schools=create_schools,
            region=_found(Region, code=region) if region else None,
            owner=_found(User, username=owner) if owner else None,
        )
        try:
            self._check(run, report, keep_good=keep_good)
            if dry_run:
                self.stdout.write(
                    _("%(count)s rows can be taken; nothing was written.") % {"count": run.good}
                )
                return
            with Bar(self.stderr, _("resources")) as bar:
                written = run.write(done=bar.advance)
        except (UnreadableFile, UnreadableTable, OSError) as error:
            raise CommandError(_("%(file)s: %(error)s") % {"file": file, "error": error}) from error
        self.stdout.write(_summary(written))

    def _check(self, run: Import, report: Path | None, *, keep_good: bool) -> None:
        out = report.open("w", encoding="utf-8") if report is not None else None
        try:
            with Bar(self.stderr, _("rows checked")) as bar:
                for found in run.check():
                    bar.advance(1)
                    if out is not None:
                        out.write(json.dumps(found.as_json(), ensure_ascii=False) + "\n")
                    if not found.ok and run.bad <= _SHOWN:
                        self._say(found)
        finally:
            if out is not None:
                out.close()
        if run.bad > _SHOWN:
            self.stderr.write(
                _("… and %(count)s more; --report lists them all.") % {"count": run.bad - _SHOWN}
            )
        if run.bad and not keep_good:
            raise CommandError(
                _("%(bad)s of %(all)s rows were refused; nothing was written.")
                % {"bad": run.bad, "all": run.bad + run.good}
            )

    def _say(self, found: Report) -> None:
        self.stderr.write(
            _("Line %(line)s: %(reason)s") % {"line": found.line, "reason": found.reason}
        )


def _found(model: Any, **where: str) -> Any:
    found = model.objects.filter(**where).first()
    if found is None:
        (value,) = where.values()
        raise CommandError(_("“%(value)s” is not known here.") % {"value": value})
    return found


def _summary(written: Written) -> str:
    return _(
        "%(made)s resources made, %(there)s were there already; %(files)s files; "
        "%(schools)s schools new."
    ) % {
        "made": written.made,
        "there": written.there,
        "files": written.files,
        "schools": written.schools,
    }
