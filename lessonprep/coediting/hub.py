"""The rooms that this process holds: loaded once, fed by the log, left by those who lose rights."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
)

from lessonprep.coediting import bell, signals
from lessonprep.coediting.actions import open_room
from lessonprep.coediting.admission import Door, NotAdmitted
from lessonprep.coediting.compaction import compact_if_long
from lessonprep.coediting.lib0 import Malformed
from lessonprep.coediting.models import Room as RoomRow
from lessonprep.coediting.protocol import Updates
from lessonprep.coediting.rights import Ground, Person, Right, Seat, grounds, person_of, plan_for
from lessonprep.coediting.room import Job, Line, Logged, Outside, Participant, Room
from lessonprep.coediting.schema import HASH, NAMES
from lessonprep.coediting.store import (
    Addition,
    BrokenLog,
    Loaded,
    NotOpen,
    Outcome,
    Row,
    keep_writing,
    load,
    rows_after,
    seqs,
)
from lessonprep.coediting.writer import Writer
from lessonprep.plans.models import LessonPlan

logger = logging.getLogger(__name__)
T = TypeVar("T")

LOOK = 1.0
"""Seconds between two looks at what other processes did."""
RINGS = 0.005
"""Seconds in which several rings are one."""
RIGHTS = 2.0
"""Seconds between two looks at what people's rights rest on."""
LINGER = 30.0
"""Seconds for which a room that all have left stays in memory."""
GRACE = 2.0
"""Seconds in which one who is put out can still hand over what was typed."""
SAVING = 1.0
"""Seconds after which one who waits for the log is told so."""
THREADS = 2
"""Threads that ask the database; more of them only wait for the interpreter."""
PER_PERSON, PER_ROOM, IN_ALL = 12, 120, 6000


@dataclass(eq=False, slots=True)
class Guest:
    """A connection that was let in."""

    participant: Participant
    person: Person
    asks: str
    """Empty where it came to write; otherwise why it may only read."""
    ground: Ground
    leaving: bool = False


@dataclass(eq=False, slots=True)
class Live:
    """A room in memory, and how far it is with the log."""

    pk: int
    plan: int
    uuid: UUID
    epoch: int
    schema: str
    locked: bool
    room: Room = field(init=False)
    guests: dict[Participant, Guest] = field(default_factory=dict)
    outcomes: deque[tuple[Outcome, Job]] = field(default_factory=deque)
    behind: bool = False
    settling: asyncio.Task[None] | None = None
    dead: bool = False
    waits_since: float = 0.0
    told_waiting: bool = False
    empty_since: float = 0.0
    told_seq: int = 0


