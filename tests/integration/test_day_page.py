"""The day page (今天): what is asked of a user, the most urgent first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from portal.languages import path_in
from portal.templatetags import gongbei
from schools.cards import Card, Section, register_cards
from schools.models import User
from schools.models.dated import today
from schools.notices import notify, register_notice
from tests.conftest import ClientOf
from tests.factories import people
from tests.reading import said

pytestmark = pytest.mark.django_db

DAY = "/en/workspace/"
given: dict[UUID, list[Card]] = {}

register_notice("test.happened", "%(what)s happened")


@register_cards
def _cards_of_the_test(user: User, day: date) -> Iterable[Card]:
    return given.get(user.uuid, [])


def card(
    title: str,
    due_in: int | None = None,
    *,
    section: Section = Section.TO_DO,
    waited: int | None = None,
) -> Card:
    """A card due in so many days, or waiting since so many."""
    return Card(
        section=section,
        verb="Revise",
        title=title,
        detail="七年级语文组",
        url="/workspace/me/",
        action="Go",
        due=None if due_in is None else today() + timedelta(days=due_in),
        since=None if waited is None else today() - timedelta(days=waited),
    )


def day_page(client: Client) -> str:
    return client.get(DAY).content.decode()


def test_what_is_late_comes_first_then_by_day_then_what_has_none(client_of: ClientOf) -> None:
    user = people.teacher()
    given[user.uuid] = [card("散步"), card("春", 3), card("济南的冬天", 0), card("雨的四季", -2)]

    page = day_page(client_of(user))

    titles = re.findall(r"Revise “(.+?)”", said(page))
    assert titles == ["雨的四季", "济南的冬天", "春", "散步"]


def test_the_most_urgent_row_alone_has_the_filled_button(client_of: ClientOf) -> None:
    user = people.teacher()
    given[user.uuid] = [card("春", 3), card("雨的四季", -2)]

    page = day_page(client_of(user))

    filled = re.findall(r'class="btn main"[^>]*>(Go.+?)</a>', page)
    assert [said(button) for button in filled] == ["Go “雨的四季”"]


def test_the_sentence_tells_week_due_and_late(client_of: ClientOf) -> None:
    school = people.school()
    monday = today() - timedelta(days=today().weekday())
    people.term(school.region.parent, first_day=monday - timedelta(days=14))
    user = people.teacher(school)
    given[user.uuid] = [card("散步"), card("春", 0), card("济南的冬天", 0), card("雨的四季", -2)]

    page = " ".join(day_page(client_of(user)).split())

    assert "Week 3." in page
    assert "2 things are due today." in page
    assert "1 thing is late." in page
    assert "2 days late" in page


def test_the_term_of_the_county_goes_before_that_of_the_city(client_of: ClientOf) -> None:
    school = people.school()
    monday = today() - timedelta(days=today().weekday())
    people.term(school.region.parent, first_day=monday - timedelta(days=70))
    people.term(school.region, first_day=monday)

    page = day_page(client_of(people.teacher(school)))

    assert "Week 1." in page


def test_what_waits_for_review_stands_apart_with_how_long_it_waits(client_of: ClientOf) -> None:
    user = people.teacher()
    given[user.uuid] = [card("古代诗歌四首", section=Section.TO_REVIEW, waited=2)]

    page = day_page(client_of(user))

    assert "Nothing to do" in page
    assert "waits 2 days" in page
    assert "1 thing</small>" in page


def test_an_empty_day_says_so_and_offers_one_thing_to_do(client_of: ClientOf) -> None:
    page = day_page(client_of(people.user()))

    assert "Nothing to do" in page
    assert "See the plans of my groups" in page
    assert "Nothing waits for your review." in page
    assert "No notices yet." in page


def test_many_things_fold_and_none_is_lost(client_of: ClientOf) -> None:
    user = people.teacher()
    given[user.uuid] = [card(f"第{n:02}课", n) for n in range(30)]

    page = day_page(client_of(user))

    assert "18 more" in page
    assert len(re.findall("<i>Revise</i>", page)) == 30


def test_the_five_latest_notices_are_shown_to_their_own_reader_only(client_of: ClientOf) -> None:
    user, other = people.teacher(), people.teacher()
    for number in range(7):
        notify([user], "test.happened", what=f"event-{number}")
    notify([other], "test.happened", what="secret")

    page = day_page(client_of(user))

    assert re.findall(r"event-\d", page) == [f"event-{number}" for number in (6, 5, 4, 3, 2)]
    assert "secret" not in page


def test_the_day_page_takes_the_same_queries_with_many_rows(client_of: ClientOf) -> None:
    user = people.teacher()
    people.term(user.memberships.get().school.region)
    client = client_of(user)
    client.get(DAY)
    with CaptureQueriesContext(connection) as few:
        client.get(DAY)
    given[user.uuid] = [card(f"第{n}课", n - 5) for n in range(20)]
    given[user.uuid] += [card(f"第{n}课", section=Section.TO_REVIEW, waited=n) for n in range(20)]
    for number in range(20):
        notify([user], "test.happened", what=f"event-{number}")

    with CaptureQueriesContext(connection) as many:
        client.get(DAY)

    assert len(many) == len(few) <= 22


@pytest.mark.parametrize(
    ("days", "words"), [(1, ""), (0, ""), (-1, "1 day late"), (-12, "12 days late"), (None, "")]
)
def test_only_a_day_that_is_over_is_late(days: int | None, words: str) -> None:
    due = None if days is None else today() + timedelta(days=days)

    with translation.override("en"):
        said = gongbei.late_words(due)

    assert said == words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (900, "900 B"),
        (36 * 1024, "36 KB"),
        (4_404_019, "4.2 MB"),
        (5 * 1024**3, "5 GB"),
    ],
)
def test_a_size_is_short_and_never_parted_from_its_unit(size: int, words: str) -> None:
    assert gongbei.filesize_short(size) == words.replace(" ", gongbei.NO_BREAK)


@pytest.mark.parametrize(
    ("path", "chinese", "english"),
    [
        ("/", "/", "/en/"),
        ("/en/", "/", "/en/"),
        ("/workspace/?page=2", "/workspace/?page=2", "/en/workspace/?page=2"),
        ("/en/search/?q=%E6%98%A5", "/search/?q=%E6%98%A5", "/en/search/?q=%E6%98%A5"),
        ("/english/", "/english/", "/en/english/"),
        ("/a/?next=/en/b/", "/a/?next=%2Fb%2F", "/en/a/?next=%2Fen%2Fb%2F"),
    ],
)
def test_every_page_has_one_address_in_each_language(path: str, chinese: str, english: str) -> None:
    assert path_in("zh-hans", path) == chinese
    assert path_in("en", path) == english


def test_a_moment_is_told_as_shortly_as_it_can_be() -> None:
    now = timezone.now()

    with translation.override("en"):
        said = [gongbei.ago(now), gongbei.ago(now - timedelta(days=1)), gongbei.ago(None)]

    clock = timezone.localtime(now).strftime("%H:%M")
    assert said == [clock, f"Yesterday {clock}", ""]
