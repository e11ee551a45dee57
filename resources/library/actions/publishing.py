"""From a draft to the live content (入库): one Wagtail workflow, a step for each library.

A resource that has risen is asked about in every library in which it stands, from the school up;
only the last one's editors finish the workflow, and only that publishes, once.
"""

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
    close_all,
    latest,
    lock,
)
from resources.library.audience import refresh_audience
from resources.library.errors import Incomplete, NoReviewer, StaleReview
from resources.library.files import copy_uses_live
from resources.library.ladder import editors_scope
from resources.library.models import Level, Place, Resource, Shelf, Submission
from resources.library.models.places import scope_fields
from resources.library.queries import reviewers, standing, waiting_submission
from resources.library.words import noted
from schools.audit import record
from schools.models import User
from schools.models.roles import SCOPES
from schools.notices import notify
from schools.workflow import open_review, start_review


@transaction.atomic
def submit_for_publication(
    resource: Resource, *, by: User, revision_id: int | None, note: str = ""
) -> Submission | None:
    """Ask the editors to publish the draft; None where it is published already.

    Raises `StaleReview` where `revision_id` is not the latest draft any more.
    """
    page = lock(resource)
    if not can(by, Action.SUBMIT, page):
        raise PermissionDenied
    if revision_id is None or page.latest_revision_id != revision_id:
        raise StaleReview(page)
    if page.live_revision_id == revision_id:
        return None
    waiting = waiting_submission(page, Purpose.PUBLISH)
    if waiting is not None:
        return waiting
    draft = latest(page)
    if missing := draft.missing():
        raise Incomplete(page, missing)
    _someone_must_review(page, draft, by)
    workflow_state = start_review(page, by=by)
    place = _next_place(page, workflow_state.pk, revision_id)
    submission = ask(
        resource=page,
        described=draft,
        purpose=Purpose.PUBLISH,
        place=place or home(page),
        by=by,
        revision_id=revision_id,
        workflow_state_id=workflow_state.pk,
        note=note,
    )
    refresh_audience(page)
    record("resource.submitted", draft, by=by, place=noted(submission.place), revision=revision_id)
    return submission


@transaction.atomic
def approve_publication(
    resource: Resource, *, revision_id: int | None, by: User, checks: Iterable[str]
) -> Resource:
    """Pass the revision in the library whose turn it is; the last one's yes publishes it.

    Raises `StaleReview` where that revision does not wait for a decision any more.
    """
    page = lock(resource)
    step = waiting_submission(page, Purpose.PUBLISH)
    if step is None or revision_id is None or step.revision_id != revision_id:
        raise StaleReview(page)
    if not may_decide(by, step):
        raise PermissionDenied
    step.checks = all_checked(checks)
    task_state = open_review(page, revision_id)
    close(step, State.ACCEPTED, by=by)
    place = _next_place(page, step.workflow_state_id, revision_id)
    if place is None:
        task_state.approve(user=by)
        return _published(page, by=by, step=step)
    draft = latest(page)
    ask(
        resource=page,
        described=draft,
        purpose=Purpose.PUBLISH,
        place=place,
        by=step.asked_by,
        revision_id=revision_id,
        workflow_state_id=step.workflow_state_id,
        note=step.note,
    )
    refresh_audience(page)
    record("resource.passed", draft, by=by, place=noted(step.place), revision=revision_id)
    notify(
        [page.maker],
        notices.PASSED,
        url=address(page, own=True),
        title=draft.title,
        place=noted(step.place),
    )
    return page


def home(page: Resource) -> Place:
    """The library of the school that it belongs to."""
    return Place(Level.SCHOOL, page.school)


def _places(page: Resource) -> list[Place]:
    return standing(page) or [home(page)]


def _next_place(page: Resource, workflow_state_id: int | None, revision_id: int) -> Place | None:
    """The lowest library whose editors have not passed this revision in this workflow.

    Asked anew at each step, because the resource may rise or be taken down meanwhile. Editors who
    decide for two libraries are asked once.
    """
    passed = {
        submission.scope
        for submission in Submission.objects.filter(
            workflow_state=workflow_state_id, revision=revision_id, state=State.ACCEPTED
        ).select_related(*SCOPES)
    }
    places = _places(page)
    for place in places:
        if editors_scope(place, places, page.school) not in passed:
            return place
    return None


def _someone_must_review(page: Resource, draft: Resource, by: User) -> None:
    places = _places(page)
    for place in places:
        scope = editors_scope(place, places, page.school)
        if not reviewers(scope, draft, asker=by).exists():
            raise NoReviewer(page, place)


def _published(page: Resource, *, by: User, step: Submission) -> Resource:
    """What follows once Wagtail has made the revision the live content."""
    page = lock(page)
    copy_uses_live(page, by=by)
    if not standing(page):
        Shelf.objects.create(
            resource_id=page.pk, level=Level.SCHOOL, placed_by=by, **scope_fields(page.school)
        )
    for lapsed in close_all(page, State.STALE, [Purpose.RISE]):
        notify(
            {page.maker, lapsed.asked_by},
            notices.STALE,
            url=address(page, own=True),
            title=page.title,
            place=noted(lapsed.place),
        )
    refresh_audience(page)
    record(
        "resource.published", page, by=by, place=noted(step.place), revision=page.live_revision_id
    )
    notify([page.maker], notices.PUBLISHED, url=address(page), title=page.title)
    return page
