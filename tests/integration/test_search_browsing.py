"""While the index cannot be asked, the database answers, and to each reader their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from search.query import SearchQuery, SearchResult
from search.service import search
from tests.factories import library
from tests.factories.catalogue import make_volume

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_index(settings: Any, tmp_path: Path) -> None:
    settings.GONGBEI_VAR = tmp_path / "nothing"


def find(reader: Any, text: str = "", **query: Any) -> SearchResult:
    return search(SearchQuery(text=text, **query), reader)


def titles(result: SearchResult) -> list[str]:
    return sorted(hit.document.title for hit in result.hits)


def test_without_an_index_each_reader_browses_what_they_may_open() -> None:
    chapter = make_volume().chapters.get(title="春")
    ours = library.published(library.edition(title="春 教案", chapter=chapter))
    public = library.raised(
        library.published(library.edition(title="背影 教案", chapter=chapter)), "county", "public"
    )
    library.edition(title="春 初稿", chapter=chapter)

    stranger, maker = find(AnonymousUser()), find(ours.maker)

    assert (stranger.degraded, stranger.total) == (True, 1)
    assert titles(stranger) == [public.title]
    assert ours.title in titles(maker)
    assert "春 初稿" not in titles(maker)


def test_facets_are_counted_under_all_filters_but_their_own() -> None:
    chapter = make_volume().chapters.get(title="春")
    made = library.published(library.edition(title="春 教案", chapter=chapter))

    result = find(made.maker, filters={"kind": ("microlecture",), "grade": ("7",)})

    assert result.total == 0
    assert [(v.value, v.count, v.chosen) for v in result.facets["kind"]] == [
        ("lesson_plan", 1, False),
        ("microlecture", 0, True),
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"text": "春"}, True),
        ({"text": "背影"}, False),
        ({"filters": {"edition": ("tongbian",), "scope": ("school",)}}, True),
        ({"filters": {"scope": ("public",)}}, False),
        ({"filters": {"grade": ("seven",)}}, False),
        ({"filters": {"kind": ("nonsense",)}}, False),
        ({"filters": {"tier": ("basic",)}}, False),
        ({"text": "%' OR 1=1 --"}, False),
    ],
)
def test_titles_and_filters_narrow_and_nothing_breaks(query: Any, found: bool) -> None:
    chapter = make_volume().chapters.get(title="春")
    made = library.published(library.edition(title="春 教案", chapter=chapter))

    assert bool(find(made.maker, **query).total) == found


def test_the_page_says_what_is_the_matter_and_goes_on(client: Client) -> None:
    public = library.raised(library.published(library.edition(title="背影")), "county", "public")

    page = client.get("/search/", {"q": "背影"})

    assert page.status_code == 200
    assert str(public.uuid) in page.text
    assert 'class="notice wait"' in page.text
