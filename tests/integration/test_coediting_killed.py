"""A server killed in mid-typing loses nothing that was acknowledged or that somebody had seen."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.coediting.client import typing
from benchmarks.coediting.durability import ROOMS, run
from benchmarks.coediting.server import RoomServer
from tests.integration.rooms import run as talk_in_time


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RoomServer, list[Any]]]:
    """A server of its own: it will not live long."""
    server = RoomServer(Path(tmp_path_factory.mktemp("killed")))
    rooms = server.prepare(16, 3)["rooms"][:ROOMS]
    server.start()
    yield server, rooms
    server.stop()


def test_ten_kills_lose_nothing(killed: tuple[RoomServer, list[Any]]) -> None:
    server, rooms = killed

    tally = run(server, rooms, 10, seed=7, seconds=(0.2, 1.0))

    assert tally.seen > 0
    assert (tally.lost, tally.doubled) == (0, 0), tally


@pytest.mark.long
def test_two_hundred_kills_lose_nothing(killed: tuple[RoomServer, list[Any]]) -> None:
    server, rooms = killed

    tally = run(server, rooms, 200, seed=time.time_ns() % (1 << 30), seconds=(0.2, 2.5))

    assert (tally.lost, tally.doubled) == (0, 0), tally


COMPACTING = """
from lessonprep.coediting.compaction import compact
from lessonprep.coediting.models import Room
import time
until = time.monotonic() + 60
while time.monotonic() < until:
    for room in Room.objects.all():
        compact(room=room)
"""


@pytest.mark.long
def test_kills_during_compaction_lose_nothing(killed: tuple[RoomServer, list[Any]]) -> None:
    server, rooms = killed

    for seed in range(10):
        compaction = threading.Thread(target=_run_until_killed, args=(server,))
        compaction.start()
        tally = run(server, rooms, 2, seed=seed, seconds=(0.5, 2.0))
        assert (tally.lost, tally.doubled) == (0, 0), tally
        compaction.join()


def _run_until_killed(server: RoomServer) -> None:
    code = f"import django; django.setup()\n{COMPACTING}"
    process = subprocess.Popen([sys.executable, "-c", code], env=server.surroundings)
    try:
        process.wait(6.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def test_a_database_that_is_busy_makes_one_wait_and_loses_nothing(
    killed: tuple[RoomServer, list[Any]],
) -> None:
    server, rooms = killed
    busy = sqlite3.connect(
        server.var / "gongbei.sqlite3", isolation_level=None, timeout=20, check_same_thread=False
    )

    async def talk() -> None:
        async with typing(server.sockets, rooms[0], rooms[0]["people"][0]) as one:
            busy.execute("BEGIN IMMEDIATE")
            one.type("忙", "busy")
            batch = await one.send()
            await one.until(lambda: one.told("saving"), within=10)
            assert one.acknowledged < batch
            busy.execute("ROLLBACK")
            await one.until(lambda: one.acknowledged == batch, within=10)
            await one.until(lambda: one.told("saving")[-1]["waits"] is False)

    try:
        talk_in_time(talk())
    finally:
        busy.close()
