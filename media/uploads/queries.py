"""Reads of uploads."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from media.uploads.models import Upload
from schools.models import School, User

ABANDONED = timedelta(days=7)
"""How long an upload may lie without a new part."""


def open_uploads(user: User) -> QuerySet[Upload]:
    """The user's uploads that can be gone on with, the newest first."""
    return Upload.objects.filter(by=user, state=Upload.State.OPEN).order_by("-touched_at")


def abandoned_uploads() -> QuerySet[Upload]:
    """Open uploads to which nothing has come for days."""
    before = timezone.now() - ABANDONED
    return Upload.objects.filter(state=Upload.State.OPEN, touched_at__lt=before)


def unfinished_uploads() -> QuerySet[Upload]:
    """Those which have arrived whole, but of which no record was made yet."""
    return Upload.objects.filter(
        state=Upload.State.COMPLETED, file_uuid__isnull=True, refusal__exact={}
    )


def bytes_on_their_way(school: School) -> int:
    """Bytes that the school's open uploads will take."""
    waiting = Q(state=Upload.State.OPEN) | Q(pk__in=unfinished_uploads().values("pk"))
    found = Upload.objects.filter(waiting, school=school).aggregate(bytes=Sum("size"))["bytes"]
    return found or 0
