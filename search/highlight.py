"""Marking what was found, on the original text and the same for every engine."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.grades import grades_in, token_of
from search.segment import normalise

LENGTH = 110
_LEAD = 24
_CUT = "……"
_ASCII = re.compile(r"[a-z0-9_]+")
_SEARCHED = 20_000
"""Characters of a body in which a passage is looked for."""

_PASSAGES = 200
"""Passages compared, enough to choose from."""

Span = tuple[int, int]


def marked(text: str, tokens: Iterable[str]) -> SafeString:
    """The text as HTML, the words of the query in ``<mark>``."""
    return _html(text, _spans(text, tokens))


def excerpt(text: str, tokens: Iterable[str], length: int = LENGTH) -> SafeString:
    """The passage of `text` with most of the words, about `length` characters, as HTML."""
    text = text[:_SEARCHED]
    spans = _spans(text, tokens)
    start = max(0, _best_start(text, spans, length) - _LEAD) if spans else 0
    end = min(len(text), start + length)
    inside = [(a - start, min(b, end) - start) for a, b in spans if start <= a < end]
    html = _html(text[start:end], inside)
    before, after = _CUT if start else "", _CUT if end < len(text) else ""
    return mark_safe(f"{before}{html}{after}")  # noqa: S308 - escaped by _html


def _spans(text: str, tokens: Iterable[str]) -> list[Span]:
    wanted = set(tokens)
    plain = normalise(text)
    spans = [(s.start, s.end) for s in grades_in(plain) if token_of(s.grade) in wanted]
    pattern = "|".join(_pattern(token) for token in sorted(wanted, key=lambda t: (-len(t), t)))
    if pattern:
        spans += [match.span() for match in re.finditer(pattern, plain)]
    return _merged(sorted(spans))


def _pattern(token: str) -> str:
    if _ASCII.fullmatch(token):
        return rf"(?<![a-z0-9_]){token}(?![a-z0-9_])"
    return re.escape(token)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _best_start(text: str, spans: list[Span], length: int) -> int:
    best, best_worth = spans[0][0], -1
    last = 0
    for first, (start, _end) in enumerate(spans[:_PASSAGES]):
        last = max(last, first)
        while last < len(spans) and spans[last][1] <= start + length - _LEAD:
            last += 1
        worth = sum(len(word) for word in {text[a:b] for a, b in spans[first:last]})
        if worth > best_worth:
            best, best_worth = start, worth
    return best


def _html(text: str, spans: list[Span]) -> SafeString:
    pieces: list[str] = []
    at = 0
    for start, end in spans:
        pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    pieces.append(escape(text[at:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped
