"""Who reaches a take-down request: its sender by its address, its editors in the workspace."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from portal.takedown.models import TakedownRequest
from portal.takedown.queries import for_editor
from schools.models import User


def sent_or_404(uuid: UUID) -> TakedownRequest:
    """The request that its sender looks up; the uuid is the key."""
    found = TakedownRequest.objects.select_related("page").filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def decided_by_user_or_404(user: User, uuid: UUID) -> TakedownRequest:
    """A request about which the user decides, or has decided."""
    found = for_editor(user).filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found
