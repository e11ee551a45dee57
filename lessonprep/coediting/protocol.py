"""The messages of the wire (WIRE.md), read and written; nothing here knows what they are for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lessonprep.coediting.lib0 import Malformed, Reader, sized, text, uint

SUBPROTOCOL = "gongbei.v1"
FRAME_LIMIT = 1 << 20
BATCH_LIMIT = 1000
PRESENCE_LIMIT = 4096

SYNC, AWARENESS, ACKNOWLEDGEMENT, BATCH, NOTICE = 0, 1, 100, 101, 102
STEP_1, STEP_2, UPDATE = 0, 1, 2
IGNORED = frozenset({2, 3})
"""y-protocols' refusal and its question who is here; the latter is told to all who join."""


@dataclass(frozen=True, slots=True)
class Step1:
    """What the other knows; it asks for the rest."""

    vector: bytes


@dataclass(frozen=True, slots=True)
class Updates:
    """What the other adds; `batch` is None from an off-the-shelf client."""

    updates: Sequence[bytes]
    batch: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is where: client id, how often it was told, and the state, None on leaving."""

    client: int
    clock: int
    state: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Presences:
    """Several of them; an off-the-shelf client tells what it heard of others too."""

    entries: Sequence[Presence]


Message = Step1 | Updates | Presences | None


def read(frame: bytes) -> Message:
    """One message; None where it says nothing to us. Raises `Malformed`."""
    reader = Reader(frame)
    kind = reader.uint()
    if kind == SYNC:
        message: Message = _read_sync(reader)
    elif kind == BATCH:
        message = _read_batch(reader)
    elif kind == AWARENESS:
        message = _read_presences(Reader(reader.sized()))
    elif kind in IGNORED:
        return None
    else:
        raise Malformed
    if reader.left:
        raise Malformed
    return message


def _read_sync(reader: Reader) -> Message:
    step = reader.uint()
    if step == STEP_1:
        return Step1(reader.sized())
    if step in {STEP_2, UPDATE}:
        return Updates((reader.sized(),))
    raise Malformed


def _read_batch(reader: Reader) -> Updates:
    batch, count = reader.uint(), reader.uint()
    if not 0 < count <= BATCH_LIMIT:
        raise Malformed
    return Updates([reader.sized() for _ in range(count)], batch)


def _read_presences(reader: Reader) -> Presences:
    entries = []
    count = reader.uint()
    if count > BATCH_LIMIT:
        raise Malformed
    for _ in range(count):
        client, clock, state = reader.uint(), reader.uint(), reader.sized()
        entries.append(Presence(client, clock, _state(state)))
    return Presences(entries)


def _state(written: bytes) -> dict[str, Any] | None:
    if len(written) > PRESENCE_LIMIT:
        raise Malformed
    try:
        state = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    if state is not None and not isinstance(state, dict):
        raise Malformed
    return state


# what the server says


def step_1(vector: bytes) -> bytes:
    """Ask for what is not in this vector."""
    return b"\x00\x00" + sized(vector)


def step_2(update: bytes) -> bytes:
    """The answer to a step 1."""
    return b"\x00\x01" + sized(update)


def update(data: bytes) -> bytes:
    """An update, for off-the-shelf clients."""
    return b"\x00\x02" + sized(data)


def batch(seq: int, updates: Sequence[bytes]) -> bytes:
    """Updates of others, up to `seq` of the log."""
    return b"\x65" + uint(seq) + uint(len(updates)) + b"".join(map(sized, updates))


def acknowledgement(number: int, seq: int) -> bytes:
    """Batch `number` and all before it are durable, or were refused."""
    return b"\x64" + uint(number) + uint(seq)


def notice(kind: str, **told: Any) -> bytes:
    """Something that the person at the other end should know."""
    return b"\x66" + text(json.dumps({"kind": kind, **told}, ensure_ascii=False))


def presences(entries: Iterable[Presence]) -> bytes:
    """Who is where."""
    told = [
        uint(entry.client) + uint(entry.clock) + text(json.dumps(entry.state, ensure_ascii=False))
        for entry in entries
    ]
    return b"\x01" + sized(uint(len(told)) + b"".join(told))
