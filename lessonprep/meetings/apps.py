"""The meetings app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Meetings with their records, reminders, calendar feeds."""

    name = "lessonprep.meetings"
    label = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from lessonprep.meetings import cards  # noqa: F401 - registers what the day page shows
