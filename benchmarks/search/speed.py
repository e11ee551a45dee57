"""How fast the search is beside Wagtail's own (modelsearch) on the same Elasticsearch.

    PYTHONPATH=.:site python -m benchmarks.search.speed [--things 200000] [--rounds 3]

One page is asked of each in turn: words, a filter, six facets, the exact total, twenty hits
fetched from the database, highlights; ours with the permission filter, the peer without any.
Prints medians, 99th percentiles and ratios; ratios hold on a busy machine, milliseconds do not.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.documents import SearchDocument
    from search.engines.base import Engine

WORDS = (
    *("背影 朱自清", "两位数乘一位数", "浮力", "光合作用", "济南的冬天", "勾股定理"),
    *("圆的周长", "情境教学", "二次函数", "分数的意义", "牛顿第一定律", "复习"),
    *("整本书阅读", "古诗二首", "分层作业", "电路", "小数除法", "比较", "教学", "细胞"),
)
SUBJECTS = ("chinese", "math", "physics", "biology", "")
TOKENS = frozenset({"public", "school:1", "school:2", "region:1", "region:3", "user:7"})
FACETS = ("kind", "subject", "grade", "edition", "volume", "premium")
CLIENTS, CLIENT_SECONDS, BATCH = 8, 8.0, 1000
WARM = 10
"""Rounds before it counts: a Java machine compiles what it has done some hundred times."""
Asked = tuple[str, str]
Page = Callable[[Asked], int]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--things", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hostile", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gongbei-speed-") as place, ExitStack() as ended:
        _set_up(Path(place))
        from tests.elasticsearch_server import private_elasticsearch

        (node,) = ended.enter_context(private_elasticsearch(heap="1g"))
        engines = _engines(Path(place), node.url)
        backend = peer_backend(node.url)
        documents = list(_documents(options.things))
        for name, engine in engines.items():
            _build(name, engine, documents)
        _build_peer(backend, documents)
        asked = [(words, subject) for words in WORDS for subject in SUBJECTS]
        pages = {name: _page(engine) for name, engine in engines.items()}
        pages["modelsearch"] = _peer_page(backend)
        _one_client(pages, asked, options.rounds)
        _many_clients(pages, asked)
        for name, engine in engines.items():
            _permission(name, engine, asked)
            _check(name, engine, len(documents))
            _hostile(name, engine, options.hostile)
    return 0


def _set_up(place: Path) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.testing"
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "benchmarks.search.pages"]
    settings.DATABASES["default"]["NAME"] = str(place / "pages.sqlite3")
    settings.GONGBEI_VAR = place
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.search.pages.models import PeerPage
    from tests import template

    if template.path().exists():
        shutil.copyfile(template.path(), place / "pages.sqlite3")
    else:
        call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(PeerPage)


def _engines(place: Path, url: str) -> dict[str, Engine]:
    from search.engines.elasticsearch import ElasticsearchEngine, Server
    from search.engines.tantivy import TantivyEngine

    return {
        "tantivy": TantivyEngine(place / "index"),
        "elasticsearch": ElasticsearchEngine(Server((url,), "speed")),
    }


def _documents(count: int) -> Iterator[SearchDocument]:
    from dataclasses import replace

    from benchmarks.search.corpus import things
    from benchmarks.search.relevance import _document

    draw = random.Random(1)
    for thing in things(count):
        tokens = draw.choice((["public"], ["school:1", "user:9"], ["school:4"], ["region:1"]))
        yield replace(_document(thing), audience=frozenset(tokens), premium=draw.random() < 0.05)


# building


def _build(name: str, engine: Engine, documents: Sequence[SearchDocument]) -> None:
    from search.engines.base import Write

    began = time.perf_counter()
    with engine.rebuilding() as fresh:
        for at in range(0, len(documents), BATCH):
            fresh.write([Write(d.uuid, 1, d) for d in documents[at : at + BATCH]])
        fresh.swap()
    _told("build", name, len(documents) / (time.perf_counter() - began), "documents/s")


def peer_backend(url: str) -> Any:
    """modelsearch on the server at this address."""
    from modelsearch.backends.elasticsearch8 import Elasticsearch8SearchBackend

    backend = Elasticsearch8SearchBackend({"URLS": [url], "INDEX": "peer", "TIMEOUT": 60})
    # The core of the server has no n-grams; nothing here asks for them.
    settings: Any = backend.settings["settings"]
    settings["analysis"] = {
        "analyzer": {name: {"type": "standard"} for name in settings["analysis"]["analyzer"]}
    }
    return backend


def _build_peer(backend: Any, documents: Sequence[SearchDocument]) -> None:
    from benchmarks.search.pages.models import PeerPage

    index = backend.get_index_for_model(PeerPage)
    began = time.perf_counter()
    index.put()
    index.add_model(PeerPage)
    for at in range(0, len(documents), BATCH):
        rows = [_row(document) for document in documents[at : at + BATCH]]
        index.add_items(PeerPage, PeerPage.objects.bulk_create(rows))
    index.refresh()
    _told("build", "modelsearch", len(documents) / (time.perf_counter() - began), "documents/s")


def _row(document: SearchDocument) -> Any:
    from benchmarks.search.pages.models import PeerPage

    return PeerPage(
        uuid=document.uuid,
        title=document.title,
        described=" ".join((*document.keywords, *document.chapters)),
        body=document.body,
        kind=document.kind,
        subject=document.subject,
        grade=str(document.grade or ""),
        edition=document.edition,
        volume=document.volume,
        premium="1" if document.premium else "0",
    )


# pages


def _step(asked: Asked, **more: Any) -> Any:
    from search.engines.base import Group, Step
    from search.segment import asked_words

    words, subject = asked
    groups = tuple(Group(alternatives=((token.text,),)) for token in asked_words(words))
    filters = {"subject": (subject,)} if subject else {}
    return Step(
        **{"tokens": TOKENS, "groups": groups, "filters": filters, "facets": FACETS, **more}
    )


def _page(engine: Engine) -> Page:
    from benchmarks.search.pages.models import PeerPage

    def ask(asked: Asked) -> int:
        found = engine.search(_step(asked))
        list(PeerPage.objects.filter(uuid__in=[d.uuid for d in found.documents]))
        for document in found.documents:
            _highlight(document.title, document.body, asked[0])
        return found.total

    return ask


def _peer_page(backend: Any) -> Page:
    from benchmarks.search.pages.models import PeerPage

    def ask(asked: Asked) -> int:
        words, subject = asked
        rows = PeerPage.objects.filter(subject=subject) if subject else PeerPage.objects.all()
        found = backend.search(words, rows, operator="and")
        for page in found[:20]:
            _highlight(page.title, page.body, words)
        for facet in FACETS:
            found.facet(facet)
        return int(found.count())

    return ask


def _highlight(title: str, body: str, words: str) -> None:
    from search.highlight import excerpt, marked

    tokens = words.split()
    marked(title, tokens)
    excerpt(body, tokens)


# figures


def _one_client(pages: dict[str, Page], asked: list[Asked], rounds: int) -> None:
    took: dict[str, list[float]] = {name: [] for name in pages}
    draw = random.Random(2)
    for number in range(WARM + rounds):
        draw.shuffle(asked)
        for each in asked:
            for name, page in draw.sample(list(pages.items()), len(pages)):
                seconds = _timed(partial(page, each))
                if number >= WARM:
                    took[name].append(seconds)
    base = took["modelsearch"]
    for name, times in took.items():
        middle, late = median(times), _p99(times)
        print(
            f"page     {name:14} p50 {middle * 1e3:7.1f} ms  p99 {late * 1e3:7.1f} ms   "
            f"{median(base) / middle:5.1f} × modelsearch at p50, {_p99(base) / late:5.1f} × at p99",
            flush=True,
        )


def _many_clients(pages: dict[str, Page], asked: list[Asked]) -> None:
    rates = {name: _rate(page, asked) for name, page in pages.items()}
    for name, rate in rates.items():
        print(
            f"clients  {name:14} {rate:7.1f} pages/s with {CLIENTS}   "
            f"{rate / rates['modelsearch']:5.1f} × modelsearch",
            flush=True,
        )


def _rate(page: Page, asked: list[Asked]) -> float:
    until = time.monotonic() + CLIENT_SECONDS
    done: list[int] = []

    def client(number: int) -> None:
        from django.db import connection

        draw = random.Random(number)
        many = 0
        while time.monotonic() < until:
            page(draw.choice(asked))
            many += 1
        done.append(many)
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / CLIENT_SECONDS


def _permission(name: str, engine: Engine, asked: list[Asked]) -> None:
    """The same pages with the filter of six tokens, and with none in its place."""
    from unittest.mock import patch

    import tantivy
    from elasticsearch.dsl import query

    nothing: Any = {"tantivy": tantivy.Query.all_query, "elasticsearch": query.MatchAll}[name]
    where = f"search.engines.{name}_query._any"
    ratios = []
    for words in dict.fromkeys(words for words, _subject in asked):
        step = _step((words, ""))
        for _ in range(5):
            with_it = _timed(partial(engine.search, step))
            with patch(where, lambda *_: nothing()):
                without = _timed(partial(engine.search, step))
            ratios.append(with_it / without)
    _told("filter", name, median(ratios), "× without the permission filter")


def _check(name: str, engine: Engine, count: int) -> None:
    began = time.perf_counter()
    assert sum(1 for _row in engine.indexed()) == count
    seconds = time.perf_counter() - began
    _told("scan", name, seconds * 1e6 / count, "s a million, read for check_index")


def _hostile(name: str, engine: Engine, count: int) -> None:
    """Any text, beside plain queries in the same run."""
    from tests.contract.test_search_for_readers import hostile

    plain, spoilt = [], []
    for number, text in enumerate(hostile(count)):
        spoilt.append(_timed(partial(engine.search, _step((text[:200], "")))))
        words = WORDS[number % len(WORDS)]
        plain.append(_timed(partial(engine.search, _step((words, "")))))
    _told("hostile", name, _p99(spoilt) / _p99(plain), f"× the plain p99, {count} texts")


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _p99(times: Sequence[float]) -> float:
    return quantiles(times, n=100)[98]


def _told(what: str, name: str, figure: float, unit: str) -> None:
    print(f"{what:8} {name:14} {figure:9.1f} {unit}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
