"""Who may go on with an upload: the one who began it, and for which school."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from media.uploads.models import Upload
from schools.models import School, User
from schools.queries import main_school, memberships_of


def upload_or_404(user: User, uuid: UUID) -> Upload:
    """The user's own upload with this uuid."""
    found = Upload.objects.select_related("by", "school").filter(uuid=uuid, by=user).first()
    if found is None:
        raise Http404
    return found


def school_or_404(user: User, asked: str) -> School | None:
    """The school of this id, which the user is at; their main one where none is named."""
    if not asked:
        return main_school(user)
    if not (asked.isdecimal() and len(asked) < 18):
        raise Http404
    membership = memberships_of(user).filter(school_id=int(asked)).first()
    if membership is None:
        raise Http404
    return membership.school
