"""Words, grades and marks: the text side of the search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.grades import grades_in
from search.highlight import excerpt, marked
from search.segment import asked_words, indexed_words, normalise


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("七年级上册", [(7, "上册")]),
        ("九年级", [(9, "")]),
        ("初二下学期", [(8, "下册")]),
        ("三上数学", [(3, "上册")]),
        ("七年级上语文", [(7, "上册")]),
        ("七年级(下)", [(7, "下册")]),
        ("三年级上课", [(3, "")]),
        ("五四制初一", [(6, "")]),
        ("初四", [(9, "")]),
        ("高中二年级", [(11, "")]),
        ("grade 7 english", [(7, "")]),
        ("初三下册", [(9, "下册")]),
        ("七上语文", [(7, "上册")]),
        ("三下", [(3, "下册")]),
        ("高一、高二", [(10, ""), (11, "")]),
        ("12年级", [(12, "")]),
        ("十一年级", [(11, "")]),
        ("7年级和8年级", [(7, ""), (8, "")]),
        ("提高一点", []),
        ("正月初一", []),
        ("等一下再说", []),
        ("一下雨就停课", []),
        ("2024年级别", []),
    ],
)
def test_grades_are_read_as_people_write_them(text: str, grades: list[tuple[int, str]]) -> None:
    assert [(span.grade, span.part) for span in grades_in(text)] == grades


def test_width_and_case_are_levelled_without_moving_a_character() -> None:
    text = "Ｕｎｉｔ　３（İ）"

    plain = normalise(text)

    assert plain == "unit 3(i̇)"[: len(plain)] or len(plain) == len(text)
    assert plain.startswith("unit 3(")


@given(st.text(max_size=300))
def test_any_text_keeps_its_length_and_its_words_their_places(text: str) -> None:
    plain = normalise(text)

    assert len(plain) == len(text)
    for token in asked_words(text):
        assert 0 <= token.start < token.end <= len(text)


def test_a_document_has_the_parts_of_its_compounds_too() -> None:
    assert {"三味书屋", "三味", "书屋"} <= set(indexed_words("三味书屋").split())


def test_words_without_content_are_left_out() -> None:
    assert [token.text for token in asked_words("济南的冬天，与《春》")] == ["济南", "冬天", "春"]


def test_what_was_found_is_marked_on_the_original_text() -> None:
    assert marked("济南的冬天（2课时）", ["济南", "冬天"]) == (
        "<mark>济南</mark>的<mark>冬天</mark>（2课时）"
    )
    assert marked("初一语文 Ｕｎｉｔ", ["grade7", "unit"]) == (
        "<mark>初一</mark>语文 <mark>Ｕｎｉｔ</mark>"
    )


def test_markup_in_a_text_is_shown_not_obeyed() -> None:
    text = "<script>alert(1)</script>&<mark>春</mark>"

    assert marked(text, ["script", "春"]) == (
        "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;"
        "&amp;&lt;mark&gt;<mark>春</mark>&lt;/mark&gt;"
    )


def test_a_latin_word_is_not_marked_inside_another() -> None:
    assert marked("art start", ["art"]) == "<mark>art</mark> start"


def test_an_excerpt_shows_the_passage_with_most_of_the_words() -> None:
    text = "春。" + "闲话" * 200 + "济南的冬天是响晴的。" + "闲话" * 200

    passage = excerpt(text, ["春", "济南", "冬天"])

    assert "<mark>济南</mark>的<mark>冬天</mark>" in passage
    assert passage.startswith("……")
    assert passage.endswith("……")
    assert len(passage) < 200


def test_without_a_found_word_an_excerpt_is_the_beginning() -> None:
    assert excerpt("春" * 300, ["秋"]) == "春" * 110 + "……"
    assert excerpt("", ["秋"]) == ""


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=5), max_size=4))
def test_marks_never_change_the_text(text: str, tokens: list[str]) -> None:
    from html import unescape

    shown = unescape(marked(text, [normalise(token) for token in tokens]))

    if "<mark>" not in text and "</mark>" not in text and "&" not in text:
        assert shown.replace("<mark>", "").replace("</mark>", "") == text
