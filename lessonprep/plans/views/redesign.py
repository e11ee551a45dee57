"""Another lesson-design model for a plan: see what it does to the text, then do it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lessonprep.plans.access import Action, plan_or_404
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.actions.designs import NotForThisGroup, change_plan_design, preview
from lessonprep.plans.actions.editing import StaleText
from lessonprep.plans.models import DesignModel, LessonPlan
from lessonprep.plans.queries import designs_for
from lessonprep.plans.sections import is_empty
from lessonprep.plans.views.edge import deed, page
from schools.users import signed_in


def _design_or_404(plan: LessonPlan, code: str) -> DesignModel:
    design = designs_for(plan.state.task.prep_plan.prep_group).filter(code=code).first()
    if design is None:
        raise Http404
    return design


@page
def redesign_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The models to choose from; with `?to=<code>`, the plan's text as it would be."""
    plan = plan_or_404(request.user, uuid, Action.REDESIGN)
    context: dict[str, Any] = {
        "plan": plan,
        "designs": designs_for(plan.state.task.prep_plan.prep_group),
        "revision": plan.latest_revision_id,
    }
    code = request.GET.get("to", "")
    if code:
        context["to"] = design = _design_or_404(plan, code)
        context["rows"], context["dropped"] = _preview_rows(plan, design)
    return render(request, "plans/redesign.html", context)


def _preview_rows(plan: LessonPlan, design: DesignModel) -> tuple[list[dict[str, Any]], list[str]]:
    """Each section of the new text, what it is called now and whether it holds text."""
    now = {section["id"]: section["value"]["heading"] for section in text_of(plan)}
    new = preview(plan, design)
    rows = [
        {
            "section": section,
            "was": now.get(section["id"], ""),
            "is_new": section["id"] not in now,
            "is_empty": is_empty(section),
            "is_kept": section["id"] in new.kept,
        }
        for section in new.sections
    ]
    return rows, new.dropped


@deed
def change_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Lay the plan out by the chosen model."""
    plan = plan_or_404(request.user, uuid, Action.REDESIGN)
    design = _design_or_404(plan, request.POST.get("to", ""))
    base = request.POST.get("base", "")
    try:
        change_plan_design(
            plan=plan,
            design=design,
            base=int(base) if base.isdecimal() else 0,
            by=signed_in(request),
        )
    except NotForThisGroup:
        raise Http404 from None
    except StaleText:
        messages.error(
            request, _("The plan has changed since you opened it. Look at the preview again.")
        )
        return redirect("plans:redesign", plan.uuid)
    messages.success(
        request,
        _("The plan follows “%(name)s” now. The text before is in the history.")
        % {"name": design.name},
    )
    return redirect(plan)
