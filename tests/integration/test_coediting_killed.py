"""A server killed in mid-typing loses nothing that was acknowledged or that somebody had seen."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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


CLOSING = """
from lessonprep.coediting.models import Room
Room.objects.filter(plan__uuid__in={plans}).delete()
"""
OPENING = """
import time
from lessonprep.coediting.actions import open_room
from lessonprep.plans.models import LessonPlan
for number, uuid in enumerate({plans}):
    plan = LessonPlan.objects.get(uuid=uuid)
    time.sleep(max(0, {begin} + number / 2 - time.time()))
    print(open_room(plan=plan).pk)
"""
COUNTING = """
from lessonprep.coediting.document import sections_in
from lessonprep.coediting.models import LogRow, Room
from lessonprep.coediting.store import document_of, load
for room in Room.objects.filter(plan__uuid__in={plans}):
    found = [section["value"]["key"] for section in sections_in(document_of(load(room)))]
    print(LogRow.objects.filter(room=room).count(), len(found) - len(set(found)))
"""


@pytest.mark.long
def test_two_processes_that_open_a_room_at_once_seed_it_once(
    killed: tuple[RoomServer, list[Any]],
) -> None:
    server, _rooms = killed
    plans = [room["plan"] for room in server.prepared["rooms"][ROOMS:]]
    server.run(CLOSING.format(plans=plans))
    opening = OPENING.format(plans=plans, begin=time.time() + 20)

    with ThreadPoolExecutor(2) as two:
        first, second = two.map(server.run, [opening] * 2)

    assert first == second
    assert len(set(first.split())) == len(plans)
    counted = server.run(COUNTING.format(plans=plans)).splitlines()
    assert counted == ["1 0"] * len(plans)


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
