"""The shared document of a plan as its sections, and the other way; LAYOUT.md has its shape."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pycrdt import Doc, Map, Text, XmlFragment

from lessonprep.coediting import fragment, nodes
from lessonprep.coediting.html import from_html, to_html
from lessonprep.coediting.merging import merge, merge_plain
from lessonprep.plans.sections import Section
from resources.library.blocks import COLUMNS, USUAL_COLUMNS

LAYOUT = 1
_LONGEST_MINUTES = 600


class NotADocument(ValueError):
    """The update does not hold the sections of a plan."""


@contextmanager
def _in_layout(doc: Doc[Any]) -> Iterator[None]:
    """A transaction in which parts that are not as LAYOUT.md has them raise `NotADocument`."""
    try:
        with doc.transaction():
            yield
    except (AttributeError, LookupError, TypeError) as error:
        raise NotADocument from error


def seed(sections: Sequence[Section]) -> bytes:
    """The update with which a room begins."""
    doc: Doc[Any] = Doc()
    with doc.transaction():
        doc.get("about", type=Map)["layout"] = LAYOUT
    bring_to(doc, sections)
    return bytes(doc.get_update())


def sections_in(doc: Doc[Any]) -> list[Section]:
    """The sections as they read: in order, without what was taken out or is only suggested.

    Raises `UnknownContent`, and `NotADocument` where there are none: never an empty plan.
    """
    with _in_layout(doc):
        parts = _standing(_map(doc, "sections"))
        if not parts:
            raise NotADocument
        return [_section(id_, part) for id_, part in parts]


def open_suggestions(doc: Doc[Any]) -> dict[str, set[str]]:
    """The ids of open suggestions by section."""
    with _in_layout(doc):
        found = {
            id_: {
                one
                for text in _rich_texts(part)
                for one in nodes.open_suggestions(fragment.read(text))
            }
            for id_, part in _standing(_map(doc, "sections"))
        }
    return {id_: ids for id_, ids in found.items() if ids}


def bring_to(doc: Doc[Any], sections: Sequence[Section]) -> None:
    """Change the document, by differences, so that it reads as `sections`.

    What `sections` leaves out is taken out, not deleted: it comes back with its text.
    """
    with _in_layout(doc):
        parts = _map(doc, "sections")
        for section in sections:
            _bring_section(parts, section)
        _take_out(parts, {section["id"] for section in sections})
        _put_in_order(parts, [section["id"] for section in sections])


def _map(doc: Doc[Any], name: str) -> Map[Any]:
    return doc.get(name, type=Map)


def _standing(parts: Map[Any]) -> list[tuple[str, Map[Any]]]:
    """What was not taken out, in order."""
    standing = [(id_, part) for id_, part in parts.items() if not part.get("gone")]
    return sorted(standing, key=lambda item: (_order(item[1]), item[0]))


def _order(part: Map[Any]) -> float:
    order = part.get("order")
    return float(order) if isinstance(order, int | float) else 0.0


def _rich_texts(part: Map[Any]) -> list[XmlFragment]:
    if part["type"] == "text":
        return [part["body"]]
    return [row[name] for _id, row in _standing(part["rows"]) for name in COLUMNS]


def _section(id_: str, part: Map[Any]) -> Section:
    value = {"key": str(part.get("key") or ""), "heading": str(part.get("heading") or "")}
    if part["type"] == "text":
        return {"type": "text", "id": id_, "value": {**value, "body": _html(part["body"])}}
    rows = [_row(row_id, row) for row_id, row in _standing(part["rows"])]
    return {"type": "process", "id": id_, "value": {**value, "rows": rows}}


def _html(text: XmlFragment) -> str:
    return to_html(fragment.read(text))


def _row(id_: str, row: Map[Any]) -> dict[str, Any]:
    cells = {name: _html(row[name]) for name in COLUMNS}
    return {
        "type": "item",
        "id": id_,
        "value": {
            "step": str(row["step"]),
            "minutes": _minutes(row.get("minutes")),
            **{name: text for name, text in cells.items() if text or name in USUAL_COLUMNS},
        },
    }


def _minutes(value: Any) -> int | None:
    if not isinstance(value, int | float) or not 0 <= value <= _LONGEST_MINUTES:
        return None
    return int(value)


def _bring_section(parts: Map[Any], section: Section) -> None:
    id_, value = section["id"], section["value"]
    part = parts.get(id_)
    if part is None:
        part = _new_section(parts, section)
    if part.get("gone"):
        del part["gone"]
    for name in ("key", "heading"):
        _set(part, name, value.get(name) or "")
    if section["type"] == "text":
        _bring_html(part["body"], value.get("body") or "")
        return
    rows = part["rows"]
    wanted = value.get("rows") or []
    for row in wanted:
        _bring_row(rows, row)
    _take_out(rows, {row["id"] for row in wanted})
    _put_in_order(rows, [row["id"] for row in wanted])


def _new_section(parts: Map[Any], section: Section) -> Map[Any]:
    is_text = section["type"] == "text"
    shared: dict[str, Any] = {"body": XmlFragment()} if is_text else {"rows": Map()}
    parts[section["id"]] = Map({"type": section["type"], **shared})
    part: Map[Any] = parts[section["id"]]
    return part


def _bring_row(rows: Map[Any], wanted: Mapping[str, Any]) -> None:
    id_, value = wanted["id"], wanted["value"]
    if id_ not in rows:
        cells = {name: XmlFragment() for name in COLUMNS}
        rows[id_] = Map({"step": Text(), "minutes": None, **cells})
    row = rows[id_]
    if row.get("gone"):
        del row["gone"]
    merge_plain(row["step"], value.get("step") or "")
    _set(row, "minutes", value.get("minutes"))
    for name in COLUMNS:
        _bring_html(row[name], value.get(name) or "")


def _set(part: Map[Any], name: str, value: Any) -> None:
    if name not in part or part[name] != value:
        part[name] = value


def _bring_html(text: XmlFragment, html: str) -> None:
    if _html(text) != html:
        merge(text, from_html(html))


def _take_out(parts: Map[Any], kept: set[str]) -> None:
    for id_, part in parts.items():
        if id_ not in kept and not part.get("gone"):
            part["gone"] = True


def _put_in_order(parts: Map[Any], ids: Iterable[str]) -> None:
    wanted = list(ids)
    if [id_ for id_, _part in _standing(parts)] == wanted and all(
        "order" in parts[id_] for id_ in wanted
    ):
        return
    for order, id_ in enumerate(wanted, start=1):
        _set(parts[id_], "order", order)


def as_stored(sections: Sequence[Section]) -> str:
    """The sections as JSON, to see whether two texts are the same."""
    return json.dumps(sections, ensure_ascii=False, sort_keys=True)


def standing_places(doc: Doc[Any]) -> dict[tuple[str, ...], str]:
    """Where text of a section stands that was not taken out, as keys from the root: its id."""
    places: dict[tuple[str, ...], str] = {}
    with _in_layout(doc):
        for id_, part in _standing(_map(doc, "sections")):
            if part["type"] == "text":
                places["sections", id_, "body"] = id_
                continue
            for row_id, _row_part in _standing(part["rows"]):
                for name in ("step", *COLUMNS):
                    places["sections", id_, "rows", row_id, name] = id_
    return places


def words_by_place(doc: Doc[Any]) -> dict[tuple[str, ...], tuple[str, str]]:
    """By place, its section's id and the words there, a line a paragraph, suggestions too."""
    words = {}
    for place, section in standing_places(doc).items():
        shared: Any = doc.get(place[0], type=Map)
        for key in place[1:]:
            shared = shared[key]
        is_rich = isinstance(shared, XmlFragment)
        text = nodes.lines(fragment.read(shared)) if is_rich else str(shared)
        words[place] = (section, text)
    return words
