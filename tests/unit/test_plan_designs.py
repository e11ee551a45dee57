"""Changing a plan's design model keeps every text, whatever the models."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from lessonprep.plans.designs import (
    InvalidDesign,
    after_button,
    checked,
    columns_of,
    is_kept,
    laid_out,
    typed_entries,
)
from lessonprep.plans.sections import empty_sections, is_empty
from lessonprep.versions.comparison import section_text
from resources.library.blocks import COLUMNS

KEYS = ["aims", "key_points", "process", "board", "homework", "check"]
HEADINGS = ["教学目标", "学习目标", "教学过程", "课堂导学", "板书设计", "作业"]

entries = st.fixed_dictionaries(
    {
        "key": st.sampled_from(KEYS),
        "heading": st.sampled_from(HEADINGS),
        "kind": st.sampled_from(["text", "process"]),
        "hint": st.just(""),
    }
)
models = st.lists(entries, min_size=1, max_size=8, unique_by=lambda entry: entry["key"])
words = st.text(alphabet="读写听说春夏秋冬", max_size=12)


@st.composite
def sections(draw: Any) -> list[dict[str, Any]]:
    made = []
    for number in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["text", "process"]))
        value: dict[str, Any] = {
            "key": draw(st.sampled_from([*KEYS, "", "kept-aims", "kept-process"])),
            "heading": draw(st.sampled_from(HEADINGS)),
        }
        if kind == "text":
            value["body"] = f"<p>{draw(words)}</p>"
        else:
            cells = {name: draw(words) for name in COLUMNS}
            row = {"step": draw(words), "minutes": None} | cells
            value["rows"] = [{"type": "item", "id": str(uuid4()), "value": row}]
        made.append({"type": kind, "id": f"{number}-{uuid4()}", "value": value})
    return made


def texts(found: list[dict[str, Any]]) -> Counter[str]:
    return Counter(filter(None, (section_text(section).strip() for section in found)))


@settings(max_examples=300, deadline=None)
@given(before=sections(), one=models, other=models)
def test_every_text_stays_whatever_the_models(
    before: list[dict[str, Any]], one: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    there = laid_out(before, one)
    back = laid_out(there.sections, other)

    assert texts(there.sections) == texts(before)
    assert texts(back.sections) == texts(before)
    ids = [section["id"] for section in back.sections]
    assert len(ids) == len(set(ids))
    assert [s["value"]["heading"] for s in back.sections][: len(other)] == [
        entry["heading"] for entry in other
    ]


@settings(max_examples=100, deadline=None)
@given(model=models, other=models)
def test_there_and_back_every_section_is_in_its_place(
    model: list[dict[str, Any]], other: list[dict[str, Any]]
) -> None:
    before = empty_sections(model)
    for number, section in enumerate(before):
        if section["type"] == "text":
            section["value"]["body"] = f"<p>{number}</p>"
        else:
            row = {"step": str(number), "minutes": None}
            section["value"]["rows"] = [{"type": "item", "id": str(number), "value": row}]

    back = laid_out(laid_out(before, other).sections, model)

    assert texts(back.sections) == texts(before)


def _text(key: str, heading: str, body: str) -> dict[str, Any]:
    value = {"key": key, "heading": heading, "body": body}
    return {"type": "text", "id": str(uuid4()), "value": value}


def _entry(key: str, heading: str, kind: str = "text") -> dict[str, Any]:
    return {"key": key, "heading": heading, "kind": kind, "hint": ""}


def test_sections_map_by_key_then_by_heading_and_the_rest_is_kept_at_the_end() -> None:
    aims = _text("objectives", "教学目标", "<p>读</p>")
    named = _text("x", "板书设计", "<p>山</p>")
    left = _text("learners", "学情分析", "<p>六人</p>")
    empty = _text("homework", "分层作业", "")

    new = laid_out(
        [aims, named, left, empty],
        [
            _entry("objectives", "学习目标"),
            _entry("board_plan", "板书设计"),
            _entry("check", "检测"),
        ],
    )

    assert [section["value"]["heading"] for section in new.sections] == [
        "学习目标",
        "板书设计",
        "检测",
        "学情分析",
    ]
    assert [section["id"] for section in new.sections[:2]] == [aims["id"], named["id"]]
    assert new.kept == [left["id"]]
    assert is_kept(new.sections[-1])
    assert new.dropped == ["分层作业"]


def test_an_empty_section_with_remarks_stays() -> None:
    empty = _text("homework", "分层作业", "")

    new = laid_out([empty], [_entry("check", "检测")], needed=frozenset({empty["id"]}))

    assert new.kept == [empty["id"]]


def test_a_text_does_not_become_a_process() -> None:
    text = _text("process", "教学过程", "<p>先读后写</p>")

    new = laid_out([text], [_entry("process", "教学过程", "process")])

    assert is_empty(new.sections[0])
    assert new.kept == [text["id"]]


def test_columns_are_the_models_and_after_them_those_with_text() -> None:
    entry = {"key": "process", "columns": ["lead", "receiving", "cue", "fallback"]}

    assert columns_of(entry, [{"teacher": "<p>问</p>"}]) == [
        "lead",
        "receiving",
        "cue",
        "fallback",
        "teacher",
    ]
    assert columns_of(None, []) == ["teacher", "pupils", "intent"]


def _posted(*entries: dict[str, str]) -> QueryDict:
    posted = QueryDict(mutable=True)
    posted["count"] = str(len(entries))
    for number, entry in enumerate(entries):
        for name, value in entry.items():
            posted[f"{number}-{name}"] = value
    return posted


def test_buttons_move_sections_and_keep_what_was_typed() -> None:
    typed = typed_entries(_posted({"heading": "甲", "key": "a"}, {"heading": "乙", "key": "b"}))

    moved = after_button(typed, "down:0")

    assert [entry["heading"] for entry in moved] == ["乙", "甲"]
    assert [entry["heading"] for entry in after_button(moved, "remove:0")] == ["甲"]
    assert len(after_button(moved, "add")) == 3
    assert after_button(moved, "remove:7") == moved


@pytest.mark.parametrize(
    "bad",
    [
        [],
        [{"heading": ""}],
        [{"heading": "甲" * 61}],
        [{"heading": "甲", "hint": "乙" * 201}],
        [{"heading": "甲", "kind": "process"}],
        [{"heading": "甲"}, {"heading": "甲"}],
        [{"heading": "甲", "key": "a"}, {"heading": "乙", "key": "a"}],
        [{"heading": str(number)} for number in range(21)],
    ],
)
def test_a_model_that_cannot_lay_out_a_plan_is_refused(bad: list[dict[str, str]]) -> None:
    typed = typed_entries(_posted(*bad))

    with pytest.raises(InvalidDesign):
        checked(typed)
