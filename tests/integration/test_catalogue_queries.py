"""Reads of the catalogue: order, neighbours, and a constant number of queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from resources.catalogue.models import Chapter, Volume
from resources.catalogue.queries import (
    lesson_path,
    lessons_of,
    neighbours,
    tree_of,
    volumes,
)
from resources.catalogue.vocabulary import lesson_names, names
from tests.factories.catalogue import make_volume

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("many", [2, 30])
def test_a_tree_costs_two_queries_however_large(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    volume = make_volume(lessons=[f"第{number}篇" for number in range(many)])

    with django_assert_num_queries(2):
        (unit,) = tree_of(volume)
        shown = [list(branch.chapter.standards.all()) for branch in unit.branches]

    assert len(shown) == many


@pytest.mark.parametrize("many", [2, 30])
def test_lessons_with_their_paths_cost_two_queries(
    many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    volume = make_volume(lessons=[f"第{number}篇" for number in range(many)])

    with django_assert_num_queries(2):
        paths = [lesson_path(lesson) for lesson in lessons_of(volume)]

    assert paths[0] == ["第一单元", "第0篇"]
    assert len(paths) == many


def test_neighbours_are_lessons_of_the_same_volume_in_teaching_order() -> None:
    volume = make_volume(lessons=["春", "济南的冬天", "雨的四季"])
    make_volume(lessons=["散步"])
    first, second, third = lessons_of(volume)

    assert neighbours(first) == (None, second)
    assert neighbours(second) == (first, third)
    assert neighbours(third) == (second, None)


def test_volumes_come_with_the_number_of_their_lessons(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_volume(lessons=["春"])
    make_volume(lessons=["春", "散步"])

    with django_assert_num_queries(1):
        counts = sorted(volume.lesson_count for volume in volumes())  # type: ignore[attr-defined]

    assert counts == [1, 2]


@pytest.mark.parametrize("unknown", ["grade", "issue_year", "variant"])
def test_a_volume_is_in_the_catalogue_once_with_nothing_known_too(unknown: str) -> None:
    same: dict[str, Any] = {"issue_year": 2024, "variant": "A版"}
    same[unknown] = "" if unknown == "variant" else None
    make_volume(**same)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_volume(**same)

    assert Volume.objects.count() == 1


def test_a_position_is_taken_once_in_a_volume() -> None:
    volume = make_volume(lessons=["春"])

    with pytest.raises(IntegrityError), transaction.atomic():
        Chapter.objects.create(volume=volume, position=2, title="散步")


def test_the_words_of_the_catalogue_know_other_names() -> None:
    forms = {(term.facet, term.value): term.forms for term in names()}

    assert {"部编版", "部编本"} <= set(forms["edition", "tongbian"])
    assert "道法" in forms["subject", "morality_law"]


def test_a_word_that_also_stands_in_others_names_no_edition() -> None:
    forms = {form for term in names() if term.facet == "edition" for form in term.forms}

    assert forms.isdisjoint({"语文版", "语文本", "新人教版"})
    assert "语文社版" in forms


def test_no_form_names_two_editions() -> None:
    forms = [form for term in names() if term.facet == "edition" for form in term.forms]

    assert len(forms) == len(set(forms))


def test_lesson_names_come_with_their_book(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_volume(lessons=["春"])

    with django_assert_num_queries(1):
        unit, lesson = lesson_names()

    assert (unit.title, unit.is_lesson) == ("第一单元", False)
    assert (lesson.title, lesson.subject, lesson.grade, lesson.part) == ("春", "chinese", 7, "上")
