"""Whatever happens to worker and server, in the end the index holds what the database holds.

The server is a real Elasticsearch; it is killed, stopped in its tracks, made to refuse and to
answer late. After each fault the outbox is drained and everything is compared.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone
from elasticsearch import Elasticsearch

from search import outbox
from search.engines import engine
from search.engines.base import EngineUnavailable
from search.engines.patience import SEARCH_WITHIN
from search.maintenance import compare, rebuild
from search.models import IndexEntry
from search.outbox import drain
from search.query import SearchQuery, SearchResult
from search.service import search
from search.tasks import drain_outbox
from tests import template
from tests.conftest import Place
from tests.elasticsearch_proxy import Proxy, spoiling_proxy
from tests.elasticsearch_server import Node, private_elasticsearch
from tests.factories.search import Things, document, own_index

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def things(settings: Any, tmp_path: Path) -> Iterator[Things]:
    with own_index(settings, tmp_path) as made:
        yield made


@pytest.fixture
def proxy(settings: Any, things: Things, emptied_elasticsearch: Place) -> Iterator[Proxy]:
    """The index of `things` behind a proxy that can spoil what goes to it."""
    urls, prefix, ca = emptied_elasticsearch
    with spoiling_proxy(urls[0]) as made:
        settings.GONGBEI_ELASTICSEARCH = ((made.url,), prefix, ca)
        yield made


def answered(within: float = 30.0) -> SearchResult:
    """What the index answers; a machine that is busy may take longer than a searcher waits."""
    until = time.monotonic() + within
    while (found := search(SearchQuery(size=100), AnonymousUser())).degraded:
        assert time.monotonic() < until, "the index does not answer"
        time.sleep(0.2)
    return found


def titles() -> list[str]:
    return sorted(hit.document.title for hit in answered().hits)


def drained() -> None:
    """Drain as the worker does: what was put off is tried when its time has come."""
    for _ in range(20):
        IndexEntry.objects.update(next_try_at=None)
        drain()
        if not outbox.waiting().exists():
            return
    raise AssertionError("the outbox does not become empty")


def nothing_differs() -> None:
    drift = compare()
    assert (drift.faults, drift.waiting) == (0, 0)
    assert not outbox.dead_letters().exists()


def make_ahead(things: Things) -> None:
    """A thing that stays, one that changes, one that goes, one that comes."""
    kept, altered, gone = document("春"), document("夏"), document("秋")
    things.put(kept, altered, gone)
    drained()
    things.alter(altered, title="盛夏")
    things.remove(gone)
    things.put(document("冬"))


RIGHT = ["冬", "春", "盛夏"]


@pytest.mark.parametrize(
    "mode",
    [
        "busy",
        "half",
        pytest.param("twice", marks=pytest.mark.long),
        pytest.param("cut", marks=pytest.mark.long),
    ],
)
def test_what_the_server_refuses_is_told_later(things: Things, proxy: Proxy, mode: str) -> None:
    make_ahead(things)

    proxy.mode = mode
    drain_outbox.call()
    proxy.mode = "pass"
    drained()

    assert titles() == RIGHT
    nothing_differs()


@pytest.mark.long
def test_what_is_refused_for_now_never_becomes_a_dead_letter(things: Things, proxy: Proxy) -> None:
    things.put(document("春"), document("夏"))
    proxy.mode = "half"
    for _ in range(2 * outbox.MAX_TRIES):
        things.put(document("秋"))
        IndexEntry.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))
        drain()

    assert not outbox.dead_letters().exists()


def test_writes_that_arrive_late_and_in_the_wrong_order_change_nothing(
    things: Things, proxy: Proxy
) -> None:
    made, gone = document("春"), document("秋")
    things.put(made, gone)
    proxy.mode = "late"
    drain()
    things.alter(made, title="夏")
    drain()
    proxy.mode = "pass"
    things.alter(made, title="冬")
    things.remove(gone)
    drained()

    proxy.deliver()

    drained()
    assert titles() == ["冬"]
    nothing_differs()


@pytest.mark.long
def test_what_was_said_to_be_written_and_was_not_is_found_by_the_check(
    things: Things, proxy: Proxy
) -> None:
    make_ahead(things)
    proxy.mode = "late"
    drain()
    proxy.kept.clear()
    proxy.mode = "pass"

    found = compare(repair=True)
    drained()

    assert found.faults == 3
    assert titles() == RIGHT
    nothing_differs()


def test_an_index_closed_to_writes_is_told_when_it_opens(
    things: Things, proxy: Proxy, emptied_elasticsearch: Place
) -> None:
    make_ahead(things)
    urls, prefix, _ca = emptied_elasticsearch
    with Elasticsearch(list(urls)) as client:
        client.indices.put_settings(index=f"{prefix}-*", settings={"blocks.write": True})
        drain()
        waiting = outbox.waiting().count()
        client.indices.put_settings(index=f"{prefix}-*", settings={"blocks.write": None})
    drained()

    assert waiting == 3
    assert titles() == RIGHT
    nothing_differs()


def test_a_lost_index_is_built_anew_by_the_next_drain(
    things: Things, proxy: Proxy, emptied_elasticsearch: Place
) -> None:
    make_ahead(things)
    urls, prefix, _ca = emptied_elasticsearch
    with Elasticsearch(list(urls)) as client:
        for name in client.indices.get(index=f"{prefix}-*"):
            client.indices.delete(index=name)

    assert search(SearchQuery(), AnonymousUser()).degraded
    drained()

    assert titles() == RIGHT
    nothing_differs()


def test_a_change_during_a_rebuild_goes_to_both_indices(things: Things, proxy: Proxy) -> None:
    made = things.put(document("春"))
    drained()

    def meanwhile(_count: int) -> None:
        things.alter(made, title="夏")
        things.put(document("冬"))
        drained()

    done = rebuild(progress=meanwhile)

    assert done.drained.written == 0
    assert titles() == ["冬", "夏"]
    nothing_differs()


def test_a_server_that_is_busy_is_asked_three_times_and_then_left_alone(
    things: Things, proxy: Proxy
) -> None:
    things.put(document("春"))
    drained()
    proxy.mode = "busy"
    proxy.asked = 0

    results = [search(SearchQuery(text="春"), AnonymousUser()) for _ in range(8)]
    asked = proxy.asked
    things.put(document("夏"))

    assert all(result.degraded for result in results)
    assert asked == 3  # then it is left alone for a while
    assert outbox.waiting().count() == 1


def test_a_server_that_is_slow_costs_a_page_a_second_and_a_half_however_often_it_is_asked(
    things: Things, proxy: Proxy
) -> None:
    things.put(document("春", grade=7))
    drained()
    proxy.mode = "slow"
    proxy.asked = 0

    began = time.perf_counter()
    result = search(SearchQuery(text="八年级 物理 春 微课"), AnonymousUser())
    took = time.perf_counter() - began

    assert proxy.asked > 1
    assert result.degraded
    assert took < 2 * SEARCH_WITHIN  # asked to the end it would be far more


@pytest.mark.parametrize(("engine_named", "stride"), [("tantivy", 45), ("elasticsearch", 90)])
def test_a_worker_that_is_killed_at_any_step_loses_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, engine_named: str, stride: int
) -> None:
    killed_at_every(stride, request, tmp_path, engine_named)


@pytest.mark.long
@pytest.mark.parametrize("engine_named", ["tantivy", "elasticsearch"])
def test_a_worker_that_is_killed_at_every_step_loses_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, engine_named: str
) -> None:
    killed_at_every(1, request, tmp_path, engine_named)


def killed_at_every(
    stride: int, request: pytest.FixtureRequest, tmp_path: Path, engine_named: str
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the workers share a file of SQLite")
    url = request.getfixturevalue("elasticsearch_url") if engine_named == "elasticsearch" else ""
    folder = tmp_path / f"k{time.time_ns()}"
    folder.mkdir()
    template.keep()
    shutil.copyfile(template.path(), folder / "gongbei.sqlite3")

    done = subprocess.run(
        [sys.executable, "-m", "tests.search_worker", str(folder), url, str(stride)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
    )

    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(lines) > 2
    assert [line["died"] for line in lines] == [True] * (len(lines) - 1) + [False]
    assert all((line["faults"], line["waiting"], line["right"]) == (0, 0, True) for line in lines)


# what takes servers of one's own


@pytest.fixture
def own_node(settings: Any, things: Things) -> Iterator[Node]:
    with private_elasticsearch() as (node,):
        settings.GONGBEI_ELASTICSEARCH = ((node.url,), "gongbei", "")
        yield node


@pytest.mark.long
def test_a_server_that_hangs_costs_a_searcher_a_second_and_a_half_and_a_save_nothing(
    things: Things, own_node: Node
) -> None:
    make_ahead(things)
    drained()
    own_node.hang()
    took = []
    for _ in range(6):
        began = time.perf_counter()
        assert search(SearchQuery(text="春"), AnonymousUser()).degraded
        took.append(time.perf_counter() - began)
    began = time.perf_counter()
    things.put(document("夏至"))
    saving = time.perf_counter() - began
    own_node.go_on()
    drained()

    assert max(took) < 1.8
    assert max(took[3:]) < 0.2
    assert saving < 0.5
    nothing_differs()
    wait_until_found([*RIGHT, "夏至"])


@pytest.mark.long
def test_a_server_that_is_killed_finds_its_way_back(things: Things, own_node: Node) -> None:
    make_ahead(things)
    own_node.kill()
    with pytest.raises(EngineUnavailable):
        drain()
    things.put(document("夏至"))
    assert search(SearchQuery(), AnonymousUser()).degraded
    own_node.start()
    own_node.wait()
    drained()

    nothing_differs()
    wait_until_found([*RIGHT, "夏至"])


@pytest.mark.long
def test_a_cluster_that_loses_a_node_goes_on_and_loses_nothing(
    settings: Any, things: Things
) -> None:
    with private_elasticsearch(nodes=3) as nodes:
        settings.GONGBEI_ELASTICSEARCH = (tuple(node.url for node in nodes), "gongbei", "")
        make_ahead(things)
        nodes[0].wait("green")
        drained()
        nodes[1].kill()
        nodes[0].wait("yellow")
        things.put(document("夏至"))
        drained()
        assert answered().total == 4
        nodes[1].start(nodes[0], nodes[2])
        nodes[1].wait("green")
        drained()

        nothing_differs()
        wait_until_found([*RIGHT, "夏至"])


def wait_until_found(expected: list[str]) -> None:
    """The breaker tries again after ten seconds."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        if titles() == sorted(expected):
            return
        time.sleep(0.5)
    assert titles() == sorted(expected)


def test_the_engine_that_is_asked_is_the_real_one(things: Things, proxy: Proxy) -> None:
    assert engine().ready()
    assert proxy.send("GET", "/_cat/indices", b"")[0] == 200
