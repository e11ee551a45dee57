"""Lines of a table of contents, taken apart."""

from __future__ import annotations

import pytest

from resources.catalogue.imports import RefusedRow, read_chapter

LINES = [
    ("1 春/朱自清", "1", "春", "朱自清", False),
    ("3* 雨的四季/刘湛秋", "3", "雨的四季", "刘湛秋", True),
    ("3※ 雨的四季/刘湛秋", "3", "雨的四季", "刘湛秋", True),
    ("※3 雨的四季", "3", "雨的四季", "", True),
    ("※ 雨的四季", "", "雨的四季", "", True),
    ("24 寓言四则", "24", "寓言四则", "", False),
    ("第1课 中国境内早期人类的代表", "第1课", "中国境内早期人类的代表", "", False),
    ("第 2 课：原始农业", "第2课", "原始农业", "", False),
    ("1.1 正数和负数", "1.1", "正数和负数", "", False),
    ("20以内的加法", "", "20以内的加法", "", False),
    ("2、5、3的倍数", "", "2、5、3的倍数", "", False),
    ("第一单元", "", "第一单元", "", False),
    ("写作：学会记事", "", "写作：学会记事", "", False),
    ("杞人忧天/《列子》", "", "杞人忧天", "《列子》", False),
]


@pytest.mark.parametrize(("line", "number", "title", "author", "starred"), LINES)
def test_a_line_of_contents_is_taken_apart(
    line: str, number: str, title: str, author: str, starred: bool
) -> None:
    chapter = read_chapter(line, with_author=True)

    assert (chapter.number, chapter.title, chapter.author) == (number, title, author)
    assert chapter.self_study is starred


def test_a_slash_is_no_author_outside_chinese() -> None:
    assert read_chapter("速度/路程").title == "速度/路程"


def test_a_title_too_long_for_the_catalogue_is_refused() -> None:
    with pytest.raises(RefusedRow):
        read_chapter("长" * 201)
