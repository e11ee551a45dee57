"""First drafts compared: what agrees folds, what differs is numbered, and it stays fast."""

from __future__ import annotations

import random
import time
from typing import Any
from uuid import UUID, uuid5

import pytest

from lessonprep.plans.agenda import (
    MINUTES,
    STEP,
    Agreement,
    Issue,
    SectionAgenda,
    agenda_of,
    numbers_of,
)
from lessonprep.plans.agreement import alike
from lessonprep.plans.numbering import circled
from lessonprep.plans.placing import Put, in_html, placed
from lessonprep.plans.sentences import blocks_of, key_of_text, units_of

SPACE = UUID("11111111-1111-4111-8111-111111111111")


def text(body: str, key: str = "aims", heading: str = "教学目标") -> dict[str, Any]:
    id_ = str(uuid5(SPACE, key))
    return {"type": "text", "id": id_, "value": {"key": key, "heading": heading, "body": body}}


def process(*rows: dict[str, Any], key: str = "process") -> dict[str, Any]:
    items = [
        {
            "type": "item",
            "id": str(uuid5(SPACE, f"{key}{number}")),
            "value": {"step": "", "minutes": None, "teacher": "", "pupils": "", "intent": ""} | row,
        }
        for number, row in enumerate(rows)
    ]
    value = {"key": key, "heading": "教学过程", "rows": items}
    return {"type": "process", "id": str(uuid5(SPACE, key)), "value": value}


def paragraphs(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def compared(*bodies: str) -> SectionAgenda:
    drafts = [(number, [text(body)]) for number, body in enumerate(bodies, start=1)]
    (agenda,) = agenda_of([text(bodies[0])], drafts, {})
    return agenda


def said(issue: Issue) -> dict[str, list[int]]:
    return {variant.text: variant.drafts for variant in issue.variants}


READ = "有感情地朗读课文，体会重音和停连。"
SAVOUR = "揣摩比喻、拟人的表达效果。"


@pytest.mark.parametrize(
    ("number", "mark"), [(1, "①"), (20, "⑳"), (21, "㉑"), (36, "㊱"), (50, "㊿"), (51, "(51)")]
)
def test_numbers_stand_in_circles(number: int, mark: str) -> None:
    assert circled(number) == mark


# agreement and difference


def test_what_all_say_folds_and_what_differs_is_an_issue() -> None:
    agenda = compared(
        paragraphs(READ, "背诵第3段。", SAVOUR),
        paragraphs(READ, "全文不要求背诵。", SAVOUR),
        paragraphs(READ, "背诵第3段。", SAVOUR),
    )

    first, issue, last = agenda.items

    assert isinstance(first, Agreement)
    assert first.texts == [READ]
    assert isinstance(issue, Issue)
    assert said(issue) == {"背诵第3段。": [1, 3], "全文不要求背诵。": [2]}
    assert isinstance(last, Agreement)
    assert last.drafts == [1, 2, 3]


def test_numbering_marks_and_width_do_not_make_a_difference() -> None:
    agenda = compared(
        "<ol><li>有感情地朗读课文。</li><li>学写一处冬景。</li></ol>",
        paragraphs("1. 有感情地朗读课文。", "2. 学写一处冬景"),
        paragraphs("（1）有感情地朗读课文；（2）学写一处冬景！"),
    )

    assert agenda.issues == []


def test_nearly_the_same_sentence_folds_and_the_other_wording_is_told() -> None:
    agenda = compared(
        paragraphs("引导学生体会济南冬天的温情，感受作者对这座城市的喜爱之情。"),
        paragraphs("引导学生体会济南冬天的温情，感受作者对这座城市的热爱之情。"),
    )

    (agreed,) = agenda.items

    assert isinstance(agreed, Agreement)
    assert agreed.wordings == ["引导学生体会济南冬天的温情，感受作者对这座城市的热爱之情。"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("品读雪景一段用时17分钟，课内小结。", "品读雪景一段用时24分钟，课内小结。"),
        ("本课要求全体学生背诵第三自然段的内容。", "本课不要求全体学生背诵第三自然段的内容。"),
        ("学生先朗读课文再由教师范读讲解重点。", "学生后朗读课文再由教师范读讲解重点。"),
    ],
)
def test_numbers_negations_and_order_always_count(one: str, other: str) -> None:
    assert not alike(key_of_text(one), key_of_text(other))
    assert len(compared(paragraphs(one), paragraphs(other)).issues) == 1


def test_what_some_leave_out_is_a_difference_with_their_names() -> None:
    agenda = compared(paragraphs(READ, SAVOUR), paragraphs(READ))

    (issue,) = agenda.issues

    assert issue.silent == [2]
    assert [variant.text for variant in issue.written] == [SAVOUR]


