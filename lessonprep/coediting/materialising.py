"""The shared document as revisions of the plan (定格): when people leave, when the phase changes,
and every ten minutes meanwhile.

Nothing is lost without it, for the log is the truth; it makes what was written together part of
the plan's history. It may be killed anywhere and run again.
"""

from __future__ import annotations

import logging
from collections import Counter, OrderedDict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone
from wagtail.models import Revision

from lessonprep.coediting.document import NotADocument, as_stored, sections_in
from lessonprep.coediting.lib0 import Malformed
from lessonprep.coediting.models import LogRow, Materialised, Room
from lessonprep.coediting.nodes import UnknownContent
from lessonprep.coediting.store import BrokenLog, document_of, load
from lessonprep.plans.actions.content import lock as lock_plan
from lessonprep.plans.actions.content import (
    may_write_over,
    note_writers,
    save_revision,
    sections_of,
)
from lessonprep.plans.models import LessonPlan
from lessonprep.plans.sections import Section
from lessonprep.plans.word.sharing import share
from resources.library.word.pictures import media_in
from schools.models import User

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
"""So long goes into one automatic revision."""
UNREADABLE = (BrokenLog, Malformed, NotADocument, UnknownContent)
"""What reading a room may raise."""
_KNOWN = 32
_texts: OrderedDict[bytes, str] = OrderedDict()
"""What rooms read as, by the last row of their log; a number alone is given again after a
transaction that was rolled back."""


def materialised_upto(room: Room) -> int:
    """Up to which number of the log revisions say what stands in the room."""
    last = Materialised.objects.filter(room=room).aggregate(last=Max("upto_seq"))["last"]
    return int(last or 0)


def rooms_ahead() -> QuerySet[Room]:
    """Open rooms in which something stands that no revision says."""
    return (
        Room.objects.filter(closed_at__isnull=True, is_locked=False)
        .annotate(upto=Max("materialised__upto_seq"))
        .filter(Q(upto__isnull=True) | Q(upto__lt=F("seq")))
    )


def text_in(room: Room) -> list[Section]:
    """What stands in the room; raises `BrokenLog`, `UnknownContent`, `NotADocument`."""
    import json

    last = LogRow.objects.filter(room=room).order_by("-last").values_list("sha256", "last").first()
    key = repr((room.pk, last and (bytes(last[0]), last[1]))).encode()
    known = _texts.get(key)
    if known is None:
        known = json.dumps(sections_in(document_of(load(room))), ensure_ascii=False)
        _texts[key] = known
        while len(_texts) > _KNOWN:
            _texts.popitem(last=False)
    sections: list[Section] = json.loads(known)
    return sections


def save_room(plan: LessonPlan, room: Room) -> None:
    """Make what stands in the held room the latest revision of the locked plan."""
    upto = materialised_upto(room)
    if room.seq <= upto:
        return
    sections = text_in(room)
    writers = writers_since(room, upto)
    if as_stored(sections) == as_stored(sections_of(plan.get_latest_revision_as_object())):
        note_saved(room, plan.latest_revision)
        return
    over = _to_write_over(plan)
    user = over.user if over is not None else (writers[0] if writers else None)
    revision = save_revision(plan, sections, user=user, over=over)
    note_saved(room, revision, automatic=True)
    for writer in writers:
        share(plan, media_in(sections), by=writer)


def _to_write_over(plan: LessonPlan) -> Revision | None:
    """Our own newest automatic revision, while it is fresh."""
    latest = plan.latest_revision
    if latest is None or not may_write_over(plan, latest):
        return None
    own = Materialised.objects.filter(
        revision=latest, automatic=True, begun_at__gt=timezone.now() - EVERY
    )
    return latest if own.exists() else None


def note_saved(room: Room, revision: Revision, *, automatic: bool = False) -> None:
    """The revision says what the room does now; who has written since is named with it."""
    note_writers(revision, writers_since(room, materialised_upto(room)))
    known = Materialised.objects.filter(revision=revision).first()
    made = known or Materialised(revision=revision, automatic=automatic, begun_at=timezone.now())
    made.room = room
    made.upto_seq = room.seq
    made.save()


def note_asked_for(revision: Revision) -> None:
    """Somebody has saved into this revision: no automatic one is written over it."""
    Materialised.objects.filter(revision=revision, automatic=True).update(automatic=False)


def writers_since(room: Room, seq: int) -> list[User]:
    """Everybody who has written in the room above this number, who wrote most often first."""
    rows = LogRow.objects.filter(room=room, last__gt=seq, user__isnull=False)
    counted = Counter(rows.values_list("user_id", flat=True))
    users = User.objects.in_bulk(list(counted))
    return [users[pk] for pk, _count in counted.most_common() if pk in users]


@transaction.atomic
def materialise(*, plan: LessonPlan) -> None:
    """Save what stands in the plan's room; nothing where a revision says it."""
    plan = lock_plan(plan)
    room = Room.objects.filter(plan=plan, closed_at__isnull=True, is_locked=False).first()
    if room is not None:
        save_room(plan, room)


def materialise_quietly(plan: int) -> bool:
    """The same for those who ask on their own account; a fault is in the server's log."""
    found = LessonPlan.objects.filter(pk=plan).first()
    if found is None:
        return False
    try:
        materialise(plan=found)
    except UNREADABLE:
        logger.exception("What is in the room of plan %s could not be saved", found.uuid)
        return False
    return True


def materialise_all(plans: Sequence[int] | None = None) -> int:
    """Save every room that is ahead of its plan; how many could be."""
    ahead = list(rooms_ahead().values_list("plan_id", flat=True)) if plans is None else plans
    return sum(map(materialise_quietly, ahead))


def when_emptied(*, plan: int, **_: Any) -> None:
    """All have left."""
    materialise_quietly(plan)


def when_worked_in(*, plan: int, **_: Any) -> None:
    """Somebody writes: save where the last automatic revision is old enough."""
    fresh = Materialised.objects.filter(
        room__plan=plan, automatic=True, begun_at__gt=timezone.now() - EVERY
    )
    if not fresh.exists():
        materialise_quietly(plan)
