"""Understanding a query (理解): which of its words name a grade, a subject, a kind, a lesson.

The text is cut into names of the lexicon and what lies between, so that the names cover as much
as they can. A short name counts only where it stands alone or beside other names: 语文 is a
subject in 七年级语文, and none in 语文园地; 函数 is no lesson in 二次函数.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from search.grades import GradeSpan, grades_in
from search.lexicon import CHAPTER, LONGEST, Lexicon, Meaning
from search.sayings import ASKING, SAYINGS
from search.segment import asked_words, normalise
from search.topics import Folded, folded, squeezed, volume_of
from search.vocabulary import alike

MAX_CHARACTERS = 200
MAX_WORDS = 24
_UNKNOWN, _UNKNOWN_RUN, _NAME = 1.0, 0.4, 0.2
"""What a character that no name covers costs, a run of them, and a name."""
_SURE = 3
"""Characters of a lesson's name that is believed within other text."""
_VOLUME = re.compile(
    r"[上下全]册|全一册|第[一二]学期|[上下]学期"
    r"|(?:选择性必修|选必|必修|选修)(?:第?[一二三四五六1-6]册?|[上中下]册?)?"
)
_ORDINAL = re.compile(r"第[一二三四五六七八九十\d]{1,3}(?:课时|单元|课|章|节|讲|篇)")
_SYSTEM = re.compile(r"五[·•]?四学?制|54学?制|六[·•]?三学?制|63学?制|\((?:五四|六三|54|63)\)")


class Sort(StrEnum):
    """What a piece of a query is."""

    NAME = "name"
    ORDINAL = "ordinal"
    """第一课时: may be there."""
    SAYING = "saying"
    """我想找一份: says nothing."""
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Chip:
    """Something understood, shown so that it can be taken out of the query."""

    facet: str
    value: str
    text: str
    """As it was typed."""
    without: str
    """The query without it."""
    values: tuple[str, ...] = ()
    """All values that would do."""
    label: str = ""
    """What it is called where no vocabulary knows it: a lesson's title."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the folded query."""

    sort: Sort
    start: int
    end: int
    facet: str = ""
    values: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is looked for as it stands, and texts that mean the same."""

    tokens: tuple[str, ...]
    optional: bool = False
    others: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """A query taken apart."""

    text: str
    words: tuple[Word, ...] = ()
    """What is to be found as it stands."""
    chips: tuple[Chip, ...] = ()
    left: tuple[tuple[int, int], ...] = ()
    """Where in the text nothing was understood."""
    mixed: tuple[tuple[int, int], ...] = ()
    """Where a lesson's name is only a part of what was typed in one: 轴对称称图形."""
    hints: tuple[str, ...] = ()
    """Keys of lessons with short names that may be meant: 周长 in 怎样认识周长."""
    tokens: tuple[str, ...] = ()
    """All words of the text, to mark what was found."""

    def values(self, facet: str) -> tuple[str, ...]:
        """What was understood of a facet."""
        return tuple(
            dict.fromkeys(v for chip in self.chips if chip.facet == facet for v in chip.values)
        )

    @property
    def has_lesson(self) -> bool:
        return any(chip.facet == CHAPTER for chip in self.chips)


def understand(text: str, lexicon: Lexicon) -> Understood:
    """Take a query apart; any text is a query, the longest is cut at `MAX_CHARACTERS`."""
    typed = text[:MAX_CHARACTERS]
    parse = _Parse(typed, lexicon)
    pieces = _settled(parse.pieces(), lexicon)
    chips, words, left = [], [], []
    has_lesson = any(piece.facet == CHAPTER for piece in pieces)
    for piece in pieces:
        start, end = parse.folded.span(piece.start, piece.end)
        if piece.sort == Sort.NAME and piece.facet:
            chips.append(_chip(piece, typed, start, end))
        elif piece.sort == Sort.NAME:  # an editor's synonym that is only another word
            others = tuple(tuple(t.text for t in asked_words(v)) for v in piece.values)
            words.append(Word(_tokens(typed[start:end]), others=others))
        elif piece.sort != Sort.SAYING:
            optional = piece.sort == Sort.ORDINAL or has_lesson
            tokens = _tokens(typed[start:end])
            words += [Word((token,), optional or token in ASKING) for token in tokens]
            left.append((start, end))
    if not chips and not words:
        words = [Word((token,)) for token in _tokens(typed)]
    if not chips and not any(not word.optional for word in words):
        words = [Word(word.tokens, others=word.others) for word in words]
    return Understood(
        typed,
        tuple(dict.fromkeys(words))[:MAX_WORDS],
        tuple(chips),
        tuple(left),
        tuple(parse.folded.span(*span) for span in _mixed(pieces)),
        () if has_lesson else tuple(_hints(words, lexicon)),
        _tokens(typed),
    )


