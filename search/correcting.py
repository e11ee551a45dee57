"""Slips of the pen (纠错): what a reader may have meant where nothing was understood.

Who types 二次函树 or ``erci hanshu`` means 二次函数. Names that sound alike come first; a name
that differs in one character only if it has four or more, and never if that character tells two
lessons apart (一次函数, 二次函数).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from search.lexicon import CHAPTER, Lexicon
from search.topics import spoken, squeezed
from search.understanding import Understood

MOST = 3
_LEAST_SOUND, _LEAST_LETTERS, _LEAST_INITIALS = 2, 4, 3
_LONGEST_WINDOW = 16
_LONGEST_RUN = 24
"""Characters of a run in which a slip is looked for; a longer one is no name."""
_GAP = re.compile(r"[\s'-]*")
_LETTERS = re.compile(r"[a-z]+")


def corrections(understood: Understood, lexicon: Lexicon, *, sounds_only: bool) -> list[str]:
    """The query as it may have been meant, the likeliest first; empty where nothing is."""
    found: dict[str, None] = dict.fromkeys(_of_whole_runs(understood, lexicon))
    for start, end in _runs(understood):
        run = understood.text[start:end]
        for meant in _meant(run, lexicon, sounds_only=sounds_only):
            found[f"{understood.text[:start]}{meant}{understood.text[end:]}"] = None
    return list(found)[:MOST]


def _of_whole_runs(understood: Understood, lexicon: Lexicon) -> Iterator[str]:
    """A name that was typed with a slip and holds a shorter one: 轴对称称图形 holds 轴对称."""
    for start, end in understood.mixed:
        run = squeezed(understood.text[start:end])
        names = [n for n in lexicon.sounding_like(run) if len(n) == len(run)] or lexicon.near(run)
        for name in _best([name for name in names if name != run], lexicon)[:1]:
            yield f"{understood.text[:start]}{_written(name, lexicon)}{understood.text[end:]}"


def _runs(understood: Understood) -> Iterator[tuple[int, int]]:
    """Where nothing was understood; words of letters that follow one another are one run."""
    runs: list[tuple[int, int]] = []
    for start, end in understood.left:
        if runs and _is_pinyin_between(understood.text, runs[-1], start, end):
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    yield from runs


def _is_pinyin_between(text: str, before: tuple[int, int], start: int, end: int) -> bool:
    both = text[before[0] : end].lower()
    return _GAP.fullmatch(text[before[1] : start]) is not None and spoken(both).isascii()


def _meant(run: str, lexicon: Lexicon, *, sounds_only: bool) -> Iterator[str]:
    if _LETTERS.fullmatch(spoken(run)):
        if len(run) > 2 * _LONGEST_RUN:
            return
        yield from _from_letters(spoken(run), lexicon)
        return
    text = squeezed(run)
    if len(text) > _LONGEST_RUN:
        return
    yield from _windows(text, lexicon, by_sound=True)
    if not sounds_only:
        yield from _windows(text, lexicon, by_sound=False)


def _from_letters(letters: str, lexicon: Lexicon) -> Iterator[str]:
    """Names whose pinyin or initials these are, or several names one behind the other."""
    if len(letters) >= _LEAST_LETTERS:
        for name in _best(lexicon.sounding_like(letters), lexicon):
            yield _written(name, lexicon)
        if several := _split(letters, lexicon):
            yield " ".join(_written(name, lexicon) for name in several)
    if len(letters) >= _LEAST_INITIALS:
        for name in _best(lexicon.begun_by(letters), lexicon):
            yield _written(name, lexicon)


def _split(letters: str, lexicon: Lexicon) -> list[str]:
    """The fewest names that spell all of it."""
    best: list[list[str] | None] = [None] * len(letters) + [[]]
    for start in range(len(letters) - 1, -1, -1):
        for end in range(start + _LEAST_LETTERS - 1, len(letters) + 1):
            rest = best[end]
            if rest is None:
                continue
            names = _best(lexicon.sounding_like(letters[start:end]), lexicon)
            held = best[start]
            if names and (held is None or len(rest) + 1 < len(held)):
                best[start] = [names[0], *rest]
    return best[0] or []


def _windows(text: str, lexicon: Lexicon, *, by_sound: bool) -> Iterator[str]:
    """Parts of the run that a slip makes of a name, the longest first."""
    least = _LEAST_SOUND if by_sound else 3
    for length in range(min(len(text), _LONGEST_WINDOW), least - 1, -1):
        if by_sound and length == _LEAST_SOUND and len(text) > _LONGEST_SHORT:
            return  # two characters within a longer text sound like something too often
        for start in range(len(text) - length + 1):
            part = text[start : start + length]
            names = lexicon.sounding_like(part) if by_sound else lexicon.near(part)
            alike = [name for name in names if len(name) == length or not by_sound]
            for name in _best([name for name in alike if name != part], lexicon)[:2]:
                written = _written(name, lexicon)
                yield f"{text[:start]} {written} {text[start + length :]}".strip()


_LONGEST_SHORT = 4


def _best(names: list[str], lexicon: Lexicon) -> list[str]:
    """Each once, the ones that most things are about first."""
    return sorted(dict.fromkeys(names), key=lambda name: -_things(name, lexicon))


def _things(name: str, lexicon: Lexicon) -> int:
    if any(meaning.facet != CHAPTER for meaning in lexicon.of(name)):
        return 1_000_000
    return sum(topic.things for topic in lexicon.topics_of(name))


def _written(name: str, lexicon: Lexicon) -> str:
    meanings = lexicon.of(name)
    return meanings[0].label if meanings else name
