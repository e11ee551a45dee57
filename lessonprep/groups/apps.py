"""The groups app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    """Prep groups and their plans of work."""

    name = "lessonprep.groups"
    label = "groups"
    verbose_name = _("Prep groups")

    def ready(self) -> None:
        from lessonprep.groups import (  # noqa: F401 - they register tokens, news, tasks
            audience,
            cards,
            gaps,
        )
