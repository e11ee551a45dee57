"""A room (协同室): bytes in, messages out. No Django and no I/O, so all of it can be tested alone.

What comes in is checked, given to the log, and told to the others only when the log has it. The
document is never built here: the state is the updates merged, and what they hold is known by
client and clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lessonprep.coediting import protocol
from lessonprep.coediting.lib0 import Malformed
from lessonprep.coediting.presence import Here
from lessonprep.coediting.protocol import Presences, Step1, Updates
from lessonprep.coediting.updates import (
    Deleted,
    UnknownContent,
    Update,
    Vector,
    deletes_of,
    merged,
    missing,
    read_update,
    read_vector,
    vector_of,
    write_vector,
)

STATE_LIMIT = 32 << 20
"""Bytes of a room's state; a plan of a hundred pages has a hundredth of it."""
TAIL = 1000
"""So many updates wait before they are merged into one."""
STRIKES = 20
"""So many refusals an off-the-shelf client hears nothing of, then it is put out."""


class Refusal(Exception):
    """Updates that do not go into the document; `reason` as in WIRE.md."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Line(Protocol):
    """The way to one connection."""

    def send(self, frame: bytes) -> None:
        """Queue a frame."""

    def close(self, code: int, reason: str) -> None:
        """Say why and end it."""


@dataclass(eq=False, slots=True)
class Participant:
    """One connection in a room."""

    line: Line
    user: int
    told: Mapping[str, Any]
    """What others hear of the person: id and name."""
    speaks: bool = True
    """Our subprotocol, and not y-protocols alone."""
    writes: bool = False
    keeps: bool = False
    """What comes and may not go in is kept for the person: it came to write."""
    reads: bool = True
    why: str = ""
    strikes: int = 0

    def notice(self, kind: str, **told: Any) -> None:
        if self.speaks:
            self.line.send(protocol.notice(kind, **told))


@dataclass(frozen=True, eq=False, slots=True)
class Job:
    """Updates of one participant on their way into the log."""

    sender: Participant
    updates: Sequence[bytes]
    clients: frozenset[int]
    fresh: frozenset[int]
    """Client ids that nobody had shown before."""


@dataclass(frozen=True, slots=True)
class Logged:
    """Updates that the log has, numbered up to `last`; `job` where they came through this room."""

    last: int
    updates: Sequence[bytes]
    owners: Mapping[int, int | None] = field(default_factory=dict)
    job: Job | None = None


@dataclass(slots=True)
class Outside:
    """What a room asks of the world around it."""

    log: Callable[[Job], None]
    keep: Callable[[Participant, Updates], None]
    names: frozenset[str]
    """Nodes and marks of the editor's schema."""


