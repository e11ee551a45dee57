"""What a maker decides alone: letting answers out (公布答案), the bin and back (回收站)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from resources.library.access import Action, can
from resources.library.actions.common import lock
from resources.library.errors import NotNow
from resources.library.models import Resource
from resources.library.queries import waiting_submissions
from schools.audit import record
from schools.models import User


@transaction.atomic
def let_out(resource: Resource, *, by: User, out: bool) -> None:
    """Show answers and notes to every reader of the resource, or hold them back again.

    It holds at once, for the live content and for later revisions. A second time changes nothing.
    """
    page = lock(resource)
    if not can(by, Action.LET_OUT, page):
        raise PermissionDenied
    if page.answers_out == out:
        return
    _set(page, answers_out=out)
    record("resource.answers_let_out" if out else "resource.answers_held_back", page, by=by)


@transaction.atomic
def put_in_bin(resource: Resource, *, by: User) -> None:
    """Put a draft that nobody reads into the bin; a second time changes nothing.

    Raises `NotNow` where it is live or waits for a decision.
    """
    page = lock(resource)
    if page.maker_id == by.pk and page.binned_at is not None:
        return
    if not can(by, Action.BIN, page):
        raise PermissionDenied
    if page.live or waiting_submissions(page).exists():
        raise NotNow(page)
    _set(page, binned_at=timezone.now())
    record("resource.binned", page, by=by)


@transaction.atomic
def bring_back(resource: Resource, *, by: User) -> None:
    """Take a draft out of the bin; a second time changes nothing."""
    page = lock(resource)
    if page.maker_id != by.pk:
        raise PermissionDenied
    if page.binned_at is None:
        return
    _set(page, binned_at=None)
    record("resource.brought_back", page, by=by)


def _set(page: Resource, **values: object) -> None:
    """Set what belongs to the page, past its revisions."""
    Resource.objects.filter(pk=page.pk).update(**values)
