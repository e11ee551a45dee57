"""Sections as plain data: from forms, cleaned, hashed, compared."""

from __future__ import annotations

from typing import Any

import pytest

from lessonprep.plans.sections import (
    MOST_ROWS,
    InvalidSection,
    SectionGone,
    as_lines,
    empty_sections,
    find,
    from_form,
    is_empty,
    section_hash,
)
from lessonprep.versions.comparison import Mark, compare_sections, compare_text

TEXT: dict[str, Any] = {
    "type": "text",
    "id": "11111111-1111-4111-8111-111111111111",
    "value": {"key": "aims", "heading": "教学目标", "body": "<p>读<strong>准</strong></p>"},
}
ROW = {"step": "导入", "minutes": 5, "teacher": "<p>问</p>", "pupils": "", "intent": ""}
ROW_ID = "22222222-2222-4222-8222-222222222222"
PROCESS: dict[str, Any] = {
    "type": "process",
    "id": "33333333-3333-4333-8333-333333333333",
    "value": {
        "key": "process",
        "heading": "教学过程",
        "rows": [{"type": "item", "id": ROW_ID, "value": ROW}],
    },
}


def posted(*rows: dict[str, str], **more: str) -> dict[str, str]:
    fields = {"rows-count": str(len(rows)), **more}
    for number, row in enumerate(rows):
        fields |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return fields


def test_a_design_model_makes_empty_sections_with_ids_of_their_own() -> None:
    design = [{"key": "a", "heading": "甲", "kind": "text"}] * 2

    made = empty_sections(design)

    assert all(map(is_empty, made))
    assert made[0]["id"] != made[1]["id"]


def test_html_off_the_list_is_not_stored() -> None:
    saved = from_form(TEXT, {"body": "<p onclick=x>好</p><script>alert(1)</script>"})

    assert saved["value"]["body"] == "<p>好</p>"


def test_a_form_without_an_editor_keeps_marks_where_the_words_are_the_same() -> None:
    saved = from_form(TEXT, {"body_text": " 读准 \n"})

    assert saved["value"]["body"] == TEXT["value"]["body"]


def test_typed_lines_become_paragraphs_and_are_never_markup() -> None:
    saved = from_form(TEXT, {"body_text": "一\n\n<b>二</b>"})

    assert as_lines(saved["value"]["body"]) == "一\n<b>二</b>"


def test_a_form_cannot_change_heading_key_type_or_id() -> None:
    saved = from_form(TEXT, {"body": "<p>新</p>", "heading": "x", "key": "x", "id": "x"})

    assert {**saved["value"], "body": ""} == {**TEXT["value"], "body": ""}
    assert (saved["id"], saved["type"]) == (TEXT["id"], TEXT["type"])


def test_a_row_keeps_its_id_and_a_new_one_keeps_the_one_it_came_with() -> None:
    new = "44444444-4444-4444-8444-444444444444"

    saved = from_form(PROCESS, posted({"uuid": ROW_ID, "step": "导入"}, {"uuid": new}))

    assert [row["id"] for row in saved["value"]["rows"]] == [ROW_ID, new]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"rows-count": "x"},
        {"rows-count": str(MOST_ROWS + 1)},
        {"rows-count": "-1"},
        posted({"uuid": ROW_ID}, {"uuid": ROW_ID}),
        posted({"minutes": "1.5"}),
        posted({"minutes": "601"}),
        posted({"step": "长" * 61}),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(InvalidSection):
        from_form(PROCESS, fields)


def test_a_text_beyond_all_measure_is_refused() -> None:
    with pytest.raises(InvalidSection):
        from_form(TEXT, {"body": "字" * 200_001})


@pytest.mark.parametrize(
    ("op", "steps"),
    [
        ("add-row", ["一", "二", ""]),
        ("remove-row:0", ["二"]),
        ("up-row:1", ["二", "一"]),
        ("down-row:0", ["二", "一"]),
        ("up-row:0", ["一", "二"]),
        ("down-row:9", ["一", "二"]),
        ("up-row:x", ["一", "二"]),
    ],
)
def test_buttons_move_rows_without_script(op: str, steps: list[str]) -> None:
    saved = from_form(PROCESS, posted({"step": "一"}, {"step": "二"}, op=op))

    assert [row["value"]["step"] for row in saved["value"]["rows"]] == steps


def test_the_hash_follows_the_content_alone() -> None:
    same = {**TEXT, "id": "another"}
    other = from_form(TEXT, {"body": "<p>别的</p>"})

    assert section_hash(TEXT) == section_hash(same)
    assert section_hash(TEXT) != section_hash(other)


def test_a_section_that_is_gone_is_named() -> None:
    with pytest.raises(SectionGone, match="nowhere"):
        find([TEXT], "nowhere")


def test_chinese_is_compared_by_the_character() -> None:
    pieces = compare_text("范读全文。", "范读第1、2段。")

    assert [(piece.mark, piece.text) for piece in pieces] == [
        (Mark.SAME, "范读"),
        (Mark.REMOVED, "全文"),
        (Mark.ADDED, "第1、2段"),
        (Mark.SAME, "。"),
    ]


def test_a_removed_section_is_shown_last_as_removed() -> None:
    changed = compare_sections([TEXT, PROCESS], [PROCESS])

    assert [section.heading for section in changed] == ["教学过程", "教学目标"]
    assert [section.changed for section in changed] == [False, True]