def _hints(words: list[Word], lexicon: Lexicon) -> Iterator[str]:
    for token in (token for word in words for token in word.tokens):
        if len(token) > 1 and any(m.facet == CHAPTER for m in lexicon.of(squeezed(token))):
            yield squeezed(token)


def _mixed(pieces: list[Piece]) -> Iterator[tuple[int, int]]:
    """Runs of touching pieces in which a lesson and unknown text stand side by side."""
    run: list[Piece] = []
    for piece in [*pieces, None]:
        fits = piece is not None and (piece.sort == Sort.TEXT or piece.facet == CHAPTER)
        if piece is not None and fits and (not run or run[-1].end == piece.start):
            run.append(piece)
            continue
        if {each.sort for each in run} == {Sort.TEXT, Sort.NAME}:
            yield run[0].start, run[-1].end
        run = [piece] if piece is not None and fits else []


def words_to_mark(understood: Understood) -> tuple[str, ...]:
    """What to mark in what was found: the lesson's title and loose words, not 数学 everywhere."""
    lessons = [t for chip in understood.chips if chip.facet == CHAPTER for t in _tokens(chip.label)]
    loose = [token for word in understood.words for token in word.tokens]
    return tuple(dict.fromkeys([*lessons, *loose])) or understood.tokens


def _chip(piece: Piece, typed: str, start: int, end: int) -> Chip:
    value = piece.label if piece.facet == CHAPTER else piece.values[0]
    without = _without(typed, start, end)
    label = piece.label if piece.facet == CHAPTER else ""
    return Chip(piece.facet, value, typed[start:end], without, piece.values, label)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(token.text for token in asked_words(text)))


def _without(typed: str, start: int, end: int) -> str:
    return re.sub(r"\s+", " ", f"{typed[:start]} {typed[end:]}").strip()


# cutting


