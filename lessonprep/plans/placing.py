"""Putting what was agreed into the plan's section: in the place of what it replaces, or beside it.

Nothing that is not replaced is lost: where the old words are no longer found, the agreed ones are
added, and the caller is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from html import escape
from typing import Any
from uuid import uuid4

from lessonprep.plans.agenda import MINUTES, STEP, Issue
from lessonprep.plans.sections import Section
from lessonprep.plans.sentences import Block, Unit, blocks_of, key_of_text, units_of
from resources.library.blocks import COLUMNS, USUAL_COLUMNS
from resources.library.richtext import clean


class Put(Enum):
    """What became of the agreed words."""

    REPLACED = "replaced"
    INSERTED = "inserted"
    APPENDED = "appended"
    NOT_THERE = "not there"
    """There was nothing to take out."""


def placed(
    section: Section,
    issue: Issue,
    html: str,
    *,
    row: Mapping[str, Any] | None = None,
    former: Sequence[str] = (),
) -> tuple[Section, Put]:
    """The section with `html` (or, for a step as a whole, `row`) as agreed on `issue`.

    Empty `html` takes the words out. `former` are sentences, as recognised, that an earlier
    decision on the same issue has put there.
    """
    old = [list(former), issue.base] if former else [issue.base]
    value = dict(section["value"])
    if section["type"] == "text":
        body = value.get("body") or ""
        value["body"], how = in_html(body, old, html, issue.after, at_end=issue.apart)
    else:
        value["rows"], how = _in_rows(value.get("rows", []), issue, old, html, row)
    return {**section, "value": value}, how


def in_html(
    html: str, olds: Sequence[Sequence[str]], new: str, after: str, *, at_end: bool = False
) -> tuple[str, Put]:
    """`html` with `new` in the place of the first of `olds` that is found.

    Where none is: after the sentence `after`; at the start, where the base says nothing there;
    else, or with `at_end`, at the end.
    """
    units = units_of(html)
    for old in olds:
        at = _find([unit.key for unit in units], old)
        if at is not None:
            done = _replaced(html, units[at : at + len(old)], new)
            if done is not None:
                return clean(done), Put.REPLACED
    if not new:
        return html, Put.NOT_THERE
    blocks = blocks_of(html)
    place = next((unit.block for unit in units if after and unit.key == after), None)
    if place is not None:
        block = blocks[place]
        return clean(_cut(html, block.end, block.end, _inside(new, block))), Put.INSERTED
    if not after and not any(olds) and html and not at_end:
        return clean(f"{new}{html}"), Put.INSERTED
    return clean(f"{html}{new}"), Put.APPENDED


def _find(keys: Sequence[str], old: Sequence[str]) -> int | None:
    if not old:
        return None
    spots = (at for at in range(len(keys) - len(old) + 1) if keys[at : at + len(old)] == [*old])
    return next(spots, None)


def _replaced(html: str, units: Sequence[Unit], new: str) -> str | None:
    """The HTML with these neighbouring sentences replaced, if that can be done cleanly."""
    blocks = blocks_of(html)
    first, last = blocks[units[0].block], blocks[units[-1].block]
    if units[0].first and units[-1].last:
        if first.list_end == last.list_end:
            return _cut(html, first.start, last.end, _inside(new, first))
        return None
    if first is not last:
        return None
    words = escape("".join(unit.text for unit in units), quote=False)
    if first.html.count(words) != 1:
        return None
    typed = "".join(unit.text for unit in units_of(new)) if new else ""
    block = first.html.replace(words, escape(typed, quote=False))
    return _cut(html, first.start, first.end, block)


def _inside(new: str, block: Block) -> str:
    """`new` as items where it goes into a list."""
    if block.list_end is None:
        return new
    return "".join(f"<li>{part.inner}</li>" for part in blocks_of(new))


def _cut(html: str, start: int, end: int, new: str) -> str:
    return f"{html[:start]}{new}{html[end:]}"


def _in_rows(
    rows: Sequence[dict[str, Any]],
    issue: Issue,
    old: Sequence[Sequence[str]],
    html: str,
    row: Mapping[str, Any] | None,
) -> tuple[list[dict[str, Any]], Put]:
    at = next((at for at, own in enumerate(rows) if _is_step(own["value"], issue, at)), None)
    if issue.place.column == STEP:
        return _with_step(list(rows), at, row, issue)
    if at is None:
        if not html:
            return list(rows), Put.NOT_THERE
        made = {"step": issue.place.words, MINUTES: None, **dict.fromkeys(USUAL_COLUMNS, "")}
        rows = [*rows, {"type": "item", "id": str(uuid4()), "value": made}]
        at = len(rows) - 1
    value = dict(rows[at]["value"])
    if issue.place.column == MINUTES:
        value[MINUTES], how = (int(html) if html else None), Put.REPLACED
    else:
        cell = value.get(issue.place.column) or ""
        value[issue.place.column], how = in_html(cell, old, html, issue.after, at_end=issue.apart)
    new = [*rows]
    new[at] = {**rows[at], "value": _without_empty(value)}
    return new, how


def _without_empty(value: dict[str, Any]) -> dict[str, Any]:
    more = set(COLUMNS) - set(USUAL_COLUMNS)
    return {name: cell for name, cell in value.items() if cell or name not in more}


def _is_step(value: Mapping[str, Any], issue: Issue, at: int) -> bool:
    key = key_of_text(str(value.get("step") or "")) or f"#{at + 1}"
    return key == issue.place.step or key == key_of_text(issue.place.words)


def _with_step(
    rows: list[dict[str, Any]], at: int | None, row: Mapping[str, Any] | None, issue: Issue
) -> tuple[list[dict[str, Any]], Put]:
    """The rows with the step taken over, or without it."""
    if row is None:
        return (rows, Put.NOT_THERE) if at is None else (rows[:at] + rows[at + 1 :], Put.REPLACED)
    if at is not None:
        rows[at] = {**rows[at], "value": dict(row)}
        return rows, Put.REPLACED
    new = {"type": "item", "id": str(uuid4()), "value": dict(row)}
    return [*rows, new], Put.APPENDED
