"""What a Yjs update says, read without a document: whose it is, what it stands on, what it adds.

pycrdt loses content when updates come out of causal order, so a room asks of each update whether
all that it stands on is there, before the log takes it. A state vector is read here first too:
given four bytes that promise millions of clients, pycrdt takes half a gigabyte for them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pycrdt import get_state, get_update, merge_updates

from lessonprep.coediting.lib0 import Malformed, Reader, join, uint

Vector = dict[int, int]
"""How many of each client's clock ticks are known."""
Ranges = list[tuple[int, int]]

EMPTY = b"\x00\x00"
"""The update that says nothing."""
BRANCHES = 100
"""Merging in one call is quadratic; as a tree of this width it is not."""


class UnknownContent(Malformed):
    """A kind of content that lesson text never has: other documents, moves, weak links."""


@dataclass(slots=True)
class Update:
    """One update: `begins` and `ends` are clocks by client, `needs` what must be there before."""

    data: bytes
    begins: Vector = field(default_factory=dict)
    ends: Vector = field(default_factory=dict)
    needs: Vector = field(default_factory=dict)
    skipped: Vector = field(default_factory=dict)
    deletes: dict[int, Ranges] = field(default_factory=dict)
    nodes: set[str] = field(default_factory=set)
    marks: set[str] = field(default_factory=set)

    def need(self, client: int, clock: int) -> None:
        if self.needs.get(client, 0) <= clock:
            self.needs[client] = clock + 1


def read_update(data: bytes) -> Update:
    """Read an update; raises `Malformed`, `UnknownContent`."""
    reader, update = Reader(data), Update(data)
    for _ in range(reader.uint()):
        _read_client(reader, update)
    update.deletes = read_deletes(reader)
    if reader.left:
        raise Malformed
    return update


def _read_client(reader: Reader, update: Update) -> None:
    count, client, clock = reader.uint(), reader.uint(), reader.uint()
    if client in update.begins or not count:
        raise Malformed
    update.begins[client] = clock
    for _ in range(count):
        info = reader.byte()
        kind = info & 0x1F
        if kind == 0:
            size = reader.uint()
        elif kind == 10:
            size = reader.uint()
            update.skipped[client] = clock + size
        else:
            _read_origins(reader, update, info)
            size = _content(reader, update, kind)
        if not size:
            raise Malformed
        clock += size
    update.ends[client] = clock


def _read_origins(reader: Reader, update: Update, info: int) -> None:
    if info & 0x80:
        update.need(reader.uint(), reader.uint())
    if info & 0x40:
        update.need(reader.uint(), reader.uint())
    if info & 0xC0:
        return
    if reader.uint() == 1:
        reader.sized()
    else:
        update.need(reader.uint(), reader.uint())
    if info & 0x20:
        reader.sized()


def _content(reader: Reader, update: Update, kind: int) -> int:
    read = CONTENTS.get(kind)
    if read is None:
        raise UnknownContent(str(kind))
    return read(reader, update)


def _deleted(reader: Reader, update: Update) -> int:
    return reader.uint()


def _json(reader: Reader, update: Update) -> int:
    count = reader.uint()
    for _ in range(count):
        reader.sized()
    return count


def _one(reader: Reader, update: Update) -> int:
    reader.sized()
    return 1


def _string(reader: Reader, update: Update) -> int:
    data = reader.sized()
    if data.isascii():
        return len(data)
    try:
        return len(data.decode().encode("utf-16-le")) // 2
    except UnicodeDecodeError as error:
        raise Malformed from error


def _format(reader: Reader, update: Update) -> int:
    update.marks.add(reader.text())
    reader.sized()
    return 1


def _type(reader: Reader, update: Update) -> int:
    kind = reader.uint()
    if kind == 3:
        update.nodes.add(reader.text())
    elif kind not in {0, 1, 2, 4, 6}:
        raise UnknownContent(f"type {kind}")
    return 1


