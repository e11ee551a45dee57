"""What plans ask of the rooms: `lessonprep.plans.live` says what, here are the answers."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from pycrdt import Doc
from wagtail.models import Revision

from lessonprep.coediting import crediting, materialising
from lessonprep.coediting.actions import held_room, server_update
from lessonprep.coediting.document import bring_to, open_suggestions, sections_in
from lessonprep.coediting.materialising import UNREADABLE
from lessonprep.coediting.models import LogRow, Room
from lessonprep.coediting.settling import settled_in
from lessonprep.coediting.store import NotOpen, document_of, load
from lessonprep.plans.live import Credits, Unreadable
from lessonprep.plans.models import LessonPlan
from lessonprep.plans.sections import Section
from schools.models import User

logger = logging.getLogger(__name__)


class InRooms:
    """The plans that are written together."""

    def hold(self, plan: LessonPlan) -> None:
        """Lock the room's row: the log waits until the transaction ends."""
        try:
            held_room(plan)
        except NotOpen:
            return

    def is_open(self, plan: LessonPlan) -> bool:
        """Whether there is a room in which one may write."""
        room = _open_room(plan)
        return room is not None and not room.is_locked

    def text(self, plan: LessonPlan) -> list[Section] | None:
        """What stands in the room and in no revision yet.

        What this server cannot read stays in the room; readers have the latest revision.
        """
        room = materialising.rooms_ahead().filter(plan=plan.pk).first()
        if room is None:
            return None
        try:
            with _read(plan):
                return materialising.text_in(room)
        except Unreadable:
            return None

    def last_change(self, plan: LessonPlan) -> tuple[User, datetime] | None:
        """Who wrote last in a room that is ahead of the plan's revisions."""
        room = materialising.rooms_ahead().filter(plan=plan.pk).first()
        if room is None:
            return None
        rows = LogRow.objects.filter(room=room, user__isnull=False).select_related("user")
        last = rows.order_by("-last").first()
        return None if last is None or last.user is None else (last.user, last.at)

    def save(self, plan: LessonPlan) -> None:
        """Make what is in the room the latest revision."""
        room = _open_room(plan)
        if room is not None and not room.is_locked:
            with _read(plan):
                materialising.save_room(plan, room)

    def bring(self, plan: LessonPlan, sections: list[Section], by: User) -> list[Section]:
        """One update of `by`, in the caller's transaction."""
        if _open_room(plan) is None:
            return sections
        read: list[list[Section]] = []

        def make(doc: Doc[Any]) -> None:
            bring_to(doc, sections)
            read.append(sections_in(doc))

        with _read(plan):
            server_update(plan=plan, make=make, by=by, locked=True)
        return read[-1]

    def saved(self, plan: LessonPlan, revision: Revision) -> None:
        """Note at which number of the log the revision was made."""
        room = _open_room(plan)
        if room is not None:
            materialising.note_saved(room, revision)
            materialising.note_asked_for(revision)

    def suggestions(self, plan: LessonPlan) -> dict[str, int]:
        """How many suggestions are open, by section."""
        room = _open_room(plan)
        if room is None:
            return {}
        with _read(plan):
            found = open_suggestions(document_of(load(room)))
        return {id_: len(ids) for id_, ids in found.items()}

    def settled_by(self, plan: LessonPlan) -> list[User]:
        """Who has accepted or declined what others suggested, from the log."""
        room = _open_room(plan)
        if room is None:
            return []
        with _read(plan):
            found = settled_in(room)
        pks = {one.settled_by for one in found if one.settled_by != one.made_by}
        return list(User.objects.filter(pk__in=[pk for pk in pks if pk]).order_by("pk"))

    def credits(self, plan: LessonPlan) -> Credits | None:
        """Whose words stand where, from the log."""
        room = _open_room(plan)
        if room is None:
            return None
        with _read(plan):
            return crediting.credits_in(room, _first(plan))


@contextmanager
def _read(plan: LessonPlan) -> Iterator[None]:
    """Raises `Unreadable` where the log is broken, or holds what this server does not know."""
    try:
        yield
    except UNREADABLE as error:
        logger.exception("What is in the room of plan %s cannot be read", plan.uuid)
        raise Unreadable(plan) from error


def _open_room(plan: LessonPlan) -> Room | None:
    return Room.objects.filter(plan=plan.pk, closed_at__isnull=True).first()


def _first(plan: LessonPlan) -> Sequence[int]:
    """Who is named first: the main preparer."""
    main = plan.state.task.main_preparer_id
    return [main] if main else []
