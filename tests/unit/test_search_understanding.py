"""What a query is taken for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.understanding import MAX_CHARACTERS, MAX_WORDS, Word, understand
from search.vocabulary import register_vocabulary, unregister_vocabulary
from tests.factories.search import vocabulary


@pytest.fixture(autouse=True, scope="module")
def _words() -> Iterator[None]:
    register_vocabulary(vocabulary)
    yield
    unregister_vocabulary(vocabulary)


def test_a_grade_a_subject_and_a_kind_are_understood_and_can_be_taken_out() -> None:
    understood = understand("七上 语文 济南的冬天 教案")

    assert [(chip.facet, chip.value, chip.text) for chip in understood.chips] == [
        ("grade", "7", "七上"),
        ("subject", "chinese", "语文"),
        ("kind", "lesson_plan", "教案"),
    ]
    assert understood.chips[1].without == "七上 济南的冬天 教案"


def test_what_is_understood_may_be_said_by_the_text_or_by_the_metadata() -> None:
    assert understand("七上 语文 春").words == (
        Word(("grade7",), "grade", "7"),
        Word(("上册",), "volume", "上"),
        Word(("语文",), "subject", "chinese"),
        Word(("春",)),
    )


@pytest.mark.parametrize("text", ["语文园地", "提高一点", "微课堂", "二次函数"])
def test_a_word_that_only_contains_a_name_is_not_understood(text: str) -> None:
    assert understand(text).chips == ()


def test_a_name_of_several_words_is_understood_as_one() -> None:
    (chip,) = understand("Spring Lesson  Plan").chips

    assert (chip.facet, chip.value) == ("kind", "lesson_plan")


def test_a_long_query_is_cut_and_its_words_are_few() -> None:
    understood = understand(" ".join(f"词{n}" for n in range(5000)))

    assert len(understood.text) == MAX_CHARACTERS
    assert len(understood.words) <= MAX_WORDS


@given(st.text(max_size=400))
def test_any_text_is_a_query(text: str) -> None:
    understood = understand(text)

    assert all(len(chip.without) < max(len(text), 1) for chip in understood.chips)