def _any(reader: Reader, update: Update) -> int:
    count = reader.uint()
    for _ in range(count):
        reader.skip_any()
    return count


CONTENTS: dict[int, Callable[[Reader, Update], int]] = {
    1: _deleted,
    2: _json,
    3: _one,
    4: _string,
    5: _one,
    6: _format,
    7: _type,
    8: _any,
}


def read_deletes(reader: Reader) -> dict[int, Ranges]:
    """The part of an update that says what is taken away."""
    deletes: dict[int, Ranges] = {}
    for _ in range(reader.uint()):
        client = reader.uint()
        ranges = deletes.setdefault(client, [])
        for _ in range(reader.uint()):
            clock = reader.uint()
            ranges.append((clock, clock + reader.uint()))
    return deletes


def read_vector(data: bytes) -> Vector:
    """A state vector; its count is compared with its length before anything is made of it."""
    reader = Reader(data)
    count = reader.uint()
    if count * 2 > reader.left:
        raise Malformed
    vector = {reader.uint(): reader.uint() for _ in range(count)}
    if reader.left:
        raise Malformed
    return vector


def write_vector(vector: Mapping[int, int]) -> bytes:
    """A state vector, written."""
    known = [uint(client) + uint(clock) for client, clock in vector.items() if clock]
    return uint(len(known)) + b"".join(known)


def merged(updates: Iterable[bytes]) -> bytes:
    """Updates in their order as one."""
    level = list(updates)
    while len(level) > 1:
        level = [
            merge_updates(*level[at : at + BRANCHES]) if len(level[at : at + BRANCHES]) > 1
            else level[at]
            for at in range(0, len(level), BRANCHES)
        ]  # fmt: skip
    return level[0] if level else EMPTY


def vector_of(update: bytes) -> Vector:
    """What one knows who knows this update and nothing else."""
    return read_vector(get_state(update))


def missing(state: bytes, vector: Vector) -> bytes:
    """What of the state one lacks who knows `vector`."""
    return get_update(state, write_vector(vector)) if vector else state


def deletes_of(state: bytes, vector: Vector) -> dict[int, Ranges]:
    """What the state says is taken away; `vector` is all of it."""
    reader = Reader(get_update(state, write_vector(vector)))
    if reader.uint():
        raise Malformed
    return read_deletes(reader)


class Deleted:
    """What is taken away, by client as ranges of clocks that do not touch."""

    __slots__ = ("_ranges",)

    def __init__(self, deletes: Mapping[int, Ranges] | None = None) -> None:
        self._ranges: dict[int, Ranges] = {}
        self.add(deletes or {})

    def holds(self, deletes: Mapping[int, Ranges]) -> bool:
        """Whether all of these are known."""
        return all(self._holds(client, one) for client, many in deletes.items() for one in many)

    def _holds(self, client: int, one: tuple[int, int]) -> bool:
        ranges = self._ranges.get(client, [])
        at = bisect_right(ranges, (one[0], 1 << 60)) - 1
        return one[0] == one[1] or (at >= 0 and ranges[at][1] >= one[1])

    def add(self, deletes: Mapping[int, Ranges]) -> None:
        for client, many in deletes.items():
            ranges = self._ranges.setdefault(client, [])
            for start, end in many:
                _add(ranges, start, end)


def _add(ranges: Ranges, start: int, end: int) -> None:
    first = bisect_right(ranges, (start, -1))
    if first and ranges[first - 1][1] >= start:
        first -= 1
    last = first
    while last < len(ranges) and ranges[last][0] <= end:
        start, end = min(start, ranges[last][0]), max(end, ranges[last][1])
        last += 1
    ranges[first:last] = [(start, end)]


__all__ = [
    "EMPTY", "Deleted", "Malformed", "UnknownContent", "Update", "Vector", "deletes_of", "join",
    "merged", "missing", "read_update", "read_vector", "vector_of", "write_vector",
]  # fmt: skip
