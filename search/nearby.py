"""Searches nearby (换个条件找): what else to ask, and how much there is of it.

Everything is counted with the reader's own tokens, as the search itself is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from schools.audience import Reader, tokens_of
from search.climbing import Asking, climb, siblings_of
from search.engines import engine
from search.engines.base import EngineUnavailable, Step
from search.ladder import rungs
from search.learned import lexicon_for
from search.lexicon import CHAPTER
from search.query import Filters, SearchQuery, SearchResult
from search.service import outdated
from search.understanding import Chip, Understood, understand

MOST = 8
EVERY_FILTER = "*"


def neighbours(chips: Sequence[Chip], reader: Reader) -> list[str]:
    """Titles of the lessons that stand in the same unit as the one understood."""
    lexicon = lexicon_for(tokens_of(reader))
    keys = siblings_of(Understood("", chips=tuple(chips)), lexicon)
    return [lexicon.of(key)[0].label for key in keys[:MOST] if lexicon.of(key)]


@dataclass(frozen=True, slots=True)
class Nearby:
    """Another search, and how many things fit it entirely."""

    value: str
    query: SearchQuery
    total: int


def in_other_editions(result: SearchResult, reader: Reader) -> list[Nearby]:
    """The lesson that was understood, in editions that were not asked for.

    Without an edition in the query all that have the lesson, if there are several.
    """
    lesson = next((chip for chip in result.understood if chip.facet == CHAPTER), None)
    if lesson is None or result.degraded:
        return []
    asked, given = _said(result, "edition"), _said(result, "subject")
    filters = {"subject": given} if given else {}
    nearby = SearchQuery(text=lesson.label, filters=filters, as_typed=True)
    try:
        found = engine().search(replace(_strict_step(nearby, reader), facets=("edition",)))
    except EngineUnavailable:
        return []
    counts = found.facets["edition"]
    if not asked and len(counts) < 2:
        return []
    others = [
        Nearby(value, replace(nearby, filters={**filters, "edition": (value,)}), total)
        for value, total in counts.items()
        if value not in asked
    ]
    return sorted(others, key=lambda other: (-other.total, other.value))[:MOST]


def without_one(result: SearchResult, reader: Reader) -> list[Nearby]:
    """The query without one thing that was understood, where things fit the rest entirely."""
    rests = list(dict.fromkeys(chip.without for chip in result.understood if chip.without))
    if result.exact or result.degraded:
        return []
    freer = [replace(result.query, text=rest, page=1, as_typed=True) for rest in rests]
    try:
        counted = engine().search_many([_strict_step(query, reader) for query in freer])
    except EngineUnavailable:
        return []
    found = zip(rests, freer, counted, strict=True)
    return [Nearby(rest, query, answer.total) for rest, query, answer in found if answer.total]


def _strict_step(query: SearchQuery, reader: Reader) -> Step:
    """What counts the things that fit `query` entirely."""
    tokens = tokens_of(reader)
    strict = [rung for rung in rungs(understand(query.text, lexicon_for(tokens))) if rung.is_strict]
    asking = Asking(query, tokens, outdated(reader))
    return replace(asking.step(strict[-1]), size=0, facets=())


def _said(result: SearchResult, facet: str) -> tuple[str, ...]:
    """What the query says of a facet, in words or as a filter."""
    words = (value for chip in result.understood if chip.facet == facet for value in chip.values)
    return tuple(dict.fromkeys([*words, *result.query.filters.get(facet, ())]))


# when nothing is found


@dataclass(frozen=True, slots=True)
class Alternative:
    """The query without one of its conditions, under which there are `total` things."""

    facet: str
    """Empty for the words."""
    query: SearchQuery
    total: int


def alternatives(query: SearchQuery, reader: Reader) -> list[Alternative]:
    """Which one condition to let go of so that something is found."""
    freer = [
        (facet, replace(query, page=1, filters=_other_than(query.filters, facet)))
        for facet in query.filters
    ]
    if query.text.strip() and query.filters:
        freer.append(("", replace(query, page=1, text="")))
    if len(query.filters) > 1:
        freer.append((EVERY_FILTER, replace(query, page=1, filters={})))
    tokens, gone = tokens_of(reader), outdated(reader)
    lexicon = lexicon_for(tokens)
    found = []
    for facet, candidate in freer:
        try:
            taken = understand(candidate.text, lexicon)
            answer = climb(Asking(candidate, tokens, gone), taken, lexicon)
        except EngineUnavailable:
            return []
        if answer.total:
            found.append(Alternative(facet, candidate, answer.total))
    # Without all filters only where letting go of one is not enough.
    return [way for way in found if way.facet != EVERY_FILTER] or found


def _other_than(filters: Filters, facet: str) -> Filters:
    return {name: values for name, values in filters.items() if name != facet}
