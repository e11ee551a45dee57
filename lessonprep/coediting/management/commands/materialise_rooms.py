"""`materialise_rooms`: makes revisions of what a killed server left in rooms."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from lessonprep.coediting.materialising import materialise_all


class Command(BaseCommand):
    """At each start, or by cron; a running server does it by itself."""

    help = "Save what was written together and is in no revision yet; safe to call again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{materialise_all()} plans saved.")
