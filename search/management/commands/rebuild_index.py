"""`rebuild_index`: builds the search index anew while the old one goes on answering."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.engines.base import EngineUnavailable
from search.locks import LockBusy
from search.maintenance import countable, rebuild
from search.progress import Bar


class Command(BaseCommand):
    """Builds the search index anew."""

    help = "Builds the search index anew; the old one serves until the new one is complete."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Bar(self.stderr, "documents", countable()) as bar:
                done = rebuild(progress=bar.advance)
        except LockBusy as error:
            raise CommandError(f"{error}. A rebuild is running already.") from error
        except EngineUnavailable as error:
            raise CommandError(
                f"The index cannot be written: {error}. The old one still serves,"
                " and rebuild_index goes on where it was."
            ) from error
        resumed = ", after those of a rebuild that was cut off" if done.resumed else ""
        self.stdout.write(f"{done.documents} documents indexed{resumed}")
        if done.failed:
            raise CommandError(f"{done.failed} documents could not be read; see check_index.")
