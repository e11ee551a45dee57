"""What the index did not take, on the operator's day page (今天)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from schools.cards import Card, Section, register_cards
from schools.models import User
from schools.staff.access import is_operator
from search.outbox import dead_letters


@register_cards
def refused(user: User, day: date) -> Iterable[Card]:
    """One card for all of it."""
    if not is_operator(user) or not (many := dead_letters().count()):
        return
    oldest = dead_letters().order_by("queued_at").first()
    yield Card(
        section=Section.TO_DO,
        verb=_("Look after"),
        title=_("Search index"),
        detail=ngettext(
            "%(many)d thing cannot be found by search.",
            "%(many)d things cannot be found by search.",
            many,
        )
        % {"many": many},
        url=reverse("upkeep:index"),
        action=_("Read why"),
        since=timezone.localtime(oldest.queued_at).date() if oldest else None,
    )
