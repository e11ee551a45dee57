"""Lesson text in pieces: blocks of HTML and the sentences (句子) in them, known by their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from resources.library.richtext import plain

MOST_UNITS = 400
"""Beyond so many sentences a text is taken by paragraphs, and what is still over as one piece."""

_TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:"[^"]*"|[^">])*)>')
_VOID = {"br", "hr", "img"}
_BLOCKS = {"p", "h3", "h4", "ul", "ol", "blockquote", "table", "hr"}
_LISTS = {"ul", "ol"}
_SOLID = re.compile(r"<table|<img|data-latex")
_END = "\u3002\uff01\uff1f\uff1b!?;"  # full stop, exclamation, question, semicolon
_CLOSING = "\u201d\u2019\u300d\u300f\uff09)\u300b"
_SENTENCE = re.compile(rf"[^{_END}]*[{_END}]+[{_CLOSING}]*|[^{_END}]+")
_NUMERALS = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341"  # one … ten
_LEADING = re.compile(rf"^\(?(?:\d{{1,2}}|[{_NUMERALS}]{{1,3}})[).\u3001:](?!\d)\s*")
_CIRCLED = re.compile("^[\u2460-\u2473]\\s*")
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table or the like, where it stands, and where its list ends."""

    start: int
    end: int
    tag: str
    html: str
    list_end: int | None = None

    @property
    def inner(self) -> str:
        """What is in a paragraph or list item; other blocks as they are."""
        if self.tag not in {"p", "li"}:
            return self.html
        return self.html[self.html.index(">") + 1 : self.html.rindex("</")]


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or a block that cannot be divided, of block number `block`."""

    text: str
    key: str
    block: int
    first: bool
    last: bool
    html: str = ""
    """The block's HTML, where the unit is all of it."""


def key_of_text(text: str) -> str:
    """The words of a text without marks, spaces, width and numbering: by which it is recognised."""
    unnumbered = _CIRCLED.sub("", text.strip())
    plainly = unicodedata.normalize("NFKC", unnumbered).casefold()
    return _PUNCTUATION.sub("", _LEADING.sub("", plainly))


def blocks_of(html: str) -> list[Block]:
    """The blocks of cleaned HTML in order; items of a list one by one."""
    blocks: list[Block] = []
    reached = 0
    for start, end, name in _elements(html):
        if name in _BLOCKS:
            blocks += _loose(html, reached, start)
            blocks += _block(html, start, end, name)
            reached = end
    return [*blocks, *_loose(html, reached, len(html))]


def _elements(html: str) -> Iterator[tuple[int, int, str]]:
    """The outermost elements: where each begins and ends, and its name."""
    depth = start = 0
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _VOID:
            if depth == 0:
                yield tag.start(), tag.end(), name
        elif tag[1]:
            depth = max(0, depth - 1)
            if depth == 0:
                yield start, tag.end(), name
        else:
            start = tag.start() if depth == 0 else start
            depth += 1


def _loose(html: str, start: int, end: int) -> list[Block]:
    """Text that stands outside of any block."""
    if not html[start:end].strip():
        return []
    return [Block(start, end, "", html[start:end])]


def _block(html: str, start: int, end: int, name: str) -> list[Block]:
    if name not in _LISTS:
        return [Block(start, end, name, html[start:end])]
    opened = html.index(">", start) + 1
    closed = html.rindex("</", start, end)
    items = [
        Block(opened + a, opened + b, "li", html[opened + a : opened + b], end)
        for a, b, inner in _elements(html[opened:closed])
        if inner == "li"
    ]
    return items or [Block(start, end, name, html[start:end])]


def units_of(html: str) -> list[Unit]:
    """The sentences of a rich text; a table, a picture, a formula keeps its block whole."""
    blocks = blocks_of(html)
    units = [unit for number, block in enumerate(blocks) for unit in _units(block, number)]
    if len(units) <= MOST_UNITS:
        return units
    whole = [unit for number, block in enumerate(blocks) for unit in _whole(block, number)]
    return _joined(whole)


def _units(block: Block, number: int) -> Iterable[Unit]:
    if _SOLID.search(block.html):
        return _whole(block, number)
    texts = [text.strip() for text in _SENTENCE.findall(plain(block.html))]
    kept = [(text, key_of_text(text)) for text in texts]
    kept = [(text, key) for text, key in kept if key]
    last = len(kept) - 1
    return [
        Unit(text, key, number, at == 0, at == last, block.html if last == 0 else "")
        for at, (text, key) in enumerate(kept)
    ]


def _whole(block: Block, number: int) -> list[Unit]:
    text = plain(block.html)
    solid = "".join(re.findall(r'data-(?:media|latex)="([^"]*)"', block.html))
    key = f"{key_of_text(text)}{solid}"
    return [Unit(text, key, number, True, True, block.html)] if key else []


def _joined(units: list[Unit]) -> list[Unit]:
    if len(units) <= MOST_UNITS:
        return units
    kept, over = units[: MOST_UNITS - 1], units[MOST_UNITS - 1 :]
    text = " ".join(unit.text for unit in over)
    joined = Unit(text, key_of_text(text), over[0].block, True, False)
    return [*kept, joined]