@dataclass(slots=True)
class _Parse:
    """The way through the text on which the names cover most."""

    typed: str
    lexicon: Lexicon
    folded: Folded = field(init=False)
    _banned: set[tuple[int, int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.folded = folded(self.typed)

    def pieces(self) -> list[Piece]:
        """The pieces in order, spaces left out; a name that its neighbours refute is let go of."""
        candidates = self._candidates()
        while True:
            found = self._cheapest(candidates)
            wrong = [
                piece
                for place, piece in enumerate(found)
                if piece.sort in (Sort.NAME, Sort.SAYING) and not self._holds(found, place)
            ]
            if not wrong:
                return self._joined(found)
            for piece in wrong:
                candidates[piece.start].remove(piece)

    def _candidates(self) -> list[list[Piece]]:
        text = self.folded.text
        found: list[list[Piece]] = [[] for _char in text]
        for start in range(len(text)):
            for end in self._ends(start):
                found[start] += self._names(start, end)
            if saying := next((s for s in SAYINGS if text.startswith(s, start)), ""):
                found[start].append(Piece(Sort.SAYING, start, start + len(saying)))
        for pattern, make in ((_VOLUME, _volume), (_ORDINAL, _ordinal), (_SYSTEM, _system)):
            for match in pattern.finditer(text):
                found[match.start()].append(make(match))
        for span in self._grades():
            found[span[0]].append(span[1])
        return found

    def _ends(self, start: int) -> Iterator[int]:
        """Where a name that begins at `start` may end; names of several words have spaces."""
        text = self.folded.text
        lengths = self.lexicon.lengths(text[start])
        ahead = text[start : start + 2 * LONGEST]
        length = 0
        for place, char in enumerate(ahead):
            length += char != " "
            if length in lengths and char != " ":
                yield start + place + 1

    def _names(self, start: int, end: int) -> Iterator[Piece]:
        text = self.folded.text
        part = text[start:end]
        if part[0] == " " or part[-1] == " " or _cuts_a_word(text, start, end):
            return
        key = part.replace(" ", "")
        by_facet: dict[str, list[Meaning]] = {}
        for meaning in self.lexicon.of(key):
            by_facet.setdefault(meaning.facet, []).append(meaning)
        for facet, meanings in by_facet.items():
            values = tuple(dict.fromkeys(meaning.value for meaning in meanings))
            yield Piece(Sort.NAME, start, end, facet, values, meanings[0].label)

    def _grades(self) -> Iterator[tuple[int, Piece]]:
        """Grades are read on the original, where no mark is missing."""
        places = {place: n for n, place in enumerate(self.folded.places)}
        for span in grades_in(normalise(self.typed)):
            inside = [places[p] for p in range(span.start, span.end) if p in places]
            if inside:
                yield inside[0], _grade(span, inside[0], inside[-1] + 1)

    def _cheapest(self, candidates: list[list[Piece]]) -> list[Piece]:
        text = self.folded.text
        size = len(text)
        best: list[tuple[float, Piece | None]] = [(0.0, None)] * (size + 1)
        unknown: list[float] = [0.0] * (size + 1)  # the cost of going on within unknown text
        for start in range(size - 1, -1, -1):
            if text[start] == " ":
                best[start] = (best[start + 1][0], None)
                unknown[start] = best[start][0]
                continue
            unknown[start] = _UNKNOWN + min(unknown[start + 1], best[start + 1][0])
            best[start] = (unknown[start] + _UNKNOWN_RUN, None)
            for piece in candidates[start]:
                cost = _cost(piece) + best[piece.end][0]
                if cost < best[start][0] - 1e-9:
                    best[start] = (cost, piece)
        return list(self._walk(best, unknown))

    def _walk(
        self, best: list[tuple[float, Piece | None]], unknown: list[float]
    ) -> Iterator[Piece]:
        text = self.folded.text
        at = 0
        while at < len(text):
            if text[at] == " ":
                at += 1
                continue
            piece = best[at][1]
            if piece is None:
                end = at + 1
                while end < len(text) and text[end] != " " and unknown[end] <= best[end][0]:
                    end += 1
                piece = Piece(Sort.TEXT, at, end)
            yield piece
            at = piece.end

    def _holds(self, found: list[Piece], place: int) -> bool:
        piece = found[place]
        left = self._beside(found, place, -1)
        right = self._beside(found, place, +1)
        text = self.folded.text[piece.start : piece.end]
        return _RULES.get(piece.facet or piece.sort, _always)(text, left, right)

    def _beside(self, found: list[Piece], place: int, step: int) -> Piece | None:
        """The piece that touches this one; None where a space or the end does."""
        there = place + step
        if not 0 <= there < len(found):
            return None
        piece, other = found[place], found[there]
        touches = other.end == piece.start if step < 0 else other.start == piece.end
        return other if touches else None

    def _joined(self, found: list[Piece]) -> list[Piece]:
        """Unknown runs that are a lesson's name when put together: 两位数 乘 一位数."""
        loose = [piece for piece in found if piece.sort == Sort.TEXT]
        if len(loose) < 2 or any(piece.facet == CHAPTER for piece in found):
            return found
        key = squeezed("".join(self.folded.text[p.start : p.end] for p in loose))
        meaning = next((m for m in self.lexicon.of(key) if m.facet == CHAPTER), None)
        together = found[found.index(loose[0]) : found.index(loose[-1]) + 1]
        if meaning is None or together != loose:
            return found
        whole = Piece(Sort.NAME, loose[0].start, loose[-1].end, CHAPTER, (key,), meaning.label)
        rest = [piece for piece in found if piece not in loose]
        return sorted([*rest, whole], key=lambda piece: piece.start)


def _cost(piece: Piece) -> float:
    return (
        _NAME
        + (0.05 if piece.sort == Sort.SAYING else 0.0)
        + (0.01 if piece.facet == CHAPTER else 0)
    )


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Whether a word of letters or a number would be cut in two."""
    return (start > 0 and _alike(text[start - 1], text[start])) or (
        end < len(text) and _alike(text[end - 1], text[end])
    )


def _alike(one: str, other: str) -> bool:
    pair = one + other
    return pair.isascii() and (pair.isalpha() or pair.isdigit())


def _grade(span: GradeSpan, start: int, end: int) -> Piece:
    return Piece(Sort.NAME, start, end, "grade", (str(span.grade),), span.part)


def _volume(match: re.Match[str]) -> Piece:
    return Piece(Sort.NAME, match.start(), match.end(), "volume", (volume_of(match[0]),))


def _ordinal(match: re.Match[str]) -> Piece:
    return Piece(Sort.ORDINAL, match.start(), match.end())


def _system(match: re.Match[str]) -> Piece:
    return Piece(Sort.SAYING, match.start(), match.end())


# which names hold beside which


def _is_known(piece: Piece | None) -> bool:
    return piece is None or piece.sort in (Sort.NAME, Sort.SAYING, Sort.ORDINAL)


def _always(_text: str, _left: Piece | None, _right: Piece | None) -> bool:
    return True


def _chapter_holds(text: str, left: Piece | None, right: Piece | None) -> bool:
    return len(text) >= _SURE or (_is_known(left) and _is_known(right))


def _kind_holds(_text: str, _left: Piece | None, right: Piece | None) -> bool:
    return _is_known(right)


def _subject_holds(_text: str, left: Piece | None, right: Piece | None) -> bool:
    """Beside a class, a book or a space; text behind it only if such a thing stands before."""
    if not _is_known(left):
        return False
    after_class = left is not None and left.facet in (
        "grade",
        "stage",
        "edition",
        "volume",
        "subject",
    )
    return _is_known(right) or after_class


def _edition_holds(text: str, left: Piece | None, right: Piece | None) -> bool:
    return text.endswith(("版", "本")) or (_is_known(left) and _is_known(right))


def _tier_holds(text: str, left: Piece | None, right: Piece | None) -> bool:
    return _is_known(left) and _is_known(right) and len(text) > 1


def _saying_holds(text: str, left: Piece | None, right: Piece | None) -> bool:
    alone = left is None or right is None
    return alone if len(text) > 1 else _is_known(left) and _is_known(right)


def _text_holds(text: str, left: Piece | None, right: Piece | None) -> bool:
    return len(text) >= _SURE or (_is_known(left) and _is_known(right))


_RULES = {
    CHAPTER: _chapter_holds,
    "kind": _kind_holds,
    "subject": _subject_holds,
    "stage": _subject_holds,
    "edition": _edition_holds,
    "tier": _tier_holds,
    "scope": _tier_holds,
    Sort.SAYING: _saying_holds,
    Sort.NAME: _text_holds,
}


# what follows from all of it


def _settled(pieces: list[Piece], lexicon: Lexicon) -> list[Piece]:
    """七上 says two things; 人教 says one thing or the other, as the subject is."""
    pieces = [half for piece in pieces for half in _with_part(piece)]
    subjects = {v for piece in pieces if piece.facet == "subject" for v in piece.values}
    for piece in pieces:
        if piece.facet == CHAPTER and not subjects:
            subjects = {topic.subject for topic in lexicon.topics_of(piece.values[0])} - {""}
    return [_edition_in(piece, subjects) if piece.facet == "edition" else piece for piece in pieces]


def _with_part(piece: Piece) -> Iterable[Piece]:
    """七上 says the grade, and which half of the year."""
    if piece.facet != "grade" or not piece.label:
        return [piece]
    volume = Piece(Sort.NAME, piece.start, piece.end, "volume", (piece.label[:1],))
    return [Piece(Sort.NAME, piece.start, piece.end, "grade", piece.values), volume]


def _edition_in(piece: Piece, subjects: set[str]) -> Piece:
    values = alike("edition", piece.values, frozenset(subjects))
    return Piece(piece.sort, piece.start, piece.end, piece.facet, values, piece.label)
