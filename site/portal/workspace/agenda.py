"""What today (今天) asks of a user: the cards of all apps, parted and counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.cards import Card, Section, cards_for
from schools.models import User
from schools.queries import main_school, term_on

SHOWN = 12
"""Rows shown at once; the rest is folded."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence under the date."""

    text: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """The day page's contents."""

    day: date
    week: int | None
    to_do: list[Card]
    to_review: list[Card]

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
    return Agenda(
        day=day,
        week=term.week_of(day) if term else None,
        to_do=[card for card in cards if card.section is Section.TO_DO],
        to_review=[card for card in cards if card.section is Section.TO_REVIEW],
    )
