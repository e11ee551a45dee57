"""Takes the items of a curriculum standard (课程标准) from a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from resources.catalogue.actions import write_standards
from resources.catalogue.management.importing import ImportCommand
from resources.catalogue.standards import STANDARD_COLUMNS, plan_standards


class Command(ImportCommand):
    """`import_standards FILE.csv [--dry-run] [--keep-good] [--report OUT.jsonl]`."""

    help = "Columns: code,subject,stage,domain,text. UTF-8 or GBK. Safe to run twice."
    required = frozenset(STANDARD_COLUMNS)

    def handle(
        self, *, file: Path, dry_run: bool, keep_good: bool, report: Path | None, **options: Any
    ) -> None:
        reports = plan_standards(self.rows_of(file))
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
