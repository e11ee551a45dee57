"""Who looks after the index, and the dead letters they may have tried again."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from schools.models import User
from schools.staff.access import is_operator
from schools.users import signed_in
from search.models import IndexEntry
from search.outbox import dead_letters


def operator_or_404(request: HttpRequest) -> User:
    """The signed-in user, if they run the site."""
    user = signed_in(request)
    if not is_operator(user):
        raise Http404
    return user


def dead_letter_or_404(uuid: UUID) -> IndexEntry:
    """A change that the index did not take; 404 once it was told or changed again."""
    found: IndexEntry | None = dead_letters().filter(pk=uuid).first()
    if found is None:
        raise Http404
    return found
