"""Kills a server while five rooms type; counts what was promised or seen and is not found again.

    python -m benchmarks.coediting.durability --kills 20 [--hocuspocus] [--seconds 0.5 3]

"Acknowledged" is what the typist was told is saved, "seen" what a second client had on its screen;
"lost" is what a fresh client does not find after the restart, with nobody left to send it again.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.coediting.client import Typist, typing
from benchmarks.coediting.server import RoomServer

ROOMS = 5
EVERY = 0.02
"""Seconds between two characters of a typist: fifty a second."""
FIRST = 0x4E00


@dataclass
class Tally:
    """What came of some kills."""

    kills: int = 0
    acknowledged: int = 0
    seen: int = 0
    lost: int = 0
    doubled: int = 0
    most: int = 0
    with_loss: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, promised: set[str], seen: set[str], found: str) -> int:
        lost = (promised | seen) - set(found)
        self.acknowledged += len(promised)
        self.seen += len(seen)
        self.lost += len(lost)
        self.most = max(self.most, len(lost))
        self.doubled += len(found) - len(set(found))
        return len(lost)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.acknowledged} acknowledged, {self.seen} seen by another,"
            f" lost {self.lost} (in {self.with_loss} kills, at most {self.most} of a room),"
            f" doubled {self.doubled}"
        )


class Writing:
    """One room: who types, who watches, and what is known of every character."""

    def __init__(self, room: dict[str, Any], name: str) -> None:
        self.room = room
        self.name = name
        self.number = 0
        self.batches: dict[int, str] = {}
        self.typist: Typist | None = None
        self.watcher: Typist | None = None

    async def write(self, base: str, ready: asyncio.Barrier) -> None:
        """Type until the server is gone."""
        first, second = self.room["people"][:2]
        async with typing(base, self.room, first) as a, typing(base, self.room, second) as b:
            self.typist, self.watcher = a, b
            await ready.wait()
            while a.connection.state.name != "CLOSED":
                character = chr(FIRST + self.number)
                self.number += 1
                a.type(character, self.name)
                self.batches[await a.send()] = character
                await asyncio.sleep(EVERY)

    def promised(self) -> set[str]:
        """What was acknowledged."""
        assert self.typist is not None
        return {text for batch, text in self.batches.items() if batch <= self.typist.acknowledged}

    def seen(self) -> set[str]:
        assert self.watcher is not None
        return set(self.watcher.text(self.name))

    async def found(self, base: str) -> str:
        """What a fresh client reads."""
        async with typing(base, self.room, self.room["people"][2]) as fresh:
            return fresh.text(self.name)


async def until_killed(
    server: RoomServer,
    rooms: list[dict[str, Any]],
    name: str,
    seconds: float,
    kill: Callable[[], None],
) -> list[Writing]:
    """Type, and kill."""
    writings = [Writing(room, name) for room in rooms]
    ready = asyncio.Barrier(len(writings) + 1)
    tasks = [asyncio.create_task(writing.write(server.sockets, ready)) for writing in writings]
    async with asyncio.timeout(60):
        await ready.wait()
    await asyncio.sleep(seconds)
    await asyncio.to_thread(kill)
    await asyncio.wait(tasks, timeout=10)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return writings


async def read_back(server: RoomServer, writings: list[Writing], tally: Tally) -> None:
    """What is there after the kill."""
    tally.kills += 1
    lost = 0
    for writing in writings:
        found = await writing.found(server.sockets)
        lost += tally.add(writing.promised(), writing.seen(), found)
    tally.with_loss += bool(lost)


def run(
    server: RoomServer,
    rooms: list[dict[str, Any]],
    kills: int,
    seed: int,
    seconds: tuple[float, float] = (0.5, 3.0),
    kill: Callable[[], None] | None = None,
    tell: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """So many kills at random moments; `tell` hears of each."""
    tally, chance = Tally(), random.Random(seed)
    # Loops have a thread of their own: who calls may have one in this. The server is started from
    # this thread, for it ends with the thread that starts it.
    with ThreadPoolExecutor(1) as alone:
        for _ in range(kills):
            name, moment = f"typed{tally.kills}", chance.uniform(*seconds)
            life = until_killed(server, rooms, name, moment, kill or server.kill)
            writings = alone.submit(asyncio.run, life).result()
            server.start()
            alone.submit(asyncio.run, read_back(server, writings, tally)).result()
            tell(tally)
    return tally


def main() -> None:
    """Print what was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, nargs=2, default=(0.5, 3.0), help="of typing")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--hocuspocus", action="store_true", help="the same to Hocuspocus")
    asked = parser.parse_args()
    print(f"seed {asked.seed}")
    with tempfile.TemporaryDirectory(prefix="gb-kills-") as place:
        server = RoomServer(Path(place))
        rooms = server.prepare(16, 3)["rooms"][:ROOMS]
        server.start()
        try:
            run(server, rooms, asked.kills, asked.seed, asked.seconds, tell=_tell("Gongbei:"))
        finally:
            server.stop()
    if asked.hocuspocus:
        from benchmarks.coediting.rivals import hocuspocus_kills

        hocuspocus_kills(asked.kills, asked.seed, asked.seconds, _tell("Hocuspocus:"))


def _tell(name: str) -> Callable[[Tally], None]:
    return lambda tally: print(f"{name:12}", tally, flush=True)


if __name__ == "__main__":
    main()
