"""The search page: works without script, leads on when nothing is found, costs the same always."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from schools.models import User
from search import outbox
from search.outbox import drain
from tests.factories import people
from tests.factories.search import NAME, Things, document, own_index

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def things(settings: Any, tmp_path: Path) -> Iterator[Things]:
    with own_index(settings, tmp_path) as made:
        yield made


def page(client: Client, **query: Any) -> str:
    response = client.get(reverse("search:page"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_stranger_finds_what_is_public_with_its_words_marked(
    client: Client, things: Things
) -> None:
    made = things.put(
        document("济南的冬天", body="响晴的<b>天气</b>", school="南关实验学校", uses=3)
    )
    drain()

    html = page(client, q="济南 天气")

    assert f'<a class="title" href="{made.url}"><mark>济南</mark>的冬天</a>' in html
    assert "&lt;b&gt;<mark>天气</mark>&lt;/b&gt;" in html
    assert "南关实验学校" in html


def test_facets_are_a_form_that_keeps_the_query(client: Client, things: Things) -> None:
    things.put(document("春", kind="microlecture", grade=7), document("春", grade=8))
    drain()

    html = page(client, q="春", grade="7", sort="newest", edition="")

    assert '<input type="hidden" name="q" value="春">' in html
    assert '<input type="hidden" name="sort" value="newest">' in html
    assert '<input type="checkbox" name="grade" value="7" checked>' in html
    assert '<input type="checkbox" name="grade" value="8">' in html


def test_what_was_understood_can_be_taken_out(client: Client, things: Things) -> None:
    things.put(document("春", grade=7))
    drain()

    html = page(client, q="七上 春", kind="lesson_plan")

    assert 'href="/search/?q=%E6%98%A5&amp;kind=lesson_plan"' in html
    assert 'href="/search/?q=%E4%B8%83%E4%B8%8A+%E6%98%A5"' in html


def test_when_nothing_is_found_the_page_leads_on(client: Client, things: Things) -> None:
    things.put(document("春", kind="lesson_plan"))
    drain()

    html = page(client, q="春", kind="microlecture")

    assert 'href="/search/?q=%E6%98%A5"' in html


def test_an_empty_index_and_a_missing_one_are_told_apart(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    drain()
    empty = page(client)
    settings.GONGBEI_VAR = tmp_path / "nothing"
    missing = page(client, q="春")

    assert 'class="empty"' in empty
    assert 'class="notice wait"' in missing


def test_pages_are_linked_and_one_too_far_leads_to_the_last(client: Client, things: Things) -> None:
    things.put(*(document("春") for _ in range(45)))
    drain()

    first = page(client, q="春")
    beyond = client.get(reverse("search:page"), {"q": "春", "page": "77"})

    assert first.count('class="hit"') == 20
    assert 'rel="next"' in first
    assert beyond.status_code == 302
    assert beyond["Location"].endswith("?q=%E6%98%A5&page=3")
    assert page(client, q="春", page="3").count('class="hit"') == 5


@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"},
        {"page": "9" * 40},
        {"page": "²"},
        {"sort": "'"},
        {"kind": "\x00"},
        {"grade": "x" * 5000},
        {"premium": "maybe"},
        {"q": "\x00"},
        {"q": "春" * 3000},
        {"chapter": ["a"] * 200},
    ],
)
def test_nonsense_in_the_address_is_no_error(
    client: Client, things: Things, query: dict[str, Any]
) -> None:
    things.put(document())
    drain()

    page(client, **query)


def test_only_reading_is_possible(client: Client) -> None:
    assert client.post(reverse("search:page")).status_code == 405


def test_the_page_costs_the_same_number_of_queries_for_one_hit_and_for_twenty(
    client_of: Callable[[User], Client], things: Things
) -> None:
    client = client_of(people.teacher())
    things.put(document("春", kind="lesson_plan"))
    drain()
    page(client, q="春")

    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client, q="春")
    things.put(*(document("春", kind="microlecture", grade=n % 9 + 1) for n in range(30)))
    drain()
    with CaptureQueriesContext(connection) as many:
        page(client, q="春")

    assert len(few) == len(many)
    assert len(many) <= 14


# searches nearby


def lesson(title: str, edition: str, **fields: Any) -> Any:
    return document(
        title, chapters=("第一单元", title), edition=edition, subject="chinese", **fields
    )


def test_the_same_topic_in_other_editions_is_linked_with_its_number(
    client: Client, things: Things
) -> None:
    things.put(*(lesson("背影", "tongbian") for _ in range(2)), lesson("背影", "renjiao"))
    drain()

    html = page(client, q="语文 背影", edition="renjiao")
    alone = page(client, q="背影", edition=["renjiao", "tongbian"])

    way = "/search/?q=%E8%83%8C%E5%BD%B1&amp;subject=chinese&amp;edition=tongbian&amp;as_typed=1"
    assert f'<a class="chip" href="{way}">统编版 <small>2</small></a>' in html
    assert "edition=renjiao&amp;as_typed=1" not in html
    assert "as_typed=1" not in alone


def test_other_editions_are_those_that_the_reader_may_open(client: Client, things: Things) -> None:
    made = lesson("背影", "tongbian")
    hidden = lesson("背影", "beishida", audience=frozenset({"school:1"}))
    things.put(lesson("背影", "renjiao"), made, hidden)
    drain()
    things.held[made.uuid] = replace(made, audience=frozenset({"school:1"}))
    outbox.changed(NAME, made.uuid)

    assert "as_typed=1" not in page(client, q="背影", edition="renjiao")


def test_where_nothing_fits_entirely_one_condition_can_be_taken_out(
    client: Client, things: Things
) -> None:
    things.put(*(lesson("背影", "tongbian", grade=8) for _ in range(3)), lesson("背影", "renjiao"))
    things.put(lesson("背影", "tongbian", grade=7, audience=frozenset({"school:1"})))
    drain()

    html = page(client, q="七上 背影 教案")

    assert 'href="/search/?q=%E8%83%8C%E5%BD%B1+%E6%95%99%E6%A1%88&amp;as_typed=1"' in html
    assert "<small>4</small>" in html
    assert 'q=%E4%B8%83%E4%B8%8A+%E8%83%8C%E5%BD%B1&amp;as_typed=1"' not in html


def test_lessons_of_the_same_unit_stand_in_the_same_book(client: Client, things: Things) -> None:
    book = {"grade": 7, "volume": "上"}
    things.put(lesson("春", "tongbian", **book), lesson("雨的四季", "tongbian", **book))
    things.put(lesson("乡下人家", "tongbian", grade=4, volume="下"))
    drain()

    html = page(client, q="春", kind="lesson_plan")

    assert 'class="chip" href="/search/?q=%E9%9B%A8%E7%9A%84%E5%9B%9B%E5%AD%A3' in html
    assert "乡下人家" not in html
