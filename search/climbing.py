"""Asking an engine rung by rung until a page is full (`search.ladder`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from search.documents import SearchDocument
from search.engines import engine
from search.engines.base import BOOSTS, Found, Step
from search.indexing import codes_of
from search.ladder import Rung, rungs
from search.lexicon import CHAPTER, Lexicon
from search.query import FACETS, MAX_DEPTH, Filters, Relaxed, SearchQuery, Sort
from search.topics import Topic, key_of, volume_of
from search.understanding import Understood

_MOST_SIBLINGS = 40
_UNSURE = frozenset({Relaxed.CHAPTER, Relaxed.NEIGHBOURS, Relaxed.SOME_WORDS})


@dataclass(frozen=True, slots=True)
class Asking:
    """A query with what is known of its reader."""

    query: SearchQuery
    tokens: frozenset[str]
    outdated: frozenset[UUID]
    """Neither found nor counted."""

    def step(self, rung: Rung, *, offset: int = 0, without: Iterable[UUID] = ()) -> Step:
        """The rung as a question to an engine."""
        query = self.query
        return Step(
            tokens=self.tokens,
            groups=rung.groups,
            need=rung.need,
            optional=rung.optional,
            fields=rung.fields or BOOSTS,
            filters=codes_asked(query.filters),
            sort=query.sort,
            offset=offset,
            size=min(query.size, max(MAX_DEPTH - query.offset, 1)),
            facets=FACETS,
            without=self.outdated | frozenset(without),
        )


@dataclass(slots=True)
class Climbed:
    """What the rungs found together."""

    documents: list[SearchDocument] = field(default_factory=list)
    """Those of the page."""
    let_go: list[tuple[Relaxed, ...]] = field(default_factory=list)
    """What was let go of for each of them."""
    total: int = 0
    exact: int = 0
    """Of these, how many fit in every respect."""
    strict: int = 0
    """The same, looking for every word as it was typed."""
    sure: int = 0
    """How many are about what was asked for, if of another kind or edition."""
    relaxed: set[Relaxed] = field(default_factory=set)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


def climb(asking: Asking, understood: Understood, lexicon: Lexicon) -> Climbed:
    """Ask one rung after the other; each gives what those above it did not."""
    query, done = asking.query, Climbed()
    above: list[tuple[SearchDocument, tuple[Relaxed, ...]]] = []
    enough = query.size if query.sort == Sort.RELEVANCE else 1
    for rung in rungs(understood, siblings_of(understood, lexicon)):
        if done.total >= min(enough, rung.below):
            break
        without = [document.uuid for document, _let_go in above]
        found = engine().search(asking.step(rung, without=without))
        _count(done, rung, found, [document for document, _let_go in above])
        if done.total < query.size:
            above += [(document, rung.relaxed) for document in found.documents]
            continue
        # The last rung: whatever is on later pages is found by it.
        if query.offset:
            at = max(query.offset - len(above), 0)
            found = engine().search(asking.step(rung, offset=at, without=without))
            above = above[query.offset :]
        above += [(document, rung.relaxed) for document in found.documents]
        return _paged(done, above, query.size)
    return _paged(done, above[query.offset :], query.size)


def _count(done: Climbed, rung: Rung, found: Found, above: list[SearchDocument]) -> None:
    done.total += found.total
    if not rung.relaxed:
        done.exact += found.total
    if not _UNSURE & {*rung.relaxed}:
        done.sure += found.total
    if rung.is_strict:
        done.strict += found.total
    if found.total:
        done.relaxed |= {*rung.relaxed}
    if found.total or not done.facets:
        done.facets = _with_those_above(found.facets, above)


def _with_those_above(
    facets: dict[str, dict[str, int]], above: list[SearchDocument]
) -> dict[str, dict[str, int]]:
    """The counts of the last rung leave out what was found above; they are added here."""
    counted = {name: Counter(counts) for name, counts in facets.items()}
    for document in above:
        codes = codes_of(document)
        for name, counts in counted.items():
            counts.update(codes[name])
    return {name: dict(counts) for name, counts in counted.items()}


def _paged(
    done: Climbed, found: list[tuple[SearchDocument, tuple[Relaxed, ...]]], size: int
) -> Climbed:
    done.documents = [document for document, _let_go in found[:size]]
    done.let_go = [let_go for _document, let_go in found[:size]]
    return done


def codes_asked(filters: Filters) -> Filters:
    """Filters as the index holds their codes: titles and volumes may be written in several ways."""
    asked = {}
    for name, values in filters.items():
        if name == CHAPTER:
            asked["lesson"] = tuple(map(key_of, values))
        elif name == "volume":
            asked[name] = tuple(map(volume_of, values))
        else:
            asked[name] = values
    return asked


def siblings_of(understood: Understood, lexicon: Lexicon) -> tuple[str, ...]:
    """Keys of the lessons that stand in the same unit as the one asked for."""
    asked = [key for chip in understood.chips if chip.facet == CHAPTER for key in chip.values]
    if len(asked) != 1:
        return ()
    beside = {
        key
        for topic in lexicon.topics_of(asked[0])
        if topic.unit
        for key in lexicon.below_unit(key_of(topic.unit))
        if any(_stand_together(topic, other) for other in lexicon.topics_of(key))
    }
    return tuple(sorted(beside - {*asked}))[:_MOST_SIBLINGS]


def _stand_together(one: Topic, other: Topic) -> bool:
    """Whether it is the same unit of the same book: every book has a 第一单元."""
    return key_of(one.unit) == key_of(other.unit) and all(
        not here or not there or here == there
        for here, there in (
            (one.subject, other.subject),
            (one.grade, other.grade),
            (one.edition, other.edition),
            (one.volume, other.volume),
        )
    )
