"""The engines; one setting chooses, and nothing else knows which one runs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from search.engines.base import Engine

ElasticsearchPlace = tuple[tuple[str, ...], str, str]
"""URLs of nodes, what names of indices begin with, and a file of certificates or nothing."""


def index_path() -> Path:
    """Where an embedded index and the locks are kept."""
    return Path(settings.GONGBEI_VAR) / "index"


def engine() -> Engine:
    """The engine in use: Elasticsearch where `GONGBEI_ELASTICSEARCH_URL` names one."""
    place: ElasticsearchPlace | None = settings.GONGBEI_ELASTICSEARCH
    return _elasticsearch(place) if place else _embedded(index_path())


# Imported when chosen: the one brings a second of imports, the other a compiled library.


@cache
def _embedded(path: Path) -> Engine:
    from search.engines.tantivy import TantivyEngine

    return TantivyEngine(path)


@cache
def _elasticsearch(place: ElasticsearchPlace) -> Engine:
    from search.engines.elasticsearch import ElasticsearchEngine, Server

    urls, prefix, ca = place
    return ElasticsearchEngine(Server(urls, prefix, ca or None))
