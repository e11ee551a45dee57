"""Whose batch it is (权限): who brings old files in sees and changes them, nobody else."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from resources.importing.models import Batch
from resources.importing.queries import schools_of
from schools.models import School, User


def batch_or_404(user: User, uuid: UUID) -> Batch:
    """A batch of the user's own, as long as they belong to its school."""
    found: Batch | None = (
        Batch.objects.select_related("school", "by", "volume")
        .filter(uuid=uuid, by=user, removed_at__isnull=True)
        .first()
    )
    if found is None:
        raise Http404
    return found


def may_make_for(user: User, school: School) -> bool:
    """Whether the user makes resources for the school."""
    return user.is_active and schools_of(user).filter(pk=school.pk).exists()
