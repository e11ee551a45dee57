"""`backup DIR|FILE.tar`: the database and all files in one archive, while people work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.backup import SUFFIXES, BackupError, write_backup
from portal.databases import DatabaseToolError
from search.progress import Bar


class Command(BaseCommand):
    """Writes a backup."""

    help = (
        "Writes the database and all files into one archive: FILE.tar, FILE.tar.gz, or a folder,"
        " in which the name tells the time. The secret key is left out; keep it elsewhere."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, metavar="DIR|FILE.tar")

    def handle(self, *args: Any, target: Path, **options: Any) -> None:
        if not target.is_dir() and not target.name.endswith(SUFFIXES):
            raise CommandError(
                _("%(path)s is no folder and does not end in .tar, .tar.gz or .tgz.")
                % {"path": target}
            )
        try:
            with Bar(self.stderr, "bytes") as bar:
                written, manifest = write_backup(target, bar.advance)
        except (BackupError, DatabaseToolError) as reason:
            raise CommandError(str(reason)) from reason
        except OSError as reason:
            raise CommandError(
                _("The backup was not written: %(why)s") % {"why": reason}
            ) from reason
        about = {
            "path": written,
            "rows": sum(manifest.tables.values()),
            "files": len(manifest.members) - 1,
        }
        self.stdout.write(_("Written: %(path)s (%(rows)s rows, %(files)s files).") % about)
        if settings.GONGBEI_S3:
            self.stdout.write(
                _(
                    "The files in the bucket %(bucket)s are NOT in it: run copy_objects DIR now,"
                    " with the same folder each time."
                )
                % {"bucket": settings.GONGBEI_S3["bucket"]}
            )
        self.stdout.write(
            _("The secret key is not in it; without that, everyone signs in again after a restore.")
        )
