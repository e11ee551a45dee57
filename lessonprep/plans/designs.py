"""Lesson-design models (教学设计模式) as plain data: columns, and laying a text out anew.

An entry of a model is ``{"key", "heading", "kind", "hint", "columns"}``; see `DesignModel`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessonprep.plans.models import DesignModel
from lessonprep.plans.sections import Section, empty_section, is_empty
from resources.library.blocks import COLUMNS, USUAL_COLUMNS

KEPT = "kept-"
"""Begins the key of a section that the plan's model does not have: it is of the former one."""
LONGEST_KEY = 40

Entry = Mapping[str, Any]


def columns_of(entry: Entry | None, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The columns of a process: the model's, and after them any others that hold text."""
    asked = [name for name in (entry or {}).get("columns") or USUAL_COLUMNS if name in COLUMNS]
    written = {name for row in rows for name in COLUMNS if row.get(name)}
    return [*asked, *(name for name in COLUMNS if name in written and name not in asked)]


def design_hash(design: DesignModel) -> str:
    """A short hash of a model; a form carries it as what it was made from."""
    text = json.dumps([design.name, design.note, design.sections], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def is_kept(section: Section) -> bool:
    """Whether the section has no place in the plan's model and is kept from the former one."""
    return str(section["value"].get("key") or "").startswith(KEPT)


def key_of(section: Section) -> str:
    """The section's place in a model, also while it is only kept."""
    return str(section["value"].get("key") or "").removeprefix(KEPT)


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A text laid out by another model: its sections, the ids of those kept from the former one."""

    sections: list[Section]
    kept: list[str]
    """Ids of sections that have no place in the model; they stand at the end."""
    dropped: list[str]
    """Headings of empty sections that the model does not have."""


def laid_out(
    sections: Sequence[Section],
    design: Sequence[Entry],
    *,
    needed: frozenset[str] = frozenset(),
    ids: Mapping[str, str] | None = None,
) -> LaidOut:
    """The sections in the order of `design`, every text kept.

    A section goes to the entry with its key, else to the one with its heading, if both are texts or
    both are processes; it keeps its id. What finds no place is appended as it is, unless it is
    empty and not in `needed` (ids to which remarks or decisions belong). `ids` gives fresh sections
    the ids that they have in another text of the same plan, by key.
    """
    left = list(sections)
    placed: list[Section] = []
    takers = [_take(left, entry, _same_key) for entry in design]
    for number, entry in enumerate(design):
        found = takers[number] or _take(left, entry, _same_heading)
        placed.append(_put(found, entry) if found else _fresh(entry, ids or {}, sections))
    kept = [_kept(section) for section in left if not is_empty(section) or section["id"] in needed]
    staying = {section["id"] for section in kept}
    return LaidOut(
        sections=[*placed, *kept],
        kept=[section["id"] for section in kept],
        dropped=[s["value"]["heading"] for s in left if s["id"] not in staying],
    )


def _same_key(section: Section, entry: Entry) -> bool:
    return bool(entry["key"]) and key_of(section) == entry["key"]


def _same_heading(section: Section, entry: Entry) -> bool:
    return bool(section["value"]["heading"].strip() == entry["heading"].strip())


def _take(left: list[Section], entry: Entry, fits: Any) -> Section | None:
    for section in left:
        if section["type"] == entry["kind"] and fits(section, entry):
            left.remove(section)
            return section
    return None


def _put(section: Section, entry: Entry) -> Section:
    value = {**section["value"], "key": entry["key"], "heading": entry["heading"]}
    return {**section, "value": value}


def _fresh(entry: Entry, ids: Mapping[str, str], taken: Sequence[Section]) -> Section:
    section = empty_section(entry)
    id_ = ids.get(entry["key"])
    if id_ is not None and all(other["id"] != id_ for other in taken):
        section["id"] = id_
    return section


def _kept(section: Section) -> Section:
    key = f"{KEPT}{key_of(section)}"[:LONGEST_KEY]
    return {**section, "value": {**section["value"], "key": key}}


MOST_SECTIONS = 20
LONGEST_HEADING = 60
LONGEST_HINT = 200


class InvalidDesign(ValueError):
    """What was sent cannot be a model; the message is for the writer."""


def typed_entries(posted: QueryDict) -> list[dict[str, Any]]:
    """The sections as a form has them, unchecked; keys are those of the form or new ones."""
    count = posted.get("count", "")
    number = min(int(count), MOST_SECTIONS + 1) if count.isdecimal() and len(count) < 4 else 0
    return [_typed_entry(posted, f"{index}-") for index in range(number)]


def _typed_entry(posted: QueryDict, prefix: str) -> dict[str, Any]:
    kind = "process" if posted.get(f"{prefix}kind") == "process" else "text"
    entry: dict[str, Any] = {
        "key": _key(posted.get(f"{prefix}key", "")),
        "heading": posted.get(f"{prefix}heading", "").strip(),
        "kind": kind,
        "hint": posted.get(f"{prefix}hint", "").strip(),
    }
    asked = posted.getlist(f"{prefix}columns")
    columns = [name for name in COLUMNS if name in asked]
    return {**entry, "columns": columns} if kind == "process" else entry


def _key(typed: str) -> str:
    allowed = typed.isascii() and typed.replace("_", "").isalnum() and len(typed) <= 32
    return typed if allowed else f"s_{uuid4().hex[:12]}"


def after_button(entries: list[dict[str, Any]], op: str) -> list[dict[str, Any]]:
    """The sections after a button of the form: ``add``, ``remove:2``, ``up:2``, ``down:2``."""
    name, _colon, argument = op.partition(":")
    index = int(argument) if argument.isdecimal() else -1
    if name == "add" and len(entries) < MOST_SECTIONS:
        return [*entries, {"key": _key(""), "heading": "", "kind": "text", "hint": ""}]
    if not 0 <= index < len(entries):
        return entries
    if name == "remove":
        return entries[:index] + entries[index + 1 :]
    other = {"up": index - 1, "down": index + 1}.get(name, index)
    if 0 <= other < len(entries):
        entries[index], entries[other] = entries[other], entries[index]
    return entries


def checked(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The sections, if a plan can be laid out by them; raises `InvalidDesign`."""
    if not entries:
        raise InvalidDesign(_("A design model has at least one section."))
    if len(entries) > MOST_SECTIONS:
        words = ngettext(
            "A design model has at most %(most)s section.",
            "A design model has at most %(most)s sections.",
            MOST_SECTIONS,
        )
        raise InvalidDesign(words % {"most": MOST_SECTIONS})
    for number, entry in enumerate(entries, start=1):
        _check(entry, number)
    headings = [entry["heading"] for entry in entries]
    twice = next((heading for heading in headings if headings.count(heading) > 1), None)
    if twice is not None:
        words = _("Two sections are called “%(heading)s”. Give one of them another heading.")
        raise InvalidDesign(words % {"heading": twice})
    if len({entry["key"] for entry in entries}) < len(entries):
        raise InvalidDesign(_("The form is not complete. Please reload the page."))
    return entries


def _check(entry: Mapping[str, Any], number: int) -> None:
    if not entry["heading"]:
        raise InvalidDesign(_("Section %(number)s has no heading.") % {"number": number})
    if len(entry["heading"]) > LONGEST_HEADING:
        words = _("The heading of section %(number)s has more than %(most)s characters.")
        raise InvalidDesign(words % {"number": number, "most": LONGEST_HEADING})
    if len(entry["hint"]) > LONGEST_HINT:
        words = _("The hint of section %(number)s has more than %(most)s characters.")
        raise InvalidDesign(words % {"number": number, "most": LONGEST_HINT})
    if entry["kind"] == "process" and not entry["columns"]:
        words = _("The process of section %(number)s has no column. Choose at least one.")
        raise InvalidDesign(words % {"number": number})
