"""What all actions of the library do: lock, ask the editors, close a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import Page

from resources.library import notices
from resources.library.errors import ChecksMissing, ReasonMissing
from resources.library.ladder import editors_scope
from resources.library.models import CheckPoint, Place, Resource, Submission
from resources.library.models.places import scope_fields
from resources.library.queries import reviewers, standing
from resources.library.words import noted
from schools.models import User
from schools.models.dated import today
from schools.models.roles import SCOPES
from schools.notices import notify

State = Submission.State
Purpose = Submission.Purpose
DAYS_TO_REVIEW = 3


def lock(resource: Resource) -> Resource:
    """The resource read anew as its kind, its page row locked until the transaction ends."""
    Page.objects.select_for_update().get(pk=resource.pk)
    fresh: Resource = resource.specific_class.objects.select_related("school", "maker").get(
        pk=resource.pk
    )
    return fresh


def latest(resource: Resource) -> Resource:
    """The resource as its latest revision has it."""
    found: Resource = resource.get_latest_revision_as_object()
    return found


def ask(
    *,
    resource: Resource,
    described: Resource,
    purpose: Purpose,
    place: Place,
    by: User,
    revision_id: int,
    workflow_state_id: int | None = None,
    note: str = "",
) -> Submission:
    """Put a request before the editors of `place` and tell them."""
    there = standing(resource)
    scope = editors_scope(place, there, resource.school)
    submission: Submission = Submission.objects.create(
        resource_id=resource.pk,
        purpose=purpose,
        revision_id=revision_id,
        workflow_state_id=workflow_state_id,
        level=place.level,
        **scope_fields(scope),
        from_level=there[-1].level if there else "",
        subject=described.subject,
        stage=described.stage,
        asked_by=by,
        due=today() + timedelta(days=DAYS_TO_REVIEW),
        note=note.strip()[:500],
    )
    notify(
        reviewers(scope, described, asker=by),
        notices.TO_REVIEW,
        url=address(submission),
        actor=by.name,
        title=described.title,
        place=noted(place),
    )
    return submission


def close(submission: Submission, state: State, *, by: User | None, reason: str = "") -> None:
    """End a request; `by` decided it, None where it ended by itself."""
    submission.state = state
    submission.reviewer = by if state in {State.ACCEPTED, State.SENT_BACK} else None
    submission.decided_at = timezone.now()
    submission.reason = reason.strip()[:1000]
    submission.save()


def close_all(resource: Resource, state: State, purposes: Iterable[Purpose]) -> list[Submission]:
    """End every request of these purposes that waits."""
    waiting = Submission.objects.filter(
        resource=resource.pk, state=State.WAITING, purpose__in=[*purposes]
    ).select_related("asked_by", *SCOPES)
    closed = list(waiting)
    for submission in closed:
        close(submission, state, by=None)
    return closed


def needs_reason(reason: str) -> str:
    """The reason without blanks around; raises `ReasonMissing`."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def all_checked(checks: Iterable[str]) -> list[str]:
    """The ticked points in order; raises `ChecksMissing` unless every one is ticked."""
    ticked = {*checks}
    missing = [point for point in CheckPoint if point.value not in ticked]
    if missing:
        raise ChecksMissing(missing)
    return list(CheckPoint.values)


def address(of: Resource | Submission, *, own: bool = False) -> str:
    """The page that a notice leads to, in the site's language; `own` is the maker's page."""
    with translation.override(settings.LANGUAGE_CODE):
        if own and isinstance(of, Resource):
            return own_url(of)
        return of.get_absolute_url()


def own_url(resource: Resource) -> str:
    """The maker's page of the resource."""
    return reverse("library:own", args=[resource.uuid])
