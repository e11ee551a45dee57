"""Many rows of the log merged into one snapshot, proved before it counts; old rows kept a while."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from pycrdt import Doc

from lessonprep.coediting.models import LogRow, Room, Snapshot
from lessonprep.coediting.store import BrokenLog, Loaded, load
from lessonprep.coediting.updates import (
    Vector,
    merged,
    read_update,
    read_vector,
    vector_of,
    write_vector,
)

logger = logging.getLogger(__name__)

LONG = 500
"""Updates since the last snapshot that are worth a new one."""
KEEP = timedelta(days=30)
"""How long rows that a snapshot holds are kept."""
SNAPSHOTS = 2


def compact_if_long(room: int) -> bool:
    """Make a snapshot where the log has grown; whether it was made."""
    row = Room.objects.filter(pk=room).first()
    last = Snapshot.objects.filter(room=room).order_by("-seq").first()
    if row is None or row.seq - (last.seq if last else 0) < LONG:
        return False
    compact(room=row)
    return True


def compact(*, room: Room) -> Snapshot | None:
    """Merge the log so far into a snapshot; None where there is nothing new. Raises `BrokenLog`.

    It is work on what was read, in no transaction; the log goes on meanwhile.
    """
    loaded = load(room)
    if not loaded.rows:
        return None
    state = merged(loaded.updates())
    prove(state, loaded)
    return _keep(room, loaded.seq, state)


def prove(state: bytes, loaded: Loaded) -> None:
    """Raises `BrokenLog` where the state does not hold all that the rows do.

    What the rows hold is read from each; what the state holds, by merging and by a document.
    """
    known: Vector = vector_of(loaded.snapshot) if loaded.snapshot is not None else {}
    for row in loaded.rows:
        for update in row.updates:
            for client, end in read_update(update).ends.items():
                known[client] = max(end, known.get(client, 0))
    doc: Doc[Any] = Doc()
    doc.apply_update(state)
    if not known == vector_of(state) == read_vector(doc.get_state()):
        raise BrokenLog(loaded.pk, "what was merged does not hold what the log does")


@transaction.atomic
def _keep(room: Room, seq: int, state: bytes) -> Snapshot:
    snapshot, _made = Snapshot.objects.get_or_create(
        room=room,
        seq=seq,
        defaults={
            "state": state,
            "state_vector": write_vector(vector_of(state)),
            "sha256": hashlib.sha256(state).digest(),
        },
    )
    kept = Snapshot.objects.filter(room=room).order_by("-seq").values_list("seq", flat=True)
    oldest = list(kept[:SNAPSHOTS])[-1]
    Snapshot.objects.filter(room=room, seq__lt=oldest).delete()
    # Up to the older snapshot, so that the newer one can be made again from rows that are there.
    old = LogRow.objects.filter(room=room, last__lte=oldest, at__lt=timezone.now() - KEEP)
    if oldest != seq:
        old.delete()
    return snapshot


__all__ = ["BrokenLog", "compact", "compact_if_long", "prove"]
