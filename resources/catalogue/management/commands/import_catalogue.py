"""Takes textbook volumes and their contents (教材目录) from a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from resources.catalogue.actions import Written, write_catalogue
from resources.catalogue.imports import REQUIRED_COLUMNS, plan_catalogue
from resources.catalogue.management.importing import ImportCommand, Progress


class Command(ImportCommand):
    """`import_catalogue FILE.csv [--dry-run] [--keep-good] [--report OUT.jsonl]`."""

    help = (
        "Columns: stage,subject,edition,title,issue_year,unit,lesson,position,standards; "
        "a row without unit is a volume. UTF-8 or GBK. Safe to run twice."
    )
    required = REQUIRED_COLUMNS

    def handle(
        self, *, file: Path, dry_run: bool, keep_good: bool, report: Path | None, **options: Any
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
    text = _(
        "%(taken)s rows taken: %(volumes_new)s volumes new, %(volumes_changed)s changed; "
        "%(chapters_new)s chapters new, %(chapters_changed)s changed."
    ) % {
        "taken": taken,
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
