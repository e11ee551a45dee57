"""Who may see a document that is being brought in: who brought it, while they may write there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from lessonprep.plans.access import plan_or_404
from lessonprep.plans.word.models import WordImport
from schools.models import User


def word_import_or_404(user: User, uuid: UUID) -> WordImport:
    """One's own document, with its plan."""
    found = WordImport.objects.filter(uuid=uuid, by=user).select_related("plan").first()
    if found is None:
        raise Http404
    found.plan = plan_or_404(user, found.plan.uuid)
    return found
