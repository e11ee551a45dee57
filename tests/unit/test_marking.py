"""Chinese in an English page is marked as such, whatever template it comes from."""

from __future__ import annotations

from time import perf_counter

import pytest

from portal.marking import marked

PAGE = '<html lang="en"><body>{}</body></html>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>Own text</p>", "<p>Own text</p>"),
        ("<p>by 王芳, today</p>", '<p>by <bdi lang="zh-Hans">王芳</bdi>, today</p>'),
        ("<p>《春》 第1课时</p>", '<p><bdi lang="zh-Hans">《春》 第1课时</bdi></p>'),
        ("<p>7年级，课文2 next</p>", '<p><bdi lang="zh-Hans">7年级，课文2</bdi> next</p>'),
        ('<p lang="zh-Hans">春<b>天</b></p>', '<p lang="zh-Hans">春<b>天</b></p>'),
        ("<option>语文</option>", '<option lang="zh-Hans">语文</option>'),
        ('<textarea name="x">春</textarea>', '<textarea name="x" lang="zh-Hans">春</textarea>'),
        ("<script>var a = '春';</script>", "<script>var a = '春';</script>"),
        ('<img alt="春"><br>春', '<img alt="春"><br><bdi lang="zh-Hans">春</bdi>'),
        ('<a title="a > 春">x</a>', '<a title="a > 春">x</a>'),
        ("<!-- 春 --><p>x</p>", "<!-- 春 --><p>x</p>"),
        ("<p>1 &lt; 春</p>", '<p>1 &lt; <bdi lang="zh-Hans">春</bdi></p>'),
        (
            '<div lang="zh-Hans"><p>春</p></div><p>夏</p>',
            '<div lang="zh-Hans"><p>春</p></div><p><bdi lang="zh-Hans">夏</bdi></p>',
        ),
    ],
)
def test_what_is_chinese_is_marked_once(before: str, after: str) -> None:
    assert marked(PAGE.format(before)) == PAGE.format(after)


def test_what_is_not_html_stays_as_it_is() -> None:
    for odd in ("", "春", "<", "<p>春", "</p>春<p>", "a < b > 春"):
        assert marked(odd).replace('<bdi lang="zh-Hans">', "").replace("</bdi>", "") == odd


def test_the_time_grows_with_the_page_alone() -> None:
    page = PAGE.format("<p>春天 spring <b>夏天</b></p>" * 15_000)
    begun = perf_counter()

    marked(page)

    assert perf_counter() - begun < 10
