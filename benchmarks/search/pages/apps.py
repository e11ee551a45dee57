"""An app that is there for the benchmark alone."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Rows as modelsearch indexes them."""

    name = "benchmarks.search.pages"
    label = "search_pages"
    default_auto_field = "django.db.models.BigAutoField"
