"""Whose words stand where (署名): read off the shared document, of which every piece bears the
client that wrote it.

Plain Python over Yjs's first update format; nothing is counted but whether any word stands.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from lessonprep.coediting.lib0 import Reader
from lessonprep.coediting.nodes import INLINE

Path = tuple[str, ...]
_ROOT_PARENT, _LEFT, _RIGHT, _SUB = 1, 0x80, 0x40, 0x20
_SKIP = 10
_NAMED_TYPES = {3, 5}
"""Elements and hooks, whose name follows."""


@dataclass(slots=True)
class _Item:
    client: int
    clock: int
    length: int
    beside: tuple[int, int] | None
    """A neighbour, which has the same parent."""
    parent: tuple[int, int] | str | None
    sub: str | None
    words: str = ""
    name: str = ""


@dataclass(slots=True)
class _Update:
    items: dict[int, list[_Item]] = field(default_factory=lambda: defaultdict(list))
    starts: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    deleted: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    """From where to where, in order."""

    def item(self, id_: tuple[int, int]) -> _Item | None:
        """The item that holds this id; None where it was swept away."""
        client, clock = id_
        at = bisect_right(self.starts[client], clock) - 1
        if at < 0:
            return None
        found = self.items[client][at]
        return found if clock < found.clock + found.length else None

    def is_deleted(self, client: int, clock: int) -> bool:
        """Whether the piece with this id was taken away."""
        ranges = self.deleted[client]
        at = bisect_right(ranges, (clock, 1 << 60)) - 1
        return at >= 0 and clock < ranges[at][1]


def clients_by_place(update: bytes) -> dict[Path, set[int]]:
    """The clients of whom a word, picture or formula stands, by where it stands.

    A place is the way of keys to it: ``("sections", "<uuid>", "body")``.
    """
    read = _read(update)
    paths: dict[tuple[int, int], Path | None] = {}
    found: dict[Path, set[int]] = defaultdict(set)
    for client, items in read.items.items():
        for item in items:
            if (item.words or item.name in INLINE) and _stands(read, item):
                path = _path(read, item, paths)
                if path is not None:
                    found[path].add(client)
    return dict(found)


def _stands(read: _Update, item: _Item) -> bool:
    if item.name:
        return not read.is_deleted(item.client, item.clock)
    clock = item.clock
    for char in item.words:
        if char.isalnum() and not read.is_deleted(item.client, clock):
            return True
        clock += 2 if ord(char) > 0xFFFF else 1
    return False


def _path(read: _Update, item: _Item, known: dict[tuple[int, int], Path | None]) -> Path | None:
    """The keys on the way to what the item stands in; without recursion, for chains are long."""
    chain: list[_Item] = []
    now: _Item | None = item
    path: Path | None = None
    while now is not None and (now.client, now.clock) not in known:
        chain.append(now)
        if isinstance(now.parent, str):
            path = (now.parent,)
            break
        now = read.item(now.parent or now.beside or (0, -1))
    else:
        path = known[now.client, now.clock] if now is not None else None
    for one in reversed(chain):
        if path is not None and one.sub is not None:
            path = (*path, one.sub)
        known[one.client, one.clock] = path
    return path


def _read(update: bytes) -> _Update:
    reader, read = Reader(update), _Update()
    for _client in range(reader.uint()):
        structs, client, clock = reader.uint(), reader.uint(), reader.uint()
        for _struct in range(structs):
            clock += _read_struct(reader, read, client, clock)
    for _client in range(reader.uint()):
        client = reader.uint()
        ranges = [(reader.uint(), reader.uint()) for _range in range(reader.uint())]
        read.deleted[client] = sorted((start, start + length) for start, length in ranges)
    return read


def _read_struct(reader: Reader, read: _Update, client: int, clock: int) -> int:
    """Read one struct into `read`; how long it is."""
    info = reader.byte()
    if info & 31 == 0 or info == _SKIP:
        return reader.uint()
    left = (reader.uint(), reader.uint()) if info & _LEFT else None
    right = (reader.uint(), reader.uint()) if info & _RIGHT else None
    parent: tuple[int, int] | str | None = None
    sub = None
    if left is None and right is None:
        parent = reader.text() if reader.uint() == _ROOT_PARENT else (reader.uint(), reader.uint())
        sub = reader.text() if info & _SUB else None
    item = _Item(client, clock, 1, left or right, parent, sub)
    _read_content(reader, item, info & 31)
    read.items[client].append(item)
    read.starts[client].append(clock)
    return item.length


def _read_content(reader: Reader, item: _Item, kind: int) -> None:
    if kind in (1, 2, 8):
        item.length = reader.uint()
    match kind:
        case 2:  # JSON
            _times(item.length, reader.sized)
        case 8:
            _times(item.length, reader.skip_any)
        case 3 | 5:  # bytes, an embedded thing
            reader.sized()
        case 6:  # formatting: its name and value
            _times(2, reader.sized)
        case 4:
            item.words = reader.text()
            item.length = len(item.words) + sum(ord(char) > 0xFFFF for char in item.words)
        case 7 if reader.uint() in _NAMED_TYPES:
            item.name = reader.text()


def _times(count: int, skip: Callable[[], object]) -> None:
    for _one in range(count):
        skip()


def words_of(update: bytes) -> str:
    """The words that an update brings, as they come in it."""
    items = _read(update).items.values()
    return "".join(item.words for of_client in items for item in of_client)
