"""Comparing two texts of a plan section by section (对照), character by character."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Any

from resources.library.blocks import columns_in
from resources.library.richtext import plain

# Latin words and numbers change as a whole; Chinese changes by the character.
_PIECE = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
LONGEST = 20_000
"""Texts beyond so many pieces are shown as wholly replaced: the comparison is quadratic."""


class Mark(Enum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one mark."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class SectionComparison:
    """One section in both texts; `pieces` is empty where nothing changed."""

    id: str
    heading: str
    pieces: list[Piece]

    @property
    def changed(self) -> bool:
        """Whether the section differs."""
        return bool(self.pieces)


def compare_text(old: str, new: str) -> list[Piece]:
    """The pieces that turn `old` into `new`."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    if max(len(before), len(after)) > LONGEST:
        return [Piece(Mark.REMOVED, old), Piece(Mark.ADDED, new)]
    pieces: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Mark.SAME, "".join(before[i:j])))
            continue
        if i < j:
            pieces.append(Piece(Mark.REMOVED, "".join(before[i:j])))
        if k < m:
            pieces.append(Piece(Mark.ADDED, "".join(after[k:m])))
    return pieces


def section_text(section: dict[str, Any]) -> str:
    """A section's words, a process as one line a step."""
    value = section["value"]
    if section["type"] == "text":
        return plain(value.get("body") or "")
    return "\n".join(_row_text(row["value"]) for row in value.get("rows", []))


def _row_text(row: dict[str, Any]) -> str:
    minutes = f" {row['minutes']}′" if row.get("minutes") else ""
    cells = (plain(row.get(name) or "") for name in columns_in([row]))
    return " | ".join([f"{row.get('step', '')}{minutes}", *cells])


def compare_sections(
    old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]
) -> list[SectionComparison]:
    """Every section of either text, in the new order, removed ones last."""
    before = {section["id"]: section for section in old}
    after = {section["id"]: section for section in new}
    result = []
    for id_ in [*after, *(id_ for id_ in before if id_ not in after)]:
        texts = [section_text(side[id_]) if id_ in side else "" for side in (before, after)]
        shown = after.get(id_) or before[id_]
        pieces = compare_text(*texts) if texts[0] != texts[1] else []
        result.append(SectionComparison(id_, shown["value"].get("heading", ""), pieces))
    return result
