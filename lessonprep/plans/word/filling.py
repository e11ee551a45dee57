"""What pieces of a document become in a section: plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from lessonprep.plans.sections import Section, is_empty
from resources.library.blocks import COLUMNS, columns_in
from resources.library.richtext import clean
from resources.library.word.blocks import Paragraph, Text, to_html
from resources.library.word.words import CONCEPTS, bare, concept_of

Piece = Mapping[str, Any]
PLACED_KINDS = ("text", "process")
LONGEST_STEP = 60


def targets_of(pieces: Iterable[Piece], sections: Sequence[Section]) -> list[str]:
    """The section proposed for each piece, by id; empty where it is to be shown beside."""
    by_heading = {bare(section["value"]["heading"]): section["id"] for section in sections}
    return [_target(piece, sections, by_heading) for piece in pieces]


def _target(piece: Piece, sections: Sequence[Section], by_heading: Mapping[str, str]) -> str:
    if piece["kind"] not in PLACED_KINDS:
        return ""
    if exact := by_heading.get(bare(piece["label"])):
        return exact
    alike = [section for section in sections if concept_of_section(section) == piece["concept"]]
    if not alike or not piece["concept"]:
        return ""
    kind = "process" if piece["kind"] == "process" else "text"
    best = next((section for section in alike if section["type"] == kind), alike[0])
    return str(best["id"])


def concept_of_section(section: Section) -> str:
    """What a section is about, by its heading or its place in the model."""
    key = str(section["value"].get("key") or "")
    return concept_of(section["value"]["heading"]) or (key if key in CONCEPTS else "")


def filled(section: Section, pieces: Sequence[Piece], *, append: bool) -> dict[str, str]:
    """The form that writes `pieces` into a section, behind its text or in the place of it."""
    if section["type"] == "text":
        before = section["value"].get("body") or "" if append else ""
        return {"body": clean(before + "".join(_bodies(section, pieces)))}
    rows = list(section["value"].get("rows") or []) if append else []
    rows += [_row(step) for piece in pieces for step in _steps(section, piece)]
    return rows_form(rows)


def rows_form(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The form that saves these rows of a process."""
    posted = {"rows-count": str(len(rows))}
    for number, row in enumerate(rows):
        value = row["value"]
        minutes = value.get("minutes")
        posted |= {
            f"rows-{number}-uuid": row["id"],
            f"rows-{number}-step": value.get("step") or "",
            f"rows-{number}-minutes": "" if minutes is None else str(minutes),
            **{f"rows-{number}-{name}": value.get(name) or "" for name in COLUMNS},
        }
    return posted


def _row(step: Mapping[str, Any]) -> dict[str, Any]:
    value = {"step": step["step"], "minutes": step["minutes"], **step["cells"]}
    return {"id": str(uuid4()), "value": value}


def _bodies(section: Section, pieces: Sequence[Piece]) -> list[str]:
    names = {bare(piece["label"]) for piece in pieces if piece["label"]}
    bodies = []
    for piece in pieces:
        is_other = piece["concept"] != concept_of_section(section)
        is_named = bare(piece["label"]) == bare(section["value"]["heading"])
        has_name = piece["kind"] in {*PLACED_KINDS, "field"} and piece["label"] and not is_named
        if has_name and (len(names) > 1 or is_other):
            bodies.append(_bold(bare(piece["label"])))
        bodies.append(piece["html"] + table_of(piece["steps"]))
    return bodies


def _bold(words: str) -> str:
    return to_html([Paragraph([Text(words, frozenset({"strong"}))])])


def table_of(steps: Sequence[Mapping[str, Any]]) -> str:
    """Steps as a table of rich text, for a section that is no process."""
    if not steps:
        return ""
    names = columns_in([step["cells"] for step in steps])
    heads = "".join(f"<th><p>{COLUMNS[name]}</p></th>" for name in names)
    rows = "".join(
        f"<tr><td>{to_html([Paragraph([Text(_step_words(step))])])}</td>"
        + "".join(f"<td>{step['cells'].get(name) or '<p></p>'}</td>" for name in names)
        + "</tr>"
        for step in steps
    )
    return f"<table><tbody><tr><th><p></p></th>{heads}</tr>{rows}</tbody></table>"


def _step_words(step: Mapping[str, Any]) -> str:
    minutes = "" if step["minutes"] is None else f" {step['minutes']}′"
    return f"{step['step']}{minutes}"


def _steps(section: Section, piece: Piece) -> list[Mapping[str, Any]]:
    """A piece as steps; running text becomes one, named by its heading."""
    steps: list[Mapping[str, Any]] = list(piece["steps"])
    if not piece["html"]:
        return steps
    is_named = bare(piece["label"]) == bare(section["value"]["heading"])
    name = "" if is_named or piece["concept"] == "process" else bare(piece["label"])
    return [
        {"step": name[:LONGEST_STEP], "minutes": None, "cells": {"teacher": piece["html"]}},
        *steps,
    ]


def has_text(section: Section) -> bool:
    """Whether something is written in it already."""
    return not is_empty(section)
