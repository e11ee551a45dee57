"""The search app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Discovery."""

    name = "search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from search import vocabulary  # noqa: F401 - registers the words of the curriculum
        from search.upkeep import cards  # noqa: F401 - registers the operator's card