class Room:
    """The state of one room, and who is in it."""

    def __init__(
        self,
        outside: Outside,
        *,
        seq: int = 0,
        updates: Iterable[bytes] = (),
        owners: Mapping[int, int | None] | None = None,
    ) -> None:
        self._outside = outside
        self.seq = seq
        self._state = merged(updates)
        self._chunks: list[bytes] = []
        self._tail: list[bytes] = []
        self._size = len(self._state)
        # `vector`, `deleted` and `owners` know of what is on its way into the log too.
        self.vector: Vector = vector_of(self._state)
        self.deleted = Deleted(deletes_of(self._state, self.vector))
        self.owners: dict[int, int | None] = dict(owners or {})
        self.here = Here()
        self.participants: set[Participant] = set()
        self._waiting: deque[Job] = deque()
        self._accepted = self._durable = 0
        self._acknowledgements: deque[tuple[int, Participant, int]] = deque()

    # people

    def join(self, one: Participant) -> None:
        self.participants.add(one)
        one.line.send(protocol.step_1(write_vector(self.vector)))
        if others := self.here.entries():
            one.line.send(protocol.presences(others))

    def leave(self, one: Participant) -> None:
        self.participants.discard(one)
        self._tell_presence(self.here.leave(one))

    def hide(self, one: Participant) -> None:
        """They may not read any longer: to the others they are gone."""
        self._tell_presence(self.here.leave(one))

    def tick(self, now: float) -> None:
        """Forget who has said nothing for long."""
        self._tell_presence(self.here.expire(now))

    def _tell_presence(self, entries: Sequence[protocol.Presence]) -> None:
        if entries:
            frame = protocol.presences(entries)
            for one in self.participants:
                if one.reads:
                    one.line.send(frame)

    # what comes in

    def receive(self, one: Participant, frame: bytes, now: float) -> None:
        """One frame; raises `Malformed` for what no client of any version sends."""
        message = protocol.read(frame)
        if isinstance(message, Updates):
            self._take(one, message)
        elif isinstance(message, Presences) and one.reads:
            entries = self.here.hear(one, message.entries, self.owners, now)
            self._tell_presence(entries)
        elif isinstance(message, Step1) and one.reads:
            one.line.send(protocol.step_2(missing(self.state(), read_vector(message.vector))))

    def _take(self, one: Participant, message: Updates) -> None:
        try:
            if job := self._judged(one, message.updates):
                self._accept(job)
        except Refusal as refusal:
            if refusal.reason == "read_only" and one.keeps:
                self._outside.keep(one, message)  # acknowledged when it is kept
                return
            self._refuse(one, message, refusal.reason)
        if message.batch is not None:
            self._acknowledgements.append((self._accepted, one, message.batch))
            self._acknowledge()

    def _judged(self, one: Participant, updates: Sequence[bytes]) -> Job | None:
        """What of them is news, as a job; None where all is known. Raises `Refusal`."""
        news: list[Update] = []
        ahead: Vector = {}
        for data in updates:
            update = _read(data)
            if self._is_news(update, ahead):
                if not one.writes:
                    raise Refusal("read_only")
                self._look(one, update, ahead)
                news.append(update)
        if not news:
            return None
        clients = frozenset(client for update in news for client in self._writers(update))
        fresh = frozenset(client for client in clients if client not in self.owners)
        for update in news:
            self._know(update)
        self.owners.update(dict.fromkeys(fresh, one.user))
        return Job(one, [update.data for update in news], clients, fresh)

    def _is_news(self, update: Update, ahead: Vector) -> bool:
        known = self.vector
        return any(
            end > ahead.get(client, known.get(client, 0)) for client, end in update.ends.items()
        ) or not self.deleted.holds(update.deletes)

    def _writers(self, update: Update) -> list[int]:
        return [client for client, end in update.ends.items() if end > self.vector.get(client, 0)]

    def _look(self, one: Participant, update: Update, ahead: Vector) -> None:
        """Raises `Refusal` where the update leaves a hole, is forged or holds unknown things."""
        if self._size + len(update.data) > STATE_LIMIT:
            raise Refusal("size")
        if not update.nodes <= self._outside.names or any(
            mark.partition("--")[0] not in self._outside.names for mark in update.marks
        ):
            raise Refusal("content")
        for client in self._writers(update):
            if self.owners.get(client, one.user) != one.user or self.here.is_of_another(
                client, one
            ):
                raise Refusal("client")
        self._look_for_holes(update, ahead)

    def _look_for_holes(self, update: Update, ahead: Vector) -> None:
        known = self.vector

        def clock(client: int) -> int:
            return ahead.get(client, known.get(client, 0))

        if any(begin > clock(client) for client, begin in update.begins.items()) or any(
            end > clock(client) for client, end in update.skipped.items()
        ):
            raise Refusal("hole")
        for client, end in update.ends.items():
            ahead[client] = max(end, clock(client))
        if any(need > clock(client) for client, need in update.needs.items()) or any(
            end > clock(client) for client, many in update.deletes.items() for _, end in many
        ):
            raise Refusal("hole")

    def _know(self, update: Update) -> None:
        for client, end in update.ends.items():
            if end > self.vector.get(client, 0):
                self.vector[client] = end
        if update.deletes:
            self.deleted.add(update.deletes)

    def _accept(self, job: Job) -> None:
        self._accepted += 1
        self._waiting.append(job)
        self._outside.log(job)

    def _refuse(self, one: Participant, message: Updates, reason: str) -> None:
        one.notice("refused", batch=message.batch, reason=one.why or reason)
        if reason == "hole":
            one.line.send(protocol.step_1(write_vector(self.vector)))
            return
        one.strikes += 1
        if one.strikes >= STRIKES:
            one.line.close(4400, "malformed")

    # what the log has

    def logged(self, rows: Sequence[Logged]) -> None:
        """The log goes on, without a gap: tell the others, then acknowledge."""
        for row in rows:
            if row.job is None:
                self._hear(row)
            else:
                self._durable += 1
                self._waiting.popleft()
            self._tail += row.updates
            self._size += sum(map(len, row.updates))
            self.seq = row.last
        if len(self._tail) > TAIL:
            self._chunks.append(merged(self._tail))
            self._tail = []
        self._fan_out(rows)
        self._acknowledge()

    def confirm(self) -> None:
        """The oldest job is in the log, and was heard of from there already."""
        self._durable += 1
        self._waiting.popleft()
        self._acknowledge()

    def _hear(self, row: Logged) -> None:
        """What another process has written."""
        for data in row.updates:
            self._know(read_update(data))
        self.owners.update(row.owners)

    def _fan_out(self, rows: Sequence[Logged]) -> None:
        senders = {row.job.sender for row in rows if row.job}
        frames: dict[tuple[Participant | None, bool], bytes] = {}
        for one in self.participants:
            if not one.reads:
                continue
            key = (one if one in senders else None, one.speaks)
            if key not in frames:
                frames[key] = self._frame(rows, *key)
            if frames[key]:
                one.line.send(frames[key])

    def _frame(self, rows: Sequence[Logged], but: Participant | None, speaks: bool) -> bytes:
        updates = [
            update
            for row in rows
            if but is None or row.job is None or row.job.sender is not but
            for update in row.updates
        ]
        if not updates:
            return b""
        if speaks:
            return protocol.batch(self.seq, updates)
        return protocol.update(merged(updates))

    def answer(self, one: Participant, batch: int) -> None:
        """What was in the batch is kept elsewhere, durably."""
        if one in self.participants:
            one.line.send(protocol.acknowledgement(batch, self.seq))

    def _acknowledge(self) -> None:
        highest: dict[Participant, int] = {}
        while self._acknowledgements and self._acknowledgements[0][0] <= self._durable:
            _, one, number = self._acknowledgements.popleft()
            highest[one] = number
        for one, number in highest.items():
            if one in self.participants:
                one.line.send(protocol.acknowledgement(number, self.seq))

    # the state

    def state(self) -> bytes:
        """All that the log has, as one update."""
        if self._chunks or self._tail:
            self._state = merged([self._state, *self._chunks, merged(self._tail)])
            self._chunks, self._tail = [], []
            self._size = len(self._state)
        return self._state

    def writers_waiting(self) -> set[Participant]:
        """Who waits for the log."""
        return {job.sender for job in self._waiting}


def _read(data: bytes) -> Update:
    try:
        return read_update(data)
    except UnknownContent:
        raise Refusal("content") from None
    except Malformed:
        raise Refusal("malformed") from None
