"""The buttons that move a plan on its way."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessonprep.groups.access import task_or_404
from lessonprep.plans.access import may_draft, plan_or_404
from lessonprep.plans.actions import phases
from lessonprep.plans.actions.making import open_task
from lessonprep.plans.actions.publishing import put_in_library
from lessonprep.plans.forms import SendBackForm
from lessonprep.plans.models import FirstDraft, LessonPlan
from lessonprep.plans.views.edge import deed
from lessonprep.plans.views.plan import plan_context
from resources.library.errors import InReview
from schools.users import signed_in
from schools.workflow import StaleReview


@deed
def open_task_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a task: to its plan, made at the first time."""
    task = task_or_404(request.user, uuid)
    return redirect(open_task(task=task, by=signed_in(request)))


@deed
def start_draft_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a task and go straight to one's own first draft, while drafts are written."""
    task = task_or_404(request.user, uuid)
    plan = open_task(task=task, by=signed_in(request))
    return redirect("plans:draft" if _may_draft(request, plan) else "plans:plan", plan.uuid)


def _may_draft(request: HttpRequest, plan: LessonPlan) -> bool:
    """Whether the reader's own first draft can be written now."""
    plan = plan_or_404(request.user, plan.uuid)
    draft = FirstDraft.objects.filter(plan=plan, author=signed_in(request)).first()
    return may_draft(request.user, plan, draft)


@deed
def hand_over_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open the discussion."""
    plan = plan_or_404(request.user, uuid)
    try:
        phases.hand_over(plan=plan, by=signed_in(request))
    except phases.NoDraft:
        words = _("Nobody has handed in a first draft yet. Hand one in, then open the discussion.")
        messages.error(request, words)
        return redirect(plan)
    words = _("The discussion is open: the group sees the first drafts that were handed in.")
    messages.success(request, words)
    return redirect("plans:drafts", plan.uuid)


@deed
def close_discussion_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """End the discussion."""
    plan = plan_or_404(request.user, uuid)
    phases.close_discussion(plan=plan, by=signed_in(request))
    messages.success(request, _("The discussion is over. The main preparer revises the plan."))
    return redirect(plan)


@deed
def reopen_discussion_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Discuss again."""
    plan = plan_or_404(request.user, uuid)
    phases.reopen_discussion(plan=plan, by=signed_in(request))
    messages.success(request, _("The discussion is open again."))
    return redirect(plan)


@deed
def submit_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ask for approval."""
    plan = plan_or_404(request.user, uuid)
    try:
        phases.submit(plan=plan, by=signed_in(request))
    except phases.OpenSuggestions as error:
        return _suggestions_first(request, plan, error)
    messages.success(request, _("The plan is submitted for approval."))
    return redirect(plan)


@deed
def approve_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Approve the text that was shown."""
    plan = plan_or_404(request.user, uuid)
    revision = request.POST.get("revision", "")
    try:
        version = phases.approve(
            plan=plan,
            revision_id=int(revision) if revision.isdecimal() else 0,
            by=signed_in(request),
        )
    except phases.OpenPoints as error:
        words = ngettext(
            "%(count)s point is not settled, so the plan cannot be approved.",
            "%(count)s points are not settled, so the plan cannot be approved.",
            error.count,
        )
        messages.error(request, words % {"count": error.count})
        return redirect(plan)
    except phases.OpenSuggestions as error:
        return _suggestions_first(request, plan, error)
    except StaleReview:
        return _stale(request, plan)
    messages.success(request, _("Approved as version %(number)s.") % {"number": version.number})
    return redirect(plan)


@deed
def send_back_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send back with a reason."""
    plan = plan_or_404(request.user, uuid)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        context = plan_context(request, plan, send_back_form=form)
        return render(request, "plans/plan.html", context, status=400)
    try:
        phases.send_back(
            plan=plan,
            revision_id=form.cleaned_data["revision"],
            reason=form.cleaned_data["reason"],
            by=signed_in(request),
        )
    except StaleReview:
        return _stale(request, plan)
    messages.success(request, _("Sent back; the main preparer sees your reason."))
    return redirect(plan)


def _suggestions_first(
    request: HttpRequest, plan: LessonPlan, error: phases.OpenSuggestions
) -> HttpResponse:
    words = ngettext(
        "%(count)s suggested change is open. Accept or decline it in the text first.",
        "%(count)s suggested changes are open. Accept or decline them in the text first.",
        error.count,
    )
    messages.error(request, words % {"count": error.count})
    return redirect(plan)


def _stale(request: HttpRequest, plan: LessonPlan) -> HttpResponse:
    messages.error(
        request, _("The plan has changed since you opened it. Read it again, then decide.")
    )
    return redirect(plan)


@deed
def revise_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Start the next version."""
    plan = plan_or_404(request.user, uuid)
    phases.revise(plan=plan, by=signed_in(request))
    messages.success(request, _("Readers keep the approved text until the next approval."))
    return redirect(plan)


@deed
def put_in_library_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put the approved version into the library."""
    plan = plan_or_404(request.user, uuid)
    try:
        edition = put_in_library(plan=plan, by=signed_in(request))
    except InReview:
        messages.error(
            request,
            _("Editors are looking at the earlier version. Wait for them, or call it back there."),
        )
        return redirect(plan)
    if edition.maker != signed_in(request):
        words = _("The approved version is in the library as a draft. %(name)s submits it there.")
        messages.success(request, words % {"name": edition.maker.name})
        return redirect(plan)
    messages.success(
        request, _("The approved version is in the library as a draft. Submit it for review there.")
    )
    return redirect("library:own", edition.uuid)
