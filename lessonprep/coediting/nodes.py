"""Lesson text as a tree of nodes and marks: what the editor's schema knows, and nothing else.

The names are those of `client/schema.ts`; LAYOUT.md has the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

NODES: dict[str, dict[str, Any]] = {
    "paragraph": {},
    "heading": {"level": 3},
    "bulletList": {},
    "orderedList": {"start": 1},
    "listItem": {},
    "blockquote": {},
    "hardBreak": {},
    "horizontalRule": {},
    "picture": {"media": "", "alt": ""},
    "formula": {"latex": ""},
    "table": {},
    "tableRow": {},
    "tableHeader": {"colspan": 1, "rowspan": 1},
    "tableCell": {"colspan": 1, "rowspan": 1},
}
"""Every node with its attributes and what these are where they are missing."""
MARKS: dict[str, tuple[str, ...]] = {
    "comment": ("id",),
    "insertion": ("id", "author"),
    "deletion": ("id", "author"),
    "link": ("href",),
    "bold": (),
    "italic": (),
    "underline": (),
    "strike": (),
    "subscript": (),
    "superscript": (),
}
"""Every mark with its attributes, in their rank: the outermost first."""
RANK = {name: rank for rank, name in enumerate(MARKS)}
TEXTBLOCKS = {"paragraph", "heading"}
INLINE = {"hardBreak", "picture", "formula"}
LISTS = {"bulletList", "orderedList"}
CELLS = {"tableHeader", "tableCell"}
NEEDS_CONTENT = {"listItem", "blockquote", "table", *LISTS, *CELLS}
"""Nodes that are not valid without a child."""
_LARGEST = 1000


class UnknownContent(ValueError):
    """A node or mark that this server does not know; it is never passed over in silence."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark with its attributes in the order of the schema."""

    name: str
    attrs: tuple[tuple[str, str], ...] = ()

    @property
    def by_rank(self) -> tuple[Any, ...]:
        """Its place among the marks of a text."""
        return (RANK[self.name], self.attrs)

    def get(self, name: str) -> str:
        """The attribute, or the empty string."""
        return dict(self.attrs).get(name, "")


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text with the same marks."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A node with all its attributes."""

    name: str
    attrs: tuple[tuple[str, Any], ...] = ()
    children: tuple[Child, ...] = ()

    def get(self, name: str) -> Any:
        """The attribute of this name."""
        return dict(self.attrs)[name]


Child = Node | Text
Tree = tuple[Child, ...]


def node(name: str, attrs: Mapping[str, Any] | None = None, children: Iterable[Child] = ()) -> Node:
    """A node with its attributes as the schema has them; raises `UnknownContent`."""
    if name not in NODES:
        raise UnknownContent(name)
    given = attrs or {}
    known = tuple((key, _as(key, given.get(key), usual)) for key, usual in NODES[name].items())
    return Node(name, known, tuple(children))


def _as(key: str, value: Any, usual: Any) -> Any:
    """The value in the type of its default: numbers come as floats from the shared document."""
    if value is None:
        return usual
    if not isinstance(usual, int):
        return str(value)
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return usual
    if key == "level":
        return min(4, max(3, number))
    return number if key == "start" else min(_LARGEST, max(1, number))


def mark(name: str, attrs: Mapping[str, Any] | None = None) -> Mark:
    """A mark with the schema's attributes; raises `UnknownContent`."""
    if name not in MARKS:
        raise UnknownContent(name)
    given = attrs or {}
    return Mark(name, tuple((key, str(given.get(key) or "")) for key in MARKS[name]))


def ranked(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks in the order in which they are written, each once."""
    return tuple(sorted(set(marks), key=lambda one: one.by_rank))


def joined(children: Iterable[Child]) -> Tree:
    """The children with neighbouring texts of the same marks as one, without empty ones."""
    done: list[Child] = []
    for child in children:
        if isinstance(child, Text):
            if not child.text:
                continue
            last = done[-1] if done else None
            if isinstance(last, Text) and last.marks == child.marks:
                done[-1] = Text(last.text + child.text, last.marks)
                continue
        done.append(child)
    return tuple(done)


EMPTY_PARAGRAPH = node("paragraph")


def is_blank(tree: Tree) -> bool:
    """Whether the tree is an empty text."""
    return not tree or tree == (EMPTY_PARAGRAPH,)


def texts_of(tree: Iterable[Child]) -> Iterator[Text]:
    """Every run of text, in order."""
    for child in tree:
        if isinstance(child, Text):
            yield child
        else:
            yield from texts_of(child.children)


def open_suggestions(tree: Iterable[Child]) -> set[str]:
    """The ids of the suggestions (修改建议) that nobody has accepted or declined."""
    return {
        one.get("id")
        for text in texts_of(tree)
        for one in text.marks
        if one.name in ("insertion", "deletion")
    }


def published(tree: Tree) -> Tree:
    """The tree as the text reads: without what is only suggested, without anchors of remarks."""
    return joined(done for child in tree for done in [_published(child)] if done is not None)


def _published(child: Child) -> Child | None:
    if isinstance(child, Text):
        if any(one.name == "insertion" for one in child.marks):
            return None
        kept = tuple(one for one in child.marks if RANK[one.name] >= RANK["link"])
        return Text(child.text, kept)
    children = published(child.children)
    if children or not child.children:
        return replace(child, children=children)
    if child.name in CELLS:
        return replace(child, children=(EMPTY_PARAGRAPH,))
    return None  # it holds nothing but suggestions


def lines(tree: Iterable[Child]) -> str:
    """The words, a line a paragraph; a formula as its LaTeX, a picture as its description."""
    return "\n".join(_lines(tree))


def _lines(tree: Iterable[Child]) -> Iterator[str]:
    for child in tree:
        if isinstance(child, Text):
            yield child.text
        elif child.name in TEXTBLOCKS:
            yield "".join(map(_said, child.children))
        else:
            yield from _lines(child.children)


def _said(child: Child) -> str:
    if isinstance(child, Text):
        return child.text
    match child.name:
        case "formula":
            return str(child.get("latex"))
        case "picture":
            return str(child.get("alt"))
    return "\n"
