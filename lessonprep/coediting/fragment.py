"""Lesson text in a Y.XmlFragment, in y-prosemirror's form: read, and written anew.

pycrdt counts in UTF-8 bytes, gives numbers as floats and formatting in any order.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from pycrdt import XmlElement, XmlFragment, XmlText

from lessonprep.coediting import lib0
from lessonprep.coediting.nodes import (
    Child,
    Mark,
    Node,
    Text,
    Tree,
    UnknownContent,
    joined,
    mark,
    node,
    ranked,
)

Parent = XmlFragment | XmlElement
_HASHED = re.compile(r"(.*)--[a-zA-Z0-9+/=]{8}")
MANY_AT_ONCE = {"comment"}
"""Marks of which a text may bear several: their names are stored with a hash behind."""


def read(parent: Parent) -> Tree:
    """The tree under a fragment or element; raises `UnknownContent`."""
    children: list[Child] = []
    for child in parent.children:
        if isinstance(child, XmlText):
            children.extend(runs(child))
        elif isinstance(child, XmlElement):
            children.append(read_node(child))
        else:
            raise UnknownContent(type(child).__name__)
    return joined(children)


def read_node(element: XmlElement) -> Node:
    """One element with all that is in it."""
    return node(element.tag or "", attributes_of(element), read(element))


def attributes_of(element: XmlElement) -> dict[str, Any]:
    """The element's attributes as they are stored."""
    view: Any = element.attributes  # iterable, which its annotations do not say
    return dict(view)


def runs(text: XmlText) -> list[Text]:
    """The runs of one Y.XmlText."""
    found = []
    for piece, formatting in text.diff():
        if not isinstance(piece, str):
            raise UnknownContent(type(piece).__name__)
        found.append(Text(piece, marks_of(formatting)))
    return found


def marks_of(formatting: Mapping[str, Any] | None) -> tuple[Mark, ...]:
    """Formatting as marks, in their rank."""
    marks = []
    for name, attrs in (formatting or {}).items():
        if attrs is None:
            continue
        hashed = _HASHED.fullmatch(name)
        marks.append(mark(hashed[1] if hashed else name, attrs if isinstance(attrs, dict) else {}))
    return ranked(marks)


def formatting_of(marks: Iterable[Mark]) -> dict[str, Any]:
    """Marks as formatting, under the names that y-prosemirror gives them."""
    return {stored_name(one): dict(one.attrs) for one in marks}


def stored_name(one: Mark) -> str:
    """The mark's name in the document."""
    return f"{one.name}--{_hash(one)}" if one.name in MANY_AT_ONCE else one.name


def _hash(one: Mark) -> str:
    """SHA-256 of lib0's encoding of the mark's JSON, folded to six bytes."""
    told = _any({"type": one.name, "attrs": dict(one.attrs)} if one.attrs else {"type": one.name})
    digest = bytearray(hashlib.sha256(told).digest())
    for at in range(6, len(digest)):
        digest[at % 6] ^= digest[at]
    return base64.b64encode(bytes(digest[:6])).decode()


def _any(value: str | dict[str, Any]) -> bytes:
    """lib0's `encodeAny` of strings and objects."""
    if isinstance(value, str):
        return b"\x77" + lib0.text(value)
    inside = b"".join(lib0.text(key) + _any(one) for key, one in value.items())
    return b"\x76" + lib0.uint(len(value)) + inside


def append(parent: Parent, tree: Iterable[Child]) -> None:
    """Write the tree at the end of a fragment or element."""
    insert(parent, len(parent.children), tree)


def insert(parent: Parent, at: int, tree: Iterable[Child]) -> int:
    """Write the tree before the child at this place; the place behind it is returned."""
    run: list[Text] = []
    for child in (*tree, None):
        if isinstance(child, Text):
            run.append(child)
            continue
        if run:
            parent.children.insert(at, XmlText())
            write_runs(_text_at(parent, at), 0, run)
            run, at = [], at + 1
        if child is not None:
            parent.children.insert(at, XmlElement(child.name))
            element = parent.children[at]
            if not isinstance(element, XmlElement):  # pragma: no cover - it was made just above
                raise TypeError(element)
            for name, value in child.attrs:
                element.attributes[name] = value
            append(element, child.children)
            at += 1
    return at


def _text_at(parent: Parent, at: int) -> XmlText:
    text = parent.children[at]
    if not isinstance(text, XmlText):  # pragma: no cover - it was made just above
        raise TypeError(text)
    return text


def write_runs(text: XmlText, offset: int, run: Iterable[Text]) -> None:
    """Write the runs at this byte offset."""
    for one in run:
        text.insert(offset, one.text, formatting_of(one.marks))
        offset += len(one.text.encode())
