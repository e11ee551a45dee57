"""Lessons are laid over the days of a term (备课任务清单)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lessonprep.groups.scheduling import (
    Days,
    Lesson,
    OutsideTerm,
    TermTooShort,
    dates_before,
    in_turn,
    periods_of_term,
    schedule,
    shifted,
    worked_out,
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


# moving everything from here on


def _task(day: date) -> Days:
    return worked_out(day, MONDAY - timedelta(days=30))


def test_tasks_move_along_the_days_of_teaching() -> None:
    friday = _task(TERM[4])

    moved = shifted([friday], TERM, 1, earliest=MONDAY)

    assert moved[0].teaching_day == TERM[5]
    assert (TERM[5] - TERM[4]).days == 3


def test_what_is_due_before_keeps_its_distance() -> None:
    task = _task(TERM[20])

    moved = shifted([task], TERM, 5, earliest=MONDAY)[0]

    assert moved.draft_due - task.draft_due == moved.teaching_day - task.teaching_day


@pytest.mark.parametrize("by", [-20, -3, -1, 1, 4, 25])
@pytest.mark.parametrize("place", [20, 22, 24])
def test_days_stay_in_order_however_they_are_moved(by: int, place: int) -> None:
    moved = shifted([_task(TERM[place])], TERM, by, earliest=TERM[10])

    assert moved[0].in_order()
    assert moved[0].teaching_day == TERM[place + by]


@pytest.mark.parametrize("by", [-1, 50])
def test_a_lesson_is_not_moved_out_of_the_term(by: int) -> None:
    with pytest.raises(OutsideTerm) as outside:
        shifted([_task(TERM[0])], TERM, by, earliest=MONDAY)

    assert outside.value.last == TERM[-1]


def test_a_lesson_on_a_holiday_counts_from_the_next_day_of_teaching() -> None:
    saturday = TERM[4] + timedelta(days=1)

    moved = shifted([_task(saturday)], TERM, 1, earliest=MONDAY)

    assert moved[0].teaching_day == TERM[6]


def test_preparers_in_turn_or_nobody() -> None:
    assert in_turn(3, [7, 8]) == [7, 8, 7]
    assert in_turn(2, []) == [None, None]
