"""The engines; one setting chooses, and nothing else knows which one runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from search.engines.base import Engine

_ENGINES = {"tantivy": "search.engines.tantivy.TantivyEngine"}


def index_path() -> Path:
    """Where an embedded index and the locks are kept."""
    return Path(settings.GONGBEI_VAR) / "index"


def engine() -> Engine:
    """The engine in use, `GONGBEI_SEARCH_ENGINE`."""
    return _made(getattr(settings, "GONGBEI_SEARCH_ENGINE", "tantivy"), index_path())


@cache
def _made(name: str, path: Path) -> Engine:
    return import_string(_ENGINES[name])(path)
