"""Out to Word and in again: the same sections."""

from __future__ import annotations

import html
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.library.blocks import COLUMNS
from resources.library.richtext import clean
from resources.library.word.blocks import canonical
from resources.library.word.lesson import LessonSheet, lesson_docx
from resources.library.word.package import Package
from resources.library.word.placing import Piece, pieces_of
from resources.library.word.reading import read
from resources.library.word.writing import PictureFile
from tests.factories import word

MEDIA = "11111111-1111-4111-8111-111111111111"
PICTURE = PictureFile(word.picture(), 40, 30)
RICH = (
    "<p>读<strong>准<em>字</em></strong>音，<u>读出</u><s>停顿</s> H<sub>2</sub>O x<sup>2</sup></p>"
    '<ol start="3"><li><p>甲</p><ul><li><p>乙</p></li></ul><p>续</p></li><li><p>丙</p></li></ol>'
    "<h3>小标题</h3><blockquote><p>引文</p><ul><li><p>一</p></li></ul></blockquote><hr>"
    '<table><tbody><tr><th><p>头</p></th><td rowspan="2"><p>高</p></td></tr>'
    "<tr><td><p>低</p></td></tr></tbody></table>"
    '<p><a href="https://example.cn/a?b=1" rel="noopener noreferrer">课件</a><br>下一行</p>'
    f'<p><img data-media="{MEDIA}" alt="雪后"><span data-latex="\\frac{{1}}{{2}}"></span></p>'
)


def text(heading: str, body: str) -> dict[str, Any]:
    return {"type": "text", "id": str(uuid4()), "value": {"heading": heading, "body": body}}


def process(heading: str, *rows: dict[str, Any]) -> dict[str, Any]:
    listed = [{"type": "item", "id": str(uuid4()), "value": row} for row in rows]
    return {"type": "process", "id": str(uuid4()), "value": {"heading": heading, "rows": listed}}


def step(name: str, minutes: int | None = None, **cells: str) -> dict[str, Any]:
    return {"step": name, "minutes": minutes, **cells}


def there_and_back(*sections: dict[str, Any]) -> list[Piece]:
    fields = [("课题", "春"), ("学科", "语文"), ("课时", "2")]
    sheet = LessonSheet("春", fields, sections, with_reflection=False)
    document = read(Package(lesson_docx(sheet, lambda _media: PICTURE)))
    return [p for p in pieces_of(document) if p.kind in {"text", "process"}]


def named(body: str) -> str:
    return body.replace("picture:0", MEDIA).replace(' rel="noopener noreferrer"', "")


MODELS = {
    "common": [
        text("教学目标", RICH),
        text("教学重难点", "<p>教学重点</p><p>教学过程</p>"),
        text("学情分析", ""),
        process(
            "教学过程",
            step("导入", 5, teacher=RICH, pupils="<p>答</p>", intent=""),
            step("板书设计", None, teacher="<p>教学目标</p>", pupils="", intent="<p>明</p>"),
            step("", 0, teacher="", pupils="", intent=""),
        ),
        text("板书设计", "<p>一、春</p>"),
    ],
    "own headings": [
        text("情境创设", "<p>设计意图：看图</p>"),
        text("5E：参与 Engage", "<p>a</p>"),
    ],
    "two ends": [
        process(
            "两端教学过程",
            step("导入", 8, **{name: f"<p>{name}</p>" for name in COLUMNS}),
            step("练习", None, lead="<p>巡视</p>"),
        )
    ],
    "empty": [text("教学目标", ""), process("教学过程")],
}


@pytest.mark.parametrize("sections", MODELS.values(), ids=MODELS.keys())
def test_a_document_of_ours_comes_back_as_the_same_sections(sections: list[dict[str, Any]]) -> None:
    back = there_and_back(*sections)

    assert [piece.label for piece in back] == [s["value"]["heading"] for s in sections]
    for piece, section in zip(back, sections, strict=True):
        value = section["value"]
        assert named(piece.html) == canonical(clean(value.get("body") or "")).replace(
            ' rel="noopener noreferrer"', ""
        )
        rows = [row["value"] for row in value.get("rows", [])]
        assert [(s.step, s.minutes) for s in piece.steps] == [
            (row["step"], row["minutes"]) for row in rows
        ]
        for back_step, row in zip(piece.steps, rows, strict=True):
            cells = {n: canonical(row[n]) for n in COLUMNS if row.get(n)}
            assert {n: named(cell) for n, cell in back_step.cells.items()} == {
                n: named(cell) for n, cell in cells.items()
            }


def test_the_rich_text_of_the_example_is_in_its_canonical_form() -> None:
    assert canonical(RICH) == RICH.replace(' rel="noopener noreferrer"', "")


# any text that the list of tags allows


def _element(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag.split()[0]}>"


_WORDS = st.text(alphabet=list('春风a1 <&"“，。\u3000\xa0\n'), max_size=8).map(html.escape)
_INLINE = st.recursive(
    st.one_of(
        _WORDS,
        st.just("<br>"),
        st.sampled_from(['<span data-latex="x^2"></span>', f'<img data-media="{MEDIA}" alt="a">']),
    ),
    lambda inner: st.builds(
        _element,
        st.sampled_from(["strong", "em", "u", "s", "sub", "sup", "a href='https://a.cn/'"]),
        st.lists(inner, max_size=3).map("".join),
    ),
    max_leaves=5,
)
_LINE = st.lists(_INLINE, max_size=4).map("".join)


def _around(block: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    blocks = st.lists(block, max_size=3).map("".join)
    items = st.lists(blocks.map(lambda inner: _element("li", inner)), min_size=1, max_size=3)
    cells = st.builds(
        lambda tag, wide, high, inner: _element(f"{tag} colspan={wide} rowspan={high}", inner),
        st.sampled_from(["td", "th"]),
        st.integers(1, 3),
        st.integers(1, 3),
        blocks,
    )
    rows = st.lists(cells, max_size=3).map(lambda row: _element("tr", "".join(row)))
    return st.one_of(
        st.builds(_element, st.sampled_from(["ul", "ol", "ol start='4'"]), items.map("".join)),
        st.lists(rows, max_size=3).map(lambda t: _element("table", "".join(t))),
        blocks.map(lambda inner: _element("blockquote", inner)),
    )


_LEAF = st.one_of(
    st.builds(_element, st.sampled_from(["p", "p", "h3", "h4"]), _LINE), _LINE, st.just("<hr>")
)
_BLOCK = st.recursive(_LEAF, _around, max_leaves=8)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_BLOCK, max_size=5).map("".join))
def test_any_rich_text_comes_back_the_same(body: str) -> None:
    whole = canonical(clean(body))

    back = there_and_back(text("教学目标", body))

    assert canonical(whole) == whole
    assert named(back[0].html) == whole
