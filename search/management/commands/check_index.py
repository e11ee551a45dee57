"""`check_index [--repair]`: compares the search index with the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import outbox
from search.engines.base import EngineUnavailable
from search.locks import LockBusy
from search.maintenance import Drift, compare
from search.progress import Bar


class Command(BaseCommand):
    """Compares the search index with the database; exit code 1 when they differ."""

    help = "Compares the search index with the database; exit code 1 when they differ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="index again what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            drift = self._compare(repair=options["repair"])
            if options["repair"] and drift.faults:
                done = outbox.drain(wait=60)
                self.stdout.write(f"repaired {done.written + done.removed}")
                drift = self._compare(repair=False)
        except (EngineUnavailable, LockBusy) as error:
            raise CommandError(f"{error}. Run rebuild_index.") from error
        if drift.faults:
            raise CommandError(
                "The index differs from the database. Run check_index --repair.", returncode=1
            )

    def _compare(self, *, repair: bool) -> Drift:
        with Bar(self.stderr, "things") as bar:
            drift = compare(repair=repair, progress=bar.advance)
        self.stdout.write(
            f"compared {drift.compared}: missing {drift.missing}, extra {drift.extra}, "
            f"stale {drift.stale}, stuck {drift.stuck}, waiting {drift.waiting}"
        )
        return drift
