"""Taking a resource out of libraries: 撤回 by its maker, 下架 by an editor; all on record."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction

from resources.library import notices
from resources.library.access import Action, can, edits
from resources.library.actions.common import (
    Purpose,
    State,
    address,
    close_all,
    lock,
    needs_reason,
)
from resources.library.actions.reviewing import cancel_workflow
from resources.library.audience import refresh_audience
from resources.library.ladder import editors_scope
from resources.library.models import Level, Resource, Shelf
from resources.library.queries import open_shelves, standing
from resources.library.words import noted
from schools.audit import record
from schools.models import User
from schools.notices import notify


@transaction.atomic
def withdraw(resource: Resource, *, by: User, reason: str = "", from_home: bool = False) -> None:
    """The maker takes it back to the home school, or out of that too.

    What still waits for a decision is withdrawn with it. A second time changes nothing.
    """
    page = lock(resource)
    if not can(by, Action.WITHDRAW, page):
        raise PermissionDenied
    lowest = Level.SCHOOL if from_home else Level.GROUP
    left = _leave(page, lowest, by=by, reason=reason)
    if left is not None:
        record("resource.withdrawn", page, by=by, places=left, reason=reason.strip())


@transaction.atomic
def take_down(resource: Resource, *, by: User, level: Level, reason: str) -> None:
    """An editor of a library takes it off there and above; from the school it is unpublished.

    Raises `ReasonMissing`. A second time changes nothing.
    """
    page = lock(resource)
    if not can(by, Action.TAKE_DOWN, page):
        raise PermissionDenied
    place = next((place for place in standing(page) if place.level == level), None)
    if place is None:
        return
    if not edits(by, editors_scope(place, standing(page), page.school), page):
        raise PermissionDenied
    reason = needs_reason(reason)
    left = _leave(page, level, by=by, reason=reason)
    if left is None:
        return
    record("resource.taken_down", page, by=by, places=left, reason=reason)
    notify(
        [page.maker],
        notices.TAKEN_DOWN,
        url=address(page, own=True),
        actor=by.name,
        title=page.title,
        place=left,
        reason=reason,
    )


def _leave(page: Resource, lowest: Level, *, by: User, reason: str) -> list[dict[str, str]] | None:
    """Leave every library from `lowest` up; those left as records keep them, None for no change."""
    leaving = [shelf for shelf in open_shelves(page) if shelf.place.rank >= lowest.rank]
    closed = close_all(page, State.WITHDRAWN, Purpose)
    unpublishes = lowest == Level.SCHOOL and page.live
    if not (leaving or closed or unpublishes):
        return None
    if any(submission.purpose == Purpose.PUBLISH for submission in closed):
        cancel_workflow(page, by=by)
    Shelf.objects.filter(pk__in=[shelf.pk for shelf in leaving]).update(
        removed_at=timezone.now(), removed_by=by, reason=reason.strip()[:500]
    )
    if unpublishes:
        UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
    refresh_audience(page)
    return [noted(shelf.place) for shelf in leaving]
