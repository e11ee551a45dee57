"""Lessons are laid over the days of a term (备课任务清单)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lessonprep.groups.scheduling import (
    Lesson,
    TermTooShort,
    dates_before,
    periods_of_term,
    schedule,
)

MONDAY = date(2026, 9, 7)
WEEK = [MONDAY + timedelta(days=offset) for offset in range(5)]
TERM = [MONDAY + timedelta(weeks=week, days=day) for week in range(10) for day in range(5)]


def test_five_periods_a_week_fall_on_five_days() -> None:
    assert periods_of_term(WEEK, 5) == WEEK


def test_two_periods_a_week_are_spread_over_it() -> None:
    assert periods_of_term(WEEK, 2) == [WEEK[0], WEEK[2]]


def test_more_periods_than_days_share_days() -> None:
    assert len(periods_of_term(WEEK, 7)) == 7
    assert set(periods_of_term(WEEK, 7)) == set(WEEK)


def test_a_week_with_holidays_has_its_share() -> None:
    assert periods_of_term(WEEK[:2], 5) == WEEK[:2]


def test_a_lesson_is_taught_after_the_periods_of_those_before_it() -> None:
    lessons = [Lesson(1, 2), Lesson(2, 1), Lesson(3, 4)]

    drafts = schedule(lessons, TERM, 5, [], earliest=MONDAY)

    assert [draft.teaching_day for draft in drafts] == [TERM[0], TERM[2], TERM[3]]


def test_main_preparers_take_turns() -> None:
    lessons = [Lesson(number, 1) for number in range(5)]

    drafts = schedule(lessons, TERM, 5, [7, 8], earliest=MONDAY)

    assert [draft.main_preparer_id for draft in drafts] == [7, 8, 7, 8, 7]


def test_phases_are_due_14_7_and_2_days_before() -> None:
    taught = MONDAY + timedelta(days=30)

    due = dates_before(taught, earliest=MONDAY)

    assert due == tuple(taught - timedelta(days=days) for days in (14, 7, 2))


@pytest.mark.parametrize("days", range(16))
def test_what_is_due_stays_in_order_and_never_before_today(days: int) -> None:
    taught = MONDAY + timedelta(days=days)

    draft, discussion, approval = dates_before(taught, earliest=MONDAY)

    assert MONDAY <= draft <= discussion <= approval <= taught


def test_a_term_that_is_too_short_says_by_how_much() -> None:
    with pytest.raises(TermTooShort) as short:
        schedule([Lesson(1, 6)], WEEK, 5, [], earliest=MONDAY)

    assert (short.value.needed, short.value.available) == (6, 5)
