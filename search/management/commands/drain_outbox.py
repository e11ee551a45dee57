"""`drain_outbox`: tells the search index of all changes that wait, as the worker does."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search import outbox
from search.engines.base import EngineUnavailable
from search.locks import LockBusy


class Command(BaseCommand):
    """Tells the search index of the changes that wait."""

    help = "Tells the search index of all changes that wait; builds the index if there is none."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = outbox.drain(wait=60)
        except LockBusy as error:
            raise CommandError(f"{error}. Try again when it has finished.") from error
        except EngineUnavailable as error:
            raise CommandError(f"The index cannot be written: {error}.") from error
        self.stdout.write(f"written {done.written}, removed {done.removed}, failed {done.failed}")
