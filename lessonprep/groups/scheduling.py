"""From a volume's lessons and a term's days to tasks with dates and preparers (备课任务清单)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

DRAFT_DAYS, DISCUSSION_DAYS, APPROVAL_DAYS = 14, 7, 2
"""How many days before the teaching day each phase is due."""
DAYS_A_WEEK = 5


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson to be placed: the id of its chapter and how many periods it takes."""

    chapter_id: int
    periods: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A task as proposed; dates in the order in which they fall."""

    chapter_id: int
    periods: int
    teaching_day: date
    draft_due: date
    discussion_due: date
    approval_due: date
    main_preparer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """A task's days: when it is taught, and when drafts, discussion and approval are due."""

    teaching_day: date
    draft_due: date
    discussion_due: date
    approval_due: date

    def in_order(self) -> bool:
        """Whether each falls no later than the next."""
        return self.draft_due <= self.discussion_due <= self.approval_due <= self.teaching_day


class OutsideTerm(Exception):
    """A lesson would be taught on a day that the term does not have."""

    def __init__(self, day: date | None, last: date) -> None:
        super().__init__(str(day))
        self.day = day
        self.last = last


class TermTooShort(Exception):
    """The periods of the volume do not fit into the term."""

    def __init__(self, needed: int, available: int) -> None:
        super().__init__(f"{needed} > {available}")
        self.needed = needed
        self.available = available


def periods_of_term(school_days: Iterable[date], periods_per_week: int) -> list[date]:
    """One entry a lesson period, in order: each week's periods spread over its days of teaching.

    A week of five days has `periods_per_week`; a shorter one has its share, at least one.
    """
    weeks: dict[tuple[int, int], list[date]] = {}
    for day in school_days:
        weeks.setdefault(day.isocalendar()[:2], []).append(day)
    slots: list[date] = []
    for days in weeks.values():
        count = max(1, round(periods_per_week * min(len(days), DAYS_A_WEEK) / DAYS_A_WEEK))
        slots += [days[number * len(days) // count] for number in range(count)]
    return slots


def dates_before(teaching_day: date, earliest: date) -> tuple[date, date, date]:
    """When drafts, discussion and approval are due; never before `earliest`, always in order."""

    def due(days: int) -> date:
        return min(teaching_day, max(earliest, teaching_day - timedelta(days=days)))

    return due(DRAFT_DAYS), due(DISCUSSION_DAYS), due(APPROVAL_DAYS)


def schedule(
    lessons: Sequence[Lesson],
    school_days: Iterable[date],
    periods_per_week: int,
    preparers: Sequence[int],
    *,
    earliest: date,
) -> list[Draft]:
    """One draft task a lesson, main preparers in turn; raises `TermTooShort`."""
    slots = periods_of_term(school_days, periods_per_week)
    needed = sum(lesson.periods for lesson in lessons)
    if needed > len(slots):
        raise TermTooShort(needed, len(slots))
    drafts = []
    taken = 0
    for number, lesson in enumerate(lessons):
        day = slots[taken]
        taken += lesson.periods
        draft_due, discussion_due, approval_due = dates_before(day, min(earliest, day))
        drafts.append(
            Draft(lesson.chapter_id, lesson.periods, day, draft_due, discussion_due, approval_due)
        )
        if preparers:
            drafts[-1] = replace(drafts[-1], main_preparer_id=preparers[number % len(preparers)])
    return drafts


def worked_out(teaching_day: date, earliest: date) -> Days:
    """The days of a task that is taught on a day; nothing is due before `earliest`."""
    return Days(teaching_day, *dates_before(teaching_day, min(earliest, teaching_day)))


def shifted(
    tasks: Sequence[Days], school_days: Sequence[date], teaching_days: int, *, earliest: date
) -> list[Days]:
    """The tasks so many teaching days later, or earlier where negative; raises `OutsideTerm`.

    Each task moves along the days of teaching of the term, so holidays are leapt over; what is due
    before keeps its distance to the teaching day, and is never before `earliest` for what lies
    ahead. A task on a day without teaching counts from the next such day.
    """
    moved = []
    for task in tasks:
        place = bisect_left(school_days, task.teaching_day) + teaching_days
        if not 0 <= place < len(school_days):
            raise OutsideTerm(task.teaching_day, school_days[-1] if school_days else earliest)
        day = school_days[place]
        by = day - task.teaching_day
        moved.append(Days(day, *(_kept(due, by, day, earliest) for due in _dues(task))))
    return moved


def _dues(task: Days) -> tuple[date, date, date]:
    return task.draft_due, task.discussion_due, task.approval_due


def _kept(due: date, by: timedelta, teaching_day: date, earliest: date) -> date:
    # What was over before the shift stays over; what lies ahead is not sent into the past.
    floor = min(due, earliest)
    return min(teaching_day, max(floor, due + by))


def in_turn(count: int, preparers: Sequence[int]) -> list[int | None]:
    """Main preparers in turn for so many tasks; nobody where there are none."""
    return [preparers[number % len(preparers)] if preparers else None for number in range(count)]
