"""`copy_objects DIR [--back]`: the objects of the bucket in a folder, beside a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from media.copying import copy_back, copy_out
from media.places import ContentChanged


class Command(BaseCommand):
    """Copies stored files out and back."""

    help = (
        "Copies every stored file into a folder, what is there already is left: run it after each"
        " `backup` where files lie in a bucket. --back puts back what the bucket has not, after"
        " `restore`. Each content is compared with its hash."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--back", action="store_true")

    def handle(self, *args: Any, folder: Path, back: bool, **options: Any) -> None:
        if back and not folder.is_dir():
            raise CommandError(_("%(path)s is no folder.") % {"path": folder})
        try:
            done = list(copy_back(folder) if back else copy_out(folder))
        except ContentChanged as changed:
            raise CommandError(
                _("%(name)s is not what its hash says; copying stopped there.") % {"name": changed}
            ) from changed
        except OSError as reason:  # `StorageDown` too: says what to do
            raise CommandError(str(reason)) from reason
        total = sum(size for _name, size in done)
        self.stdout.write(
            _("Copied: %(count)s files, %(bytes)s bytes.") % {"count": len(done), "bytes": total}
        )
