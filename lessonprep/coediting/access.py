"""Who sees what was kept: whose it is, and nobody else."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from lessonprep.coediting.models import KeptWriting
from lessonprep.coediting.queries import kept_for
from schools.models import User


def kept_or_404(user: User, uuid: UUID) -> KeptWriting:
    """One's own kept writing."""
    kept = kept_for(user).filter(uuid=uuid).first()
    if kept is None:
        raise Http404
    return kept
