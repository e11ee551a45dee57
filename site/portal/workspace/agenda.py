"""What today (今天) asks of a user: the cards of all apps, parted and counted; lessons; news."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.cards import Card, Lesson, News, Section, cards_for, lessons_for, news_for
from schools.models import Holiday, Term, User
from schools.queries import main_school, term_on

SHOWN = 12
"""Rows shown at once; the rest is folded."""
NEWS_SHOWN = 6
LESSONS_SHOWN = 6
NEWS_DAYS = 7


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence under the date."""

    text: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Cards of one stretch of time, with its name."""

    name: str
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class StripDay:
    """A day of the week's strip."""

    day: date
    is_today: bool
    is_taught: bool
    holiday: str
    due: int
    lessons: int

    @property
    def name(self) -> str:
        """``一``."""
        return date_format(self.day, "D")


@dataclass(frozen=True, slots=True)
class Agenda:
    """The day page's contents."""

    day: date
    week: int | None
    to_do: list[Card]
    to_review: list[Card]
    lessons: list[Lesson] = field(default_factory=list)
    news: list[News] = field(default_factory=list)
    strip: list[StripDay] = field(default_factory=list)

    @property
    def late(self) -> int:
        return sum(card.due is not None and card.due < self.day for card in self.to_do)

    @property
    def due_today(self) -> int:
        return sum(card.due == self.day for card in self.to_do)

    def sentences(self) -> list[Sentence]:
        """Which week it is, what is due today, what is late."""
        said = []
        if self.week:
            said.append(Sentence(_("Week %(n)s.") % {"n": self.week}))
        if self.due_today:
            text = ngettext(
                "%(n)s thing is due today.", "%(n)s things are due today.", self.due_today
            )
            said.append(Sentence(text % {"n": self.due_today}))
        else:
            said.append(Sentence(_("Nothing is due today.")))
        if self.late:
            text = ngettext("%(n)s thing is late.", "%(n)s things are late.", self.late)
            said.append(Sentence(text % {"n": self.late}, late=True))
        return said

    def parts(self) -> list[Part]:
        """The first rows by date: late, today, this week, later."""
        sunday = self.day + timedelta(days=6 - self.day.weekday())
        names = (_("Late"), _("Due today"), _("This week"), _("Later"))
        parts = [Part(name, []) for name in names]
        for card in self.first:
            parts[self._place(card, sunday)].cards.append(card)
        return [part for part in parts if part.cards]

    def _place(self, card: Card, sunday: date) -> int:
        if card.due is None or card.due > sunday:
            return 3
        if card.due < self.day:
            return 0
        return 1 if card.due == self.day else 2

    @property
    def first(self) -> list[Card]:
        return self.to_do[:SHOWN]

    @property
    def rest(self) -> list[Card]:
        return self.to_do[SHOWN:]


def agenda_for(user: User, day: date) -> Agenda:
    """The user's agenda of a day; the week is that of their main school's term."""
    school = main_school(user, day)
    term = term_on(day, school.region) if school else None
    cards = cards_for(user, day)
    lessons = lessons_for(user, day)
    to_do = [card for card in cards if card.section is Section.TO_DO]
    return Agenda(
        day=day,
        week=term.week_of(day) if term else None,
        to_do=to_do,
        to_review=[card for card in cards if card.section is Section.TO_REVIEW],
        lessons=lessons[:LESSONS_SHOWN],
        news=news_for(user, day - timedelta(days=NEWS_DAYS))[:NEWS_SHOWN],
        strip=_strip(day, term, to_do, lessons),
    )


def _strip(
    day: date, term: Term | None, cards: list[Card], lessons: list[Lesson]
) -> list[StripDay]:
    """The days of this week; holidays of the term, weekends that are taught."""
    monday = day - timedelta(days=day.weekday())
    holidays: dict[date, Holiday] = {}
    if term is not None:
        for holiday in term.holidays.all():
            holidays |= dict.fromkeys(holiday.days(), holiday)
    due = Counter(card.due for card in cards)
    taught = Counter(lesson.day for lesson in lessons)
    days = [monday + timedelta(days=offset) for offset in range(7)]
    return [
        StripDay(
            day=one,
            is_today=one == day,
            is_taught=holidays[one].is_teaching if one in holidays else one.weekday() < 5,
            holiday=holidays[one].name if one in holidays else "",
            due=due[one],
            lessons=taught[one],
        )
        for one in days
    ]
