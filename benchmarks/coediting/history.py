"""A text that was typed for long: the updates of many sittings, and rooms that hold them.

`python -m benchmarks.coediting.history UPDATES [--compact]`, in the surroundings of a server, adds
the updates of that file to the second and some more rooms of its database.
"""

from __future__ import annotations

import random
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import django
from pycrdt import Doc, Text

from lessonprep.coediting import lib0
from lessonprep.coediting.updates import merged

SITTING = 1000
"""Edits with one client id: somebody comes, writes and goes."""
LONG = slice(1, 6)
"""Which of the rooms hold them; the first stays short, to warm the server with."""


def typed(edits: int, seed: int = 7) -> list[bytes]:
    """One update a key: words at a place, now and then a character taken back, then elsewhere."""
    chance = random.Random(seed)
    updates: list[bytes] = []
    length = 0
    while len(updates) < edits:
        doc: Doc[Any] = Doc()
        doc.apply_update(merged(updates))
        heard = doc.observe(lambda event: updates.append(event.update))
        length = _sit(doc, chance, length, min(SITTING, edits - len(updates)))
        doc.unobserve(heard)
    return updates


def _sit(doc: Doc[Any], chance: random.Random, length: int, edits: int) -> int:
    text: Text = doc.get("typed", type=Text)
    at = chance.randint(0, length)
    for _ in range(edits):
        if chance.random() < 0.02:
            at = chance.randint(0, length)
        if at and chance.random() < 0.1:
            at, length = at - 1, length - 1
            del text[at]
        else:
            text.insert(at, chance.choice("abcdefghij"))
            at, length = at + 1, length + 1
    return length


def keep_in_hocuspocus(database: Path, names: Sequence[str], updates: Sequence[bytes]) -> None:
    """What its extension would have stored of these updates."""
    doc: Doc[Any] = Doc()
    doc.apply_update(merged(updates))
    state = doc.get_update()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            'CREATE TABLE "documents" ("name" varchar(255) NOT NULL, "data" blob NOT NULL,'
            " UNIQUE(name))"
        )
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?)", [(name, state) for name in names]
        )


def keep_in_rooms(updates: Sequence[bytes], *, compacted: bool) -> None:
    """In the logs of the long rooms, a row a few keys as when somebody types."""
    from lessonprep.coediting.compaction import compact
    from lessonprep.coediting.models import Room
    from lessonprep.coediting.store import Addition, append
    from lessonprep.coediting.updates import read_update

    rows = [updates[at : at + 3] for at in range(0, len(updates), 3)]
    clients = [{client for one in row for client in read_update(one).ends} for row in rows]
    for room in Room.objects.order_by("pk")[LONG]:
        for at in range(0, len(rows), 5000):
            pairs = zip(rows[at : at + 5000], clients[at : at + 5000], strict=True)
            append([Addition(room.pk, None, row, ids, ids) for row, ids in pairs])
        if compacted:
            room.refresh_from_db()
            compact(room=room)


if __name__ == "__main__":
    django.setup()
    keep_in_rooms(lib0.split(Path(sys.argv[1]).read_bytes()), compacted="--compact" in sys.argv[2:])
