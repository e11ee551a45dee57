"""Who is here, and where they write: bounded, in memory, gone when they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lessonprep.coediting.protocol import Presence

if TYPE_CHECKING:
    from lessonprep.coediting.room import Participant

SILENCE = 30.0
"""Seconds after which one who says nothing is taken for gone."""


@dataclass(slots=True)
class _Kept:
    owner: Participant
    entry: Presence
    heard: float


class Here:
    """The presences of a room: one client id a connection, and a client id is of one connection."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._ids: dict[Participant, int] = {}

    def entries(self) -> list[Presence]:
        return [kept.entry for kept in self._kept.values()]

    def is_of_another(self, client: int, one: Participant) -> bool:
        """Whether somebody else is here under this client id."""
        kept = self._kept.get(client)
        return kept is not None and kept.owner.user != one.user

    def hear(
        self,
        one: Participant,
        entries: Sequence[Presence],
        owners: Mapping[int, int | None],
        now: float,
    ) -> list[Presence]:
        """Take what a connection tells of itself; what it tells of others is nobody's word."""
        told: list[Presence] = []
        for entry in entries:
            if entry.state is None:
                if self._ids.get(one) == entry.client:
                    told += self.leave(one)
            elif self._may_be(one, entry, owners):
                told.append(self._keep(one, entry, now))
        return told

    def _may_be(self, one: Participant, entry: Presence, owners: Mapping[int, int | None]) -> bool:
        kept = self._kept.get(entry.client)
        if kept is not None and kept.owner is one:
            return entry.clock > kept.entry.clock
        # Who comes back before the old connection is known to be dead takes over from it.
        owner = kept.owner.user if kept else owners.get(entry.client, one.user)
        return one not in self._ids and owner == one.user

    def _keep(self, one: Participant, entry: Presence, now: float) -> Presence:
        state = dict(entry.state or {})
        user = state.get("user")
        state["user"] = {**(user if isinstance(user, dict) else {}), **one.told}
        kept = Presence(entry.client, entry.clock, state)
        if before := self._kept.get(entry.client):
            self._ids.pop(before.owner, None)
        self._kept[entry.client] = _Kept(one, kept, now)
        self._ids[one] = entry.client
        return kept

    def leave(self, one: Participant) -> list[Presence]:
        """What the others hear when the connection goes."""
        client = self._ids.pop(one, None)
        if client is None:
            return []
        kept = self._kept.pop(client)
        # The same clock: what the person tells when back has the next, and is heard.
        return [Presence(client, kept.entry.clock, None)]

    def expire(self, now: float) -> list[Presence]:
        """What the others hear of those who have said nothing for long."""
        silent = [kept.owner for kept in self._kept.values() if kept.heard + SILENCE < now]
        return [entry for one in silent for entry in self.leave(one)]
