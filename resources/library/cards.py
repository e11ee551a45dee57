"""What of the library stands on the day page (今天): reviews that wait, resources sent back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from resources.library.queries import ResourceState, made_by, review_queue
from schools.cards import Card, Section, register_cards
from schools.models import User

MOST = 20
"""So many of each at most; the pages behind them list the rest."""


@register_cards
def reviews(user: User, day: date) -> Iterable[Card]:
    """Publications and recommendations that wait for this editor."""
    for submission in review_queue(user)[:MOST]:
        yield Card(
            section=Section.TO_REVIEW,
            verb=_("Review"),
            title=submission.resource.draft_title,
            detail=_("%(name)s, %(school)s, for %(place)s")
            % {
                "name": submission.asked_by.name,
                "school": submission.resource.school,
                "place": submission.place,
            },
            url=submission.get_absolute_url(),
            action=_("Review it"),
            due=submission.due,
            since=timezone.localtime(submission.asked_at).date(),
        )


@register_cards
def sent_back(user: User, day: date) -> Iterable[Card]:
    """The user's resources that an editor has sent back."""
    for resource in made_by(user).filter(state=ResourceState.SENT_BACK)[:MOST]:
        yield Card(
            section=Section.TO_DO,
            verb=_("Revise"),
            title=resource.draft_title,
            detail=_("Sent back: %(reason)s") % {"reason": resource.last_reason},
            url=reverse("library:own", args=[resource.uuid]),
            action=_("Read why"),
        )
