"""Bringing a shared text to what another way of writing made of it, by its differences alone.

A restored text, a Word document, a plain form come as HTML. What is equal stays untouched: the
words that somebody is typing at the same time, open suggestions, anchors of remarks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pycrdt import Text as PlainText
from pycrdt import XmlElement, XmlText

from lessonprep.coediting import fragment
from lessonprep.coediting.fragment import Parent
from lessonprep.coediting.nodes import (
    RANK,
    TEXTBLOCKS,
    Child,
    Mark,
    Node,
    Text,
    Tree,
    is_blank,
    published,
    texts_of,
)

_MOST_PAIRS = 900
_ALIKE = 0.4
LONGEST = 6000
"""Characters of one paragraph's changed middle that are compared one by one."""


def merge(parent: Parent, new: Tree) -> None:
    """Make the published text under `parent` that of `new`; call it in a transaction."""
    now = published(fragment.read(parent))
    if now == new or (is_blank(now) and is_blank(new)):
        return
    is_inline = isinstance(parent, XmlElement) and parent.tag in TEXTBLOCKS
    if is_inline:
        _merge_inline(parent, new)
    else:
        _merge_blocks(parent, new)


# Blocks


def _merge_blocks(parent: Parent, new: Tree) -> None:
    """Blocks that hold nothing but suggestions are not seen, and stay."""
    seen: list[tuple[int, Child]] = [
        (at, shown[0])
        for at, child in enumerate(parent.children)
        for shown in [published(_read(child))]
        if shown
    ]
    behind = len(parent.children)
    for old, fresh in reversed(align([node for _at, node in seen], new)):
        behind = behind if old is None else seen[old][0]
        if old is None and fresh is not None:
            fragment.insert(parent, behind, [new[fresh]])
        elif fresh is None:
            del parent.children[behind]
        elif old is not None:
            _merge_node(parent, behind, seen[old][1], new[fresh])


def _read(child: object) -> Tree:
    if isinstance(child, XmlElement):
        return (fragment.read_node(child),)
    return tuple(fragment.runs(child)) if isinstance(child, XmlText) else ()


def _merge_node(parent: Parent, at: int, old: Child, new: Child) -> None:
    if old == new:
        return
    element = parent.children[at]
    if not isinstance(element, XmlElement) or not isinstance(new, Node):
        del parent.children[at]
        fragment.insert(parent, at, [new])
        return
    before = dict(old.attrs) if isinstance(old, Node) else {}
    for name, value in new.attrs:
        if before.get(name) != value:
            element.attributes[name] = value
    merge(element, new.children)


def align(old: Sequence[Child], new: Sequence[Child]) -> list[tuple[int | None, int | None]]:
    """Which old block becomes which new one, in order; None for one that has no other."""
    steps: list[tuple[int | None, int | None]] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            steps.extend((i + step, k + step) for step in range(j - i))
        else:
            pairs = _pairs(old[i:j], new[k:m])
            steps.extend(_steps(i, j, k, m, pairs))
    return steps


def _steps(
    i: int, j: int, k: int, m: int, pairs: Sequence[tuple[int, int]]
) -> list[tuple[int | None, int | None]]:
    steps: list[tuple[int | None, int | None]] = []
    for a, b in [*((i + a, k + b) for a, b in pairs), (j, m)]:
        steps.extend((at, None) for at in range(i, a))
        steps.extend((None, at) for at in range(k, b))
        if a < j:
            steps.append((a, b))
        i, k = a + 1, b + 1
    return steps


def _pairs(old: Sequence[Child], new: Sequence[Child]) -> list[tuple[int, int]]:
    """The pairs of changed blocks that are most alike, none crossing another."""
    if len(old) == len(new) == 1:
        return [(0, 0)] if _name(old[0]) == _name(new[0]) else []
    if len(old) * len(new) > _MOST_PAIRS:
        both = range(min(len(old), len(new)))
        return [(at, at) for at in both if _name(old[at]) == _name(new[at])]
    best: list[list[float]] = [[0.0] * (len(new) + 1) for _one in range(len(old) + 1)]
    alike = [[_likeness(one, other) for other in new] for one in old]
    for a in reversed(range(len(old))):
        for b in reversed(range(len(new))):
            paired = alike[a][b] + best[a + 1][b + 1] if alike[a][b] else 0.0
            best[a][b] = max(best[a + 1][b], best[a][b + 1], paired)
    pairs, a, b = [], 0, 0
    while a < len(old) and b < len(new):
        if alike[a][b] and best[a][b] == alike[a][b] + best[a + 1][b + 1]:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return pairs


def _name(child: Child) -> str:
    return child.name if isinstance(child, Node) else ""


def _likeness(old: Child, new: Child) -> float:
    """From 0, another text altogether, to 1."""
    if _name(old) != _name(new):
        return 0.0
    one, other = _words(old), _words(new)
    if not one or not other:
        return 0.01  # an empty paragraph may become any, where nothing is more like it
    ratio = SequenceMatcher(None, one, other, autojunk=False).quick_ratio()
    return ratio if ratio >= _ALIKE else 0.0


