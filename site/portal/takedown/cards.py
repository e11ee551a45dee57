"""Take-down requests on the day page (今天) of those who decide about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.takedown.models import TakedownRequest
from portal.takedown.queries import for_editor
from schools.cards import Card, Section, register_cards
from schools.models import User

MOST = 10


@register_cards
def takedowns(user: User, day: date) -> Iterable[Card]:
    """Requests that wait for this editor, the oldest first."""
    waiting = for_editor(user).filter(state=TakedownRequest.State.WAITING)
    for asked in waiting.order_by("asked_at", "pk")[:MOST]:
        yield Card(
            section=Section.TO_REVIEW,
            verb=_("Decide on a take-down request:"),
            title=asked.title,
            detail=str(asked.get_ground_display()),
            url=reverse("takedown:decide", args=[asked.uuid]),
            action=_("Look at it"),
            since=timezone.localtime(asked.asked_at).date(),
        )
