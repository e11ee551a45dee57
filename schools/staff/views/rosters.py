"""A roster from file to accounts: hand in, look at every line, take, print the slips."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from schools.models import RosterUpload, User
from schools.rosters import Outcome, RosterPlan, plan_roster, read_roster
from schools.signin.actions import slips_url
from schools.spellings import COLUMNS, HEADINGS
from schools.spreadsheets import Column, UnreadableTable, xlsx_response
from schools.staff.access import schools_covered
from schools.staff.actions.rosters import (
    RosterChanged,
    RosterGone,
    confirm_roster,
    keep_roster,
    rows_of,
)
from schools.staff.forms import RosterForm, TakeForm
from schools.staff.views.places import staff_or_404

A_PAGE = 100


def _importer_or_404(request: HttpRequest) -> User:
    user = staff_or_404(request)
    if not schools_covered(user).exists():
        raise Http404
    return user


@login_required
def hand_in(request: HttpRequest) -> HttpResponse:
    """Hand in the file of a roster; nothing is written before its lines were looked at."""
    user = _importer_or_404(request)
    form = RosterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = read_roster(file, of_one_school=schools_covered(user).count() == 1)
        except UnreadableTable as error:
            form.add_error("file", str(error))
        else:
            upload = keep_roster(rows=rows, file_name=file.name or "", by=user)
            return redirect("staff:roster", upload.uuid)
    return render(request, "schools/staff/hand_in.html", {"form": form})


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """An empty roster with the headings that schools write."""
    _importer_or_404(request)
    headings = {name: heading for heading, name in reversed(HEADINGS.items())}
    columns: list[Column[Any]] = [
        Column(headings[name], lambda row: "", 16 if name in {"school", "phone"} else 12)
        for name in COLUMNS
    ]
    return xlsx_response(_("Roster"), columns, [])


@login_required
def roster(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every line of a roster with what would come of it; by POST it is taken."""
    user = _importer_or_404(request)
    upload = get_object_or_404(RosterUpload, uuid=uuid, by=user)
    if request.method == "POST":
        return _take(request, upload, user)
    if upload.taken_at is not None:
        return _result(request, upload)
    form = TakeForm(request.GET if "move" in request.GET else None)
    move = "move" in request.GET
    return _preview(request, upload, plan_roster(rows_of(upload), by=user, move=move), form, move)


def _take(request: HttpRequest, upload: RosterUpload, user: User) -> HttpResponse:
    form = TakeForm(request.POST)
    form.is_valid()
    move = bool(form.cleaned_data.get("move"))
    try:
        confirm_roster(
            upload=upload,
            counts=_counts(request),
            keep_good=bool(form.cleaned_data.get("keep_good")),
            move=move,
            by=user,
        )
    except RosterGone:
        messages.error(request, _("The roster was thrown away meanwhile. Hand it in again."))
        return redirect("staff:hand_in")
    except RosterChanged as changed:
        plan = changed.plan or plan_roster(rows_of(upload), by=user, move=move)
        messages.warning(
            request,
            _("Nothing was taken: the lines come out otherwise than shown. Please look again.")
            if plan.counts() != _counts(request)
            else _("Nothing was taken: lines were refused. Correct them or leave them out."),
        )
        return _preview(request, upload, plan, form, move, status=409)
    return redirect("staff:roster", upload.uuid)


def _counts(request: HttpRequest) -> dict[str, int]:
    """What the page showed, as its form says it."""
    said = {name: request.POST.get(name, "") for name in Outcome.values}
    return {name: int(text) if text.isdigit() else -1 for name, text in said.items()}


def _preview(
    request: HttpRequest,
    upload: RosterUpload,
    plan: RosterPlan,
    form: TakeForm,
    move: bool,
    status: int = 200,
) -> HttpResponse:
    lines = [*plan.refused, *plan.taken]
    counts = plan.counts()
    context = {
        "upload": upload,
        "page": Paginator(lines, A_PAGE).get_page(request.GET.get("page")),
        "counts": counts,
        "outcomes": [(outcome, counts[outcome]) for outcome in Outcome],
        "taken": len(plan.taken),
        "to_write": len(plan.taken) - counts[Outcome.SAME],
        "refused": len(plan.refused),
        "form": form,
        "moved": move,
        "may_move": schools_covered(upload.by).count() > 1,
    }
    return render(request, "schools/staff/roster.html", context, status=status)


def _result(request: HttpRequest, upload: RosterUpload) -> HttpResponse:
    accounts = list(upload.accounts.order_by("pinyin", "pk"))
    counts = [(outcome, upload.counts.get(outcome, 0)) for outcome in Outcome]
    context = {
        "upload": upload,
        "outcomes": counts,
        "accounts": accounts,
        "slips": slips_url(accounts) if accounts else "",
    }
    return render(request, "schools/staff/roster_taken.html", context)
