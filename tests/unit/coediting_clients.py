"""A room without a server: a log in a list, lines that can be cut, clients with documents."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pycrdt import Doc, Text

from lessonprep.coediting import lib0, protocol
from lessonprep.coediting.lib0 import Reader
from lessonprep.coediting.protocol import Updates
from lessonprep.coediting.room import Job, Logged, Outside, Participant, Room
from lessonprep.coediting.updates import merged

NAMES = frozenset({"paragraph", "bold"})
Frame = dict[str, Any]


class Wire:
    """The way to one client: frames wait until somebody takes them."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.closed: tuple[int, str] | None = None

    def send(self, frame: bytes) -> None:
        if self.closed is None:
            self.frames.append(frame)

    def close(self, code: int, reason: str) -> None:
        self.closed = self.closed or (code, reason)

    def take(self) -> list[Frame]:
        """What has come, read."""
        frames, self.frames = self.frames, []
        return [heard(frame) for frame in frames]


def heard(frame: bytes) -> Frame:
    """A frame of the server as plain data."""
    reader = Reader(frame)
    kind = reader.uint()
    if kind == protocol.BATCH:
        seq = reader.uint()
        return {"batch": [reader.sized() for _ in range(reader.uint())], "seq": seq}
    if kind == protocol.ACKNOWLEDGEMENT:
        return {"acknowledged": reader.uint(), "seq": reader.uint()}
    if kind == protocol.NOTICE:
        return {"notice": json.loads(reader.text())}
    if kind == protocol.AWARENESS:
        inner = Reader(reader.sized())
        entries = [
            (inner.uint(), inner.uint(), json.loads(inner.text())) for _ in range(inner.uint())
        ]
        return {"here": entries}
    step = {protocol.STEP_1: "step_1", protocol.STEP_2: "step_2", protocol.UPDATE: "update"}
    return {step[reader.uint()]: reader.sized()}


class Server:
    """The room, and the log that outlives it."""

    def __init__(self, room_class: type[Room] = Room) -> None:
        self.rows: list[bytes] = []
        self.snapshot: tuple[int, bytes] | None = None
        self.owners: dict[int, int | None] = {}
        self.waiting: list[Job] = []
        self.kept: list[tuple[Participant, Updates]] = []
        self._room_class = room_class
        self.start()

    def start(self) -> None:
        """Make the room from the log, as after a kill."""
        self.waiting = []
        seq, state = self.snapshot or (0, None)
        updates = ([state] if state is not None else []) + self.rows[seq:]
        self.room = self._room_class(
            Outside(self.waiting.append, lambda *kept: self.kept.append(kept), NAMES),
            seq=len(self.rows),
            updates=updates,
            owners=self.owners,
        )

    def commit(self, count: int | None = None) -> None:
        """Let the log have so many of the waiting jobs."""
        count = len(self.waiting) if count is None else count
        jobs, self.waiting[:] = self.waiting[:count], self.waiting[count:]
        done = []
        for job in jobs:
            self.rows += job.updates
            self.owners.update(dict.fromkeys(job.fresh, job.sender.user))
            done.append(Logged(len(self.rows), job.updates, job=job))
        if done:
            self.room.logged(done)

    def compact(self) -> None:
        self.snapshot = (len(self.rows), merged(self.rows))


def participant(user: int = 1, *, writes: bool = True, **more: Any) -> tuple[Participant, Wire]:
    wire = Wire()
    return Participant(
        wire, user, {"id": str(user), "name": f"教师{user}"}, writes=writes, **more
    ), wire


def batch(number: int, updates: Sequence[bytes]) -> bytes:
    """A batch as a client sends it."""
    head = bytes([protocol.BATCH]) + lib0.uint(number) + lib0.uint(len(updates))
    return head + b"".join(map(lib0.sized, updates))


def document(client: int = 0) -> tuple[Doc[Any], Text, list[bytes]]:
    """A document, its text, and the updates that changes of it make."""
    doc: Doc[Any] = Doc(client_id=client) if client else Doc()
    updates: list[bytes] = []
    doc.observe(lambda event: updates.append(event.update))
    return doc, doc.get("text", type=Text), updates


def typed(*texts: str, client: int = 0) -> list[bytes]:
    """Updates that type one text after the other."""
    _doc, text, updates = document(client)
    for part in texts:
        text += part
    return updates
