"""What an engine does; all pass the same conformance tests (`tests/contract`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from search.documents import SearchDocument
from search.indexing import Field
from search.query import FACETS, Filters, Sort

BOOSTS: Mapping[Field, float] = {Field.TITLE: 4.0, Field.KEYWORDS: 2.0, Field.BODY: 1.0}
"""What a word is worth where it stands; the fields that a step looks in unless it says so."""
CODE_SCORE = 3.0
"""What a code that fits is worth."""
TIE = 0.1
"""Of the fields a word stands in the best counts, and of the others this part."""


class EngineUnavailable(Exception):
    """The index is missing, broken, of an older make, or cannot be reached."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One thing asked for: the tokens of any of `alternatives`, or any of `codes`.

    Every token of an alternative has to stand in one of the fields.
    """

    alternatives: tuple[tuple[str, ...], ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    """Facet and value: met by the metadata."""
    boost: float = 1.0
    fields: Mapping[Field, float] | None = None
    """Where its tokens are looked for; None: where the step looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question to an engine: `groups`, all `filters`, and one of the reader's `tokens`."""

    tokens: frozenset[str]
    groups: tuple[Group, ...] = ()
    need: int | None = None
    """How many of the groups have to be met; None: all."""
    optional: tuple[Group, ...] = ()
    """These only raise the score."""
    fields: Mapping[Field, float] = field(default_factory=lambda: BOOSTS)
    filters: Filters = field(default_factory=dict)
    """Codes by facet; of one facet any, of all facets one each."""
    sort: Sort = Sort.RELEVANCE
    """Without a group and without something optional, relevance is newest."""
    offset: int = 0
    """At most `MAX_DEPTH` with `size`. Equal scores stand in the order of uuids."""
    size: int = 20
    """0: only the total and the facets."""
    facets: tuple[str, ...] = FACETS
    buckets: int = 1000
    """The most values of a facet that are counted, the commonest first."""
    without: frozenset[UUID] = frozenset()
    """Neither found nor counted, whatever the index still holds of them."""


@dataclass(frozen=True, slots=True)
class Found:
    """An engine's answer; every facet is counted under all filters but its own."""

    total: int
    documents: list[SearchDocument]
    facets: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Matched:
    """Where a token, or a code, was found in a document and what that is worth."""

    where: str
    """A `Field`, or a facet."""
    what: str
    score: float


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a document stands where it does: score = text × log2(2 + weight)."""

    score: float
    weight: float
    matched: list[Matched]


@dataclass(frozen=True, slots=True)
class Write:
    """The state of a thing at a version; without a document it is gone."""

    uuid: UUID
    version: int
    document: SearchDocument | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the index did not take one thing of a batch."""

    reason: str
    passing: bool
    """The index was busy or closed to writes, and the thing itself is not to blame."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index holds of a thing."""

    uuid: UUID
    version: int
    deleted: bool


class Rebuild(Protocol):
    """An index in the making beside the one that serves."""

    @property
    def position(self) -> str:
        """The last that was kept, empty at the beginning: a killed rebuild goes on from it."""

    def write(self, batch: Iterable[Write]) -> Mapping[UUID, Refused]:
        """Add to the new index; never in the place of a newer version."""

    def keep(self, position: str) -> None:
        """Make durable what was written, and note how far that is."""

    def swap(self) -> None:
        """Let the new index serve; without this the old one stays."""


class Engine(Protocol):
    """An index. Every method raises `EngineUnavailable` when it cannot be asked."""

    def search(self, step: Step) -> Found:
        """The hits of one step, exact totals, the counts of its facets."""

    def search_many(self, steps: Sequence[Step]) -> list[Found]:
        """The answers to several steps, asked at once where the engine can."""

    def explain(self, step: Step, uuid: UUID) -> Explained | None:
        """Why `step` finds this document; None if it does not."""

    def suggest(self, prefix: str, tokens: frozenset[str], limit: int) -> list[SearchDocument]:
        """Documents whose title begins so, in characters, pinyin or initials."""

    def write(self, batch: Iterable[Write]) -> Mapping[UUID, Refused]:
        """Write in one commit, and return once searches see it; what was refused, by uuid.

        An older version never takes the place of a newer one. A thing that is gone leaves a
        mark with its version, so that a late write of an older state does not bring it back.
        While a rebuild runs the new index may be told as well. The caller holds the lock
        ``write``.
        """

    def indexed(self) -> Iterator[Indexed]:
        """All that the index holds, ordered by uuid, streamed."""

    def ready(self) -> bool:
        """Whether an index of the present make serves."""

    def rebuilding(self) -> AbstractContextManager[Rebuild]:
        """Build a new index beside the old; one that was begun and not swapped in is taken up.

        The caller holds the lock ``rebuild``, and ``write`` from the swap on.
        """
