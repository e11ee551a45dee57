"""Reads of the batches of old files."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, Q, QuerySet

from resources.catalogue.models import Chapter, Volume
from resources.importing.models import OPEN, Batch, OldFile
from schools.models import Membership, School, TeachingAssignment, User
from schools.models.dated import today

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

State = OldFile.State
UNCLEAR = Q(kind="") | Q(chapter__isnull=True)
"""Rows of which something is still to be said."""
FILTERS = {
    "unclear": Q(state__in=OPEN) & UNCLEAR,
    "clear": Q(state__in=OPEN) & ~UNCLEAR,
    "expected": Q(state__in=[State.EXPECTED, State.REFUSED]),
    "made": Q(state__in=[State.CHOSEN, State.MADE]),
}


class Counted(TypedDict):
    """What a list shows of each batch."""

    files_there: int
    files_made: int


def batches_of(user: User) -> QuerySet[WithAnnotations[Batch, Counted]]:
    """The user's batches, the newest first, with how many files they hold."""
    batches: QuerySet[Batch] = Batch.objects.filter(by=user, removed_at__isnull=True)
    return (
        batches.select_related("school")
        .annotate(
            files_there=Count("files"), files_made=Count("files", filter=Q(files__state=State.MADE))
        )
        .order_by("-pk")
    )


def files_of(batch: Batch, only: str = "", words: str = "") -> QuerySet[OldFile]:
    """The rows of a batch as its table shows them."""
    rows: QuerySet[OldFile] = OldFile.objects.filter(batch=batch)
    if only in FILTERS:
        rows = rows.filter(FILTERS[only])
    if words:
        rows = rows.filter(Q(path__icontains=words) | Q(title__icontains=words))
    return rows.select_related("volume", "chapter", "resource").order_by("path", "pk")


def counts_of(batch: Batch) -> dict[str, int]:
    """How many rows each filter leaves, and all of them under ``""``."""
    counted = {name: Count("pk", filter=condition) for name, condition in FILTERS.items()}
    rows = OldFile.objects.filter(batch=batch)
    found = rows.aggregate(all=Count("pk"), **counted)
    return {"": found.pop("all"), **found}


def schools_of(user: User) -> QuerySet[School]:
    """The schools for which the user makes resources: those of today's memberships."""
    held = Membership.objects.on(today()).filter(user=user)
    return School.objects.filter(pk__in=held.values("school")).order_by("name", "pk")


def volumes_for(user: User) -> QuerySet[Volume]:
    """The volumes that forms offer: of the subjects the user teaches, else all."""
    taught = set(
        TeachingAssignment.objects.filter(
            membership__in=Membership.objects.on(today()).filter(user=user)
        ).values_list("subject", flat=True)
    )
    volumes = Volume.objects.filter(subject__in=taught) if taught else Volume.objects.all()
    return volumes.order_by("subject", "grade", "edition", "part", "-issue_year", "pk")


def lessons_of_volumes(volumes: set[int]) -> QuerySet[Chapter]:
    """The lessons and units of these volumes in reading order."""
    return (
        Chapter.objects.filter(volume__in=volumes)
        .select_related("volume")
        .order_by("volume", "position")
    )
