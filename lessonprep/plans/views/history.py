"""History of a plan: who saved when, what changed, and back to an earlier text."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from wagtail.models import Revision

from lessonprep.plans.access import Action, can, plan_or_404
from lessonprep.plans.actions.content import sections_of, text_of
from lessonprep.plans.actions.editing import RevisionGone, StaleText, restore_revision
from lessonprep.plans.models import LessonPlan
from lessonprep.plans.queries import history_of
from lessonprep.plans.views.edge import deed, page
from lessonprep.versions.comparison import compare_sections
from schools.users import signed_in

PAGE = 20


@page
def history_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every saved text, the newest first, and the versions."""
    plan = plan_or_404(request.user, uuid)
    pages = Paginator(history_of(plan), PAGE)
    shown = pages.get_page(request.GET.get("page"))
    for revision in shown:
        revision.writers = [row.user for row in revision.plan_writers.all()]
    context = {
        "plan": plan,
        "page_obj": shown,
        "versions": plan.versions.select_related("created_by"),
        "may_restore": can(request.user, Action.EDIT, plan),
    }
    return render(request, "plans/history.html", context)


def _revision_or_404(plan: LessonPlan, pk: str) -> Revision:
    found = history_of(plan).filter(pk=int(pk)).first() if pk.isdecimal() else None
    if found is None:
        raise Http404
    return found


@page
def compare_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Two texts of the plan, `old` and `new`, as their differences."""
    plan = plan_or_404(request.user, uuid)
    old = _revision_or_404(plan, request.GET.get("old", ""))
    new = _revision_or_404(plan, request.GET.get("new", str(plan.latest_revision_id)))
    is_present = new.pk == plan.latest_revision_id
    after = text_of(plan) if is_present else sections_of(new.as_object())
    sections = compare_sections(sections_of(old.as_object()), after)
    context = {
        "plan": plan,
        "old": old,
        "new": new,
        "changed": [section for section in sections if section.changed],
        "same": [section for section in sections if not section.changed],
        "may_restore": can(request.user, Action.EDIT, plan),
    }
    return render(request, "plans/compare.html", context)


@deed
def restore_view(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Make an earlier text the latest one again."""
    plan = plan_or_404(request.user, uuid, Action.EDIT)
    base = request.POST.get("base", "")
    try:
        restore_revision(
            plan=plan,
            revision_id=pk,
            base=int(base) if base.isdecimal() else 0,
            by=signed_in(request),
        )
    except RevisionGone:
        raise Http404 from None
    except StaleText:
        messages.error(
            request, _("The plan has changed since you opened it. Look at the history again.")
        )
        return redirect("plans:history", plan.uuid)
    messages.success(request, _("The earlier text is restored; the text before it is in the list."))
    return redirect(plan)
