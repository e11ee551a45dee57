"""The ladder (逐级放宽): from what fits in every respect to what fits in some.

Each rung lets go of one condition more than the one above it, and says which. A page is filled
from the top: what fits entirely stands first, then what fits without the edition, and so on.
What the reader has ticked as a filter is never let go of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from search.engines.base import Group
from search.indexing import Field, bigrams_of
from search.lexicon import CHAPTER
from search.query import Relaxed
from search.segment import asked_words
from search.understanding import Chip, Understood, Word

TITLE = {Field.TITLE: 4.0}
NAMED = {Field.TITLE: 4.0, Field.KEYWORDS: 2.0}
_CODE_OF = {CHAPTER: "lesson"}
"""Where the code of a facet goes by another name in the index."""
_IN_TITLE = frozenset({CHAPTER, "grade", "subject", "stage", "edition", "volume", "tier"})
"""What a title may say where the metadata does not; a kind is always known."""
_LET_GO: tuple[tuple[Relaxed, tuple[str, ...]], ...] = (
    (Relaxed.PREMIUM, ("premium", "scope")),
    (Relaxed.EDITION, ("edition",)),
    (Relaxed.VOLUME, ("volume",)),
    (Relaxed.KIND, ("tier", "kind")),
    (Relaxed.GRADE, ("grade", "stage")),
    (Relaxed.SUBJECT, ("subject",)),
)
_FEW_WORDS = 3
_THE_LESSON = 40.0
"""What is about the lesson stands before what only has its words in the title."""
_IT_ALONE = 10.0
"""And before what is about another lesson of a unit that has the lesson's name."""
_PERHAPS = 8.0
"""A lesson that may be meant."""
_MOST_PAIRS = 24
ALWAYS, FEW, NONE = 1_000, 10, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One question: what has to be met, what only raises the score, what was let go of."""

    groups: tuple[Group, ...]
    optional: tuple[Group, ...] = ()
    need: int | None = None
    fields: Mapping[Field, float] | None = None
    relaxed: tuple[Relaxed, ...] = ()
    below: int = ALWAYS
    """It is asked while fewer things than this were found; a page that is full is enough."""
    is_strict: bool = False
    """Whether it looks for every word that was typed."""


def rungs(understood: Understood, siblings: tuple[str, ...] = ()) -> Iterator[Rung]:
    """The ladder of a query, from the top; `siblings` are keys of the lessons beside."""
    return _Ladder(understood, siblings).rungs()


class _Ladder:
    def __init__(self, understood: Understood, siblings: tuple[str, ...]) -> None:
        self.conditions = _conditions(understood)
        self.lessons = [_condition(chip) for chip in understood.chips if chip.facet == CHAPTER]
        self.chips = [chip for chip in understood.chips if chip.facet == CHAPTER]
        self.words = [_word(word) for word in understood.words if not word.optional]
        self.loose = [_word(word) for word in understood.words if word.optional]
        self.extra = (
            *self.loose,
            *(_promoted(chip.values, _THE_LESSON) for chip in self.chips),
            *(_promoted(chip.values, _IT_ALONE, "about") for chip in self.chips),
            *(_promoted((key,), _PERHAPS) for key in understood.hints),
        )
        self.siblings = siblings

    def rungs(self) -> Iterator[Rung]:
        if not self.conditions and not self.lessons and not self.words:
            yield Rung(groups=(), is_strict=True)
            return
        yield from self._strict()
        yield from self._freer()
        yield from self._beside()
        yield from self._some_words()

    def _all(self) -> tuple[Group, ...]:
        return (*(group for _facet, group in self.conditions), *self.lessons, *self.words)

    def _strict(self) -> Iterator[Rung]:
        if self.words:
            yield Rung(groups=self._all(), optional=self.extra, fields=NAMED, is_strict=True)
        yield Rung(groups=self._all(), optional=self.extra, is_strict=True)

    def _freer(self) -> Iterator[Rung]:
        kept, gone = list(self.conditions), []
        relaxed: list[Relaxed] = []
        for what, facets in _LET_GO:
            leaving = [pair for pair in kept if pair[0] in facets]
            kept = [pair for pair in kept if pair[0] not in facets]
            if not leaving:
                continue
            if not kept and not self.lessons and not self.words:
                return
            gone += leaving
            relaxed.append(what)
            # With a lesson the page is filled with other things of that lesson. Loose words
            # say less, so there only a page that is nearly empty is.
            below = ALWAYS if self.lessons else FEW
            yield Rung(
                groups=(*(group for _facet, group in kept), *self.lessons, *self.words),
                optional=(*self.extra, *(group for _facet, group in gone)),
                relaxed=tuple(relaxed),
                below=below,
            )

    def _beside(self) -> Iterator[Rung]:
        """The lesson named in the text, then the lessons beside it."""
        optional = (*self.extra, *(group for _facet, group in self.conditions))
        if not self.lessons:
            return
        anywhere = tuple(_anywhere(chip) for chip in self.chips)
        taught = tuple(g for facet, g in self.conditions if facet in ("subject", "grade"))
        yield Rung(
            groups=(*anywhere, *taught, *self.words),
            optional=optional,
            relaxed=(Relaxed.CHAPTER,),
            below=FEW,
        )
        if self.siblings:
            beside = Group(codes=tuple(("lesson", key) for key in self.siblings))
            strict = tuple(
                g for facet, g in self.conditions if facet in ("subject", "grade", "kind")
            )
            yield Rung(
                groups=(beside, *strict),
                optional=optional,
                relaxed=(Relaxed.NEIGHBOURS,),
                below=NONE,
            )

    def _some_words(self) -> Iterator[Rung]:
        asked = (*self.words, *(_anywhere(chip) for chip in self.chips), *self.loose)
        # A character alone stands in every other text.
        words = tuple(group for group in asked if _says_something(group)) or asked
        optional = tuple(group for _facet, group in self.conditions)
        below = FEW if len(words) > _FEW_WORDS else NONE
        most = len(words) - len(words) // 3
        for need in sorted({most, (len(words) + 1) // 2, min(len(words), 1)} - {0}, reverse=True):
            yield Rung(
                groups=words,
                optional=optional,
                need=need,
                relaxed=(Relaxed.SOME_WORDS,),
                below=below if need > 1 else NONE,
            )
        yield from self._some_characters(optional)
        if optional:
            yield Rung(groups=optional, need=1, relaxed=(Relaxed.SOME_WORDS,), below=NONE)

    def _some_characters(self, optional: tuple[Group, ...]) -> Iterator[Rung]:
        """Titles that have a part of what was typed: 血液 where 血液循环 is looked for."""
        said = (token for group in self.words for tokens in group.alternatives for token in tokens)
        pairs = [two for token in dict.fromkeys(said) for two in bigrams_of(token) if len(two) > 1]
        groups = tuple(Group(alternatives=((two,),)) for two in dict.fromkeys(pairs))
        if groups:
            yield Rung(
                groups=groups[:_MOST_PAIRS],
                optional=optional,
                need=1,
                fields={Field.BIGRAMS: 1.0},
                relaxed=(Relaxed.SOME_WORDS,),
                below=NONE,
            )


def _says_something(group: Group) -> bool:
    return bool(group.codes) or any(len(t) > 1 for tokens in group.alternatives for t in tokens)


def _conditions(understood: Understood) -> list[tuple[str, Group]]:
    return [(chip.facet, _condition(chip)) for chip in understood.chips if chip.facet != CHAPTER]


def _condition(chip: Chip) -> Group:
    code = _CODE_OF.get(chip.facet, chip.facet)
    tokens = _tokens(chip)
    in_title = chip.facet in _IN_TITLE and bool(tokens)
    return Group(
        codes=tuple((code, value) for value in chip.values),
        alternatives=(tokens,) if in_title else (),
        fields=TITLE,
    )


def _promoted(keys: tuple[str, ...], boost: float, code: str = "lesson") -> Group:
    return Group(codes=tuple((code, key) for key in keys), boost=boost)


def _anywhere(chip: Chip) -> Group:
    """A lesson's name wherever it stands."""
    tokens = _tokens(chip)
    return Group(
        codes=tuple(("lesson", value) for value in chip.values),
        alternatives=(tokens,) if tokens else (),
    )


def _tokens(chip: Chip) -> tuple[str, ...]:
    """The words that say the same in a title; 七上 says two things, each by its own word."""
    words = tuple(token.text for token in asked_words(chip.label or chip.text))
    if chip.facet == "grade":
        return words[:1]
    if chip.facet == "volume":
        return words[-1:]
    return words


def _word(word: Word) -> Group:
    return Group(alternatives=(word.tokens, *word.others) if word.tokens else word.others)