def _words(child: Child) -> str:
    return "".join(text.text for text in texts_of([child]))[:400]


# Within a paragraph


def _merge_inline(parent: Parent, new: Tree) -> None:
    """Pictures, formulas and breaks that stay part the paragraph; between them text is merged."""
    children = list(parent.children)
    atoms = [at for at, child in enumerate(children) if isinstance(child, XmlElement)]
    new_atoms = [at for at, child in enumerate(new) if isinstance(child, Node)]
    old_nodes = [_read(children[at])[0] for at in atoms]
    matcher = SequenceMatcher(None, old_nodes, [new[at] for at in new_atoms], autojunk=False)
    kept = [
        (atoms[block.a + step], new_atoms[block.b + step])
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]
    end, new_end = len(children), len(new)
    for at, new_at in [*reversed(kept), (-1, -1)]:
        _merge_between(parent, at + 1, end, new[new_at + 1 : new_end])
        end, new_end = at, new_at


def _merge_between(parent: Parent, start: int, end: int, new: Tree) -> None:
    for at in range(end - 1, start - 1, -1):
        if isinstance(parent.children[at], XmlElement):
            del parent.children[at]
            end -= 1
    texts = [one for one in list(parent.children)[start:end] if isinstance(one, XmlText)]
    before, run, after = _around_longest_run(new)
    if texts:
        _merge_texts(texts, run)
        fragment.insert(parent, end, after)
        fragment.insert(parent, start, before)
    else:
        fragment.insert(parent, start, new)


def _around_longest_run(new: Tree) -> tuple[Tree, list[Text], Tree]:
    """The longest text without anything in it, and what stands before and behind."""
    best, start = (0, 0, -1), 0
    for at in range(len(new) + 1):
        if at == len(new) or isinstance(new[at], Node):
            run = new[start:at]
            length = sum(len(one.text) for one in run if isinstance(one, Text))
            if length > best[2]:
                best = (start, at, length)
            start = at + 1
    first, last, _length = best
    run_of = [one for one in new[first:last] if isinstance(one, Text)]
    return new[:first], run_of, new[last:]


@dataclass(frozen=True, slots=True)
class _Char:
    """A character that is part of the published text, and where it stands."""

    char: str
    marks: tuple[Mark, ...]
    text: XmlText
    offset: int

    @property
    def end(self) -> int:
        return self.offset + len(self.char.encode())

    @property
    def published(self) -> tuple[Mark, ...]:
        return tuple(one for one in self.marks if RANK[one.name] >= RANK["link"])


def _merge_texts(texts: Sequence[XmlText], run: Sequence[Text]) -> None:
    old = [one for text in texts for one in _chars(text)]
    new = [(char, one.marks) for one in run for char in one.text]
    changes = _changes([one.char for one in old], [char for char, _marks in new])
    for tag, i, j, k, m in reversed(changes):
        if tag == "equal":
            for one, (_char, marks) in zip(old[i:j], new[k:m], strict=True):
                _format(one, marks)
            continue
        for one in reversed(old[i:j]):
            del one.text[one.offset : one.end]
        if i > 0:
            text, offset = old[i - 1].text, old[i - 1].end
        else:
            text, offset = (old[0].text, old[0].offset) if old else (texts[0], 0)
        fragment.write_runs(text, offset, [Text(char, marks) for char, marks in new[k:m]])


def _chars(text: XmlText) -> list[_Char]:
    chars, offset = [], 0
    for one in fragment.runs(text):
        is_proposed = any(mark.name == "insertion" for mark in one.marks)
        for char in one.text:
            if not is_proposed:
                chars.append(_Char(char, one.marks, text, offset))
            offset += len(char.encode())
    return chars


def _format(one: _Char, marks: tuple[Mark, ...]) -> None:
    if one.published == marks:
        return
    formatting = fragment.formatting_of(marks)
    gone = {fragment.stored_name(mark): None for mark in one.published}
    one.text.format(one.offset, one.end, {**gone, **formatting})


Change = tuple[str, int, int, int, int]


def _changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The operations that turn `old` into `new`, equal ends found first."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end, new_end = len(old), len(new)
    while end > start and new_end > start and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    middle: list[Change]
    if max(end, new_end) - start > LONGEST:
        middle = [("replace", start, end, start, new_end)]
    else:
        matcher = SequenceMatcher(None, old[start:end], new[start:new_end], autojunk=False)
        middle = [
            (tag, i + start, j + start, k + start, m + start)
            for tag, i, j, k, m in matcher.get_opcodes()
        ]
    ends: list[Change] = [
        ("equal", 0, start, 0, start),
        *middle,
        ("equal", end, len(old), new_end, len(new)),
    ]
    return [change for change in ends if change[1] < change[2] or change[3] < change[4]]


def merge_plain(text: PlainText, new: str) -> None:
    """The same for a text without formatting."""
    old = str(text)
    offsets = [0]
    for char in old:
        offsets.append(offsets[-1] + len(char.encode()))
    for tag, i, j, k, m in reversed(_changes(old, new)):
        if tag == "equal":
            continue
        del text[offsets[i] : offsets[j]]
        if k < m:
            text.insert(offsets[i], new[k:m])
