"""`check_media [--repair] [--read]`: does every record have its object, every object its record?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from media import checkup
from media.places import FOLDER, QUARANTINE, StorageDown
from media.uploads import tidying
from media.uploads.models import Upload
from media.uploads.queries import abandoned_uploads, unfinished_uploads


class Command(BaseCommand):
    """Compares records and objects."""

    help = (
        "Compares the records of files with what lies in the storage. --repair takes up what a"
        " killed process left, and removes uploads given up and objects that no record has named"
        " for a day. --read also reads every content and compares its hash. The exit code is 1"
        " where a record has lost its content."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true")
        parser.add_argument("--read", action="store_true")

    def handle(self, *args: Any, repair: bool, read: bool, **options: Any) -> None:
        try:
            lost = self._records(read=read)
            self._uploads()
            if repair:
                self._repair()
        except StorageDown as down:
            raise CommandError(str(down)) from down
        if lost:
            raise CommandError(
                ngettext(
                    "%(count)s file has lost its content. Bring it back from a backup.",
                    "%(count)s files have lost their content. Bring them back from a backup.",
                    lost,
                )
                % {"count": lost}
            )
        self.stdout.write(_("Every file that is ready has its content."))

    def _records(self, *, read: bool) -> int:
        lost = 0
        for finding in checkup.records(read=read):
            self.stdout.write(finding.what)
            lost += finding.is_loss
        return lost

    def _uploads(self) -> None:
        strays = [
            *tidying.unnamed(FOLDER, older_than=tidying.GRACE),
            *tidying.unnamed(QUARANTINE, older_than=tidying.CHECKED),
        ]
        said = {
            _("Uploads in parts that no record names: %(count)s"): len(tidying.begun_for_nobody()),
            _("Objects that no record names: %(count)s"): len(strays),
            _("Files that wait for their check: %(count)s"): len(checkup.stuck()),
            _("Uploads that arrived and have no record yet: %(count)s"): (
                unfinished_uploads().count()
            ),
            _("Uploads that can be gone on with: %(count)s"): Upload.objects.filter(
                state=Upload.State.OPEN
            ).count(),
            _("Uploads to which nothing has come for days: %(count)s"): abandoned_uploads().count(),
        }
        for sentence, count in said.items():
            if count:
                self.stdout.write(sentence % {"count": count})

    def _repair(self) -> None:
        taken_up, removed = tidying.take_up(), tidying.sweep()
        self.stdout.write(
            _("Taken up: %(taken)s. Removed: %(removed)s.")
            % {"taken": taken_up, "removed": removed}
        )
