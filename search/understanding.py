"""Understanding a query (理解): which of its words name a grade, a subject, a kind.

What is understood is asked as “the metadata says so, or the text does”: it widens a word, and
never hides what a search for the plain word would have found. A word that only contains a
subject's name (语文园地) is no subject; it has to stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from search.grades import grades_in
from search.segment import Token, asked_words, normalise
from search.vocabulary import Code, codes_of

MAX_CHARACTERS = 200
MAX_WORDS = 24
_UNDERSTOOD = frozenset({"kind", "subject", "grade", "stage", "edition"})
_RUN = re.compile(r"[^\s,;、，；。]+")


@dataclass(frozen=True, slots=True)
class Word:
    """One thing asked for: all `tokens` in the text, or the facet's value in the metadata."""

    tokens: tuple[str, ...]
    facet: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something understood, shown so that it can be taken out of the query."""

    facet: str
    value: str
    text: str
    """As it was typed."""
    without: str
    """The query without it."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A query taken apart."""

    text: str
    words: tuple[Word, ...]
    chips: tuple[Chip, ...]
    text_left: str
    """What nothing was understood of."""


def understand(text: str) -> Understood:
    """Take a query apart; any text is a query, the longest is cut at `MAX_CHARACTERS`."""
    typed = text[:MAX_CHARACTERS]
    plain = normalise(typed)
    named = sorted([*_grades(plain), *_terms(plain)], key=lambda found: found[0].start)
    words: list[Word] = []
    left: list[str] = []
    at = 0
    for span, facet, value in [*named, (Token("", len(plain), len(plain)), "", "")]:
        rest = plain[at : span.start]
        left.append(rest)
        words += (Word((token.text,)) for token in asked_words(rest))
        if facet:
            words += _meant(span.text, facet, value)
        at = span.end
    chips = (
        Chip(facet, value, typed[span.start : span.end], _without(typed, span))
        for span, facet, value in named
    )
    return Understood(
        typed, tuple(dict.fromkeys(words))[:MAX_WORDS], tuple(chips), " ".join(left).strip()
    )


_Named = tuple[Token, str, str]


def _meant(text: str, facet: str, value: str) -> Iterable[Word]:
    tokens = tuple(token.text for token in asked_words(text))
    if facet != "grade":
        yield Word(tokens, facet, value)
        return
    yield Word(tokens[:1], facet, value)
    for part in tokens[1:]:  # 七上 asks for the grade and for the part of the year
        yield Word((part,), "volume", part[:1])


def _grades(plain: str) -> Iterable[_Named]:
    for span in grades_in(plain):
        text = plain[span.start : span.end]
        yield Token(text, span.start, span.end), "grade", str(span.grade)


def _terms(plain: str) -> Iterable[_Named]:
    grades = {span.start for span in grades_in(plain)}
    runs = [match for match in _RUN.finditer(plain) if match.start() not in grades]
    at = 0
    while at < len(runs):
        for many in (3, 2, 1):  # “morality and law” is one term
            together = runs[at : at + many]
            start, end = together[0].start(), together[-1].end()
            code = _code_of(re.sub(r"\s+", " ", plain[start:end]))
            if code and len(together) == many:
                yield Token(plain[start:end], start, end), *code
                at += many
                break
        else:
            at += 1


def _code_of(form: str) -> Code | None:
    return next((code for code in codes_of(form) if code[0] in _UNDERSTOOD), None)


def _without(typed: str, span: Token) -> str:
    return re.sub(r"\s+", " ", f"{typed[: span.start]} {typed[span.end :]}").strip()
