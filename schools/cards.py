"""What the apps put on a user's day page (今天): registries, so the page knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import TypeVar

from schools.models import User

Provided = TypeVar("Provided")


class Section(Enum):
    """The parts of the day page."""

    TO_DO = "to_do"
    TO_REVIEW = "to_review"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing that the user is to do; all texts are already in the user's language."""

    section: Section
    verb: str
    """What to do, ``修改``."""
    title: str
    """To what, ``雨的四季``."""
    detail: str
    url: str
    action: str
    """The button's words, ``去修改``."""
    due: date | None = None
    since: date | None = None
    """Since when it waits, for a review."""
    is_deed: bool = False
    """Whether the button does something (POST) on its way to the place of work."""
    at: datetime | None = None
    """The hour, where it has one."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson that the user's groups teach next."""

    day: date
    title: str
    where: str
    """Subject, grade and group."""
    is_ready: bool
    state: str
    """How far its plan is, in words."""
    url: str = ""
    """Its plan, where there is one."""
    resources_url: str = ""
    mode: str = ""
    """The class mode, where the lesson goes over the network."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened in one of the user's groups."""

    at: datetime
    who: str
    text: str
    """The sentence after the name."""
    url: str = ""


CardProvider = Callable[[User, date], Iterable[Card]]
LessonProvider = Callable[[User, date], Iterable[Lesson]]
NewsProvider = Callable[[User, date], Iterable[News]]
_cards: list[CardProvider] = []
_lessons: list[LessonProvider] = []
_news: list[NewsProvider] = []


def _registered(
    providers: list[Callable[[User, date], Iterable[Provided]]],
    provider: Callable[[User, date], Iterable[Provided]],
) -> Callable[[User, date], Iterable[Provided]]:
    if provider not in providers:
        providers.append(provider)
    return provider


def register_cards(provider: CardProvider) -> CardProvider:
    """Add a source of cards; use it as a decorator in a module that `AppConfig.ready` imports."""
    return _registered(_cards, provider)


def register_lessons(provider: LessonProvider) -> LessonProvider:
    """Add a source of lessons to come from a day on, in the same way."""
    return _registered(_lessons, provider)


def register_news(provider: NewsProvider) -> NewsProvider:
    """Add a source of what happened since a day, in the same way."""
    return _registered(_news, provider)


def cards_for(user: User, day: date) -> list[Card]:
    """The user's cards, the most urgent first, those without a date last."""
    cards = [card for provider in _cards for card in provider(user, day)]
    return sorted(cards, key=lambda card: card.due or card.since or date.max)


def lessons_for(user: User, day: date) -> list[Lesson]:
    """The user's next lessons, the soonest first."""
    lessons = [lesson for provider in _lessons for lesson in provider(user, day)]
    return sorted(lessons, key=lambda lesson: lesson.day)


def news_for(user: User, since: date) -> list[News]:
    """What happened in the user's groups since a day, the latest first."""
    news = [one for provider in _news for one in provider(user, since)]
    return sorted(news, key=lambda one: one.at, reverse=True)
