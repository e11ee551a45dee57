"""`restore FILE`: a backup into an empty place, checked whole before anything is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.backup import BackupError, restore
from portal.databases import DatabaseToolError
from search.progress import Bar


class Command(BaseCommand):
    """Restores a backup."""

    help = (
        "Restores an archive of `backup` into an empty place: stop the server, set GONGBEI_VAR and"
        " DATABASE_URL to new ones, restore, start. Migrates and rebuilds the index."
    )
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, metavar="FILE")

    def handle(self, *args: Any, archive: Path, verbosity: int = 1, **options: Any) -> None:
        try:
            with Bar(self.stderr, "bytes") as bar:
                manifest = restore(archive, bar.advance)
        except (BackupError, DatabaseToolError) as reason:
            raise CommandError(str(reason)) from reason
        except OSError as reason:
            raise CommandError(_("Nothing was restored: %(why)s") % {"why": reason}) from reason
        call_command("migrate", interactive=False, verbosity=max(verbosity - 1, 0))
        if "rebuild_index" in get_commands():
            call_command("rebuild_index")
        about = {
            "made": manifest.made,
            "rows": sum(manifest.tables.values()),
            "files": len(manifest.members) - 1,
        }
        self.stdout.write(
            _("Restored the backup of %(made)s: %(rows)s rows, %(files)s files.") % about
        )
        if settings.GONGBEI_S3:
            self.stdout.write(
                _(
                    "Files lie in the bucket %(bucket)s: bring back what it has not with"
                    " copy_objects DIR --back, then run check_media --read."
                )
                % {"bucket": settings.GONGBEI_S3["bucket"]}
            )
