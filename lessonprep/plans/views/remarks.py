"""Comments and points raised."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lessonprep.plans.access import Action, plan_or_404, remark_or_404
from lessonprep.plans.actions import remarks
from lessonprep.plans.forms import RemarkForm, SettleForm
from lessonprep.plans.models import LessonPlan, Remark
from lessonprep.plans.sections import SectionGone
from lessonprep.plans.views.edge import deed, json_error, kept_page, wants_json
from lessonprep.plans.views.plan import plan_context
from schools.users import signed_in


def _back_to(plan: LessonPlan, remark: Remark) -> HttpResponse:
    return redirect(f"{plan.get_absolute_url()}#r{remark.parent_id or remark.pk}")


@deed
def remark_view(request: HttpRequest, uuid: UUID, section: UUID) -> HttpResponse:
    """Say something about a section, or answer a remark."""
    plan = plan_or_404(request.user, uuid, Action.REMARK)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        if wants_json(request):
            field, messages_ = next(iter(form.errors.items()))
            return json_error(400, "invalid", str(messages_[0]), field=field)
        context = plan_context(request, plan, remark_form=form, remark_section=str(section))
        return render(request, "plans/plan.html", context, status=400)
    answered = form.cleaned_data["parent"]
    parent = remark_or_404(plan, answered) if answered else None
    is_point = form.cleaned_data["is_point"] and parent is None
    try:
        made = remarks.remark(
            plan=plan,
            section_id=section,
            text=form.cleaned_data["text"],
            token=form.cleaned_data["token"],
            kind=Remark.Kind.POINT if is_point else Remark.Kind.COMMENT,
            parent=parent,
            by=signed_in(request),
        )
    except SectionGone:
        message = _("This section is no longer in the plan. Copy your text and reload the page.")
        if wants_json(request):
            return json_error(404, "gone", message)
        return kept_page(request, plan, message, status=404)
    if wants_json(request):
        return JsonResponse({"token": str(made.token)})
    return _back_to(plan, made)


@deed
def raise_view(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Turn a comment into a point raised."""
    plan = plan_or_404(request.user, uuid, Action.REMARK)
    comment = remarks.raise_as_point(
        plan=plan, comment=remark_or_404(plan, pk), by=signed_in(request)
    )
    return _back_to(plan, comment)


@deed
def settle_view(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Settle a point."""
    plan = plan_or_404(request.user, uuid, Action.REMARK)
    point = remark_or_404(plan, pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("How it was settled fits into 300 characters."))
        return _back_to(plan, point)
    remarks.settle(
        plan=plan, point=point, settlement=form.cleaned_data["settlement"], by=signed_in(request)
    )
    return _back_to(plan, point)


@deed
def reopen_view(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Open a settled point again."""
    plan = plan_or_404(request.user, uuid, Action.REMARK)
    point = remarks.reopen(plan=plan, point=remark_or_404(plan, pk), by=signed_in(request))
    return _back_to(plan, point)
