"""Takes textbook volumes and their contents (教材目录) from a CSV or XLSX file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from resources.catalogue.actions import Written, write_catalogue
from resources.catalogue.imports import REQUIRED_COLUMNS, plan_catalogue
from resources.catalogue.management.importing import ImportCommand, Progress
from resources.catalogue.shipped import import_all_shipped, volume_files


class Command(ImportCommand):
    """`import_catalogue FILE.csv [--dry-run] [--keep-good] [--report OUT.jsonl]` or `--shipped`."""

    help = (
        "Columns: stage,subject,edition,title,issue_year,unit,lesson,position,standards,periods; "
        "a row without unit is a volume. UTF-8, GBK or .xlsx. Safe to run twice."
    )
    required = REQUIRED_COLUMNS

    def add_file(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", metavar="FILE.csv")
        parser.add_argument(
            "--shipped",
            action="store_true",
            help=_("Take in all standards and volumes that come with the product."),
        )

    def handle(self, *, file: Path | None, shipped: bool, **options: Any) -> None:
        named = any(options[name] for name in ("report", "dry_run", "keep_good"))
        if (file is None) != shipped or (shipped and named):
            raise CommandError(_("Give a file, or --shipped alone."))
        if file is None:
            self._take_shipped()
        else:
            self._take(file, **options)

    def _take_shipped(self) -> None:
        progress = Progress(self.stderr, len(volume_files()))
        written = import_all_shipped(done=progress.step)
        self.stdout.write(_counts(written))

    def _take(
        self, file: Path, *, dry_run: bool, keep_good: bool, report: Path | None, **_options: Any
    ) -> None:
        rows = self.rows_of(file)
        plan = plan_catalogue(rows, seen=Progress(self.stderr, len(rows)).step)
        self.tell(plan.reports, to=report, keep_good=keep_good)
        taken = len(plan.reports) - len(plan.refused)
        if dry_run:
            self.stdout.write(
                _("%(count)s rows can be taken; nothing was written.") % {"count": taken}
            )
            return
        progress = Progress(self.stderr, len(plan.volumes))
        written = write_catalogue(plan=plan, done=progress.step)
        self.stdout.write(_summary(written, taken))


def _summary(written: Written, taken: int) -> str:
    return _("%(taken)s rows taken: %(counts)s") % {"taken": taken, "counts": _counts(written)}


def _counts(written: Written) -> str:
    text = _(
        "%(volumes_new)s volumes new, %(volumes_changed)s changed; "
        "%(chapters_new)s chapters new, %(chapters_changed)s changed."
    ) % {
        "volumes_new": written.volumes_new,
        "volumes_changed": written.volumes_changed,
        "chapters_new": written.chapters_new,
        "chapters_changed": written.chapters_changed,
    }
    if written.chapters_left:
        text += "\n" + _(
            "%(count)s chapters are in the catalogue but not in the file; they were left."
        ) % {"count": written.chapters_left}
    return text
