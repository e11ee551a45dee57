"""Pages of what was kept of one's own writing (留存的文字)."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from lessonprep.coediting.access import kept_or_404
from lessonprep.coediting.actions import put_away
from lessonprep.coediting.keeping import pieces_of
from lessonprep.coediting.models import KeptWriting
from lessonprep.coediting.queries import kept_for
from lessonprep.plans.access import Action, can
from lessonprep.plans.actions.content import text_of
from schools.users import signed_in


@login_required
@require_safe
def kept_list(request: HttpRequest) -> HttpResponse:
    """All that was kept of one's writing."""
    return render(request, "coediting/kept_list.html", {"kept": kept_for(signed_in(request))})


@login_required
@require_safe
def kept_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The words, to copy; where the plan may be seen, by section."""
    kept = kept_or_404(signed_in(request), uuid)
    headings = _headings(request, kept)
    pieces = [(headings.get(piece.section, ""), piece.text) for piece in pieces_of(kept)]
    context = {"kept": kept, "pieces": pieces, "may_see": bool(headings)}
    return render(request, "coediting/kept.html", context)


@login_required
@require_POST
def put_away_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """It was copied, or is not needed: the day page names it no more."""
    put_away(kept=kept_or_404(signed_in(request), uuid))
    return redirect("coediting:kept_list")


def _headings(request: HttpRequest, kept: KeptWriting) -> dict[str, str]:
    """The names of the plan's sections, where the reader may see the plan."""
    plan = kept.room.plan
    if not can(signed_in(request), Action.SEE, plan):
        return {}
    return {section["id"]: section["value"]["heading"] for section in text_of(plan)}
