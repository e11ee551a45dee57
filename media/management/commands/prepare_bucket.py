"""`prepare_bucket`: lets the pages of this site, and no others, send files to the bucket."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from media.storage import BLOBS, BucketStorage, StorageDown


class Command(BaseCommand):
    """Writes the bucket's rule of origins (CORS)."""

    help = (
        "Writes the bucket's CORS rule, so that browsers may send parts of files from the pages of"
        " this site. The server does it at each start; by hand where its keys may not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--origin", action="append", default=[], metavar="https://HOST")

    def handle(self, *args: Any, origin: list[str], **options: Any) -> None:
        if not isinstance(BLOBS, BucketStorage):
            raise CommandError(_("Files lie on this machine: GONGBEI_S3_BUCKET names no bucket."))
        base = urlsplit(settings.WAGTAILADMIN_BASE_URL)
        origins = origin or [f"{base.scheme}://{base.netloc}"]
        try:
            BLOBS.allow(origins)
        except StorageDown as down:
            raise CommandError(
                _("The bucket did not take the rule: %(why)s") % {"why": down.__cause__ or down}
            ) from down
        self.stdout.write(
            _("Pages of %(origins)s may send files to the bucket.")
            % {"origins": ", ".join(origins)}
        )
