"""An app that is there for the benchmark alone."""

from django.apps import AppConfig


class PeerConfig(AppConfig):
    """Rows as modelsearch indexes them."""

    name = "benchmarks.search.peer"
    label = "search_peer"
    default_auto_field = "django.db.models.BigAutoField"
