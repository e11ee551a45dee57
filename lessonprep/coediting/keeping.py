"""What somebody had typed when they lost the right to (留存的文字): theirs to find and copy.

It never goes into the plan, and shows nothing but their own words: they may not see the plan.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from lessonprep.coediting import lib0
from lessonprep.coediting.attribution import words_of
from lessonprep.coediting.document import words_by_place
from lessonprep.coediting.models import KeptWriting
from lessonprep.coediting.nodes import UnknownContent
from lessonprep.coediting.store import BrokenLog, document_of, load
from lessonprep.coediting.updates import merged
from lessonprep.versions.comparison import Mark, compare_text

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Piece:
    """What was typed in one section."""

    section: str
    text: str


def pieces_of(kept: KeptWriting) -> list[Piece]:
    """The words in the order of the plan, by section's id; as they came, where that cannot be."""
    updates = lib0.split(bytes(kept.data))
    try:
        found = _in_order(kept, updates)
    except (BrokenLog, UnknownContent, ValueError, KeyError, TypeError):
        logger.warning("Kept writing %s is shown as it came", kept.uuid)
        found = []
    if found:
        return found
    text = "\n".join(filter(None, map(_as_it_came, updates)))
    return [Piece("", text)] if text else []


def _as_it_came(update: bytes) -> str:
    try:
        return words_of(update).strip()
    except lib0.Malformed:
        return ""


def _in_order(kept: KeptWriting, updates: list[bytes]) -> list[Piece]:
    doc = document_of(load(kept.room))
    before = words_by_place(doc)
    doc.apply_update(merged(updates))
    pieces: dict[str, list[str]] = {}
    for place, (section, words) in words_by_place(doc).items():
        _section, former = before.get(place, ("", ""))
        if words != former:
            added = [one.text for one in compare_text(former, words) if one.mark is Mark.ADDED]
            pieces.setdefault(section, []).extend(added)
    return [
        Piece(section, "\n".join(text).strip())
        for section, text in pieces.items()
        if "".join(text).strip()
    ]
