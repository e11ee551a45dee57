"""PostgreSQL or Redis end and come back in mid-typing: nobody loses a word, or is even put out."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.coediting.client import Typist, typing
from benchmarks.coediting.server import RoomServer
from portal.launch import end_with_parent
from tests.integration.rooms import run
from tests.servers import Cluster, NoPostgres, free_port, mortal_postgres

pytestmark = pytest.mark.long
EVERY = 0.02
FIRST = 0x4E00


class Redis:
    """A Redis of our own, which keeps nothing."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self._port), "--bind", "127.0.0.1", "--save", ""],
            cwd=self._place,
            stdout=subprocess.DEVNULL,
            preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
        )

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


@dataclass
class Spread:
    """Two web processes on one PostgreSQL, with a Redis between them."""

    postgres: Cluster
    redis: Redis
    first: RoomServer
    second: RoomServer
    rooms: list[dict[str, Any]]


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spread]:
    if shutil.which("redis-server") is None:
        if os.environ.get("GONGBEI_REQUIRE_ALL") == "1":
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")
    redis = Redis(tmp_path_factory.mktemp("redis"))
    try:
        with mortal_postgres() as postgres:
            redis.start()
            environ = {"DATABASE_URL": postgres.url, "GONGBEI_REDIS_URL": redis.url}
            places = [tmp_path_factory.mktemp("spread") for _ in range(2)]
            first, second = (RoomServer(place, **environ) for place in places)
            rooms = first.prepare(2, 3)["rooms"]
            first.start()
            second.start()
            try:
                yield Spread(postgres, redis, first, second, rooms)
            finally:
                first.stop()
                second.stop()
    except NoPostgres as reason:
        if os.environ.get("GONGBEI_REQUIRE_ALL") == "1":
            pytest.fail(str(reason))
        pytest.skip(str(reason))
    finally:
        redis.kill()


async def write_for(one: Typist, seconds: float) -> None:
    """Type on, a key every few milliseconds."""
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        one.type(chr(FIRST + len(one.text())))
        await one.send()
        await asyncio.sleep(EVERY)


@pytest.mark.parametrize("which", ["postgres", "redis"])
def test_what_two_processes_lean_on_restarts_and_no_word_is_lost(
    spread: Spread, which: str
) -> None:
    room = spread.rooms[["postgres", "redis"].index(which)]
    server = getattr(spread, which)
    here, there = spread.first.sockets, spread.second.sockets

    async def both(step: Callable[[], None], one: Typist) -> None:
        await asyncio.gather(asyncio.to_thread(step), write_for(one, 2.0))

    async def talk() -> None:
        async with typing(here, room, room["people"][0]) as one:
            async with typing(there, room, room["people"][1]) as other:
                await write_for(one, 1.0)
                await both(server.kill, one)
                await both(server.start, one)
                one.type("完")
                last = await one.send()
                await one.until(lambda: one.acknowledged == last, within=60)
                await other.until(lambda: other.text() == one.text(), within=20)
            typed = one.text()
        async with typing(there, room, room["people"][2]) as fresh:
            assert fresh.text() == typed
        assert len(typed) == len(set(typed)) > 50

    run(talk(), within=150)
