"""Who has settled suggestions (修改建议), read from the log: browsers are not believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pycrdt import Doc

from lessonprep.coediting.document import open_suggestions
from lessonprep.coediting.models import LogRow, Room
from lessonprep.coediting.store import Row, rows_after
from lessonprep.coediting.updates import read_update

MARKS = {"insertion", "deletion"}


@dataclass(frozen=True, slots=True)
class Settled:
    """A suggestion that is open no more: the rows of the log name who made it and who ended it."""

    id: str
    made_by: int | None
    settled_by: int | None


def settled_in(room: Room) -> tuple[Settled, ...]:
    """What was suggested in the room and is open no more; of rows that were cleaned up, nothing.

    A suggestion taken back by undo and made again by redo counts as it was settled last. Raises
    `BrokenLog` and what reading a document may raise.
    """
    last = LogRow.objects.filter(room=room).order_by("-last").first()
    return () if last is None else _settled(room.pk, last.last, bytes(last.sha256))


@lru_cache(maxsize=64)
def _settled(room: int, upto: int, sha256: bytes) -> tuple[Settled, ...]:
    """`sha256` of the last row: a number alone is given again after a rollback."""
    rows = rows_after(room, _first(room) - 1, until=upto)
    if not any(_suggests(row) for row in rows):
        return ()
    made: dict[str, int | None] = {}
    ended: dict[str, int | None] = {}
    before: set[str] = set()
    for row, now in _open_after(rows):
        for id_ in now - before:
            made.setdefault(id_, row.user)
            ended.pop(id_, None)
        ended |= dict.fromkeys(before - now, row.user)
        before = now
    return tuple(Settled(id_, made[id_], by) for id_, by in ended.items())


def _first(room: int) -> int:
    first = LogRow.objects.filter(room=room).order_by("first").values_list("first", flat=True)
    return first.first() or 1


def _suggests(row: Row) -> bool:
    return any(read_update(update).marks & MARKS for update in row.updates)


def _open_after(rows: list[Row]) -> Iterator[tuple[Row, set[str]]]:
    """Each row after which other suggestions may be open than before, with those that are."""
    doc: Doc[Any] = Doc()
    now: set[str] = set()
    for row in rows:
        for update in row.updates:
            doc.apply_update(update)
        if _suggests(row) or (now and _takes_away(row)):
            now = {id_ for ids in open_suggestions(doc).values() for id_ in ids}
            yield row, now


def _takes_away(row: Row) -> bool:
    return any(read_update(update).deletes for update in row.updates)
