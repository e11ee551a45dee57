"""Documents as teachers make them: every word arrives, and where it belongs."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from io import BytesIO

import pytest
from docx import Document

from resources.library.word.package import Package
from resources.library.word.placing import Piece, all_words, pieces_of
from resources.library.word.reading import read
from tests.factories import word
from tests.factories.word import Made, cell, p, raw, table

BOX = (
    "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
    "<w:txbxContent>{0}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict>"
    "<v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r></w:p>"
)
FRACTION = (
    "<w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>"
    "</m:den></m:f></m:oMath></w:p>"
)


def pieces(content: bytes, *headings: str) -> list[Piece]:
    return pieces_of(read(Package(content)), headings)


def by_concept(content: bytes, *headings: str) -> dict[str, Piece]:
    return {piece.concept: piece for piece in pieces(content, *headings)}


def changed() -> bytes:
    return raw(
        p("教学目标") + "<w:p><w:r><w:t>读</w:t></w:r><w:ins><w:r><w:t>准字音</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>错别字</w:delText></w:r></w:del></w:p>"
    )


def noted() -> bytes:
    return raw(
        p("教学目标") + p("读课文"),
        comments='<w:comments><w:comment w:author="马文涛">'
        + p("太笼统")
        + "</w:comment></w:comments>",
        footnotes="<w:footnotes><w:footnote>" + p("见教参") + "</w:footnote></w:footnotes>",
        header="<w:hdr>" + p("实验学校") + "</w:hdr>",
        footer="<w:ftr>" + p("第1页") + "</w:ftr>",
    )


def merged() -> bytes:
    tall, more = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = (
        cell("教学过程", tall) + cell("教学环节") + cell("教师活动") + cell("学生活动"),
        cell("", more) + cell("导入") + cell("提问") + cell("回答"),
        cell("", more) + cell("小结") + cell("总结") + cell("记笔记"),
        cell("板书设计") + cell("温晴", '<w:gridSpan w:val="3"/>'),
    )
    return raw(table(*rows))


def boxed() -> bytes:
    return raw(p("板书设计") + BOX.format(p("温晴") + p("慈善")))


def in_tables() -> bytes:
    inner = table(cell("甲") + cell("乙"), cell("丙") + cell("丁"))
    return raw(p("作业设计") + table(cell("基础", inner=inner) + cell("提升")))


def with_controls() -> bytes:
    control = "<w:sdt><w:sdtContent>" + p("读课文") + "</w:sdtContent></w:sdt>"
    link = '<w:p><w:hyperlink w:anchor="a"><w:r><w:t>看图</w:t></w:r></w:hyperlink></w:p>'
    field = "<w:p><w:fldSimple><w:r><w:t>第三课</w:t></w:r></w:fldSimple></w:p>"
    ruby = (
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>jǐ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>济</w:t>"
        "</w:r></w:rubyBase></w:ruby></w:r></w:p>"
    )
    return raw(p("教学目标") + control + link + field + ruby)


def in_odd_places() -> bytes:
    """Text where this importer has never looked."""
    return raw(
        p("教学目标") + p("读") + "<w:unheard><w:odd>" + p("藏起来的话") + "</w:odd></w:unheard>"
    )


CORPUS: dict[str, Made] = {
    "one table": word.common_plan,
    "headings": word.flowing_plan,
    "tracked changes": changed,
    "comments, footnotes, headers": noted,
    "merged cells": merged,
    "text boxes": boxed,
    "tables in tables": in_tables,
    "formulas": lambda: raw(p("教学重点") + FRACTION),
    "controls, links, fields, pinyin": with_controls,
    "unheard of": in_odd_places,
    "no heading at all": lambda: word.paragraphs("今天", "天气很好"),
}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unescape(text))


@pytest.mark.parametrize("made", CORPUS.values(), ids=CORPUS.keys())
def test_every_character_is_placed_or_shown_beside(made: Made) -> None:
    content = made()

    shown = "".join(words for piece in pieces(content) for words in all_words(piece))

    lost = Counter(squeezed(word.words_in(content))) - Counter(squeezed(shown))
    assert not lost


def test_the_one_table_form_is_read_into_its_sections() -> None:
    found = pieces(word.common_plan())

    placed = {(piece.label, piece.concept) for piece in found if piece.kind == "text"}
    assert ("教学重点", "key_points") in placed
    assert ("教学难点", "key_points") in placed
    by = {piece.concept: piece for piece in found}
    assert by["objectives"].html == ("<p>1. 有感情地朗读课文。</p><p>2. 品味比喻和拟人的妙处。</p>")
    assert by["board_plan"].html == "<p>济南的冬天</p><p>温晴　慈善　秀气</p>"
    assert [(step.step, step.minutes) for step in by["process"].steps] == [
        ("一、导入新课", 5),
        ("二、品读雪景", None),
    ]
    assert by["process"].steps[1].cells["pupils"] == "<p>跟读，批注。</p>"
    fields = {piece.label: piece.html for piece in found if piece.kind == "field"}
    assert fields == {
        "课题": "<p>济南的冬天</p>",
        "课时": "<p>2课时</p>",
        "主备人": "<p>陈静怡</p>",
        "日期": "<p>11月3日</p>",
    }


def test_headings_with_numerals_are_read_into_their_sections() -> None:
    by = by_concept(word.flowing_plan())

    assert by["objectives"].html == "<p>1．读准字音，读出停连。</p><p>2．体会作者的感情。</p>"
    assert by["preparation"].html == "<p>多媒体课件</p>"
    assert by["homework"].html == "<p>照着第三段写三句话。</p>"
    steps = by["process"].steps
    assert [step.step for step in steps] == ["（一）导入新课", "（二）初读感知", "（三）布置作业"]
    assert steps[0].cells["intent"] == "<p>唤起经验。</p>"
    assert steps[1].cells == {"teacher": "<p>范读课文。</p>", "pupils": "<p>跟读，圈出生字。</p>"}


@pytest.mark.parametrize(
    ("heading", "concept"),
    [
        ("一、学习目标", "objectives"),
        ("【素养目标】", "objectives"),
        ("（二）教学重、难点", "key_points"),
        ("教学重难点：", "key_points"),
        ("三、教具", "preparation"),
        ("4. 学情分析", "learners"),
        ("五 板书", "board_plan"),
        ("布置作业", "homework"),
        ("课后反思", "reflection"),
        ("教 学 目 标", "objectives"),
    ],
)
def test_headings_are_known_by_their_synonyms(heading: str, concept: str) -> None:
    found = pieces(word.paragraphs(heading, "内容"))

    assert [(piece.concept, piece.html) for piece in found] == [(concept, "<p>内容</p>")]


def test_a_heading_of_the_design_model_is_known_too() -> None:
    found = pieces(word.paragraphs("情境创设", "一张照片"), "情境创设")

    assert [(piece.label, piece.html) for piece in found] == [("情境创设", "<p>一张照片</p>")]


def test_inserted_text_is_taken_and_deleted_text_shown_beside() -> None:
    found = pieces(changed())

    assert [(piece.kind, piece.html) for piece in found] == [
        ("text", "<p>读准字音</p>"),
        ("deleted", "<p>错别字</p>"),
    ]


def test_comments_footnotes_and_page_headers_come_beside() -> None:
    found = {piece.kind: (piece.label, piece.html) for piece in pieces(noted())}

    assert found["comment"] == ("马文涛", "<p>太笼统</p>")
    assert found["footnote"] == ("", "<p>见教参</p>")
    assert found["header"] == ("", "<p>实验学校</p>")
    assert found["footer"] == ("", "<p>第1页</p>")


def test_a_merged_label_beside_the_process_is_understood() -> None:
    by = by_concept(merged())

    assert [step.step for step in by["process"].steps] == ["导入", "小结"]
    assert by["board_plan"].html == "<p>温晴</p>"


def test_a_text_box_stays_where_it_stands_and_is_read_once() -> None:
    found = pieces(boxed())

    assert [(piece.concept, piece.html) for piece in found] == [
        ("board_plan", "<p>温晴</p><p>慈善</p>")
    ]


def test_a_table_in_a_table_stays_one() -> None:
    found = pieces(in_tables())

    assert found[0].html.count("<table>") == 2


def test_a_formula_keeps_its_fraction() -> None:
    found = pieces(raw(p("教学重点") + FRACTION))

    assert found[0].html == "<p>1/2</p>"


def test_marks_lists_and_pictures_are_kept() -> None:
    document = Document()
    document.add_paragraph("教学目标")
    line = document.add_paragraph()
    line.add_run("会").bold = True
    line.add_run("读").italic = True
    line.add_run("写").underline = True
    document.add_paragraph("甲", style="List Number")
    document.add_paragraph("乙", style="List Number")
    document.add_paragraph("丙", style="List Bullet")
    document.add_picture(BytesIO(word.picture()))

    found = pieces(word.saved(document))

    assert found[0].html == (
        "<p><strong>会</strong><em>读</em><u>写</u></p>"
        "<ol><li><p>甲</p></li><li><p>乙</p></li></ol><ul><li><p>丙</p></li></ul>"
        '<p><img data-media="picture:0" alt=""></p>'
    )


def test_columns_of_the_two_ends_are_known() -> None:
    heads = cell("教学环节") + cell("主讲端") + cell("接收端") + cell("断线预案") + cell("二次备课")
    rows = cell("导入") + cell("播放视频") + cell("组织观看") + cell("看图片") + cell("改为问答")

    steps = by_concept(raw(p("教学过程") + table(heads, rows)))["process"].steps

    assert steps[0].cells == {
        "lead": "<p>播放视频</p>",
        "receiving": "<p>组织观看</p>",
        "fallback": "<p>看图片</p>",
        "teacher": "<p><strong>二次备课</strong></p><p>改为问答</p>",
    }
