"""Segmenting (分词): text becomes words here, once, the same for every engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import rjieba

from search.grades import grades_in

_HALF_WIDTH = {ord("\u3000"): " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
_NOT_TEXT = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")
_WORD = re.compile(r"\w")
_LONGEST = 60
"""A longer “word” is not one: a hash, a key held down."""
EMPTY_WORDS = frozenset("的了和与及之地得着是在")


@dataclass(frozen=True, slots=True)
class Token:
    """A word and where it stands in the text it was cut from."""

    text: str
    start: int
    end: int


def normalise(text: str) -> str:
    """Lower case, half width, no control characters; every character stays in its place."""
    plain = _NOT_TEXT.sub(" ", text).translate(_HALF_WIDTH)
    lower = plain.lower()
    if len(lower) == len(plain):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in plain)


def asked_words(text: str) -> list[Token]:
    """The words of a query, without overlaps."""
    plain = normalise(text)
    found: list[Token] = []
    at = 0
    for span in grades_in(plain):
        found += _cut(plain, at, span.start)
        found += (Token(word, span.start, span.end) for word in span.words())
        at = span.end
    return [*found, *_cut(plain, at, len(plain))]


def _cut(text: str, start: int, end: int) -> Iterator[Token]:
    for word, first, last in rjieba.tokenize(text[start:end], "default", True):
        if _is_word(word):
            yield Token(word, start + first, start + last)


def indexed_words(text: str) -> str:
    """The words of a document, parts of compounds too, parted by spaces for the engines."""
    plain = normalise(text)
    words: list[str] = []
    at = 0
    for span in grades_in(plain):
        words += filter(_is_word, rjieba.cut_for_search(plain[at : span.start]))
        words += span.words()
        at = span.end
    words += filter(_is_word, rjieba.cut_for_search(plain[at:]))
    return " ".join(words)


def _is_word(text: str) -> bool:
    if text in EMPTY_WORDS or len(text) > _LONGEST:
        return False
    return text.isalnum() or _WORD.search(text) is not None
