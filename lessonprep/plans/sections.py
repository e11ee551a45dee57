"""Sections as plain data: made from a design, cleaned, hashed, replaced.

A section is ``{"type": "text" | "process", "id": "<uuid>", "value": {…}}``, as a StreamField
stores it; drafts, revisions, versions and forms all pass this shape around.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from resources.library.blocks import COLUMNS, USUAL_COLUMNS
from resources.library.richtext import clean, from_plain, plain

Section = dict[str, Any]
_PICTURE = re.compile(r"""<img\b(?:[^>"]|"[^"]*")*>""")
MOST_ROWS = 60
LONGEST_TEXT = 200_000
"""Characters of one rich text; a whole plan is far shorter."""


class InvalidSection(ValueError):
    """What was sent cannot be a section; the message is for the writer."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class SectionGone(LookupError):
    """The plan has no section with this id any more."""


def empty_sections(design: Sequence[Mapping[str, Any]]) -> list[Section]:
    """A fresh section for each entry (``key``, ``heading``, ``kind``) of a design model."""
    return [empty_section(entry) for entry in design]


def empty_section(entry: Mapping[str, Any]) -> Section:
    """A fresh section for an entry of a design model."""
    return {
        "type": entry["kind"],
        "id": str(uuid4()),
        "value": {
            "key": entry["key"],
            "heading": entry["heading"],
            **({"rows": []} if entry["kind"] == "process" else {"body": ""}),
        },
    }


def section_hash(section: Section) -> str:
    """A short hash of a section's content; a form carries it as what it was made from."""
    text = json.dumps(section["value"], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def find(sections: Iterable[Section], id_: str) -> Section:
    """The section with this id; raises `SectionGone`."""
    for section in sections:
        if section["id"] == id_:
            return section
    raise SectionGone(id_)


def replaced(sections: Sequence[Section], new: Section) -> list[Section]:
    """The sections with `new` in the place of the one with its id."""
    return [new if section["id"] == new["id"] else section for section in sections]


def is_empty(section: Section) -> bool:
    """Whether nothing has been written into it."""
    value = section["value"]
    if section["type"] == "text":
        body = value.get("body") or ""
        return not plain(body) and "<img" not in body and "data-latex" not in body
    return not value.get("rows")


def rich(posted: Mapping[str, str], name: str, current: str, label: str) -> str:
    """A rich text from a form: HTML under `name`, or typed lines under `name`_text.

    Typed lines that say what the current HTML says leave it as it is, marks and tables included;
    others keep its pictures, which a plain form does not show, at their end.
    """
    html = posted.get(name)
    text = posted.get(f"{name}_text")
    if max(len(html or ""), len(text or "")) > LONGEST_TEXT:
        message = _("“%(label)s” is too long: at most %(most)s characters fit.")
        raise InvalidSection(message % {"label": label, "most": f"{LONGEST_TEXT:,}"}, name)
    if html is not None:
        return clean(html)
    if text is None or text.split() == as_lines(current).split():
        return current
    typed = from_plain(text)
    return typed and typed + "".join(f"<p>{picture}</p>" for picture in _PICTURE.findall(current))


def as_lines(html: str) -> str:
    """The words of `html`, a line a paragraph, for a form without an editor."""
    for end in ("</p>", "</li>", "</h3>", "</h4>", "</tr>", "<br>"):
        html = html.replace(end, f"{end}\x1e")
    lines = (plain(line) for line in html.split("\x1e"))
    return "\n".join(line for line in lines if line)


def from_form(section: Section, posted: Mapping[str, str]) -> Section:
    """The section as the form says; raises `InvalidSection`, keeps type, id, key and heading."""
    value = dict(section["value"])
    if section["type"] == "text":
        value["body"] = rich(posted, "body", value.get("body") or "", value["heading"])
    else:
        value["rows"] = _rows(value.get("rows", []), posted)
    return {**section, "value": value}


def _incomplete() -> InvalidSection:
    return InvalidSection(_("The form is not complete. Please reload the page."), "rows")


def _rows(current: list[dict[str, Any]], posted: Mapping[str, str]) -> list[dict[str, Any]]:
    known = {row["id"]: row["value"] for row in current}
    try:
        count = int(posted.get("rows-count", ""))
    except ValueError:
        raise InvalidSection(
            _("The form is not complete. Please reload the page."), "rows"
        ) from None
    if not 0 <= count <= MOST_ROWS:
        message = _("A teaching process has at most %(most)s steps.")
        raise InvalidSection(message % {"most": MOST_ROWS}, "rows")
    rows = [_row(known, posted, f"rows-{number}-") for number in range(count)]
    if len({row["id"] for row in rows}) < len(rows):
        raise _incomplete()
    return _moved(rows, posted.get("op", ""))


def _row(
    known: Mapping[str, dict[str, Any]], posted: Mapping[str, str], prefix: str
) -> dict[str, Any]:
    id_ = posted.get(f"{prefix}uuid", "")
    was = known.get(id_, {})
    step = posted.get(f"{prefix}step", "").strip()
    cells = {
        name: rich(posted, f"{prefix}{name}", was.get(name) or "", step or name) for name in COLUMNS
    }
    if len(step) > 60:
        raise InvalidSection(_("The name of a step has at most 60 characters."), f"{prefix}step")
    return {
        "type": "item",
        "id": id_ if id_ in known or _is_uuid(id_) else str(uuid4()),
        "value": {"step": step, "minutes": _minutes(posted, prefix), **_written(cells)},
    }


def _written(cells: Mapping[str, str]) -> dict[str, str]:
    """The usual cells, and the others where something is written in them."""
    return {name: text for name, text in cells.items() if text or name in USUAL_COLUMNS}


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _minutes(posted: Mapping[str, str], prefix: str) -> int | None:
    text = posted.get(f"{prefix}minutes", "").strip()
    if not text:
        return None
    if not (text.isdecimal() and int(text) <= 600):
        raise InvalidSection(_("Minutes are a whole number from 0 to 600."), f"{prefix}minutes")
    return int(text)


def _moved(rows: list[dict[str, Any]], op: str) -> list[dict[str, Any]]:
    """The rows after the button that was pressed in a form without JavaScript."""
    name, _colon, argument = op.partition(":")
    index = int(argument) if argument.isdecimal() else -1
    if name == "add-row":
        empty = {"step": "", "minutes": None, **dict.fromkeys(USUAL_COLUMNS, "")}
        return [*rows, {"type": "item", "id": str(uuid4()), "value": empty}]
    if not 0 <= index < len(rows):
        return rows
    if name == "remove-row":
        return rows[:index] + rows[index + 1 :]
    other = {"up-row": index - 1, "down-row": index + 1}.get(name, index)
    if 0 <= other < len(rows):
        rows[index], rows[other] = rows[other], rows[index]
    return rows
