"""The log in the database: rooms read whole or not at all, updates added in one order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from pycrdt import Doc

from lessonprep.coediting import lib0
from lessonprep.coediting.models import ClientBinding, KeptWriting, LogRow, Room, Snapshot
from lessonprep.coediting.updates import merged, read_vector, vector_of

T = TypeVar("T")

KEPT_LIMIT = 4 << 20
"""Bytes of kept writing of one person in one room."""


class BrokenLog(Exception):
    """The log of a room is not whole: an error, never an empty document."""

    def __init__(self, room: int, what: str) -> None:
        super().__init__(f"room {room}: {what}")
        self.room = room


class NotOpen(Exception):
    """The plan has no room in which one writes together (yet)."""


class Foreign(Exception):
    """A client id is bound to somebody else."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the log."""

    first: int
    last: int
    updates: Sequence[bytes]
    user: int | None
    clients: Sequence[int]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A room as the database has it."""

    pk: int
    plan: int
    epoch: int
    schema: str
    locked: bool
    seq: int
    snapshot: bytes | None
    rows: Sequence[Row]
    owners: Mapping[int, int | None]

    def updates(self) -> list[bytes]:
        """All of it, in order."""
        before = [self.snapshot] if self.snapshot is not None else []
        return before + [update for row in self.rows for update in row.updates]


@dataclass(frozen=True, slots=True)
class Addition:
    """What one person adds to a room."""

    room: int
    user: int | None
    updates: Sequence[bytes]
    clients: Iterable[int]
    fresh: Iterable[int] = ()
    tag: Any = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an addition: the numbers it got, or why it was not taken."""

    addition: Addition
    first: int = 0
    last: int = 0
    refused: str = ""


# reading


def open_room_of(plan: UUID) -> Room:
    """The open room of a plan; raises `NotOpen`."""
    room = Room.objects.filter(plan__uuid=plan, closed_at__isnull=True).first()
    if room is None:
        raise NotOpen
    return room


def load(room: Room) -> Loaded:
    """The room with its log since the last snapshot; raises `BrokenLog`."""
    snapshot = Snapshot.objects.filter(room=room).order_by("-seq").first()
    if snapshot is not None and _sha256(bytes(snapshot.state)) != bytes(snapshot.sha256):
        raise BrokenLog(room.pk, f"snapshot {snapshot.seq} is damaged")
    begin = snapshot.seq if snapshot else 0
    rows = rows_after(room.pk, begin)
    owners = ClientBinding.objects.filter(room=room).values_list("client_id", "user_id")
    return Loaded(
        pk=room.pk,
        plan=room.plan_id,
        epoch=room.epoch,
        schema=room.schema,
        locked=room.is_locked,
        seq=rows[-1].last if rows else begin,
        snapshot=bytes(snapshot.state) if snapshot else None,
        rows=rows,
        owners=dict(owners),
    )


def rows_after(room: int, seq: int, until: int | None = None) -> list[Row]:
    """Rows above `seq`, without a gap and undamaged; raises `BrokenLog`."""
    kept = LogRow.objects.filter(room=room, first__gt=seq).order_by("first")
    if until is not None:
        kept = kept.filter(last__lte=until)
    rows = []
    for first, last, data, sha256, user, clients in kept.values_list(
        "first", "last", "data", "sha256", "user_id", "clients"
    ):
        rows.append(_row(room, first, last, bytes(data), bytes(sha256), user, clients))
        if first != seq + 1:
            raise BrokenLog(room, f"rows between {seq} and {first} are missing")
        seq = last
    return rows


def _row(
    room: int, first: int, last: int, data: bytes, sha256: bytes, user: int | None, clients: Any
) -> Row:
    if _sha256(data) != sha256:
        raise BrokenLog(room, f"row {first} is damaged")
    updates = lib0.split(data)
    if len(updates) != last - first + 1:
        raise BrokenLog(room, f"row {first} has {len(updates)} updates")
    return Row(first, last, updates, user, clients)


def seqs(rooms: Iterable[int]) -> dict[int, tuple[int, bool, bool]]:
    """By room: the last number, whether nobody may write, whether it was closed."""
    rows = Room.objects.filter(pk__in=list(rooms))
    return {
        pk: (seq, locked, closed is not None)
        for pk, seq, locked, closed in rows.values_list("pk", "seq", "is_locked", "closed_at")
    }


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def document_of(loaded: Loaded) -> Doc[Any]:
    """The document of a room, proved to hold all that the log does; raises `BrokenLog`."""
    state = merged(loaded.updates())
    doc: Doc[Any] = Doc()
    doc.apply_update(state)
    if read_vector(doc.get_state()) != vector_of(state):
        raise BrokenLog(loaded.pk, "the document does not hold what the log does")
    return doc


