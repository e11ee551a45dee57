"""Who gets into a room, asked in a crowd: all of a school come back at once when a line returns.

Whoever was let in lately is not asked everything again: what the right rests on is compared, for
all who wait in the same queries, as it is every few seconds for those who are in.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lessonprep.coediting.rights import Ground, Person, Right, Seat, grounds, person_of, plan_for
from lessonprep.plans.models import LessonPlan

LATELY = 600.0
"""Seconds after which everything is asked again."""
MANY = 10_000
GATHER = 0.01
"""Seconds for which the first who comes back waits for others."""


class NotAdmitted(Exception):
    """Why somebody does not get in: a close code and its reason, as in WIRE.md."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Admission:
    """Who it is, what they may, and what that rests on."""

    person: Person
    ground: Ground
    right: Right
    seat: Seat
    asked_at: float


Ask = Callable[..., Awaitable[Any]]


class Door:
    """Lets people in; `ask` runs what asks the database in a thread."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: OrderedDict[tuple[str, UUID], Admission] = OrderedDict()
        self._seats: set[Seat] = set()
        self._comparing: asyncio.Task[dict[Seat, Ground]] | None = None

    async def admit(self, cookies: str, uuid: UUID) -> Admission:
        """Raises `NotAdmitted`."""
        known = self._known.pop((cookies, uuid), None)
        if known is None or not await self._still_holds(known):
            known = await self._ask(_asked, cookies, uuid)
        self._known[cookies, uuid] = known
        while len(self._known) > MANY:
            self._known.popitem(last=False)
        return known

    async def _still_holds(self, known: Admission) -> bool:
        if time.monotonic() - known.asked_at > LATELY:
            return False
        return await self._ground_of(known.seat) == known.ground

    async def _ground_of(self, seat: Seat) -> Ground:
        self._seats.add(seat)
        if self._comparing is None:
            self._comparing = asyncio.create_task(self._compare())
        return (await asyncio.shield(self._comparing))[seat]

    async def _compare(self) -> dict[Seat, Ground]:
        await asyncio.sleep(GATHER)
        seats, self._seats, self._comparing = self._seats, set(), None
        found: dict[Seat, Ground] = await self._ask(grounds, seats)
        return found


def _asked(cookies: str, uuid: UUID) -> Admission:
    """Raises `NotAdmitted`. The ground is read first: a later change is seen at the next look."""
    now = time.monotonic()
    person = person_of(cookies)
    if person is None:
        raise NotAdmitted(4401, "signed_out")
    plan_pk = LessonPlan.objects.filter(uuid=uuid).values_list("pk", flat=True).first()
    seat = Seat(plan_pk or 0, person.user.pk, person.session)
    ground = grounds({seat})[seat]
    found = plan_for(person, uuid)
    if found is None:
        raise NotAdmitted(4403, "no_access")
    return Admission(person, ground, found[1], seat, now)
