"""On the day page (今天): what was kept of the user's writing and not put away yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lessonprep.coediting.queries import kept_for
from schools.cards import Card, Section, register_cards
from schools.models import User


@register_cards
def kept_cards(user: User, day: date) -> Iterable[Card]:
    """Words that did not go into a plan because the right to write had ended."""
    for kept in kept_for(user).filter(seen_at__isnull=True):
        at = timezone.localtime(kept.at)
        yield Card(
            section=Section.TO_DO,
            verb=_("Copy what you had typed in"),
            title=kept.room.plan.title,
            detail=_("It did not go into the plan any more: you could not write there from then."),
            url=reverse("coediting:kept", args=[kept.uuid]),
            action=_("See it"),
            since=at.date(),
        )
