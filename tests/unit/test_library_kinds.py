"""What kinds read from outside, how questions are answered, how rows of a form move."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from resources.library.describing import difficulty_from, licence_from, tags_from
from resources.library.kinds.items import Item, ItemType, item_from
from resources.library.kinds.moments import moments_from
from resources.library.kinds.reading import FieldRefused, Fields, seconds_of
from resources.library.kinds.rows import MOST, changed
from resources.library.links import validate_link


def item(**fields: Any) -> Item:
    return item_from(Fields(fields, "items[1]"))


@pytest.mark.parametrize(
    ("fields", "kind", "answer"),
    [
        ({"题型": "单选题", "题干": "春", "选项": ["A. 甲", "B、乙"], "答案": "b"},
         "single_choice", "B"),
        ({"type": "multiple", "stem": "x", "options": "甲\n乙\n丙", "answer": "A、C"},
         "multiple_choice", "AC"),
        ({"stem": "x", "options": ["甲", "乙", "丙"], "answer": ["A", "B"]},
         "multiple_choice", "AB"),
        ({"Question Type": "判断", "stem": "x", "answer": "√"}, "true_false", "true"),
        ({"type": "true_false", "stem": "x", "answer": False}, "true_false", "false"),
        ({"type": "填空题", "stem": "x", "answer": ["直径", "3.14"]}, "blank", "直径；3.14"),
        ({"stem": "谈谈你的看法", "answer": 42}, "short_answer", "42"),
        ({"type": "作文", "stem": "写一段话"}, "practice", ""),
    ],
)  # fmt: skip
def test_a_question_is_read_however_its_fields_are_spelt(
    fields: dict[str, Any], kind: str, answer: str
) -> None:
    read = item(**fields)

    assert (read.type.value, read.answer) == (kind, answer)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"type": "single", "stem": "x", "options": ["甲", "乙"], "answer": "C"},
         "items[1].answer"),
        ({"type": "single", "stem": "x", "options": ["甲", "乙"], "answer": "AB"},
         "items[1].answer"),
        ({"type": "single", "stem": "x", "options": ["甲"]}, "items[1].options"),
        ({"type": "不知道", "stem": "x"}, "items[1].type"),
        ({"type": "判断", "stem": "x", "answer": "也许"}, "items[1].answer"),
        ({"stem": ""}, "items[1].stem"),
        ({"stem": ["x"]}, "items[1].stem"),
        ({"stem": "x", "points": True}, "items[1].points"),
        ({"stem": "x", "points": "nan"}, "items[1].points"),
        ({"stem": "x", "options": [["甲"]]}, "items[1].options[1].text"),
        ({"stem": "x" * 100_001}, "items[1].stem"),
        ({"stem": "x", "options": ["y"] * 301}, "items[1].options"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_is_refused_with_its_place(
    fields: dict[str, Any], place: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        item(**fields)

    assert refused.value.field == place


def test_markup_is_cleaned_and_parts_hold_no_picture() -> None:
    read = item(
        stem="<p onclick=x()>求<sup>2</sup><script>alert(1)</script></p>",
        answer="6",
        analysis='<p>看图<img data-media="0b0e6c4e-7b5e-4d5e-9d55-3f1c8c4c9d11"></p>',
    )

    assert read.stem == "<p>求<sup>2</sup></p>"
    assert read.analysis == "<p>看图</p>"


@pytest.mark.parametrize(
    ("kind", "answer", "given", "is_right"),
    [
        (ItemType.SINGLE, "B", ["B"], True),
        (ItemType.SINGLE, "B", ["A"], False),
        (ItemType.MULTIPLE, "AC", ["C", "A"], True),
        (ItemType.MULTIPLE, "AC", ["A"], False),
        (ItemType.TRUE_FALSE, "true", ["true"], True),
        (ItemType.BLANK, "直径；3.14", ["直径；３.14"], True),
        (ItemType.BLANK, "圆周率/π", ["π"], True),
        (ItemType.BLANK, "直径；半径", ["半径；直径"], False),
        (ItemType.SHORT, "言之成理即可", ["我觉得好"], None),
        (ItemType.SINGLE, "", ["A"], None),
    ],
)
def test_an_answer_is_checked_where_a_machine_can(
    kind: ItemType, answer: str, given: list[str], is_right: bool | None
) -> None:
    asked = Item("1", kind, "<p>题</p>", ("甲", "乙", "丙"), answer)

    assert asked.is_right(given) is is_right


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("1:30", 90),
        ("1：30", 90),
        ("1:02:05", 3725),
        ("1分30秒", 90),
        ("2分", 120),
        ("45s", 45),
        ("1:75", None),
        ("中间", None),
        ("-3", None),
    ],
)
def test_a_time_in_a_recording_is_read_as_people_write_it(text: str, seconds: int | None) -> None:
    assert seconds_of(text) == seconds


def test_moments_stand_in_the_order_of_time() -> None:
    rows = Fields({"关键时刻": [{"时间": "2:00", "说明": "讲"}, {"at": 5, "label": "导"}]})

    found = moments_from(rows.rows("moments"))

    assert [(moment.at, moment.label) for moment in found] == [(5, "导"), (120, "讲")]


def test_what_nobody_asked_for_is_named() -> None:
    fields = Fields({"items": [{"stem": "x", "colour": "red"}], "weight": 3})

    for row in fields.rows("items"):
        row.text("stem")

    assert fields.unknown() == ["weight", "items[1].colour"]


# rows of a form


def form(**data: str) -> QueryDict:
    posted = QueryDict(mutable=True)
    posted.update(data)
    return posted


def test_rows_are_added_removed_and_moved_on_what_was_typed() -> None:
    typed = form(
        **{"items-TOTAL_FORMS": "2", "items-0-stem": "甲", "items-1-stem": "乙", "title": "题"}
    )

    added = changed(typed, "add:items")
    removed = changed(typed, "remove:items-0")
    moved = changed(typed, "up:items-1")

    assert added["items-TOTAL_FORMS"] == "3"
    assert (removed["items-TOTAL_FORMS"], removed["items-0-stem"]) == ("1", "乙")
    assert (moved["items-0-stem"], moved["items-1-stem"]) == ("乙", "甲")
    assert {added["title"], removed["title"], moved["title"]} == {"题"}


def test_rows_within_rows_move_with_theirs() -> None:
    typed = form(
        **{
            "tiers-TOTAL_FORMS": "2",
            "tiers-0-name": "基础",
            "tiers-1-name": "拓展",
            "tiers-1-items-TOTAL_FORMS": "1",
            "tiers-1-items-0-stem": "写一写",
        }
    )

    moved = changed(typed, "up:tiers-1")
    grown = changed(typed, "add:tiers-1-items")

    assert (moved["tiers-0-name"], moved["tiers-0-items-0-stem"]) == ("拓展", "写一写")
    assert grown["tiers-1-items-TOTAL_FORMS"] == "2"


@pytest.mark.parametrize(
    "command", ["", "add", "remove:items-9", "up:items", "drop:items-0", "add:items'--", "x" * 9999]
)
def test_a_command_without_sense_changes_nothing(command: str) -> None:
    typed = form(**{"items-TOTAL_FORMS": "1", "items-0-stem": "甲"})

    assert changed(typed, command) == typed


def test_no_more_rows_than_a_page_holds() -> None:
    typed = form(**{"items-TOTAL_FORMS": "99999999"})

    full = form(**{"items-TOTAL_FORMS": str(MOST)})

    assert changed(full, "add:items")["items-TOTAL_FORMS"] == str(MOST)
    assert changed(typed, "add:items")["items-TOTAL_FORMS"] == "1"


# description


@pytest.mark.parametrize(
    ("link", "is_taken"),
    [
        ("https://basic.smartedu.cn/syncClassroom/classActivity?id=1", True),
        ("https://www.smartedu.cn/", True),
        ("https://gs.eduyun.cn/x", True),
        ("http://basic.smartedu.cn/x", False),
        ("https://basic.smartedu.cn.evil.com/x", False),
        ("https://evilsmartedu.cn/x", False),
        ("https://user@basic.smartedu.cn/x", False),
        ("https://basic.smartedu.cn:8443/x", False),
        ("https://evil.com\\@basic.smartedu.cn/", False),
        ("javascript:alert(1)", False),
        ("//basic.smartedu.cn/x", False),
        ("https://[::1", False),
    ],
)
def test_a_link_leads_to_a_platform_of_the_state_alone(link: str, is_taken: bool) -> None:
    try:
        validate_link(link)
    except ValidationError:
        taken = False
    else:
        taken = True

    assert taken is is_taken


@pytest.mark.parametrize(
    ("word", "difficulty"),
    [("中等", 3), ("hard", 5), (2, 2), ("较难", 4), ("", None), (None, None)],
)
def test_difficulty_is_read_as_people_write_it(word: Any, difficulty: int | None) -> None:
    assert difficulty_from(word) == difficulty


@pytest.mark.parametrize(
    ("word", "licence"),
    [
        ("CC BY-NC-SA 4.0", "by-nc-sa"),
        ("cc-by 4.0", "by"),
        ("BY-SA", "by-sa"),
        ("保留所有权利", "all-rights"),
        ("", None),
    ],
)
def test_a_licence_is_read_as_people_write_it(word: str, licence: str | None) -> None:
    assert licence_from(word) == licence


def test_tags_are_told_apart_however_they_are_strung() -> None:
    assert tags_from("#朗读，散文、朱自清  朗读") == ["朗读", "散文", "朱自清"]
    assert tags_from(["朗读 指导", "朗读 指导"]) == ["朗读 指导"]