def test_one_who_wrote_something_else_altogether_stands_apart() -> None:
    same = paragraphs(READ, SAVOUR)
    agenda = compared(same, same, paragraphs("目标另拟，见附件。"), same)

    apart, agreed = agenda.items

    assert isinstance(apart, Issue)
    assert apart.apart
    assert said(apart) == {"目标另拟，见附件。": [3]}
    assert isinstance(agreed, Agreement)
    assert agreed.drafts == [1, 2, 4]


def test_a_sentence_written_twice_is_no_ground_to_stand_on_and_not_lost() -> None:
    agenda = compared(
        paragraphs("齐读。", READ, "齐读。"), paragraphs("齐读。", "默读批注。", READ, "齐读。")
    )

    words = [item.texts if isinstance(item, Agreement) else said(item) for item in agenda.items]

    assert words == [{"齐读。": [1], "齐读。\n默读批注。": [2]}, [READ], ["齐读。"]]


def test_an_empty_section_is_told_and_makes_no_difference() -> None:
    agenda = compared(paragraphs(READ), "", "<p> </p>")

    assert agenda.issues == []
    assert agenda.written == [1]
    assert agenda.silent == [2, 3]


def test_tables_are_compared_whole() -> None:
    table = "<table><tbody><tr><td>基础。</td><td>1题</td></tr></tbody></table>"
    other = table.replace("1题", "2题")

    (issue,) = compared(paragraphs(READ) + table, paragraphs(READ) + other).issues

    assert [variant.html for variant in issue.variants] == [table, other]
    assert all(variant.pieces == [] for variant in issue.variants)


# sections and steps


def test_sections_are_aligned_by_id_then_key_then_heading_and_none_is_lost() -> None:
    plan = [text("", "aims", "教学目标"), text("", "board", "板书设计")]
    moved = {**text(paragraphs("左右结构。"), "board", "板书"), "id": "other"}
    named = {
        "type": "text",
        "id": "x",
        "value": {"key": "", "heading": "教学目标", "body": "<p>读</p>"},
    }
    strange = {
        "type": "text",
        "id": "y",
        "value": {"key": "", "heading": "附记", "body": "<p>记</p>"},
    }

    agendas = agenda_of(plan, [(1, [named, moved]), (2, [strange])], {})

    found = [(agenda.heading, agenda.written, agenda.in_plan) for agenda in agendas]
    assert found == [("教学目标", [1], True), ("板书设计", [1], True), ("附记", [2], False)]


def test_steps_are_compared_by_name_cell_by_cell() -> None:
    one = process(
        {"step": "导入", "minutes": 5, "teacher": "<p>出示雪景图。</p>"},
        {"step": "小结", "teacher": "<p>板书收束。</p>"},
    )
    two = process(
        {"step": "情境导入", "minutes": 8, "teacher": "<p>出示雪景图。</p>"},
        {"step": "小结", "teacher": "<p>学生自己收束。</p>"},
    )

    (agenda,) = agenda_of([one], [(1, [one]), (2, [two])], {})

    places = [(issue.place.words, issue.place.column) for issue in agenda.issues]
    assert places == [("导入", MINUTES), ("小结", "teacher")]


def test_a_step_that_only_one_has_is_one_issue() -> None:
    one = process({"step": "导入"}, {"step": "小结"})
    two = process({"step": "导入"}, {"step": "比读", "pupils": "<p>换词。</p>"}, {"step": "小结"})

    (agenda,) = agenda_of([one], [(1, [one]), (2, [two])], {})

    (issue,) = agenda.issues
    assert (issue.place.words, issue.place.column) == ("比读", STEP)
    assert issue.silent == [1]


# numbers


def test_numbers_stay_when_a_late_draft_adds_differences() -> None:
    plan = [text("", "a", "甲"), text("", "b", "乙")]
    first = [text(paragraphs(READ), "a"), text(paragraphs("一处。"), "b")]
    second = [text(paragraphs(READ), "a"), text(paragraphs("两处。"), "b")]
    before = agenda_of(plan, [(1, first), (2, second)], {})

    late = [text(paragraphs(READ, "再加一条。"), "a"), text(paragraphs("三处。"), "b")]
    after = agenda_of(plan, [(1, first), (2, second), (3, late)], numbers_of(before))

    assert [issue.number for agenda in before for issue in agenda.issues] == [1]
    assert [issue.number for agenda in after for issue in agenda.issues] == [2, 1]


# long and messy