class Hub:
    """All rooms of this process; its methods are for the event loop, but for those that say so."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(THREADS, "coediting")
        self._door = Door(self.in_thread)
        self._writer = Writer(self._written_from_thread, self._failed_from_thread)
        self._rooms: dict[UUID, asyncio.Task[Live]] = {}
        self._live: dict[int, Live] = {}
        self._persons: Counter[int] = Counter()
        self._rung_at: set[int] = set()
        self._told_at = time.monotonic()
        self._background: set[asyncio.Task[Any]] = set()
        self._stop_listening = bell.listen(self)
        self._start(self._every(LOOK, self._look))
        self._start(self._every(RIGHTS, self._look_at_rights))
        self._start(self._every(0.5, self._tick))
        self._start(bell.hear_others(self.rung))

    async def stop(self) -> None:
        """Write down what is there and let everybody go."""
        self._stop_listening()
        for live in list(self._live.values()):
            self._evict(live, 1012, "restart")
        for task in self._background:
            task.cancel()
        await asyncio.to_thread(self._writer.stop)
        self._pool.shutdown(wait=False)

    def _start(self, work: Any) -> None:
        task = self._loop.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _every(self, seconds: float, do: Callable[[], Any]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                result = do()
                if result is not None:
                    await result
            except Exception:  # the next look may go well; this one is in the log
                logger.exception("A look at the rooms failed")

    async def in_thread(self, work: Callable[..., T], *args: Any) -> T:
        """Run what asks the database."""
        return await self._loop.run_in_executor(self._pool, _with_database, work, *args)

    # coming and going

    async def admit(
        self, uuid: UUID, cookies: str, line: Line, *, speaks: bool, wish: Wish
    ) -> tuple[Live, Guest]:
        """Let somebody into the room of a plan; raises `NotAdmitted`."""
        let_in = await self._door.admit(cookies, uuid)
        person = let_in.person
        self._take_place(person)
        try:
            live = await self._live_room_or_why(uuid)
            if len(live.guests) >= PER_ROOM:
                raise NotAdmitted(4429, "too_many")
        except BaseException:
            self._give_place_back(person)
            raise
        participant = Participant(line, person.user.pk, person.told, speaks)
        guest = Guest(participant, person, wish.refusal(live), let_in.ground)
        live.guests[guest.participant] = guest
        self._give(live, guest, let_in.right)
        return live, guest

    def _take_place(self, person: Person) -> None:
        if self._persons[person.user.pk] >= PER_PERSON or self._persons.total() >= IN_ALL:
            raise NotAdmitted(4429, "too_many")
        self._persons[person.user.pk] += 1

    def _give_place_back(self, person: Person) -> None:
        self._persons[person.user.pk] -= 1
        if not self._persons[person.user.pk]:
            del self._persons[person.user.pk]

    async def _live_room_or_why(self, uuid: UUID) -> Live:
        try:
            return await self._live_room(uuid)
        except NotOpen:
            raise NotAdmitted(4403, "not_open") from None
        except (BrokenLog, Malformed, DatabaseError) as error:
            # An error, and never an empty document.
            logger.exception("The room of plan %s cannot be loaded", uuid)
            raise NotAdmitted(1013, "store") from error

    async def _live_room(self, uuid: UUID) -> Live:
        while True:
            task = self._rooms.get(uuid)
            if task is None:
                task = self._rooms[uuid] = self._loop.create_task(self._load(uuid))
            try:
                live = await asyncio.shield(task)
            except Exception:
                if self._rooms.get(uuid) is task:
                    del self._rooms[uuid]
                raise
            if not live.dead:
                return live
            if self._rooms.get(uuid) is task:
                del self._rooms[uuid]

    async def _load(self, uuid: UUID) -> Live:
        row, loaded = await self.in_thread(_opened, uuid)
        live = Live(row.pk, row.plan_id, uuid, row.epoch, row.schema, row.is_locked)
        live.room = Room(
            Outside(lambda job: self._log(live, job), lambda *a: self._keep(live, *a), NAMES),
            seq=loaded.seq,
            updates=loaded.updates(),
            owners=loaded.owners,
        )
        live.told_seq = loaded.seq
        live.empty_since = time.monotonic()
        self._live[live.pk] = live
        self._tell(signals.room_opened, live)
        return live

    def leave(self, live: Live, guest: Guest) -> None:
        """The connection has ended."""
        if live.guests.pop(guest.participant, None) is None:
            return
        self._give_place_back(guest.person)
        live.room.leave(guest.participant)
        if not live.guests:
            live.empty_since = time.monotonic()

    def _evict(self, live: Live, code: int, reason: str) -> None:
        """Forget the room as it is in memory; who was in it comes back and reads it anew."""
        live.dead = True
        self._live.pop(live.pk, None)
        self._rooms.pop(live.uuid, None)
        for participant in list(live.guests):
            if code != 1012:
                participant.notice("out", reason=reason)
            participant.line.close(code, reason)

    # rights

    def _give(self, live: Live, guest: Guest, right: Right) -> None:
        one = guest.participant
        why = guest.asks or right.why or ("phase" if live.locked else "")
        writes = right.writes and not why
        one.keeps = not guest.asks
        if writes != one.writes and one in live.room.participants:
            if writes:
                one.notice("write")
            else:
                one.notice("read_only", reason=why)
        one.writes, one.why = writes, why

    async def _look_at_rights(self) -> None:
        """Who has lost the right to be here, or to write, is out, or reads."""
        lives = list(self._live.values())
        seats = {
            guest: Seat(live.plan, guest.person.user.pk, guest.person.session)
            for live in lives
            for guest in live.guests.values()
        }
        if not seats:
            return
        now = await self.in_thread(grounds, set(seats.values()))
        changed = [
            (live, guest)
            for live in lives
            for guest in list(live.guests.values())
            if guest in seats and guest.ground != now[seats[guest]]
        ]
        for live, guest in changed:
            await self._look_at(live, guest)
            guest.ground = now[seats[guest]]

    async def _look_at(self, live: Live, guest: Guest) -> None:
        right, reason = await self.in_thread(_right_of, guest.person.cookies, live.uuid)
        if right is None:
            await self._put_out(live, guest, reason)
        else:
            self._give(live, guest, right)

    async def _put_out(self, live: Live, guest: Guest, reason: str) -> None:
        """At once they read and write nothing more; what they had typed is kept for them."""
        if guest.leaving:
            return
        guest.leaving = True
        one = guest.participant
        one.reads = one.writes = False
        one.why = reason
        one.keeps = not guest.asks
        live.room.hide(one)
        one.notice("read_only", reason=reason)
        self._start(self._close_later(one, reason))

    async def _close_later(self, one: Participant, reason: str) -> None:
        await asyncio.sleep(GRACE)
        one.notice("out", reason=reason)
        one.line.close(4401 if reason == "signed_out" else 4403, reason)

    # the log

    def _log(self, live: Live, job: Job) -> None:
        live.waits_since = live.waits_since or time.monotonic()
        self._writer.add(
            Addition(live.pk, job.sender.user, job.updates, job.clients, job.fresh, tag=(live, job))
        )

    def _written_from_thread(self, outcomes: list[Outcome]) -> None:
        self._loop.call_soon_threadsafe(self._written, outcomes)

    def _failed_from_thread(self, additions: Sequence[Addition]) -> None:
        lives = {addition.tag[0] for addition in additions}
        for live in lives:
            self._loop.call_soon_threadsafe(self._evict, live, 1012, "store")

    def _written(self, outcomes: list[Outcome]) -> None:
        touched: dict[Live, None] = {}
        for outcome in outcomes:
            live, job = outcome.addition.tag
            if outcome.refused == "locked":
                self._keep_refused(live, job)
            if live.dead:
                continue
            if outcome.refused:
                # The room took it and the log did not: what is in memory is wrong.
                self._evict(live, 1012, outcome.refused)
                continue
            live.outcomes.append((outcome, job))
            touched[live] = None
        for live in touched:
            if not live.dead:
                self._settle(live)
        bell.tell_others_soon(self._pool, [live.pk for live in touched])

    def _settle(self, live: Live) -> None:
        """Bring the room up to the log: at once where nothing is between."""
        if live.settling is not None:
            return
        self._apply(live)
        if live.outcomes or live.behind:
            live.settling = self._loop.create_task(self._read_on(live))

    def _apply(self, live: Live) -> None:
        room = live.room
        rows: list[Logged] = []
        last = room.seq
        while live.outcomes:
            outcome, job = live.outcomes[0]
            if outcome.last <= last and not rows:
                room.confirm()
            elif outcome.first == last + 1:
                rows.append(Logged(outcome.last, job.updates, job=job))
                last = outcome.last
            else:
                break
            live.outcomes.popleft()
        if rows:
            room.logged(rows)
        self._no_longer_waits(live)

    def _no_longer_waits(self, live: Live) -> None:
        waiting = live.room.writers_waiting()
        live.waits_since = time.monotonic() if waiting else 0.0
        if live.told_waiting and not waiting:
            live.told_waiting = False
            for one in live.guests:
                one.notice("saving", waits=False)

    async def _read_on(self, live: Live) -> None:
        try:
            while (live.outcomes or live.behind) and not live.dead:
                live.behind = False
                try:
                    await self._read_rows(live)
                except (InterfaceError, OperationalError) as error:
                    logger.warning("The log of room %s has to wait: %s", live.pk, error)
                    live.behind = True
                    await asyncio.sleep(LOOK)
        except Exception:  # the room is loaded anew, or not at all
            logger.exception("The log of room %s could not be read", live.pk)
            self._evict(live, 1013, "store")
        finally:
            live.settling = None

    async def _read_rows(self, live: Live) -> None:
        until = live.outcomes[0][0].first - 1 if live.outcomes else None
        rows = await self.in_thread(rows_after, live.pk, live.room.seq, until)
        if rows:
            live.room.logged(list(map(_as_logged, rows)))
        self._apply(live)

    def _keep_refused(self, live: Live, job: Job) -> None:
        """The phase has changed between the room and the log: what was under way is kept."""
        one = job.sender
        why = one.why or "phase"
        self._start(self.in_thread(_kept, live.pk, one.user, live.room.seq, job.updates, why))

    def _keep(self, live: Live, one: Participant, message: Updates) -> None:
        self._start(self._keep_now(live, one, message))

    async def _keep_now(self, live: Live, one: Participant, message: Updates) -> None:
        seq = live.room.seq
        kept = await self.in_thread(_kept, live.pk, one.user, seq, message.updates, one.why)
        if kept is None:
            one.notice("refused", batch=message.batch, reason="size")
        else:
            one.notice("kept", id=kept, batch=message.batch)
        if message.batch is not None:
            live.room.answer(one, message.batch)

    # what happens elsewhere

    def rung(self, room: int) -> None:
        """The log of a room has gone on, or rights have changed; from any thread."""
        self._loop.call_soon_threadsafe(self._rung, room)

    def _rung(self, pk: int) -> None:
        if pk in self._live:
            if not self._rung_at:
                self._start(self._look_after_rung())
            self._rung_at.add(pk)

    async def _look_after_rung(self) -> None:
        await asyncio.sleep(RINGS)
        rung, self._rung_at = self._rung_at, set()
        await self._look_after([live for pk in rung if (live := self._live.get(pk))])

    def flush(self, within: float) -> None:
        """Write down what was sent so far; from any thread but the loop's own."""
        self._writer.flush(within)

    async def _look(self) -> None:
        await self._look_after(list(self._live.values()))

    async def _look_after(self, lives: Sequence[Live]) -> None:
        if not lives:
            return
        found: dict[int, tuple[int, bool, bool]] = {}
        for at in range(0, len(lives), 500):
            found |= await self.in_thread(seqs, [live.pk for live in lives[at : at + 500]])
        for live in lives:
            if not live.dead:
                await self._follow(live, *found.get(live.pk, (0, True, True)))

    async def _follow(self, live: Live, seq: int, locked: bool, closed: bool) -> None:
        if closed:
            self._evict(live, 4409, "epoch")
            return
        if locked != live.locked:
            live.locked = locked
            for guest in list(live.guests.values()):
                await self._look_at(live, guest)
        if seq > live.room.seq and not live.room.writers_waiting():
            live.behind = True
            self._settle(live)

    def _tick(self) -> None:
        now = time.monotonic()
        for live in list(self._live.values()):
            live.room.tick(now)
            if live.waits_since and now - live.waits_since > SAVING and not live.told_waiting:
                live.told_waiting = True
                for one in live.room.writers_waiting():
                    one.notice("saving", waits=True)
            if not live.guests and now - live.empty_since > LINGER and not live.waits_since:
                self._evict(live, 1012, "empty")
                self._tell(signals.room_emptied, live)
                self._start(self.in_thread(compact_if_long, live.pk))
        if now - self._told_at > 60:
            self._told_at = now
            self._tell_work(self._live.values())

    def _tell_work(self, lives: Iterable[Live]) -> None:
        for live in lives:
            if live.room.seq > live.told_seq:
                live.told_seq = live.room.seq
                self._tell(signals.room_worked_in, live)

    def _tell(self, signal: Any, live: Live) -> None:
        self._start(self.in_thread(_send, signal, live.pk, live.plan))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a connection says of itself in its address."""

    epoch: str = ""
    schema: str = ""

    def refusal(self, live: Live) -> str:
        """Empty where it may write."""
        if self.epoch != str(live.epoch):
            return "epoch"
        if self.schema != HASH or live.schema != HASH:
            return "schema"
        return ""


def _with_database(work: Callable[..., T], *args: Any) -> T:
    _leave_broken_connections()
    try:
        return work(*args)
    finally:
        _leave_broken_connections()


def _leave_broken_connections() -> None:
    """On SQLite, where a new connection reads the whole schema first, a thread keeps a sound one;
    elsewhere it goes back to the pool.
    """
    if connection.vendor != "sqlite" or connection.errors_occurred:
        close_old_connections()


def _opened(uuid: UUID) -> tuple[RoomRow, Loaded]:
    row = open_room(plan=LessonPlan.objects.get(uuid=uuid))
    return row, load(row)


def _right_of(cookies: str, uuid: UUID) -> tuple[Right | None, str]:
    person = person_of(cookies)
    if person is None:
        return None, "signed_out"
    found = plan_for(person, uuid)
    return (found[1], "") if found else (None, "no_access")


def _kept(room: int, user: int, seq: int, updates: Sequence[bytes], why: str) -> str | None:
    kept = keep_writing(room=room, user=user, seq=seq, updates=updates, why=why)
    return str(kept.uuid) if kept else None


def _as_logged(row: Row) -> Logged:
    return Logged(row.last, row.updates, dict.fromkeys(row.clients, row.user))


def _send(signal: Any, room: int, plan: int) -> None:
    for receiver, error in signal.send_robust(sender=RoomRow, room=room, plan=plan):
        if isinstance(error, Exception):
            logger.error("%s failed for room %s", receiver, room, exc_info=error)


_hub: Hub | None = None


def hub() -> Hub:
    """The hub of this process; made when the first socket comes."""
    global _hub  # noqa: PLW0603 - one a process, as its event loop is
    if _hub is None:
        _hub = Hub()
    return _hub


async def stop() -> None:
    """End the hub, if there is one."""
    global _hub  # noqa: PLW0603
    if _hub is not None:
        await _hub.stop()
        _hub = None
