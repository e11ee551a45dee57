"""A real server with rooms, made once for all tests of sockets; each takes a room of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from benchmarks.coediting.server import RoomServer

ROOMS, COMMON = 20, 4
"""The first are for tests that name a room: nobody there loses a right, in whatever order."""


@dataclass
class Rooms:
    """The server, and what stands in its database."""

    server: RoomServer
    ground: dict[str, Any]
    taken: Iterator[int] = field(default_factory=lambda: iter(range(COMMON, ROOMS)))

    def room(self) -> dict[str, Any]:
        """A room that no other test has."""
        return dict(self.ground["rooms"][next(self.taken)])

    def seat(self, name: str) -> dict[str, Any]:
        """Somebody of the cast: preparer, leader, deputy, receiver."""
        return dict(self.ground["cast"][name])


def made_rooms(place: Path, **environ: str) -> Iterator[Rooms]:
    """Start it, and end it."""
    server = RoomServer(place, **environ)
    ground = server.prepare(ROOMS, 3)
    server.start()
    try:
        yield Rooms(server, ground)
    finally:
        server.stop()


@pytest.fixture(scope="session")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    """The server of all tests of sockets in this process."""
    yield from made_rooms(tmp_path_factory.mktemp("rooms"))


def run(talk: Coroutine[Any, Any, None], within: float = 30.0) -> None:
    """Let people talk, for so long at most."""

    async def in_time() -> None:
        async with asyncio.timeout(within):
            await talk

    # In a thread of its own: a browser's driver may have a loop in this one.
    with ThreadPoolExecutor(1) as alone:
        alone.submit(asyncio.run, in_time()).result()
