"""Lesson text to HTML and back, as the editor's schema serialises and parses it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser

from lessonprep.coediting.nodes import (
    EMPTY_PARAGRAPH,
    LISTS,
    NEEDS_CONTENT,
    TEXTBLOCKS,
    Child,
    Mark,
    Node,
    Text,
    Tree,
    is_blank,
    joined,
    mark,
    node,
    published,
    ranked,
)
from resources.library.richtext import clean

_MARK_TAGS = {
    "bold": "strong",
    "italic": "em",
    "underline": "u",
    "strike": "s",
    "subscript": "sub",
    "superscript": "sup",
}
_TAG_MARKS = {tag: name for name, tag in _MARK_TAGS.items()}
_NODE_TAGS = {
    "paragraph": "p",
    "blockquote": "blockquote",
    "bulletList": "ul",
    "orderedList": "ol",
    "listItem": "li",
    "tableRow": "tr",
    "tableHeader": "th",
    "tableCell": "td",
}
_TAG_NODES = {tag: name for name, tag in _NODE_TAGS.items()} | {"table": "table"}
_HEADINGS = {"h1": 3, "h2": 3, "h3": 3, "h4": 4, "h5": 4, "h6": 4}


def to_html(tree: Tree) -> str:
    """The published text as a section stores it: serialised, then through the allow-list."""
    return clean(serialised(published(tree)))


def serialised(tree: Tree) -> str:
    """What the editor's serialiser gives, byte for byte; an empty text is the empty string."""
    return "" if is_blank(tree) else _children(tree)


def _children(children: Iterable[Child]) -> str:
    parts: list[str] = []
    active: list[Mark] = []
    for child in children:
        marks = child.marks if isinstance(child, Text) else ()
        keep = 0
        while keep < min(len(active), len(marks)) and active[keep] == marks[keep]:
            keep += 1
        parts.extend(f"</{_mark_tag(one)}>" for one in reversed(active[keep:]))
        parts.extend(_opened(one) for one in marks[keep:])
        active = list(marks)
        parts.append(_text(child.text) if isinstance(child, Text) else _node(child))
    parts.extend(f"</{_mark_tag(one)}>" for one in reversed(active))
    return "".join(parts)


def _node(one: Node) -> str:
    match one.name:
        case "hardBreak":
            return "<br>"
        case "horizontalRule":
            return "<hr>"
        case "picture":
            return f"<img{_attr('data-media', one.get('media'))}{_attr('alt', one.get('alt'))}>"
        case "formula":
            return f"<span{_attr('data-latex', one.get('latex'))}></span>"
        case "heading":
            return f"<h{one.get('level')}>{_children(one.children)}</h{one.get('level')}>"
        case "table":
            return f"<table><tbody>{_children(one.children)}</tbody></table>"
    tag = _NODE_TAGS[one.name]
    told = "".join(_attr(name, str(value)) for name, value in one.attrs if value != 1)
    return f"<{tag}{told}>{_children(one.children)}</{tag}>"


def _mark_tag(one: Mark) -> str:
    tags = {"comment": "span", "insertion": "ins", "deletion": "del", "link": "a"}
    return tags.get(one.name) or _MARK_TAGS[one.name]


def _opened(one: Mark) -> str:
    match one.name:
        case "comment":
            told = _attr("data-comment", one.get("id"))
        case "insertion" | "deletion":
            told = _attr("data-suggestion", one.get("id"))
            told += _attr("data-author", one.get("author"))
        case "link":
            told = _attr("href", one.get("href"))
        case _:
            told = ""
    return f"<{_mark_tag(one)}{told}>"


