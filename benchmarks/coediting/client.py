"""A typist: speaks the wire with a document of its own, and knows what was acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

from pycrdt import Doc, Map, Text
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from lessonprep.coediting import lib0, protocol
from lessonprep.coediting.lib0 import Reader

Room = Mapping[str, Any]
Seat = Mapping[str, Any]


def address(base: str, room: Room, *, writes: bool = True, schema: str = "") -> str:
    """The socket of a room."""
    wish = f"?epoch={room['epoch']}&schema={schema or room['schema']}" if writes else ""
    return f"{base}/ws/plans/{room['plan']}{wish}"


@asynccontextmanager
async def opened(
    base: str,
    room: Room,
    seat: Seat | None,
    *,
    writes: bool = True,
    origin: str | None = None,
    speaks: bool = True,
    **more: Any,
) -> AsyncIterator[ClientConnection]:
    """A bare connection."""
    headers = {"Cookie": seat["cookie"]} if seat else {}
    async with connect(
        address(base, room, writes=writes),
        origin=("http" + base.removeprefix("ws")) if origin is None else (origin or None),  # type: ignore[arg-type]
        additional_headers=headers,
        subprotocols=[protocol.SUBPROTOCOL] if speaks else None,  # type: ignore[list-item]
        compression=None,
        max_size=None,
        max_queue=None,
        **more,
    ) as connection:
        yield connection


class Typist:
    """One who types into the text `typed` of a section of the document."""

    def __init__(self, connection: ClientConnection, doc: Doc[Any] | None = None) -> None:
        self.connection = connection
        self.doc: Doc[Any] = doc if doc is not None else Doc()
        self.notices: list[dict[str, Any]] = []
        self.presence: dict[int, Any] = {}
        self.batches: dict[int, bytes] = {}
        self.acknowledged = 0
        self.asked = b""
        self.seq = 0
        self._batch = 0
        self._changed = asyncio.Event()
        self._remote = False
        self._doc_changes = self.doc.observe(self._local)
        self._outgoing: list[bytes] = []
        self._task = asyncio.ensure_future(self._listen())

    # what happens here

    def type(self, text: str, name: str = "typed") -> None:
        """Add to the end of a text of the section `name`; sent at once as a batch."""
        root: Text = self.doc.get(name, type=Text)
        root += text

    def _local(self, event: Any) -> None:
        if not self._remote:
            self._outgoing.append(event.update)

    async def send(self) -> int:
        """Send what was changed here; returns the number of the batch."""
        updates, self._outgoing = self._outgoing, []
        return await self.send_updates(updates)

    async def send_updates(self, updates: list[bytes]) -> int:
        self._batch += 1
        await self.connection.send(
            bytes([protocol.BATCH])
            + lib0.uint(self._batch)
            + lib0.uint(len(updates))
            + b"".join(map(lib0.sized, updates))
        )
        return self._batch

    async def ask(self) -> None:
        """Send a step 1."""
        await self.connection.send(protocol.step_1(self.doc.get_state()))

    async def show(self, state: Any, clock: int = 1, client: int | None = None) -> None:
        """Say where one is."""
        entry = protocol.Presence(client or self.doc.client_id, clock, state)
        await self.connection.send(protocol.presences([entry]))

    # what comes

    async def _listen(self) -> None:
        with suppress(ConnectionClosed):
            async for frame in self.connection:
                self._hear(bytes(frame))  # type: ignore[arg-type]
                self._changed.set()
        self._changed.set()

    def _hear(self, frame: bytes) -> None:
        reader = Reader(frame)
        hear = {
            protocol.BATCH: self._hear_batch,
            protocol.ACKNOWLEDGEMENT: self._hear_acknowledgement,
            protocol.NOTICE: self._hear_notice,
            protocol.SYNC: self._hear_sync,
            protocol.AWARENESS: self._hear_presences,
        }
        hear[reader.uint()](reader)

    def _hear_batch(self, reader: Reader) -> None:
        self.seq = reader.uint()
        for _ in range(reader.uint()):
            self._apply(reader.sized())

    def _hear_acknowledgement(self, reader: Reader) -> None:
        self.acknowledged = reader.uint()

    def _hear_notice(self, reader: Reader) -> None:
        self.notices.append(json.loads(reader.text()))

    def _hear_sync(self, reader: Reader) -> None:
        if reader.uint() == protocol.STEP_1:
            self.asked = reader.sized()
        else:
            self._apply(reader.sized())

    def _hear_presences(self, reader: Reader) -> None:
        inner = Reader(reader.sized())
        for _ in range(inner.uint()):
            client, _clock, state = inner.uint(), inner.uint(), json.loads(inner.text())
            self.presence[client] = state

    def _apply(self, update: bytes) -> None:
        self._remote = True
        try:
            self.doc.apply_update(update)
        finally:
            self._remote = False

    async def until(self, holds: Any, within: float = 10.0) -> None:
        """Wait until `holds()`; raises `TimeoutError`."""
        async with asyncio.timeout(within):
            while not holds():
                self._changed.clear()
                if holds():
                    return
                await self._changed.wait()

    def text(self, name: str = "typed") -> str:
        return str(self.doc.get(name, type=Text))

    def sections(self) -> Map[Any]:
        return self.doc.get("sections", type=Map)

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Notices of a kind."""
        return [notice for notice in self.notices if notice["kind"] == kind]

    async def end(self) -> None:
        """Stop listening."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@asynccontextmanager
async def typing(
    base: str, room: Room, seat: Seat | None, doc: Doc[Any] | None = None, **more: Any
) -> AsyncIterator[Typist]:
    """A typist in a room, up to date."""
    async with opened(base, room, seat, **more) as connection:
        one = Typist(connection, doc)
        try:
            with suppress(ConnectionClosed):
                await one.ask()
            await one.until(lambda: "sections" in set(one.doc.keys()) or one.told("out"))
            yield one
        finally:
            await one.end()
