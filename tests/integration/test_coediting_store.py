"""The log in the database: one order, nothing lost, nothing served that is not whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pycrdt import Doc, Text

from lessonprep.coediting.actions import (
    Locked,
    begin_epoch,
    commit_barrier,
    open_room,
    server_update,
)
from lessonprep.coediting.compaction import KEEP, compact, compact_if_long, prove
from lessonprep.coediting.models import ClientBinding, LogRow, Room, Snapshot
from lessonprep.coediting.store import (
    Addition,
    BrokenLog,
    NotOpen,
    append,
    document_of,
    keep_writing,
    load,
    rows_after,
)
from lessonprep.coediting.updates import merged
from lessonprep.plans.actions.phases import close_discussion, hand_over, submit
from lessonprep.plans.models import LessonPlan
from tests.factories import lessonprep
from tests.unit.coediting_clients import typed

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def world() -> lessonprep.World:
    return lessonprep.world()


@pytest.fixture
def plan(world: lessonprep.World) -> LessonPlan:
    plan = world.plan()
    lessonprep.write_draft(plan, world.preparer, objectives="<p>目标</p>")
    hand_over(plan=plan, by=world.preparer)
    return plan


@pytest.fixture
def room(plan: LessonPlan) -> Room:
    return open_room(plan=plan)


def _add(room: Room, updates: list[bytes], user: Any = None, **more: Any) -> Any:
    (outcome,) = append([Addition(room.pk, user.pk if user else None, updates, [1], **more)])
    return outcome


def _text(room: Room) -> str:
    return str(document_of(load(room)).get("text", type=Text))


def test_a_room_is_seeded_once(plan: LessonPlan, room: Room) -> None:
    again = open_room(plan=plan)

    assert again == room
    assert room.seq == LogRow.objects.get(room=room).last == 1


def test_a_plan_that_is_not_discussed_yet_has_no_room(world: lessonprep.World) -> None:
    plan = world.plan(1)

    with pytest.raises(NotOpen):
        open_room(plan=plan)

    assert not Room.objects.filter(plan=plan).exists()


def test_updates_get_one_order_without_a_gap(room: Room, world: lessonprep.World) -> None:
    first = Addition(room.pk, world.leader.pk, typed("春", "天"), [7], [7])
    second = Addition(room.pk, world.preparer.pk, typed("来"), [8], [8])

    outcomes = append([first, second])

    assert [(one.first, one.last) for one in outcomes] == [(2, 3), (4, 4)]
    rows = rows_after(room.pk, 1)
    assert [(row.first, row.last, row.user) for row in rows] == [
        (2, 3, world.leader.pk),
        (4, 4, world.preparer.pk),
    ]
    room.refresh_from_db()
    assert room.seq == 4


def test_whose_a_client_id_is_stays(room: Room, world: lessonprep.World) -> None:
    append([Addition(room.pk, world.leader.pk, typed("春"), [7], [7])])

    (outcome,) = append([Addition(room.pk, world.preparer.pk, typed("假"), [7], [7])])

    assert outcome.refused == "client"
    assert ClientBinding.objects.get(room=room, client_id=7).user == world.leader
    assert load(room).seq == 2


@pytest.mark.parametrize("damage", ["a changed byte", "a missing row"])
def test_a_log_that_is_not_whole_is_an_error_and_no_empty_document(room: Room, damage: str) -> None:
    for update in typed("春", "天", "来"):
        _add(room, [update])
    row = LogRow.objects.get(room=room, first=3)
    if damage == "a missing row":
        row.delete()
    else:
        row.data = bytes(row.data)[:-1] + b"\x07"
        row.save()

    with pytest.raises(BrokenLog):
        load(room)


def test_a_snapshot_with_what_came_after_is_the_whole_log(room: Room) -> None:
    updates = typed("春", "天", "来", "了")
    _add(room, updates[:2])
    snapshot = compact(room=room)
    _add(room, updates[2:])

    loaded = load(room)

    assert snapshot is not None
    assert snapshot.seq == 3
    assert loaded.snapshot is not None
    assert loaded.seq == 5
    assert _text(room) == "春天来了"


def test_rows_that_a_snapshot_holds_are_kept_a_month(room: Room) -> None:
    updates = typed("春", "天", "来", "了")
    for number, update in enumerate(updates):
        _add(room, [update])
        if number in {1, 2}:
            compact(room=room)
    LogRow.objects.filter(room=room).update(at=timezone.now() - KEEP - timedelta(hours=1))

    compact(room=room)

    # The older of the two kept snapshots holds four: the rows after it are there.
    assert list(
        Snapshot.objects.filter(room=room).order_by("seq").values_list("seq", flat=True)
    ) == [4, 5]
    assert LogRow.objects.filter(room=room).count() == 1
    assert _text(room) == "春天来了"


def test_a_state_that_lacks_something_is_never_kept(room: Room) -> None:
    updates = typed("春", "天", "来")
    _add(room, updates)
    loaded = load(room)
    late: Doc[Any] = Doc()
    for update in [*loaded.updates()[:1], updates[2], updates[0]]:
        late.apply_update(update)

    with pytest.raises(BrokenLog):
        prove(late.get_update(), loaded)


def test_a_short_log_is_left_alone(room: Room) -> None:
    assert compact_if_long(room.pk) is False


def test_the_server_writes_through_the_same_log(
    room: Room, plan: LessonPlan, world: lessonprep.World
) -> None:
    _add(room, typed("春"))

    def make(doc: Doc[Any]) -> None:
        text = doc.get("text", type=Text)
        text += "天"

    last = server_update(plan=plan, make=make, by=world.leader)

    row = LogRow.objects.get(room=room, last=last)
    assert _text(room) == "春天"
    assert row.user == world.leader
    assert ClientBinding.objects.get(room=room, client_id=row.clients[0]).user == world.leader


def test_what_the_server_began_and_undid_leaves_no_trace(room: Room, plan: LessonPlan) -> None:
    def make(doc: Doc[Any]) -> None:
        text = doc.get("text", type=Text)
        text += "不"

    with transaction.atomic():
        server_update(plan=plan, make=make, by=None)
        transaction.set_rollback(True)

    assert load(room).seq == 1


def test_nothing_goes_into_the_log_once_the_plan_is_in_review(
    room: Room, plan: LessonPlan, world: lessonprep.World
) -> None:
    close_discussion(plan=plan, by=world.preparer)
    open_before = _add(room, typed("春"))
    submit(plan=plan, by=world.preparer)

    outcome = _add(room, typed("晚"))

    assert open_before.refused == ""
    assert outcome.refused == "locked"
    with pytest.raises(Locked):
        server_update(plan=plan, make=lambda doc: None, by=world.leader)
    assert load(room).seq == 2


def test_a_new_epoch_closes_the_old_room(room: Room, plan: LessonPlan) -> None:
    new = begin_epoch(plan=plan)

    assert new.epoch == 2
    assert _add(room, typed("春")).refused == "locked"
    assert open_room(plan=plan) == new


def test_the_barrier_gives_all_that_is_in_the_log(room: Room, plan: LessonPlan) -> None:
    updates = typed("春")
    _add(room, updates)

    with transaction.atomic():
        loaded = commit_barrier(plan)

    assert loaded.seq == 2
    assert merged(loaded.updates()[1:]) == updates[0]


def test_kept_writing_has_a_bound(room: Room, world: lessonprep.World) -> None:
    huge = [b"x" * (3 << 20)]
    some = keep_writing(room=room.pk, user=world.leader.pk, seq=1, updates=huge, why="phase")

    more = keep_writing(room=room.pk, user=world.leader.pk, seq=1, updates=huge, why="phase")

    assert some is not None
    assert more is None