def _text(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("\xa0", "&nbsp;")
    return escaped.replace("<", "&lt;").replace(">", "&gt;")


def _attr(name: str, value: str) -> str:
    escaped = _text(value).replace('"', "&quot;")
    return f' {name}="{escaped}"'


def from_html(html: str) -> Tree:
    """The tree of a section's HTML; what the allow-list does not know is left out first."""
    parser = _Parser()
    parser.feed(clean(html))
    parser.close()
    return parser.finished()


_SPACES = re.compile(r"[ \t\r\n\f]+")


class _Open:
    """A node whose end has not come yet."""

    def __init__(self, name: str, attrs: Mapping[str, object] | None = None, tag: str = "") -> None:
        self.name = name
        self.attrs = attrs
        self.tag = tag
        """Empty for a node that the parser put in between."""
        self.children: list[Child] = []

    @property
    def takes_text(self) -> bool:
        return self.name in TEXTBLOCKS

    def closed(self) -> Node:
        children = self.children
        if self.takes_text:
            _trim_end(children)
        elif self.name == "listItem" and not _begins_with_paragraph(children):
            children = [EMPTY_PARAGRAPH, *children]
        elif not children and self.name in LISTS:
            children = [node("listItem", {}, [EMPTY_PARAGRAPH])]
        elif not children and self.name in NEEDS_CONTENT:
            children = [EMPTY_PARAGRAPH]
        return node(self.name, self.attrs, joined(children))


def _begins_with_paragraph(children: list[Child]) -> bool:
    return bool(children) and isinstance(children[0], Node) and children[0].name == "paragraph"


def _trim_end(children: list[Child]) -> None:
    if children and isinstance(children[-1], Text):
        last = children[-1]
        children[-1] = Text(last.text.rstrip(" \t\r\n\f"), last.marks)


class _Parser(HTMLParser):
    """Reads cleaned HTML, which is well formed, and makes of it what the schema allows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.top = _Open("doc")
        self.stack = [self.top]
        self.marks: list[tuple[str, Mark]] = []
        self.skipping = 0
        """How deep inside a formula, whose text is only a picture of it."""
        self.after_break = False

    @property
    def now(self) -> _Open:
        return self.stack[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if self.skipping:
            self.skipping += tag == "span"
        elif tag in _TAG_MARKS:
            self.marks.append((tag, mark(_TAG_MARKS[tag])))
        elif tag == "a":
            self.marks.append((tag, mark("link", told)))
        elif tag in ("span", "br", "img"):
            self._atom(tag, told)
        elif tag == "hr":
            self._enter(_Open("horizontalRule"))
            self._close()
        elif tag in _HEADINGS:
            self._enter(_Open("heading", {"level": _HEADINGS[tag]}, tag))
        elif tag in _TAG_NODES:
            self._enter(_Open(_TAG_NODES[tag], told, tag))

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            self.skipping -= tag == "span"
            return
        if tag == "a" or tag in _TAG_MARKS:
            self._end_mark(tag)
        elif tag in _HEADINGS or tag in _TAG_NODES:
            depth = next(
                (at for at in range(len(self.stack) - 1, 0, -1) if self.stack[at].tag == tag), None
            )
            while depth is not None and len(self.stack) > depth:
                self._close()
        self.after_break = False

    def handle_data(self, data: str) -> None:
        if self.skipping:
            return
        text = _SPACES.sub(" ", data)
        is_space = not text.strip(" ")
        if is_space and not self.now.takes_text:
            return
        if text.startswith(" ") and self._strips_space():
            text = text[1:]
        if text:
            self._inline(
                Text(text, ranked(one for _tag, one in self.marks if one.attrs != _NO_LINK))
            )
        self.after_break = False

    def finished(self) -> Tree:
        """The tree, when all is fed."""
        while len(self.stack) > 1:
            self._close()
        return joined(self.top.children)

    def _strips_space(self) -> bool:
        if not self.now.takes_text or not self.now.children or self.after_break:
            return True
        last = self.now.children[-1]
        return isinstance(last, Text) and last.text.endswith(" ")

    def _atom(self, tag: str, told: Mapping[str, str]) -> None:
        if tag == "br":
            self._inline(node("hardBreak"))
            self.after_break = True
        elif "data-latex" in told:
            self._inline(node("formula", {"latex": told["data-latex"]}))
            self.skipping = 1
        elif "data-media" in told:
            attrs = {"media": told["data-media"], "alt": told.get("alt", "")}
            self._inline(node("picture", attrs))

    def _end_mark(self, tag: str) -> None:
        for at in range(len(self.marks) - 1, -1, -1):
            if self.marks[at][0] == tag:
                del self.marks[at]
                return

    def _inline(self, child: Child) -> None:
        if not self.now.takes_text:
            self._place("paragraph")
            self.stack.append(_Open("paragraph"))
        self.now.children.append(child)
        self.after_break = False

    def _enter(self, new: _Open) -> None:
        self._close_textblock()
        self._place(new.name)
        self.stack.append(new)

    def _close_textblock(self) -> None:
        if self.now.takes_text:
            self._close()

    def _place(self, name: str) -> None:
        """Put what is missing between the open node and a child of this name."""
        if self.now.name in LISTS and name != "listItem" and not self.now.tag:
            self._close()
        elif self.now.name in LISTS and name != "listItem":
            last = self.now.children.pop() if self.now.children else None
            item = _Open("listItem")
            item.children = list(last.children) if isinstance(last, Node) else []
            self.stack.append(item)
        elif name == "listItem" and self.now.name not in LISTS:
            self.stack.append(_Open("bulletList"))

    def _close(self) -> None:
        one = self.stack.pop()
        if one.name == "table" and not one.children:
            return
        self.now.children.append(one.closed())
        if self.now.name == "listItem" and not self.now.tag:
            self._close()  # it was put around that one alone


_NO_LINK = (("href", ""),)
