"""What the apps put on a user's day page (今天): a registry, so the page knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from schools.models import User


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


CardProvider = Callable[[User, date], Iterable[Card]]
_providers: list[CardProvider] = []


def register_cards(provider: CardProvider) -> CardProvider:
    """Add a source of cards; use it as a decorator in a module that `AppConfig.ready` imports."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def cards_for(user: User, day: date) -> list[Card]:
    """The user's cards, the most urgent first, those without a date last."""
    cards = [card for provider in _providers for card in provider(user, day)]
    return sorted(cards, key=lambda card: card.due or card.since or date.max)
