"""Lesson-design models (教学设计模式): look at them, make one's own, choose the default."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lessonprep.groups.access import Action as GroupAction
from lessonprep.groups.access import prep_group_or_404, prep_plan_or_404
from lessonprep.groups.models import PrepGroup, PrepPlan
from lessonprep.plans.access import design_or_404, designs_seen_by, may_change_design
from lessonprep.plans.actions import designs as actions
from lessonprep.plans.designs import (
    InvalidDesign,
    after_button,
    checked,
    design_hash,
    typed_entries,
)
from lessonprep.plans.forms import DesignForm, NewDesignForm
from lessonprep.plans.models import DesignModel
from lessonprep.plans.queries import defaults_to_choose, designs_for, owners_of_designs
from lessonprep.plans.views.edge import deed, page
from resources.library.blocks import COLUMNS, USUAL_COLUMNS
from schools.users import signed_in

PAGE = 20


@page
def designs_page(request: HttpRequest) -> HttpResponse:
    """The models that the reader sees, and the defaults of the groups that they lead."""
    words = request.GET.get("q", "").strip()[:60]
    retired = request.GET.get("retired") == "1"
    found = designs_seen_by(request.user).filter(retired_at__isnull=not retired).order_by("pk")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(note__icontains=words))
    context = {
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "words": words,
        "retired": retired,
        "may_make": bool(owners_of_designs(signed_in(request))),
        "defaults": defaults_to_choose(signed_in(request)),
    }
    return render(request, "plans/designs.html", context)


@page
def design_page(request: HttpRequest, code: str) -> HttpResponse:
    """One model: its sections, as a plan would have them."""
    design = design_or_404(request.user, code)
    context = {
        "design": design,
        "entries": _with_labels(design.sections),
        "may_change": may_change_design(request.user, design),
        "may_make": bool(owners_of_designs(signed_in(request))),
    }
    return render(request, "plans/design.html", context)


def _with_labels(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **entry,
            "labels": [
                COLUMNS[name]
                for name in entry.get("columns", USUAL_COLUMNS)
                if entry["kind"] == "process" and name in COLUMNS
            ],
        }
        for entry in sections
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_design(request: HttpRequest) -> HttpResponse:
    """A model of one's own, begun as a copy of another."""
    owners = owners_of_designs(signed_in(request))
    if not owners:
        raise Http404
    sources = designs_seen_by(request.user).filter(retired_at__isnull=True).order_by("pk")
    form = NewDesignForm(
        request.POST or None,
        owners=owners,
        sources=sources,
        initial={"source": request.GET.get("from", "")},
    )
    if request.method == "POST" and form.is_valid():
        design = actions.copy_design(
            source=form.cleaned_data["source"],
            owner=owners[form.cleaned_data["owner"]],
            name=form.cleaned_data["name"],
            by=signed_in(request),
            token=form.cleaned_data["token"],
        )
        messages.success(request, _("The model is made. Change its sections as you need them."))
        return redirect("plans:edit_design", design.code)
    return render(request, "plans/new_design.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_design(request: HttpRequest, code: str) -> HttpResponse:
    """Change a model's sections; buttons that move sections keep what was typed."""
    design = design_or_404(request.user, code, to_change=True)
    if request.method != "POST":
        return _design_form(request, design, DesignForm.of(design), design.sections)
    form = DesignForm(request.POST)
    entries = typed_entries(request.POST)
    op = request.POST.get("op", "save")
    if op != "save":
        return _design_form(request, design, form, after_button(entries, op))
    if not form.is_valid():
        return _design_form(request, design, form, entries, status=400)
    try:
        actions.change_design(
            design=design, sections=checked(entries), by=signed_in(request), **form.cleaned_data
        )
    except InvalidDesign as error:
        return _design_form(request, design, form, entries, error=str(error), status=400)
    except actions.StaleDesign as stale:
        words = _("Somebody else has changed the model meanwhile. Your changes are still here.")
        data = request.POST.copy()
        data["base"] = design_hash(stale.design)
        form = DesignForm(data)
        return _design_form(request, stale.design, form, entries, error=words, status=409)
    messages.success(request, _("The model is saved. Plans made with it keep their text."))
    return redirect("plans:design", design.code)


def _design_form(
    request: HttpRequest,
    design: DesignModel,
    form: DesignForm,
    entries: list[dict[str, Any]],
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "design": design,
        "form": form,
        "error": error,
        "entries": [
            {
                **entry,
                "index": index,
                "number": index + 1,
                "columns": [
                    (name, label, name in entry.get("columns", USUAL_COLUMNS))
                    for name, label in COLUMNS.items()
                ],
            }
            for index, entry in enumerate(entries)
        ],
    }
    return render(request, "plans/edit_design.html", context, status=status)


@deed
def retire_view(request: HttpRequest, code: str) -> HttpResponse:
    """Offer a model no longer."""
    design = design_or_404(request.user, code, to_change=True)
    actions.retire_design(design=design, by=signed_in(request))
    messages.success(request, _("The model is retired. It can be brought back."))
    return redirect("plans:design", design.code)


@deed
def back_view(request: HttpRequest, code: str) -> HttpResponse:
    """Offer a retired model again."""
    design = design_or_404(request.user, code, to_change=True)
    actions.bring_back_design(design=design, by=signed_in(request))
    messages.success(request, _("The model can be chosen again."))
    return redirect("plans:design", design.code)


@deed
def group_default(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """With which model the plans of a group begin."""
    prep_group = prep_group_or_404(request.user, uuid, GroupAction.PLAN)
    return _choose(request, prep_group, prep_group)


@deed
def prep_plan_default(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """With which model the plans of a prep plan begin."""
    prep_plan = prep_plan_or_404(request.user, uuid, GroupAction.PLAN)
    return _choose(request, prep_plan, prep_plan.prep_group)


def _choose(request: HttpRequest, of: PrepGroup | PrepPlan, prep_group: PrepGroup) -> HttpResponse:
    code = request.POST.get("design", "")
    design = designs_for(prep_group).filter(code=code).first() if code else None
    if code and design is None:
        raise Http404
    actions.choose_default(of=of, design=design, by=signed_in(request))
    messages.success(request, _("New plans begin with the chosen model; those begun keep theirs."))
    return redirect("plans:designs")
