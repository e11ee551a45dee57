"""All first drafts side by side, for the discussion (初备对照)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lessonprep.plans.access import Action, can, plan_or_404
from lessonprep.plans.queries import drafts_of, side_by_side
from lessonprep.plans.views.edge import page


@page
def drafts_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The drafts in columns by section; sections in which all agree are folded."""
    plan = plan_or_404(request.user, uuid, Action.SEE_DRAFTS)
    drafts = drafts_of(plan)
    sections = side_by_side(plan, drafts)
    context = {
        "plan": plan,
        "drafts": drafts,
        "sections": sections,
        "differing": [section for section in sections if len(section.wordings) > 1],
        "may_edit": can(request.user, Action.EDIT, plan),
    }
    return render(request, "plans/drafts.html", context)
