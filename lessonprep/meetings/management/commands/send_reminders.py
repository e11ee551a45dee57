"""`send_reminders`: reminds the groups whose weekday it is; called again it does nothing more."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from lessonprep.meetings.actions.reminders import remind_weekly
from schools.models.dated import today


class Command(BaseCommand):
    """For cron, where the worker's own morning call is not wanted."""

    help = "Remind the prep groups that asked for it on this weekday; safe to call again."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("zh-hans"):
            count = remind_weekly(day=today())
        self.stdout.write(f"{count} reminders made.")
