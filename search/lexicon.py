"""The lexicon (词典): every name that a query may hold, and what it stands for.

It is made for one reader: names of lessons that come from things in the index are only those of
things that the reader may see, so nothing that is said about a query betrays anything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from search.topics import Topic, bare, key_of, spoken, squeezed

LONGEST = 40
"""Characters of the longest name that is looked for in a query."""
CHAPTER = "chapter"
# A slip of the pen between these is no slip: 一次函数 and 二次函数 are two lessons.
_TELLING = frozenset(
    "一二三四五六七八九十百千万两0123456789上下左右前后大小多少正负加减乘除平立长宽高内外东南西北春夏秋冬"
)
_LEAST_NEAR = 4
"""Characters of the shortest name that is corrected by one character."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: a value of a facet, or only a text (`facet` empty)."""

    facet: str
    value: str
    label: str
    """The name as it is written where it comes from."""


@dataclass(slots=True)
class Lexicon:
    """Names by how they are compared (`squeezed`)."""

    meanings: dict[str, list[Meaning]] = field(default_factory=lambda: defaultdict(list))
    topics: dict[str, list[Topic]] = field(default_factory=lambda: defaultdict(list))
    """Lessons and units by `key_of` their titles."""
    units: dict[str, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    """Keys of lessons by the key of the title above them."""
    below: Lexicon | None = None
    """What everybody may know; this one only adds to it."""
    _lengths: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _sounds: dict[str, list[str]] | None = None
    _near: dict[str, set[str]] | None = None

    def add(self, form: str, meaning: Meaning) -> None:
        """Note a way of writing."""
        key = squeezed(form)
        if key and len(key) <= LONGEST and meaning not in self.meanings[key]:
            self._note(key, meaning)

    def _note(self, key: str, meaning: Meaning) -> None:
        self.meanings[key].append(meaning)
        self._lengths[key[0]].add(len(key))

    def add_topic(self, topic: Topic) -> None:
        """Note a lesson, and the units above it."""
        if topic.unit:
            self.units[key_of(topic.unit)][topic.key] = None
        for depth, title in enumerate(topic.path, start=1):
            key = key_of(title)
            if not key or len(key) > LONGEST:
                continue
            if depth == len(topic.path):
                self.topics[key].append(topic)
            else:
                self.topics.setdefault(key, [])
            if not any(m.facet == CHAPTER for m in self.meanings.get(key, ())):
                self._note(key, Meaning(CHAPTER, key, bare(title)))

    def lengths(self, first: str) -> set[int]:
        """How long names are that begin with this character."""
        here = self._lengths.get(first, set())
        return here if self.below is None else here | self.below.lengths(first)

    def of(self, key: str) -> list[Meaning]:
        """What a squeezed text stands for."""
        here = self.meanings.get(key, [])
        return here if self.below is None else [*self.below.of(key), *here]

    def knows(self, key: str) -> bool:
        """Whether anything is called so."""
        return key in self.meanings or (self.below is not None and self.below.knows(key))

    def topics_of(self, key: str) -> list[Topic]:
        """The lessons of this title."""
        here = self.topics.get(key, [])
        return here if self.below is None else [*self.below.topics_of(key), *here]

    def below_unit(self, key: str) -> list[str]:
        """The lessons that stand below a title."""
        here: Mapping[str, None] = self.units.get(key, {})
        return list(here) if self.below is None else [*self.below.below_unit(key), *here]

    # slips

    def sounding_like(self, text: str) -> list[str]:
        """Names that are spoken like `text`, or whose pinyin it is."""
        found = [] if self.below is None else self.below.sounding_like(text)
        return [*found, *self._by_sound().get(sound_of(text), [])]

    def begun_by(self, letters: str) -> list[str]:
        """Names whose initials are `letters`."""
        found = [] if self.below is None else self.below.begun_by(letters)
        return [*found, *self._by_sound().get(f"={letters}", [])]

    def near(self, text: str) -> list[str]:
        """Names that differ from `text` in one character that may be a slip."""
        found = [] if self.below is None else self.below.near(text)
        names = {name for mark in _with_gap(text) for name in self._by_gap().get(mark, ())}
        return [*found, *sorted(name for name in names if _is_slip(text, name))]

    def lessons_begun(self, typed: str, limit: int) -> list[str]:
        """Keys of lessons that begin so, in characters, pinyin or initials; the commonest first."""
        begun = squeezed(typed)
        found = [] if self.below is None else self.below.lessons_begun(typed, limit)
        if begun:
            found += [key for key in self.topics if key.startswith(begun)]
            if not found and begun.isascii():
                found += [key for key in self.topics if sound_of(key).startswith(begun)]
                found += [key for key in self.topics if initials_of(key).startswith(begun)]
        ordered = sorted(dict.fromkeys(found), key=lambda key: (-self._things(key), len(key), key))
        return ordered[:limit]

    def _things(self, key: str) -> int:
        return sum(topic.things for topic in self.topics_of(key))

    def _by_sound(self) -> Mapping[str, list[str]]:
        if self._sounds is None:
            sounds: dict[str, list[str]] = defaultdict(list)
            for name in list(self.meanings):
                if len(name) > 1 and not name.isascii():
                    # 的 is spoken, although titles are compared without it.
                    whole = {name, *(spoken(m.label) for m in self.meanings[name])}
                    for text in whole:
                        sounds[sound_of(text)].append(name)
                        sounds[f"={initials_of(text)}"].append(name)
            self._sounds = dict(sounds)
        return self._sounds

    def _by_gap(self) -> Mapping[str, set[str]]:
        if self._near is None:
            near: dict[str, set[str]] = defaultdict(set)
            for name in list(self.meanings):
                if len(name) >= _LEAST_NEAR and not name.isascii():
                    for mark in _with_gap(name):
                        near[mark].add(name)
            self._near = dict(near)
        return self._near


@lru_cache(maxsize=100_000)
def sound_of(text: str) -> str:
    """The pinyin of a text in one word; letters stay as they are."""
    return "".join(_syllables(text))


@lru_cache(maxsize=100_000)
def initials_of(text: str) -> str:
    """The first letters of the same."""
    return "".join(syllable[:1] for syllable in _syllables(text))


def _syllables(text: str) -> list[str]:
    from pypinyin import lazy_pinyin  # 0.8 s and 46 MiB: only where something is misspelt

    return lazy_pinyin(text)


def _with_gap(text: str) -> Iterator[str]:
    """`text` with each character left out in turn, and whole."""
    yield text
    for place in range(len(text)):
        yield f"{text[:place]}\0{text[place + 1 :]}"
        yield f"{text[:place]}{text[place + 1 :]}"


def _is_slip(text: str, name: str) -> bool:
    """One character other, missing, too many, or two that changed places."""
    if text == name or min(len(text), len(name)) < _LEAST_NEAR - (len(text) != len(name)):
        return False
    start = 0
    while start < min(len(text), len(name)) and text[start] == name[start]:
        start += 1
    end = 0
    while end < min(len(text), len(name)) - start and text[-1 - end] == name[-1 - end]:
        end += 1
    here, there = text[start : len(text) - end], name[start : len(name) - end]
    if _TELLING & {*here, *there}:
        return False
    if len(here) == len(there) == 2:
        return here == there[::-1]
    return len(here) <= 1 and len(there) <= 1
