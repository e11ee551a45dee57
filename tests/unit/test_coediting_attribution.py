"""Whose words stand in a shared document."""

from __future__ import annotations

from typing import Any

import pytest
from pycrdt import Doc, Map, XmlElement, XmlText

from lessonprep.coediting.attribution import clients_by_place
from lessonprep.coediting.document import bring_to, sections_in, seed
from lessonprep.plans.sections import Section

GOALS, PROCESS = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
ROW = "33333333-3333-4333-8333-333333333333"


def sections(body: str = "<p>春天来了</p>", teacher: str = "<p>提问</p>") -> list[Section]:
    row = {"step": "导入", "minutes": 5, "teacher": teacher, "pupils": "", "intent": ""}
    return [
        {"type": "text", "id": GOALS, "value": {"key": "g", "heading": "目标", "body": body}},
        {
            "type": "process",
            "id": PROCESS,
            "value": {
                "key": "p",
                "heading": "过程",
                "rows": [{"type": "item", "id": ROW, "value": row}],
            },
        },
    ]


def doc_of(update: bytes, client: int) -> Doc[Any]:
    doc: Doc[Any] = Doc(client_id=client)
    doc.apply_update(update)
    return doc


def first_text(doc: Doc[Any]) -> XmlText:
    paragraph = doc.get("sections", type=Map)[GOALS]["body"].children[0]
    assert isinstance(paragraph, XmlElement)
    text = paragraph.children[0]
    assert isinstance(text, XmlText)
    return text


def seeder(update: bytes) -> set[int]:
    return {client for clients in clients_by_place(update).values() for client in clients}


def test_who_wrote_in_a_section_is_found_where_the_words_stand() -> None:
    begun = seed(sections())
    (server,) = seeder(begun)
    doc = doc_of(begun, 7)

    first_text(doc).insert(3, "很", {"bold": {}})

    assert clients_by_place(doc.get_update()) == {
        ("sections", GOALS, "body"): {server, 7},
        ("sections", PROCESS, "rows", ROW, "step"): {server},
        ("sections", PROCESS, "rows", ROW, "teacher"): {server},
    }


def test_words_that_were_taken_out_again_name_nobody() -> None:
    begun = seed(sections())
    doc, other = doc_of(begun, 7), doc_of(begun, 8)

    first_text(doc).insert(0, "很😀")
    other.apply_update(doc.get_update())
    del first_text(other)[0 : len("很😀".encode())]

    assert 7 not in clients_by_place(other.get_update())[("sections", GOALS, "body")]


@pytest.mark.parametrize("words", ["，", " ", "……"])
def test_a_comma_is_no_word(words: str) -> None:
    doc = doc_of(seed(sections()), 7)

    first_text(doc).insert(0, words)

    assert 7 not in clients_by_place(doc.get_update())[("sections", GOALS, "body")]


def test_a_picture_or_formula_counts_like_a_word() -> None:
    doc = doc_of(seed(sections()), 7)

    bring_to(doc, sections('<p>春天来了<img data-media="8c1f" alt=""></p>'))

    assert 7 in clients_by_place(doc.get_update())[("sections", GOALS, "body")]


def test_long_histories_are_read_without_recursion() -> None:
    doc = doc_of(seed(sections()), 7)
    text = first_text(doc)

    for number in range(3000):
        text.insert(0, "字a"[number % 2])

    assert 7 in clients_by_place(doc.get_update())[("sections", GOALS, "body")]
    assert sections_in(doc)[0]["value"]["body"].startswith("<p>a字a字")
