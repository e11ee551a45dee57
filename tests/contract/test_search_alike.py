"""Both engines over a made-up library: the same totals and counts, nearly the same order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import pytest
from elasticsearch import Elasticsearch

from benchmarks.search.corpus import things
from benchmarks.search.judged import queries
from benchmarks.search.relevance import _document
from search.engines.base import Engine, Group, Step, Write
from search.engines.elasticsearch import ElasticsearchEngine, Server
from search.engines.tantivy import TantivyEngine
from search.query import FACETS, Sort
from search.segment import asked_words
from tests.conftest import Place
from tests.elasticsearch_server import drop_indices

THINGS = 1_500
PUBLIC = frozenset({"public"})
Both = tuple[Engine, Engine]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, elasticsearch_place: Place) -> Iterator[Both]:
    """The same library in both."""
    documents = sorted(map(_document, things(THINGS)), key=lambda made: made.uuid)
    urls, prefix, _ca = elasticsearch_place
    folder: Path = tmp_path_factory.mktemp("alike")
    engines = TantivyEngine(folder), ElasticsearchEngine(Server(urls, f"{prefix}alike"))
    for engine in engines:
        with engine.rebuilding() as fresh:
            assert not fresh.write([Write(made.uuid, 1, made) for made in documents])
            fresh.swap()
    yield engines
    with Elasticsearch(list(urls)) as client:
        drop_indices(client, f"{prefix}alike")


def step_of(text: str, *, every: bool) -> Step:
    groups = tuple(Group(alternatives=((token.text,),)) for token in asked_words(text))
    return Step(tokens=PUBLIC, groups=groups, need=None if every else 1, facets=FACETS, size=10)


def test_totals_and_counts_are_the_same_and_the_first_ten_nearly(both: Both) -> None:
    embedded, server = both
    overlaps = []
    for query in queries():
        for every in (True, False):
            step = step_of(query.text, every=every)
            if not step.groups:
                continue
            mine, theirs = embedded.search(step), server.search(step)
            assert (mine.total, mine.facets) == (theirs.total, theirs.facets), query.text
            first = {hit.uuid for hit in mine.documents}
            if first:
                overlaps.append(len(first & {hit.uuid for hit in theirs.documents}) / len(first))

    assert len(overlaps) > 100
    assert fmean(overlaps) >= 0.9


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.USED])
def test_other_orders_are_the_same_to_the_last(both: Both, sort: Sort) -> None:
    step = Step(tokens=PUBLIC, filters={"kind": ("courseware",)}, sort=sort, size=100)

    pages = [[hit.uuid for hit in engine.search(step).documents] for engine in both]

    assert len(pages[0]) == 100
    assert pages[0] == pages[1]
