"""Who may see a resource (see `schools.audience`): readers of its libraries, maker, reviewers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from resources.library.kept import SOURCE
from resources.library.models import Resource, Submission
from resources.library.queries import awaiting, editor_grants, standing
from schools import audience
from schools.audience import Side, register_token_provider, set_audience
from schools.models import User
from search import outbox


@register_token_provider
def tokens_of_editors(reader: User, day: date) -> Iterable[str]:
    """An editor reads the library of the scope, and what waits for a decision."""
    grants = editor_grants(reader, day)
    for grant in grants:
        if grant.school_id is not None:
            yield audience.school(grant.school_id)
        elif grant.education_group_id is not None:
            yield audience.group(grant.education_group_id)
        elif grant.subject_base_id is not None:
            yield audience.base(grant.subject_base_id)
        elif grant.region is not None:
            yield from (audience.region(pk) for pk in grant.region.ids_upwards())
    if grants:
        yield from (
            audience.review(pk) for pk in awaiting(reader, day).values_list("pk", flat=True)
        )


@transaction.atomic
def refresh_audience(resource: Resource) -> None:
    """Store who may see the resource as things stand now; search is told in the same breath."""
    maker = audience.user(resource.maker_id)
    waiting = Submission.objects.filter(resource=resource.pk, state=Submission.State.WAITING)
    live, draft = {maker}, {maker}
    live.update(place.token for place in standing(resource))
    for pk, purpose in waiting.values_list("pk", "purpose"):
        # A recommendation is about the live content, a publication about the draft.
        side = live if purpose == Submission.Purpose.RISE else draft
        side.add(audience.review(pk))
    set_audience(resource, Side.LIVE, live)
    set_audience(resource, Side.DRAFT, draft)
    outbox.changed(SOURCE, resource.uuid)
