"""Where several texts agree and where they differ (初备对照): plain Python, no quadratic step.

Sentences that say the same, or nearly, get one number. Those that occur once in every text, in
the same order, part the texts into stretches; a stretch that all fill alike is agreed as well, any
other is a difference with its variants.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from lessonprep.plans.sentences import Unit

Who = TypeVar("Who", bound=Hashable)
ALIKE = 0.85
"""From this share of common pairs of characters on, two sentences say nearly the same."""
SHORTEST_ALIKE = 8
"""Shorter sentences are the same only letter by letter."""
RAREST = 8
MOST_CANDIDATES = 40
_TELLING = re.compile("[0-9]+|[\u4e0d\u6ca1\u65e0\u975e\u522b\u52ff\u672a\u4e0a\u4e0b\u5148\u540e]")
"""Numbers, negations, before and after: sentences that differ in these say something else."""


@dataclass(frozen=True, slots=True)
class Agreed(Generic[Who]):
    """What all of `who` say, in the words of the first; `wordings` has those of the others."""

    units: list[Unit]
    who: list[Who]
    wordings: list[str]


@dataclass(frozen=True, slots=True)
class Variant(Generic[Who]):
    """One way of saying it, and whose it is; no units: they say nothing here."""

    units: list[Unit]
    who: list[Who]


@dataclass(frozen=True, slots=True)
class Difference(Generic[Who]):
    """A stretch that is written in different ways, after the agreed sentence `after`."""

    variants: list[Variant[Who]]
    after: Unit | None
    apart: bool = False
    """Whether these texts are so different from the others that they stand by themselves."""


def _pairs(key: str) -> set[str]:
    return {key[at : at + 2] for at in range(len(key) - 1)}


def numbered(keys: Iterable[str]) -> dict[str, int]:
    """A number for each key; keys that say nearly the same share one."""
    distinct = list(dict.fromkeys(keys))
    frequency = Counter(pair for key in distinct for pair in _pairs(key))
    holders: dict[str, list[str]] = defaultdict(list)
    numbers: dict[str, int] = {}
    for key in distinct:
        rare = sorted(_pairs(key), key=lambda pair: (frequency[pair], pair))[:RAREST]
        twin = _twin(key, rare, holders) if len(key) >= SHORTEST_ALIKE else None
        numbers[key] = len(numbers) if twin is None else numbers[twin]
        if twin is None:
            for pair in _pairs(key):
                if len(holders[pair]) < MOST_CANDIDATES:
                    holders[pair].append(key)
    return numbers


def _twin(key: str, rare: Sequence[str], holders: Mapping[str, list[str]]) -> str | None:
    seen = Counter(other for pair in rare for other in holders.get(pair, ()))
    for other, _count in seen.most_common(MOST_CANDIDATES):
        if alike(key, other):
            return other
    return None


def alike(one: str, other: str) -> bool:
    """Whether two keys say nearly the same."""
    if min(len(one), len(other)) < SHORTEST_ALIKE:
        return one == other
    if _TELLING.findall(one) != _TELLING.findall(other):
        return False
    mine, theirs = _pairs(one), _pairs(other)
    return 2 * len(mine & theirs) >= ALIKE * (len(mine) + len(theirs))


def compared(texts: Mapping[Who, Sequence[Unit]]) -> list[Agreed[Who] | Difference[Who]]:
    """Agreements and differences in order; the first text is the base, whose order counts."""
    numbers = numbered(unit.key for units in texts.values() for unit in units)
    rows = {who: [numbers[unit.key] for unit in units] for who, units in texts.items()}
    together = _with_common_ground(rows)
    items: list[Agreed[Who] | Difference[Who]] = []
    apart = {who: units for who, units in texts.items() if who not in together}
    if apart:
        variants = [Variant(list(units), [who]) for who, units in apart.items()]
        items.append(Difference(variants, None, apart=True))
    items += _stretches({who: (texts[who], rows[who]) for who in together})
    return items


def _with_common_ground(rows: Mapping[Who, Sequence[int]]) -> list[Who]:
    """The texts to compare: all, or most of them where a few share nothing with the others."""
    left = list(rows)
    if _anchors([rows[who] for who in left]):
        return left
    while len(left) > max(2, len(rows) // 2 + 1):
        holders = Counter(number for who in left for number in set(rows[who]))
        shares = {who: _share(rows[who], holders) for who in left}
        left.remove(min(reversed(left), key=shares.__getitem__))
        if _anchors([rows[who] for who in left]):
            return left
    return list(rows)


def _share(row: Sequence[int], holders: Mapping[int, int]) -> float:
    distinct = set(row)
    return sum(holders[number] > 1 for number in distinct) / max(1, len(distinct))


def _anchors(rows: Sequence[Sequence[int]]) -> list[int]:
    """The numbers that occur once in every row, in an order that all rows keep."""
    once = [{n for n, count in Counter(row).items() if count == 1} for row in rows]
    common = set.intersection(*once) if once else set()
    chain = [number for number in rows[0] if number in common] if rows else []
    for row in rows[1:]:
        place = {number: at for at, number in enumerate(row)}
        chain = _increasing(chain, place)
    return chain


def _increasing(chain: Sequence[int], place: Mapping[int, int]) -> list[int]:
    """The longest part of `chain` whose places increase."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for at, number in enumerate(chain):
        spot = bisect_left(ends, place[number])
        before.append(last[spot - 1] if spot else None)
        if spot == len(ends):
            ends.append(place[number])
            last.append(at)
        else:
            ends[spot], last[spot] = place[number], at
    kept = []
    at_: int | None = last[-1] if last else None
    while at_ is not None:
        kept.append(chain[at_])
        at_ = before[at_]
    return kept[::-1]


