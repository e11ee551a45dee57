"""What is done to rooms from outside them: opened, locked, written into by the server."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from pycrdt import Doc

from lessonprep.coediting import bell
from lessonprep.coediting.beginning import note_beginning
from lessonprep.coediting.document import seed
from lessonprep.coediting.models import KeptWriting, Room
from lessonprep.coediting.schema import HASH
from lessonprep.coediting.store import (
    Addition,
    Loaded,
    NotOpen,
    append,
    document_of,
    load,
    open_room_of,
)
from lessonprep.coediting.updates import merged, read_update, vector_of
from lessonprep.plans.access import WHEN, Action
from lessonprep.plans.actions.content import lock, text_of
from lessonprep.plans.live import together
from lessonprep.plans.models import LessonPlan, PlanState
from schools.models import User

Make = Callable[[Doc[Any]], None]


class Locked(Exception):
    """The phase of the plan lets nobody write."""


def may_open(phase: str) -> bool:
    """Whether one writes together in this phase."""
    return phase in WHEN[Action.EDIT]


@transaction.atomic
def open_room(*, plan: LessonPlan) -> Room:
    """The plan's room, made from its text where there is none yet; raises `NotOpen`.

    Made once, here, under the lock of the plan: two who seed would double the text.
    """
    try:
        return open_room_of(plan.uuid)
    except NotOpen:
        plan = lock(plan)
    try:
        return open_room_of(plan.uuid)
    except NotOpen:
        if not may_open(plan.state.phase):
            raise
    return _new_room(plan, seed_of(plan))


def seed_of(plan: LessonPlan) -> bytes:
    """The update with which a room of this plan begins."""
    return seed(text_of(plan))


def _new_room(plan: LessonPlan, seed: bytes) -> Room:
    last = Room.objects.filter(plan=plan).order_by("-epoch").first()
    room = Room.objects.create(plan=plan, epoch=last.epoch + 1 if last else 1, schema=HASH)
    clients = vector_of(seed)
    append([Addition(room.pk, None, [seed], clients, clients)])
    room.refresh_from_db()
    note_beginning(plan, room, last)
    return room


@transaction.atomic
def begin_epoch(*, plan: LessonPlan) -> Room:
    """Close the plan's room and open the next, from the plan's text: for another layout or schema.

    Open editors are told to load the page again.
    """
    plan = lock(plan)
    together().save(plan)
    closed = Room.objects.select_for_update().filter(plan=plan, closed_at__isnull=True)
    for room in closed:
        _close(room)
    return _new_room(plan, seed_of(plan))


def _close(room: Room) -> None:
    room.closed_at = timezone.now()
    room.save(update_fields=["closed_at"])
    transaction.on_commit(partial(bell.ring, room.pk))


@transaction.atomic
def server_update(*, plan: LessonPlan, make: Make, by: User | None, locked: bool = False) -> int:
    """Let `make` change the plan's document, as one update of `by`; returns the last number.

    The same log as everybody's, in the caller's transaction; open editors hear of it when that is
    committed. Raises `Locked` where the phase lets nobody write, unless `locked` says that this
    belongs to it. Raises `BrokenLog`, `NotOpen`.
    """
    room = held_room(plan)
    if room.is_locked and not locked:
        raise Locked(plan)
    loaded = load(room)
    doc = document_of(loaded)
    changes: list[bytes] = []
    heard = doc.observe(lambda event: changes.append(event.update))
    try:
        with doc.transaction():
            make(doc)
    finally:
        doc.unobserve(heard)
    return _log(room, loaded, changes, by)


def _log(room: Room, loaded: Loaded, changes: list[bytes], by: User | None) -> int:
    if not changes:
        return loaded.seq
    update = merged(changes)
    clients = read_update(update).ends  # a client id of its own, new with each
    addition = Addition(room.pk, by.pk if by else None, [update], clients, clients)
    (outcome,) = append([addition], locked=True)
    transaction.on_commit(partial(bell.ring, room.pk))
    return outcome.last


def held_room(plan: LessonPlan) -> Room:
    """The plan's room, its row locked: until the transaction ends nobody adds to the log.

    Raises `NotOpen`.
    """
    rooms = Room.objects.select_for_update(of=("self",))
    room = rooms.filter(plan=plan.pk, closed_at__isnull=True).first()
    if room is None:
        raise NotOpen(plan)
    return room


def commit_barrier(plan: LessonPlan, *, within: float = 1.0) -> Loaded:
    """Everything that was sent so far, then the log held still until the transaction ends.

    What comes later is not acknowledged before the transaction has ended. Call it in one; raises
    `NotOpen`, `BrokenLog`.
    """
    bell.flush(within)
    return load(held_room(plan))


def room_state(plan: UUID) -> Loaded:
    """The open room of a plan as the log has it; raises `NotOpen`, `BrokenLog`."""
    return load(open_room_of(plan))


@receiver(post_save, sender=PlanState)
def _follow_the_phase(instance: PlanState, **_: Any) -> None:
    """In the transaction that moves the plan: from its commit on the log takes nothing more."""
    locked = not may_open(instance.phase)
    rooms = Room.objects.filter(plan=instance.plan_id, closed_at__isnull=True)
    for room in rooms.filter(~Q(is_locked=locked)):
        Room.objects.filter(pk=room.pk).update(is_locked=locked)
    for pk in rooms.values_list("pk", flat=True):
        transaction.on_commit(partial(bell.ring, pk))


def put_away(*, kept: KeptWriting) -> None:
    """Its owner has seen it; it stays in their list."""
    KeptWriting.objects.filter(pk=kept.pk, seen_at__isnull=True).update(seen_at=timezone.now())
