"""Who keeps the search's words, and who sees what was not found."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404

from schools.access import Role, grants_of
from schools.audience import Reader
from search.models import Synonym

_KEEPS = frozenset({Role.LIBRARY_EDITOR, Role.OPERATOR})
_SEES = _KEEPS | {Role.RESEARCHER, Role.REGION_ADMIN}


def may_keep_words(reader: Reader) -> bool:
    """Editors of a region's library: a synonym counts for everyone."""
    return any(
        grant.role in _KEEPS and (grant.region_id is not None or grant.role == Role.OPERATOR)
        for grant in grants_of(reader)
    )


def must_keep_words(reader: Reader) -> None:
    """Raise PermissionDenied for all others."""
    if not may_keep_words(reader):
        raise PermissionDenied


def keeps_words_or_404(reader: Reader) -> None:
    """For pages: whoever does not keep them knows nothing of them."""
    if not may_keep_words(reader):
        raise Http404


def subjects_or_404(reader: Reader) -> tuple[str, ...]:
    """The subjects whose searches in vain the reader sees; empty: all."""
    subjects = subjects_to_see(reader)
    if subjects is None:
        raise Http404
    return subjects


def subjects_to_see(reader: Reader) -> tuple[str, ...] | None:
    """The subjects whose searches in vain the reader sees; empty: all; None: none."""
    grants = [grant for grant in grants_of(reader) if grant.role in _SEES]
    if not grants:
        return None
    subjects = {grant.subject for grant in grants}
    return () if "" in subjects else tuple(sorted(subjects))


def synonym_or_404(reader: Reader, pk: int) -> Synonym:
    """The synonym, for who keeps them."""
    keeps_words_or_404(reader)
    found: Synonym | None = Synonym.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
