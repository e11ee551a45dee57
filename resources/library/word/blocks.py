"""The rich text of a lesson as blocks: what HTML and Word have in common.

`from_html` and `to_html` are inverse up to the canonical form: `canonical(html)` is what comes back
from a document that `html` was written into. Plain Python, so that the reading process stays small.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

MARKS = ("strong", "em", "u", "s", "sub", "sup")
"""From the outermost inwards, as the editor nests them."""
DEEPEST = 8
"""The deepest level of a list in Word, counted from 0."""
WIDEST = 60
_SPACE = re.compile(r"[ \t\n\r\f]+")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINK = re.compile(r"(?:https?://|mailto:)\S+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Text:
    """A run of words with its marks; a link is a mark with an address."""

    words: str
    marks: frozenset[str] = frozenset()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """A new line within a paragraph."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: `media` is its uuid, or ``picture:3`` for the third of a document just read."""

    media: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in LaTeX."""

    latex: str


Inline = Text | Break | Image | Formula


@dataclass(slots=True)
class Paragraph:
    """A paragraph, or a heading within a section: `tag` is ``p``, ``h3`` or ``h4``."""

    inlines: list[Inline] = field(default_factory=list)
    tag: str = "p"

    @property
    def words(self) -> str:
        """Its text without marks."""
        return "".join(inline.words for inline in self.inlines if isinstance(inline, Text))


@dataclass(slots=True)
class Items:
    """A list; each item is a paragraph first, then paragraphs and lists within."""

    items: list[list[Block]] = field(default_factory=list)
    ordered: bool = False
    start: int = 1


@dataclass(slots=True)
class Quote:
    """A quotation."""

    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Rule:
    """A line across."""


@dataclass(slots=True)
class Cell:
    """A cell of a table."""

    blocks: list[Block] = field(default_factory=list)
    columns: int = 1
    rows: int = 1
    is_head: bool = False


@dataclass(slots=True)
class Table:
    """A table without holes: all rows cover the same columns."""

    rows: list[list[Cell]] = field(default_factory=list)


Block = Paragraph | Items | Quote | Rule | Table


# to HTML


def to_html(blocks: Iterable[Block]) -> str:
    """The blocks as HTML of the tags that lessons keep."""
    return "".join(map(_block_html, blocks))


def _block_html(block: Block) -> str:
    match block:
        case Paragraph():
            return f"<{block.tag}>{inline_html(block.inlines)}</{block.tag}>"
        case Items():
            tag = "ol" if block.ordered else "ul"
            start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
            items = "".join(f"<li>{to_html(item)}</li>" for item in block.items)
            return f"<{tag}{start}>{items}</{tag}>"
        case Quote():
            return f"<blockquote>{to_html(block.blocks)}</blockquote>"
        case Rule():
            return "<hr>"
        case Table():
            rows = "".join(f"<tr>{''.join(map(_cell_html, row))}</tr>" for row in block.rows)
            return f"<table><tbody>{rows}</tbody></table>"


def _cell_html(cell: Cell) -> str:
    tag = "th" if cell.is_head else "td"
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<{tag}{spans}>{to_html(cell.blocks)}</{tag}>"


def inline_html(inlines: Iterable[Inline]) -> str:
    """Runs, breaks, pictures and formulas as HTML; marks that go on are not closed between."""
    html: list[str] = []
    opened: list[str] = []
    for inline in inlines:
        wanted = _tags(inline)
        same = 0
        while same < min(len(opened), len(wanted)) and opened[same] == wanted[same]:
            same += 1
        html += [f"</{tag.split()[0]}>" for tag in reversed(opened[same:])]
        html += [f"<{tag}>" for tag in wanted[same:]]
        opened = wanted
        html.append(_bare_html(inline))
    html += [f"</{tag.split()[0]}>" for tag in reversed(opened)]
    return "".join(html)


def _tags(inline: Inline) -> list[str]:
    """The tags around a run, from the outermost inwards."""
    if not isinstance(inline, Text):
        return []
    link = [f'a href="{escape(inline.link)}"'] if inline.link else []
    return [*link, *(mark for mark in MARKS if mark in inline.marks)]


def _bare_html(inline: Inline) -> str:
    match inline:
        case Text():
            return escape(inline.words, quote=False)
        case Break():
            return "<br>"
        case Image():
            return f'<img data-media="{escape(inline.media)}" alt="{escape(inline.alt)}">'
        case Formula():
            return f'<span data-latex="{escape(inline.latex)}"></span>'


# from HTML


def from_html(html: str) -> list[Block]:
    """The blocks of clean HTML (`richtext.clean`)."""
    return list(_blocks_in(_tree(html), _INLINE))


def canonical(html: str) -> str:
    """HTML as a document gives it back: the same words, marks and structure, one spelling."""
    return to_html(from_html(html))


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str]
    children: list[_Node | str] = field(default_factory=list)


class _Builder(HTMLParser):
    """A tree of clean HTML, in which every element but the void ones is closed."""

    VOID = frozenset({"br", "hr", "img"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(node)
        if tag not in self.VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].tag == tag:
                del self.open[at:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def _tree(html: str) -> _Node:
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


@dataclass(frozen=True, slots=True)
class _Style:
    marks: frozenset[str] = frozenset()
    link: str = ""


_INLINE = _Style()
_BLOCKS = frozenset({"p", "h3", "h4", "ul", "ol", "li", "blockquote", "hr", "table"})
_PARTS = frozenset({"tbody", "thead", "tr", "td", "th"})


def _blocks_in(node: _Node, style: _Style) -> Iterator[Block]:
    """The blocks of an element; words that stand free become paragraphs of their own."""
    loose: list[Inline] = []
    for child in node.children:
        if isinstance(child, _Node) and (child.tag in _BLOCKS | _PARTS or _holds_blocks(child)):
            yield from _paragraph(loose, "p", keep_empty=False)
            loose = []
            yield from _of_block(child, style)
        else:
            loose += _inlines_in(child, style)
    yield from _paragraph(loose, "p", keep_empty=False)


def _holds_blocks(node: _Node) -> bool:
    return any(
        isinstance(child, _Node) and (child.tag in _BLOCKS | _PARTS or _holds_blocks(child))
        for child in node.children
    )


def _of_block(node: _Node, style: _Style) -> Iterator[Block]:
    match node.tag:
        case "p" | "h3" | "h4" if not _holds_blocks(node):
            inlines = [inline for child in node.children for inline in _inlines_in(child, style)]
            yield from _paragraph(inlines, node.tag, keep_empty=True)
        case "ul" | "ol":
            yield from _list(node, style, 0)
        case "blockquote":
            yield Quote(list(_blocks_in(node, style)))
        case "hr":
            yield Rule()
        case "table":
            yield from _table(node, style)
        case _:
            yield from _blocks_in(node, _styled(node, style))


def _paragraph(inlines: list[Inline], tag: str, *, keep_empty: bool) -> Iterator[Paragraph]:
    joined = tidy(inlines)
    if joined or keep_empty:
        yield Paragraph(joined, tag)


def _styled(node: _Node, style: _Style) -> _Style:
    if node.tag in MARKS:
        other = {"sub": "sup", "sup": "sub"}.get(node.tag, "")  # Word knows one of them at a time
        return _Style(style.marks - {other} | {node.tag}, style.link)
    if node.tag == "a" and _LINK.match(node.attributes.get("href", "")):
        return _Style(style.marks, node.attributes["href"])
    return style


def _inlines_in(node: _Node | str, style: _Style) -> Iterator[Inline]:
    if isinstance(node, str):
        if words := ILLEGAL.sub("", node):
            yield Text(words, style.marks, style.link)
    elif node.tag == "br":
        yield Break()
    elif node.tag == "img":
        if "data-media" in node.attributes:
            alt = legal(node.attributes.get("alt", ""))
            yield Image(legal(node.attributes["data-media"]), alt)
    elif legal(node.attributes.get("data-latex", "")):
        yield Formula(legal(node.attributes["data-latex"]))
    else:
        inner = _styled(node, style)
        for child in node.children:
            yield from _inlines_in(child, inner)


def legal(text: str) -> str:
    """On one line, without what XML cannot hold."""
    return _SPACE.sub(" ", ILLEGAL.sub("", text)).strip()


def tidy(inlines: Iterable[Inline]) -> list[Inline]:
    """Runs of the same marks joined, white space as HTML shows it: single, none at the ends."""
    result: list[Inline] = []
    for inline in inlines:
        if not isinstance(inline, Text):
            result.append(inline)
            continue
        words = _SPACE.sub(" ", inline.words)
        last = result[-1] if result else None
        if words.startswith(" ") and (
            last is None
            or isinstance(last, Break)
            or (isinstance(last, Text) and last.words.endswith(" "))
        ):
            words = words[1:]
        if not words:
            continue
        if isinstance(last, Text) and (last.marks, last.link) == (inline.marks, inline.link):
            result[-1] = Text(last.words + words, last.marks, last.link)
        else:
            result.append(Text(words, inline.marks, inline.link))
    return _without_space_at_ends(result)


def _without_space_at_ends(inlines: list[Inline]) -> list[Inline]:
    result: list[Inline] = []
    for inline in reversed(inlines):
        at_end = not result or isinstance(result[-1], Break)
        if at_end and isinstance(inline, Text) and inline.words.endswith(" "):
            words = inline.words[:-1]
            if words:
                result.append(Text(words, inline.marks, inline.link))
        else:
            result.append(inline)
    return result[::-1]


def _list(node: _Node, style: _Style, level: int) -> Iterator[Block]:
    items = [item for child in node.children for item in _items_of(child, style, level)]
    if items:
        start = node.attributes.get("start", "1")
        number = int(start) if re.fullmatch(r"\d{1,5}", start) else 1
        ordered = node.tag == "ol"
        yield Items(items, ordered, number if ordered else 1)


def _items_of(child: _Node | str, style: _Style, level: int) -> Iterator[list[Block]]:
    if isinstance(child, str):
        if child.strip():
            yield [Paragraph(tidy([Text(ILLEGAL.sub("", child), style.marks, style.link)]))]
        return
    if child.tag in {"ul", "ol"}:  # a list straight in a list
        child = _Node("li", {}, [child])
    blocks = [*_item_blocks(child, style, level)]
    if not blocks or not isinstance(blocks[0], Paragraph):
        blocks.insert(0, Paragraph())
    if level < DEEPEST:
        yield blocks
        return
    # Word knows no deeper list: what is in there stands beside it.
    yield [block for block in blocks if isinstance(block, Paragraph)]
    for block in blocks:
        if isinstance(block, Items):
            yield from block.items


def _item_blocks(node: _Node, style: _Style, level: int) -> Iterator[Block]:
    """In an item Word knows paragraphs and lists; the rest is taken apart into them."""
    lists = {"ul", "ol"}
    loose: list[Inline] = []
    for child in node.children:
        if isinstance(child, _Node) and (child.tag in _BLOCKS | _PARTS or _holds_blocks(child)):
            yield from _paragraph(loose, "p", keep_empty=False)
            loose = []
            if child.tag in lists:
                yield from _list(child, style, min(level + 1, DEEPEST))
            elif child.tag == "p" and not _holds_blocks(child):
                yield from _of_block(child, style)
            elif child.tag in {"h3", "h4"} and not _holds_blocks(child):
                bold = _Style(style.marks | {"strong"}, style.link)
                inlines = [i for each in child.children for i in _inlines_in(each, bold)]
                yield from _paragraph(inlines, "p", keep_empty=True)
            else:
                yield from _item_blocks(child, _styled(child, style), level)
        else:
            loose += _inlines_in(child, style)
    yield from _paragraph(loose, "p", keep_empty=False)


def _table(node: _Node, style: _Style) -> Iterator[Block]:
    rows = [
        [
            Cell(
                list(_blocks_in(cell, style)),
                _span(cell, "colspan"),
                _span(cell, "rowspan"),
                cell.tag == "th",
            )
            for cell in row.children
            if isinstance(cell, _Node) and cell.tag in {"td", "th"}
        ]
        for row in _rows_of(node)
    ]
    if whole := filled(rows):
        yield Table(whole)


def _rows_of(node: _Node) -> Iterator[_Node]:
    for child in node.children:
        if isinstance(child, _Node):
            if child.tag == "tr":
                yield child
            elif child.tag in {"tbody", "thead"}:
                yield from _rows_of(child)


def _span(cell: _Node, name: str) -> int:
    text = cell.attributes.get(name, "1")
    return max(1, int(text)) if re.fullmatch(r"\d{1,4}", text) else 1


def filled(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows of a table without holes and overlaps; empty rows go."""
    rows = [row for row in rows if row]
    taken: list[dict[int, bool]] = [{} for _row in rows]
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column in taken[number]:
                column += 1
            cell.rows = min(cell.rows, len(rows) - number)
            cell.columns = _free(taken, number, column, cell)
            for line in range(number, number + cell.rows):
                taken[line] |= dict.fromkeys(range(column, column + cell.columns), True)
            column += cell.columns
    width = max((max(line, default=-1) + 1 for line in taken), default=0)
    # What a row lacks lies behind its own cells, as these are laid from the left into what is free.
    return [
        [*row, *(Cell() for column in range(width) if column not in line)]
        for row, line in zip(rows, taken, strict=True)
    ]


def _free(taken: list[dict[int, bool]], number: int, column: int, cell: Cell) -> int:
    """How many columns from `column` on are free in all rows that the cell covers."""
    wanted = min(cell.columns, WIDEST)
    lines = range(number, number + cell.rows)
    for width in range(1, wanted):
        if any(column + width in taken[line] for line in lines):
            return width
    return wanted
