"""Two thousand who have a plan open and do nothing: the server's memory bears them."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.coediting.client import opened, typing
from benchmarks.coediting.server import RoomServer
from tests.integration.rooms import run

pytestmark = pytest.mark.long
ROOMS, PEOPLE, EACH = 20, 10, 10
FILES = 8192
A_SOCKET = 100
"""Kilobytes that an idle connection may take."""


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[tuple[RoomServer, list[dict[str, Any]]]]:
    """A server with twenty rooms and ten people for each."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    server = RoomServer(tmp_path)
    rooms = server.prepare(ROOMS, PEOPLE)["rooms"]
    server.start()
    yield server, rooms
    server.stop()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def memory(server: RoomServer) -> int:
    """Kilobytes."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def test_two_thousand_idle_sockets_are_borne_and_others_write_on(
    crowd: tuple[RoomServer, list[dict[str, Any]]],
) -> None:
    server, rooms = crowd
    base = server.sockets
    seats = [(room, seat) for _ in range(EACH) for room in rooms for seat in room["people"]]

    async def talk() -> None:
        async with typing(base, rooms[0], rooms[0]["people"][0]) as writer:
            before = memory(server)
            async with AsyncExitStack() as idle:
                for at in range(0, len(seats), 50):
                    opening = (opened(base, *seat) for seat in seats[at : at + 50])
                    await asyncio.gather(*map(idle.enter_async_context, opening))
                grown = memory(server) - before
                writer.type("还能写")
                batch = await writer.send()
                await writer.until(lambda: writer.acknowledged == batch, within=10)
            assert grown < A_SOCKET * len(seats)
            writer.type("，他们走了")
            batch = await writer.send()
            await writer.until(lambda: writer.acknowledged == batch, within=10)

    run(talk(), within=240)
    assert "Traceback" not in server.log()
