"""Deciding on a request, and calling it back (通过, 退回, 收回申请)."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from resources.library import notices
from resources.library.access import may_decide
from resources.library.actions.common import (
    Purpose,
    State,
    address,
    close,
    lock,
    needs_reason,
)
from resources.library.actions.publishing import approve_publication
from resources.library.actions.rising import raise_resource
from resources.library.audience import refresh_audience
from resources.library.errors import StaleReview
from resources.library.models import Resource, Submission
from resources.library.words import noted
from schools.audit import record
from schools.models import User
from schools.models.roles import SCOPES
from schools.notices import notify
from schools.workflow import open_review


@transaction.atomic
def accept(
    submission: Submission, *, by: User, revision_id: int | None, checks: Iterable[str]
) -> Submission:
    """Pass what was asked, about the revision that the editor saw; a second time changes nothing.

    Raises `ChecksMissing`, `StaleReview`.
    """
    page = lock(submission.resource)
    fresh = _fresh(submission)
    if fresh.state == State.ACCEPTED and fresh.reviewer_id == by.pk:
        return fresh
    _must_wait(page, fresh, revision_id)
    if fresh.purpose == Purpose.PUBLISH:
        approve_publication(page, revision_id=revision_id, by=by, checks=checks)
    else:
        raise_resource(page, fresh, by=by, checks=checks)
    return _fresh(submission)


@transaction.atomic
def send_back(
    submission: Submission, *, by: User, revision_id: int | None, reason: str
) -> Submission:
    """Send it back to the maker with a reason; the draft can be changed again.

    Raises `ReasonMissing`, `StaleReview`.
    """
    page = lock(submission.resource)
    fresh = _fresh(submission)
    if fresh.state == State.SENT_BACK and fresh.reviewer_id == by.pk:
        return fresh
    _must_wait(page, fresh, revision_id)
    if not may_decide(by, fresh):
        raise PermissionDenied
    reason = needs_reason(reason)
    if fresh.purpose == Purpose.PUBLISH:
        open_review(page, fresh.revision_id).reject(user=by, comment=reason)
    close(fresh, State.SENT_BACK, by=by, reason=reason)
    refresh_audience(page)
    place = noted(fresh.place)
    record("resource.sent_back", page, by=by, place=place, purpose=fresh.purpose, reason=reason)
    notify(
        {page.maker, fresh.asked_by},
        notices.SENT_BACK,
        url=address(page, own=True),
        actor=by.name,
        title=page.draft_title,
        place=place,
        reason=reason,
    )
    return fresh


@transaction.atomic
def call_back(submission: Submission, *, by: User) -> Submission:
    """The maker takes a request back before it is decided."""
    page = lock(submission.resource)
    fresh = _fresh(submission)
    if by.pk != page.maker_id:
        raise PermissionDenied
    if not fresh.is_waiting:
        return fresh
    close(fresh, State.WITHDRAWN, by=by)
    if fresh.purpose == Purpose.PUBLISH:
        cancel_workflow(page, by=by)
    refresh_audience(page)
    record("resource.called_back", page, by=by, place=noted(fresh.place), purpose=fresh.purpose)
    return fresh


def cancel_workflow(page: Resource, *, by: User) -> None:
    """End the page's open workflow without a decision."""
    state = page.current_workflow_state
    if state is not None:
        state.cancel(user=by)


def _fresh(submission: Submission) -> Submission:
    found: Submission = Submission.objects.select_related(*SCOPES, "asked_by", "reviewer").get(
        pk=submission.pk
    )
    return found


def _must_wait(page: Resource, submission: Submission, revision_id: int | None) -> None:
    if not submission.is_waiting or submission.revision_id != revision_id:
        raise StaleReview(page)