def _stretches(
    texts: Mapping[Who, tuple[Sequence[Unit], Sequence[int]]],
) -> list[Agreed[Who] | Difference[Who]]:
    anchors = _anchors([row for _units, row in texts.values()])
    items: list[Agreed[Who] | Difference[Who]] = []
    reached = dict.fromkeys(texts, 0)
    after: Unit | None = None
    base = next(iter(texts))
    for anchor in [*anchors, None]:
        ends = {
            who: row.index(anchor, reached[who]) if anchor is not None else len(row)
            for who, (_units, row) in texts.items()
        }
        items += _stretch(texts, reached, ends, after)
        if anchor is not None:
            said = [units[ends[who]] for who, (units, _row) in texts.items()]
            _agree(items, said, list(texts))
            after = texts[base][0][ends[base]]
        reached = {who: end + 1 for who, end in ends.items()}
    return items


def _agree(items: list[Agreed[Who] | Difference[Who]], said: list[Unit], who: list[Who]) -> None:
    """Add a sentence that all say, to the agreement before it where there is one."""
    others = list(dict.fromkeys(unit.text for unit in said if unit.text != said[0].text))
    if items and isinstance(items[-1], Agreed):
        items[-1].units.append(said[0])
        items[-1].wordings.extend(others)
    else:
        items.append(Agreed([said[0]], who, others))


def _stretch(
    texts: Mapping[Who, tuple[Sequence[Unit], Sequence[int]]],
    start: Mapping[Who, int],
    end: Mapping[Who, int],
    after: Unit | None,
) -> list[Agreed[Who] | Difference[Who]]:
    groups: dict[tuple[int, ...], Variant[Who]] = {}
    for who, (units, row) in texts.items():
        stretch = slice(start[who], end[who])
        said = groups.setdefault(tuple(row[stretch]), Variant(list(units[stretch]), []))
        said.who.append(who)
    if len(groups) > 1:
        return [Difference(list(groups.values()), after)]
    (only,) = groups.values()
    return [Agreed(only.units, only.who, [])] if only.units else []
