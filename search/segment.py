"""Segmenting (分词): text becomes words here, once, the same for every engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import rjieba

from search.grades import grades_in, token_of

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
    return list(_tokens(normalise(text), "default"))


def indexed_words(text: str) -> str:
    """The words of a document, parts of compounds too, parted by spaces for the engines."""
    return " ".join(token.text for token in _tokens(normalise(text), "search"))


def _tokens(text: str, mode: str) -> Iterator[Token]:
    at = 0
    for span in grades_in(text):
        yield from _cut(text, at, span.start, mode)
        yield Token(token_of(span.grade), span.start, span.end)
        if span.part:
            yield Token(span.part, span.start, span.end)
        at = span.end
    yield from _cut(text, at, len(text), mode)


def _cut(text: str, start: int, end: int, mode: str) -> Iterator[Token]:
    for word, first, last in rjieba.tokenize(text[start:end], mode, True):
        if _WORD.search(word) and word not in EMPTY_WORDS and len(word) <= _LONGEST:
            yield Token(word, start + first, start + last)
