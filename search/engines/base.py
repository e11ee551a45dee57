"""What an engine does; all pass the same conformance tests (`tests/contract`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from search.documents import SearchDocument
from search.query import Found, Step


class EngineUnavailable(Exception):
    """The index is missing, broken, of an older make, or cannot be reached."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Write:
    """The state of a thing at a version; without a document it is gone."""

    uuid: UUID
    version: int
    document: SearchDocument | None


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index holds of a thing."""

    uuid: UUID
    version: int
    deleted: bool


class Rebuild(Protocol):
    """An index in the making beside the one that serves."""

    def write(self, batch: Iterable[Write]) -> None:
        """Add to the new index."""

    def swap(self) -> None:
        """Let the new index serve; without this the old one stays."""


class Engine(Protocol):
    """An index. Every method raises `EngineUnavailable` when it cannot be asked."""

    def search(self, step: Step) -> Found:
        """The hits of one step, exact totals, the counts of its facets."""

    def suggest(self, prefix: str, tokens: frozenset[str], limit: int) -> list[SearchDocument]:
        """Documents whose title begins so, in characters, pinyin or initials."""

    def write(self, batch: Iterable[Write]) -> None:
        """Write in one commit; an older version never takes the place of a newer one.

        A thing that is gone leaves a mark with its version, so that a late write of an older
        state does not bring it back. The caller holds the lock ``write``.
        """

    def indexed(self) -> Iterator[Indexed]:
        """All that the index holds, ordered by uuid, streamed."""

    def ready(self) -> bool:
        """Whether an index of the present make serves."""

    def rebuilding(self) -> AbstractContextManager[Rebuild]:
        """Build a new index beside the old; what is not swapped in is thrown away.

        The caller holds the lock ``rebuild``, and ``write`` from the swap on.
        """
