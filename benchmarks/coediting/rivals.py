"""Hocuspocus with the statements of its SQLite extension, run as it comes, to compare with.

It wants Node 22, which comes with it on Linux x64:

    cd benchmarks/coediting && npm ci --ignore-scripts
"""

from __future__ import annotations

import asyncio
import random
import socket
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from pycrdt import Doc, Text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from benchmarks.coediting.durability import EVERY, FIRST, ROOMS, Tally
from lessonprep.coediting import lib0
from lessonprep.coediting.lib0 import Reader
from portal.launch import end_with_parent

HERE = Path(__file__).parent
NODE = HERE / "node_modules" / ".bin" / "node"
BUILD = "cd benchmarks/coediting && npm ci --ignore-scripts"


Told = dict[str, Any]
"""What is known of a room: `a` who typed, `b` who watched, the `number` of characters."""


class Hocuspocus:
    """The server at its defaults: what it has heard is stored two to ten seconds later."""

    def __init__(self, place: Path) -> None:
        self.place = place
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"ws://127.0.0.1:{self.port}"

    def start(self) -> None:
        if not NODE.exists():
            raise RuntimeError(f"Hocuspocus is not here: {BUILD}")
        self.process = subprocess.Popen(
            [
                str(NODE),
                str(HERE / "hocuspocus.mjs"),
                str(self.port),
                str(self.place / "hp.sqlite3"),
            ],
            stdout=subprocess.PIPE,
            preexec_fn=end_with_parent(),  # noqa: PLW1509 - no threads here
        )
        assert self.process.stdout is not None
        if b"listening" not in self.process.stdout.readline():
            raise RuntimeError(f"Hocuspocus does not start: {BUILD}")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class Client:
    """A document in a room of Hocuspocus."""

    def __init__(self, connection: ClientConnection, name: str) -> None:
        self.connection = connection
        self.name = name
        self.doc: Doc[Any] = Doc()
        self.outgoing: list[bytes] = []
        self.acknowledged = 0
        self.synced = asyncio.Event()
        self._remote = False
        self.doc.observe(self._local)

    def _local(self, event: Any) -> None:
        if not self._remote:
            self.outgoing.append(event.update)

    def text(self) -> str:
        return str(self.doc.get("typed", type=Text))

    async def send(self, *parts: bytes) -> None:
        await self.connection.send(lib0.text(self.name) + b"".join(parts))

    async def type(self, character: str) -> None:
        text = self.doc.get("typed", type=Text)
        text += character
        for update in self.outgoing:
            await self.send(b"\x00\x02", lib0.sized(update))
        self.outgoing.clear()

    async def listen(self) -> None:
        await self.send(b"\x02\x00", lib0.text("x"), lib0.text("4.7.0"))
        with suppress(ConnectionClosed):
            async for frame in self.connection:
                await self._hear(Reader(bytes(frame)))  # type: ignore[arg-type]

    async def _hear(self, reader: Reader) -> None:
        reader.text()
        kind = reader.uint()
        if kind == 2:
            await self.send(b"\x00\x00", lib0.sized(self.doc.get_state()))
        elif kind == 8:
            self.acknowledged += 1
        elif kind in {0, 4}:
            if reader.uint() == 0:
                return
            self._remote = True
            self.doc.apply_update(reader.sized())
            self._remote = False
            self.synced.set()


async def _write(url: str, name: str, told: dict[str, Any]) -> None:
    async with (
        connect(url, compression=None) as first,
        connect(url, compression=None) as second,
    ):
        a, b = Client(first, name), Client(second, name)
        told |= {"a": a, "b": b, "number": 0}
        listening = [asyncio.create_task(one.listen()) for one in (a, b)]
        await a.synced.wait()
        await b.synced.wait()
        with suppress(ConnectionClosed):
            while not listening[0].done():
                await a.type(chr(FIRST + told["number"]))
                told["number"] += 1
                await asyncio.sleep(EVERY)
        for task in listening:
            task.cancel()


async def _found(url: str, name: str) -> str:
    async with connect(url, compression=None) as connection:
        fresh = Client(connection, name)
        listening = asyncio.create_task(fresh.listen())
        await asyncio.wait_for(fresh.synced.wait(), 20)
        listening.cancel()
        return fresh.text()


async def _until_killed(server: Hocuspocus, names: list[str], seconds: float) -> list[Told]:
    """Type, and kill; who typed and watched, by room."""
    told: list[Told] = [{} for _ in names]
    tasks = [
        asyncio.create_task(_write(server.url, name, one))
        for name, one in zip(names, told, strict=True)
    ]
    await asyncio.sleep(seconds + 0.5)
    await asyncio.to_thread(server.kill)
    await asyncio.wait(tasks, timeout=10)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return told


async def _read_back(server: Hocuspocus, names: list[str], told: list[Told], tally: Tally) -> None:
    tally.kills += 1
    lost = 0
    for name, one in zip(names, told, strict=True):
        promised = {chr(FIRST + at) for at in range(min(one["a"].acknowledged, one["number"]))}
        lost += tally.add(promised, set(one["b"].text()), await _found(server.url, name))
    tally.with_loss += bool(lost)


def hocuspocus_kills(
    kills: int, seed: int, seconds: tuple[float, float], tell: Callable[[Tally], None]
) -> None:
    """The same kills at the same moments."""
    tally, chance = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="gb-hp-") as place:
        server = Hocuspocus(Path(place))
        server.start()
        try:
            for number in range(kills):
                names = [f"room{room}-{number}" for room in range(ROOMS)]
                told = asyncio.run(_until_killed(server, names, chance.uniform(*seconds)))
                server.start()  # from this thread: it ends with the thread that starts it
                asyncio.run(_read_back(server, names, told, tally))
                tell(tally)
        finally:
            server.kill()
