"""Reading a title (读标题) where the description is silent: old files seldom come with a form.

“三上数学《两位数乘一位数》分层作业” tells grade, volume, subject and lesson. What the description
says is never changed by it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from schools.curriculum import stage_of
from search.documents import SearchDocument
from search.lexicon import CHAPTER, Lexicon
from search.topics import Topic, key_of
from search.understanding import Understood, understand

_QUOTED = re.compile(r"[《〈]([^《》〈〉]{1,30})[》〉]")


def completed(document: SearchDocument, lexicon: Lexicon) -> SearchDocument:
    """The document with what its title and its lesson tell and its description does not."""
    if document.chapters and document.grade and document.subject and document.volume:
        return document
    told = understand(document.title, lexicon)
    chapters = document.chapters or _chapters(document, told, lexicon)
    seen = replace(document, chapters=chapters)
    topics = _fitting(seen, told, lexicon)
    found: dict[str, Any] = {"chapters": chapters}
    if not document.chapters and topics:
        found["chapters"] = topics[0].path
    for name, told_values in (
        ("subject", told.values("subject")),
        ("edition", told.values("edition")),
        ("volume", told.values("volume")),
    ):
        if not getattr(document, name):
            found[name] = _only(told_values) or _only([getattr(t, name) for t in topics])
    if document.grade is None:
        written = _only(told.values("grade")) or _only([str(t.grade or "") for t in topics])
        found["grade"] = int(written) if written else None
    if not document.stage and (grade := document.grade or found.get("grade")):
        found["stage"] = str(stage_of(grade).value)
    return replace(document, **found)


def _chapters(document: SearchDocument, told: Understood, lexicon: Lexicon) -> tuple[str, ...]:
    for chip in told.chips:
        if chip.facet == CHAPTER:
            return (chip.label,)
    quoted = _QUOTED.search(document.title)
    return (quoted[1].strip(),) if quoted and quoted[1].strip() else ()


def _fitting(document: SearchDocument, told: Understood, lexicon: Lexicon) -> list[Topic]:
    """The lines of books that the document may be about."""
    if not document.chapters:
        return []
    asked = (
        ("subject", document.subject or _only(told.values("subject"))),
        ("grade", str(document.grade or "") or _only(told.values("grade"))),
        ("edition", document.edition or _only(told.values("edition"))),
        ("volume", document.volume or _only(told.values("volume"))),
    )
    topics = lexicon.topics_of(key_of(document.chapters[-1]))
    return [topic for topic in topics if all(_agrees(topic, n, value) for n, value in asked)]


def _agrees(topic: Topic, name: str, value: str) -> bool:
    known = str(getattr(topic, name) or "")
    return not value or not known or known == value


def _only(values: Sequence[str]) -> str:
    """The value on which all agree that have one."""
    different = {value for value in values if value}
    return different.pop() if len(different) == 1 else ""
