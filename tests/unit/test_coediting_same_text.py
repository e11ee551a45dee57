"""Server and editor read the same text from the same document, to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pycrdt import XmlText

from lessonprep.coediting import fragment
from lessonprep.coediting.html import from_html, serialised
from lessonprep.coediting.nodes import open_suggestions
from tests.unit.same_text import cases, text_in

CASES = cases()


@pytest.mark.parametrize("writer", ["server", "editor"])
def test_what_either_has_written_reads_as_the_editors_serialiser_gives_it(writer: str) -> None:
    wrong = [
        case["html"]
        for case in CASES
        if serialised(fragment.read(text_in(case[writer]))) != case["html"]
    ]

    assert len(CASES) > 50
    assert wrong == []


def test_server_and_editor_write_the_same_document() -> None:
    def wrote(case: dict[str, Any]) -> bool:
        return fragment.read(text_in(case["server"])) == fragment.read(text_in(case["editor"]))

    assert [case["html"] for case in CASES if not wrote(case)] == []


def test_the_html_alone_gives_the_same_text_where_nothing_is_proposed() -> None:
    trees = [fragment.read(text_in(case["server"])) for case in CASES]
    plain = [tree for tree in trees if not open_suggestions(tree) and "comment" not in repr(tree)]

    assert len(plain) > 10
    assert [tree for tree in plain if from_html(serialised(tree)) != tree] == []


def test_marks_bear_the_names_that_the_editor_gives_them() -> None:
    names = set()
    for case in CASES:
        for text in _texts(text_in(case["editor"])):
            for _piece, formatting in text.diff():
                marks = fragment.marks_of(formatting)
                assert set(formatting or {}) == {fragment.stored_name(one) for one in marks}
                names |= set(formatting or {})

    assert any(name.startswith("comment--") for name in names)


def _texts(parent: Any) -> Iterator[XmlText]:
    for child in parent.children:
        if isinstance(child, XmlText):
            yield child
        else:
            yield from _texts(child)
