"""A person's calendar by a secret address: own titles and days, with today's rights (日历订阅)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from lessonprep.groups.actions.members import end_membership
from lessonprep.groups.queries import members_of
from lessonprep.meetings.actions.feeds import end_feed, make_feed
from lessonprep.meetings.models import CalendarFeed
from schools.models import User
from tests.conftest import ClientOf
from tests.factories.lessonprep import World, world
from tests.factories.meetings import meeting, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> World:
    return world(lessons=3)


def _address(user: User) -> str:
    return reverse("meetings:feed", args=[make_feed(by=user).token])


def _events(user: User) -> dict[str, list[str]]:
    """Summaries of the user's calendar by sort of event."""
    calendar = Calendar.from_ical(Client().get(_address(user)).content)
    found: dict[str, list[str]] = {}
    for event in calendar.walk("VEVENT"):
        found.setdefault(str(event["uid"]).split("-")[0], []).append(str(event["summary"]))
    return found


def test_a_calendar_has_own_due_days_lessons_and_meetings(w: World) -> None:
    meeting(w)

    preparer, receiver = _events(w.preparer), _events(w.receiver)

    assert {name: len(all_of_it) for name, all_of_it in preparer.items()} == {
        "task": 3,
        "lesson": 3,
        "meeting": 1,
    }
    assert set(receiver) == {"lesson", "meeting"}


def test_nothing_of_what_was_written_is_in_it(w: World) -> None:
    recorded(w, minutes="内部意见")

    body = Client().get(_address(w.receiver)).content.decode()

    assert "内部意见" not in body
    assert "会议室" not in body
    assert "DESCRIPTION" not in body


def test_times_are_those_of_shanghai(w: World) -> None:
    made = meeting(w)

    calendar = Calendar.from_ical(Client().get(_address(w.receiver)).content)

    event: Any = next(e for e in calendar.walk("VEVENT") if str(e["uid"]).startswith("meeting"))
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert event["dtstart"].dt == timezone.localtime(made.starts_at).replace(microsecond=0)
    assert len(calendar.walk("VTIMEZONE")) == 1


def test_one_who_leaves_the_group_loses_its_days_and_keeps_the_address(w: World) -> None:
    meeting(w)
    before = _events(w.receiver)

    end_membership(member=members_of(w.prep_group).get(user=w.receiver), by=w.leader)

    assert before
    assert _events(w.receiver) == {}


def test_an_unchanged_calendar_is_not_sent_again(w: World) -> None:
    address = _address(w.receiver)
    first = Client().get(address)

    second = Client().get(address, headers={"If-None-Match": first["ETag"]})
    meeting(w)
    third = Client().get(address, headers={"If-None-Match": first["ETag"]})

    assert (second.status_code, second.content) == (304, b"")
    assert third.status_code == 200
    assert "public" not in first["Cache-Control"]


def test_a_new_address_ends_the_old_one_and_a_second_press_changes_nothing(
    w: World, client_of: ClientOf
) -> None:
    client, old = client_of(w.receiver), make_feed(by=w.receiver).token
    for _ in range(2):
        client.post(reverse("meetings:make_feed"), {"again": old})
    new = CalendarFeed.objects.get(user=w.receiver).token

    answers = [Client().get(reverse("meetings:feed", args=[t])).status_code for t in (old, new)]

    assert answers == [404, 200]
    client.post(reverse("meetings:make_feed"), {"again": "x"})
    assert CalendarFeed.objects.get(user=w.receiver).token == new


def test_an_ended_address_and_that_of_a_closed_account_give_nothing(w: World) -> None:
    ended, closed = _address(w.receiver), _address(w.deputy)

    end_feed(by=w.receiver)
    User.objects.filter(pk=w.deputy.pk).update(is_active=False)

    assert [Client().get(one).status_code for one in (ended, closed)] == [404, 404]


@pytest.mark.parametrize("token", ["x", "' OR 1=1 --", "a" * 500, "%00", "..%2F.."])
def test_a_guessed_address_gives_nothing(w: World, token: str) -> None:
    make_feed(by=w.receiver)

    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_titles_cannot_break_out_of_their_line(w: World) -> None:
    meeting(w, title="会\r\nBEGIN:VEVENT;，\\n")

    calendar = Calendar.from_ical(Client().get(_address(w.receiver)).content)

    assert len([e for e in calendar.walk("VEVENT") if str(e["uid"]).startswith("meeting")]) == 1


def test_a_calendar_costs_the_same_with_more_in_it(w: World) -> None:
    def cost(made: World) -> int:
        address = _address(made.preparer)
        with CaptureQueriesContext(connection) as queries:
            Client().get(address)
        return len(queries)

    many = world(lessons=12)
    for number in range(8):
        meeting(many, title=f"会{number}", in_days=number)

    assert cost(w) == cost(many) <= 8