# writing


@transaction.atomic
def append(additions: Sequence[Addition], *, locked: bool = False) -> list[Outcome]:
    """Add to many rooms in one commit, each in the order given; a refused one takes no number.

    With `locked` to locked rooms too. A few statements for all of them: each lets go of the
    interpreter, and gets it back only when the busy thread of the sockets lets go of it.
    """
    last = _open_rooms({addition.room for addition in additions}, locked=locked)
    before = dict(last)
    outcomes, rows = [], []
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    for addition in additions:
        if not _bind(addition):
            outcomes.append(Outcome(addition, refused="client"))
        elif addition.room not in last:
            outcomes.append(Outcome(addition, refused="locked"))
        else:
            first, seq = last[addition.room] + 1, last[addition.room] + len(addition.updates)
            last[addition.room] = seq
            outcomes.append(Outcome(addition, first, seq))
            data = lib0.join(addition.updates)
            clients = json.dumps(sorted(addition.clients))
            row = (addition.room, first, seq, data, _sha256(data), addition.user, clients, at)
            rows.append(row)
    _write(rows, {room: seq for room, seq in last.items() if seq != before[room]})
    return outcomes


def _open_rooms(pks: Collection[int], *, locked: bool) -> dict[int, int]:
    """The last number of each room that may be written to; nobody else writes to it meanwhile."""
    # Always in one order, so that two processes never wait in a ring.
    statement = _OPEN.format(ids=_places(len(pks)))
    if connection.features.has_select_for_no_key_update:  # elsewhere one writes at a time
        statement += "FOR NO KEY UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(statement, [locked, *pks])
        return dict(cursor.fetchall())


_OPEN = """
    SELECT id, seq FROM coediting_room
    WHERE closed_at IS NULL AND (NOT is_locked OR %s) AND id IN {ids} ORDER BY id
"""
_WAIT_FOR_DISK = """
    SELECT set_config('synchronous_commit', 'on', true)
    WHERE current_setting('synchronous_commit') = 'off'
"""
"""What is acknowledged must outlive a crash, also where the server is set to be quick."""
_INSERT = """
    INSERT INTO coediting_logrow (room_id, first, last, data, sha256, user_id, clients, at) VALUES
"""
_ADVANCE = "UPDATE coediting_room SET seq = CASE id {cases} END WHERE id IN {ids}"
AT_ONCE = 100
"""Rows of one statement."""


def _write(rows: Sequence[tuple[Any, ...]], last: Mapping[int, int]) -> None:
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_WAIT_FOR_DISK)
        for part in _in_parts(rows):
            places = ", ".join([_places(len(part[0]))] * len(part))
            cursor.execute(_INSERT + places, [*chain.from_iterable(part)])
        for part in _in_parts(list(last.items())):
            cases = " ".join(["WHEN %s THEN %s"] * len(part))
            statement = _ADVANCE.format(cases=cases, ids=_places(len(part)))
            cursor.execute(statement, [*chain.from_iterable(part), *(room for room, _ in part)])


def _places(count: int) -> str:
    return f"({', '.join(['%s'] * count)})"


def _in_parts(many: Sequence[T]) -> Iterator[Sequence[T]]:
    return (many[at : at + AT_ONCE] for at in range(0, len(many), AT_ONCE))


def _bind(addition: Addition) -> bool:
    """Note whose the new client ids are; False where one is somebody else's."""
    for client in addition.fresh:
        binding, _made = ClientBinding.objects.get_or_create(
            room_id=addition.room, client_id=client, defaults={"user_id": addition.user}
        )
        if binding.user_id != addition.user:
            return False
    return True


@transaction.atomic
def keep_writing(
    *, room: int, user: int, seq: int, updates: Sequence[bytes], why: str
) -> KeptWriting | None:
    """Keep for a person what they may not put into the plan; None when they have kept too much."""
    data = lib0.join(updates)
    # One after another: what two threads add to one copy at once must both be in it.
    Room.objects.select_for_update(no_key=True).get(pk=room)
    kept = KeptWriting.objects.filter(room=room, user=user)
    held = sum(len(bytes(one)) for one in kept.values_list("data", flat=True))
    if held + len(data) > KEPT_LIMIT:
        return None
    latest = kept.filter(seen_at__isnull=True, seq=seq, why=why).first()
    if latest is None:
        return KeptWriting.objects.create(room_id=room, user_id=user, seq=seq, data=data, why=why)
    latest.data = bytes(latest.data) + data
    latest.save(update_fields=["data"])
    return latest
