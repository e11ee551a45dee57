"""Recommending a live resource to a higher library (逐级推荐): it widens who reads, no more."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from resources.library import notices
from resources.library.access import Action, can, may_decide
from resources.library.actions.common import (
    Purpose,
    State,
    address,
    all_checked,
    ask,
    close,
    lock,
)
from resources.library.audience import refresh_audience
from resources.library.errors import NoReviewer, NotNow, StaleReview
from resources.library.ladder import editors_scope
from resources.library.models import Place, Resource, Shelf, Submission
from resources.library.models.places import scope_fields
from resources.library.queries import reviewers, standing, targets, waiting_submission
from resources.library.words import noted
from schools.audit import record
from schools.models import User
from schools.notices import notify


@transaction.atomic
def recommend(
    resource: Resource, *, by: User, place: Place, revision_id: int | None, note: str = ""
) -> Submission:
    """Ask the editors of a higher library to take the live content in.

    Raises `StaleReview` where `revision_id` is not the live content any more, `NotNow` where the
    place is not above the present one or another request waits.
    """
    page = lock(resource)
    if not can(by, Action.RECOMMEND, page):
        raise PermissionDenied
    if revision_id is None or not page.live or page.live_revision_id != revision_id:
        raise StaleReview(page)
    waiting = waiting_submission(page, Purpose.RISE)
    if waiting is not None:
        if waiting.place == place and waiting.asked_by_id == by.pk:
            return waiting
        raise NotNow(page)
    if place not in targets(page):
        raise NotNow(page)
    scope = editors_scope(place, standing(page), page.school)
    if not reviewers(scope, page, asker=by).exists():
        raise NoReviewer(page, place)
    submission = ask(
        resource=page,
        described=page,
        purpose=Purpose.RISE,
        place=place,
        by=by,
        revision_id=revision_id,
        note=note,
    )
    refresh_audience(page)
    record("resource.recommended", page, by=by, place=noted(place), revision=revision_id)
    if by.pk != page.maker_id:
        notify(
            [page.maker],
            notices.RECOMMENDED,
            url=address(page, own=True),
            actor=by.name,
            title=page.title,
            place=noted(place),
        )
    return submission


def raise_resource(
    page: Resource, submission: Submission, *, by: User, checks: Iterable[str]
) -> None:
    """Take the live content into the library that was asked; the page is locked by the caller."""
    if not may_decide(by, submission):
        raise PermissionDenied
    submission.checks = all_checked(checks)
    place = submission.place
    # Another text is live, or the school has left the group: nobody looked at that.
    if page.live_revision_id != submission.revision_id or place not in targets(page):
        raise StaleReview(page)
    close(submission, State.ACCEPTED, by=by)
    Shelf.objects.create(
        resource_id=page.pk, level=place.level, placed_by=by, **scope_fields(place.scope)
    )
    refresh_audience(page)
    record("resource.raised", page, by=by, place=noted(place), revision=submission.revision_id)
    notify(
        {page.maker, submission.asked_by},
        notices.RAISED,
        url=address(page),
        title=page.title,
        place=noted(place),
    )
