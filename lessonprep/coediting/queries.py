"""Reading what belongs to rooms."""

from __future__ import annotations

from django.db.models import QuerySet

from lessonprep.coediting.models import KeptWriting
from schools.models import User


def kept_for(user: User) -> QuerySet[KeptWriting]:
    """What was kept of the user's own writing, the newest first."""
    return KeptWriting.objects.filter(user=user).select_related("room__plan").order_by("-at", "-pk")