def _messy(writer: int, size: int) -> str:
    chance = random.Random(writer)
    parts, length = [], 0
    shared = random.Random(0)
    while length < size:
        line = "".join(shared.choices("春夏秋冬山水草木读写听说问答", k=25))
        if chance.random() < 0.3:
            line = "".join(chance.choices("春夏秋冬山水草木读写听说问答", k=25))
        if chance.random() < 0.05:
            line = "齐读课文"
        parts.append(f"<p>{line}。</p>")
        length += len(line) + 1
    return "".join(parts)


def test_eight_long_messy_drafts_are_compared_quickly() -> None:
    keys = [f"k{number}" for number in range(8)]
    plan = [text("", key, key) for key in keys]
    drafts = [
        (writer, [text(_messy(writer * 10 + n, 5000), key, key) for n, key in enumerate(keys)])
        for writer in range(1, 9)
    ]

    began = time.perf_counter()
    agendas = agenda_of(plan, drafts, {})
    took = time.perf_counter() - began

    assert all(agenda.issues for agenda in agendas)
    assert took < 12, took


def test_time_grows_with_the_text_not_with_its_square() -> None:
    def seconds(size: int) -> float:
        bodies = [_messy(writer, size) for writer in range(6)]
        began = time.perf_counter()
        compared(*bodies)
        return time.perf_counter() - began

    seconds(1000)
    small, large = seconds(2500), seconds(10_000)

    assert large < 12 * max(small, 0.01)


def test_the_same_sentence_a_thousand_times_is_harmless() -> None:
    body = "<p>齐读。</p>" * 1000

    agenda = compared(body, body + "<p>结束。</p>", "<p>齐读。</p>" * 400)

    assert len(agenda.issues) == 1


# blocks, and putting what was agreed into them


@pytest.mark.parametrize(
    ("html", "tags"),
    [
        ("<p>一</p><ul><li>二</li><li>三<ul><li>四</li></ul></li></ul>", ["p", "li", "li"]),
        ("散<strong>文</strong><p>一</p>尾", ["", "p", ""]),
        ('<p>图<img alt="a>b" data-media="x"></p><hr><p>末</p>', ["p", "hr", "p"]),
        ("", []),
    ],
)
def test_blocks_cover_the_html(html: str, tags: list[str]) -> None:
    blocks = blocks_of(html)

    assert [block.tag for block in blocks] == tags
    assert all(html[block.start : block.end] == block.html for block in blocks)


def _keys(text_: str) -> list[str]:
    return [unit.key for unit in units_of(f"<p>{text_}</p>")]


@pytest.mark.parametrize(
    ("html", "old", "new", "after", "expected", "how"),
    [
        (
            "<p>一。</p><p>二。</p>",
            "二。",
            "<p>三。</p>",
            "",
            "<p>一。</p><p>三。</p>",
            Put.REPLACED,
        ),
        ("<p>一。二。三。</p>", "二。", "<p>新。</p>", "", "<p>一。新。三。</p>", Put.REPLACED),
        (
            "<ul><li>一。</li><li>二。</li></ul>",
            "二。",
            "<p>三。</p><p>四。</p>",
            "",
            "<ul><li>一。</li><li>三。</li><li>四。</li></ul>",
            Put.REPLACED,
        ),
        (
            "<p>一。</p><p>二。</p>",
            "",
            "<p>新。</p>",
            "一",
            "<p>一。</p><p>新。</p><p>二。</p>",
            Put.INSERTED,
        ),
        ("<p>改了。</p>", "二。", "<p>新。</p>", "", "<p>改了。</p><p>新。</p>", Put.APPENDED),
        ("<p>一。</p><p>二。</p>", "二。", "", "", "<p>一。</p>", Put.REPLACED),
        ("<p>一。</p>", "二。", "", "", "<p>一。</p>", Put.NOT_THERE),
        (
            "<p>一<strong>重</strong>点。二。</p>",
            "一重点。",
            "<p>新。</p>",
            "",
            "<p>一<strong>重</strong>点。二。</p><p>新。</p>",
            Put.APPENDED,
        ),
    ],
)
def test_what_is_agreed_takes_the_place_of_what_it_replaces(
    html: str, old: str, new: str, after: str, expected: str, how: Put
) -> None:
    assert in_html(html, [_keys(old)], new, after) == (expected, how)


def test_a_step_is_taken_over_and_left_out() -> None:
    one = process({"step": "导入"})
    two = process({"step": "导入"}, {"step": "比读", "pupils": "<p>换词。</p>"})
    (agenda,) = agenda_of([one], [(1, [one]), (2, [two])], {})
    (issue,) = agenda.issues

    with_it, _how = placed(one, issue, "", row=issue.written[0].row)
    without, how = placed(with_it, issue, "")

    assert [row["value"]["step"] for row in with_it["value"]["rows"]] == ["导入", "比读"]
    assert how is Put.REPLACED
    assert [row["value"]["step"] for row in without["value"]["rows"]] == ["导入"]
