"""Lesson text: HTML and the shared document say the same, and a merge takes nothing away."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from pycrdt import Doc, Map, XmlElement, XmlFragment, XmlText

from lessonprep.coediting import fragment, nodes
from lessonprep.coediting.html import from_html, serialised, to_html
from lessonprep.coediting.merging import merge
from lessonprep.coediting.nodes import Child, Text, UnknownContent, mark, node
from resources.library.richtext import clean, plain
from tests.unit.lesson_text import trees

Tree = tuple[Child, ...]
SOME = settings(max_examples=30, deadline=None)


def shared(tree: Tree) -> tuple[Doc[Any], XmlFragment]:
    doc: Doc[Any] = Doc()
    text = doc.get("text", type=XmlFragment)
    with doc.transaction():
        fragment.append(text, tree)
    return doc, text


def copy_of(doc: Doc[Any]) -> tuple[Doc[Any], XmlFragment]:
    other: Doc[Any] = Doc()
    other.apply_update(doc.get_update())
    return other, other.get("text", type=XmlFragment)


@SOME
@given(trees())
def test_a_text_comes_back_from_its_html(tree: Tree) -> None:
    assert from_html(serialised(tree)) == (() if nodes.is_blank(tree) else tree)


@SOME
@given(trees())
def test_what_is_stored_is_a_fixed_point_of_the_allow_list(tree: Tree) -> None:
    html = to_html(tree)

    assert clean(html) == html
    assert to_html(from_html(html)) == html


@SOME
@given(trees(proposed=True))
def test_a_text_comes_back_from_the_shared_document(tree: Tree) -> None:
    doc, _text = shared(tree)

    assert fragment.read(copy_of(doc)[1]) == tree


@SOME
@given(trees(), trees())
@example(
    (node("paragraph"),), (node("paragraph", {}, [Text("一")]), node("paragraph", {}, [Text("二")]))
)
def test_a_merge_gives_the_new_text(old: Tree, new: Tree) -> None:
    doc, text = shared(old)

    with doc.transaction():
        merge(text, new)

    found = fragment.read(text)
    assert found == new or (nodes.is_blank(found) and nodes.is_blank(new))


@SOME
@given(trees(proposed=True), trees())
def test_a_merge_into_a_text_with_suggestions_gives_the_new_words(old: Tree, new: Tree) -> None:
    doc, text = shared(old)

    with doc.transaction():
        merge(text, new)

    assert plain(to_html(fragment.read(text))) == plain(to_html(new))


@SOME
@given(trees(), trees())
def test_a_merge_is_the_same_for_all_who_receive_it(old: Tree, new: Tree) -> None:
    doc, text = shared(old)
    other, other_text = copy_of(doc)

    with doc.transaction():
        merge(text, new)
    other.apply_update(doc.get_update(other.get_state()))

    assert fragment.read(other_text) == fragment.read(text)


def paragraph(*children: Child) -> Tree:
    return (node("paragraph", {}, children),)


def typed(text: XmlFragment, offset: int, words: str, *, block: int = 0) -> None:
    element = text.children[block]
    assert isinstance(element, XmlElement)
    first = element.children[0]
    assert isinstance(first, XmlText)
    first.insert(offset, words)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<p>春天来了。</p>", "<p>美丽的春天来了！</p>", "<p>美丽的春天在路上来了！</p>"),
        (
            "<p>春天来了。</p>",
            "<h3>题</h3><p>春天来了。</p><p>末</p>",
            "<h3>题</h3><p>春天在路上来了。</p><p>末</p>",
        ),
        (
            "<p>春天来了。</p>",
            "<p>春天<strong>来了</strong>。</p>",
            # Which of the two is first at the border is a matter of the client ids.
            "<p>春天在路上<strong>来了</strong>。</p>|<p>春天<strong>在路上来了</strong>。</p>",
        ),
        (
            "<p>春天来了。</p>",
            "<p>夏天来了。</p><p>春天来了呢。</p>",
            "<p>夏天来了。</p><p>春天在路上来了呢。</p>",
        ),
        (
            "<p>春天来了。</p>",
            '<p>春天来了。<img data-media="8c1f" alt=""></p>',
            '<p>春天在路上来了。<img data-media="8c1f" alt=""></p>',
        ),
    ],
)
def test_what_is_typed_at_the_same_time_stays(old: str, new: str, expected: str) -> None:
    doc, text = shared(from_html(old))
    typist, typists_text = copy_of(doc)

    typed(typists_text, len("春天".encode()), "在路上")
    with doc.transaction():
        merge(text, from_html(new))
    doc.apply_update(typist.get_update(doc.get_state()))

    assert to_html(fragment.read(text)) in expected.split("|")


def test_open_suggestions_and_anchors_of_remarks_outlive_a_merge() -> None:
    proposed = mark("insertion", {"id": "s1", "author": "u"})
    remarked = mark("comment", {"id": "c1"})
    doc, text = shared(
        paragraph(Text("春天", (remarked,)), Text("快", (proposed,)), Text("来了"))
        + paragraph(Text("整段都是建议", (proposed,)))
    )

    with doc.transaction():
        merge(text, from_html("<p>春天已经来了</p>"))

    assert fragment.read(text) == paragraph(
        Text("春天", (remarked,)), Text("已经"), Text("快", (proposed,)), Text("来了")
    ) + paragraph(Text("整段都是建议", (proposed,))) or fragment.read(text) == paragraph(
        Text("春天", (remarked,)), Text("快", (proposed,)), Text("已经来了")
    ) + paragraph(Text("整段都是建议", (proposed,)))


def test_open_suggestions_are_no_part_of_the_published_text() -> None:
    tree = (
        from_html("<p>春天</p>")
        + paragraph(
            Text("新", (mark("insertion", {"id": "s1"}),)),
        )
        + paragraph(Text("旧", (mark("deletion", {"id": "s2"}),)), Text("文"))
    )

    assert to_html(tree) == "<p>春天</p><p>旧文</p>"
    assert nodes.open_suggestions(tree) == {"s1", "s2"}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<li>一</li><p>后</p>", "<ul><li><p>一</p></li></ul><p>后</p>"),
        (
            "<ul><li>一</li><ul><li>甲</li></ul></ul>",
            "<ul><li><p>一</p><ul><li><p>甲</p></li></ul></li></ul>",
        ),
        (
            "<table><thead><tr><th>题</th></tr></thead></table>",
            "<table><tbody><tr><th><p>题</p></th></tr></tbody></table>",
        ),
        ("字<br> 二  三", "<p>字<br>二 三</p>"),
        (
            '<p>由<span data-latex="x^2">x²</span>得</p>',
            '<p>由<span data-latex="x^2"></span>得</p>',
        ),
        ("<blockquote></blockquote>", "<blockquote><p></p></blockquote>"),
        ("<p></p>", ""),
    ],
)
def test_html_of_another_hand_becomes_what_the_editor_would_write(html: str, expected: str) -> None:
    assert serialised(from_html(html)) == expected


def test_an_unknown_node_or_mark_is_never_passed_over() -> None:
    doc: Doc[Any] = Doc()
    text = doc.get("text", type=XmlFragment)
    text.children.append(XmlElement("iframe"))

    with pytest.raises(UnknownContent):
        fragment.read(text)

    del text.children[0]
    text.children.append(XmlText())
    marked = text.children[0]
    assert isinstance(marked, XmlText)
    marked.insert(0, "字", {"blink": {}})
    with pytest.raises(UnknownContent):
        fragment.read(text)


def test_numbers_that_come_as_floats_are_numbers_again() -> None:
    doc: Doc[Any] = Doc()
    parts = doc.get("parts", type=Map)
    attributes: Any = {"level": 4.0}
    parts["text"] = XmlFragment([XmlElement("heading", attributes)])

    assert serialised(fragment.read(parts["text"])) == "<h4></h4>"
