"""Meetings: the list, calling one, reading it, writing its record, closing it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from lessonprep.groups.access import LEADING, prep_group_or_404, role_in
from lessonprep.groups.models import PrepGroup
from lessonprep.meetings.access import Action, NotNow, can, may_call, meeting_or_404
from lessonprep.meetings.actions.meetings import (
    NotAPicture,
    StaleRecord,
    TooManyPhotos,
    add_photo,
    add_to_record,
    call_meeting,
    cancel_meeting,
    close_record,
    remove_photo,
    write_record,
)
from lessonprep.meetings.forms import AddendumForm, CallForm, PhotoForm, RecordForm
from lessonprep.meetings.models import Meeting
from lessonprep.meetings.queries import meetings_of, plans_to_meet_on, points_of, to_come
from lessonprep.meetings.reading import record_of
from lessonprep.meetings.word import CONTENT_TYPE, record_document
from lessonprep.plans.actions.content import text_of
from lessonprep.plans.models import LessonPlan
from media.inspection import FileRefused
from schools.users import signed_in

A_PAGE = 20


def _answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A signed-in reader; where the meeting stands otherwise, words and its page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotNow as error:
            messages.info(
                request,
                _("“%(title)s” is %(state)s, or not yours to change, so this cannot be done.")
                % {"title": error.meeting.title, "state": error.meeting.get_state_display()},
            )
            return redirect(error.meeting)

    return login_required(answer)


@_answering
@require_safe
def meeting_list(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The group's meetings: to come, and all with search."""
    prep_group = prep_group_or_404(request.user, uuid)
    asked = request.GET.get("q", "").strip()[:60]
    meetings = meetings_of(prep_group)
    if asked:
        found = Q(title__icontains=asked) | Q(minutes__icontains=asked) | Q(place__icontains=asked)
        meetings = meetings.filter(found)
    plans = plans_to_meet_on(prep_group).filter(state__task__main_preparer=signed_in(request))
    context = {
        "prep_group": prep_group,
        "to_come": to_come(prep_group)[:5],
        "page": Paginator(meetings, A_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "may_call": role_in(request.user, prep_group.pk) in LEADING or plans.exists(),
    }
    return render(request, "meetings/list.html", context)


@_answering
def call(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Call a meeting; `?plan=` has it be on a plan, with its open points as the agenda."""
    prep_group = prep_group_or_404(request.user, uuid)
    if request.method == "POST":
        return _called(request, prep_group)
    plan = _plan_named(prep_group, request.GET.get("plan", ""))
    initial: dict[str, Any] = {"token": uuid4(), "minutes_long": 60}
    if plan is not None:
        initial |= {
            "plan": plan.uuid,
            "title": _("Discussion of “%(title)s”") % {"title": plan.title},
            "day": max(plan.state.task.discussion_due, timezone.localdate()),
            "agenda": _agenda(plan),
        }
    may = may_call(request.user, prep_group, plan)
    if not may and not _own_plans(request, prep_group):
        raise Http404
    form = CallForm(initial=initial, prep_group=prep_group)
    return render(request, "meetings/call.html", {"prep_group": prep_group, "form": form})


def _own_plans(request: HttpRequest, prep_group: PrepGroup) -> bool:
    mine = plans_to_meet_on(prep_group).filter(state__task__main_preparer=signed_in(request))
    return mine.exists()


def _called(request: HttpRequest, prep_group: PrepGroup) -> HttpResponse:
    form = CallForm(request.POST, prep_group=prep_group)
    if form.is_valid():
        plan = form.cleaned_data["plan"]
        if may_call(request.user, prep_group, plan):
            meeting = call_meeting(
                prep_group=prep_group,
                plan=plan,
                title=form.cleaned_data["title"],
                when=form.when(),
                agenda=form.cleaned_data["agenda"],
                token=form.cleaned_data["token"],
                by=signed_in(request),
            )
            messages.success(request, _("The meeting is called; the members are told."))
            return redirect(meeting)
        if not _own_plans(request, prep_group):
            raise Http404
        form.add_error("plan", _("Choose a plan of which you are the main preparer."))
    elif not (may_call(request.user, prep_group, None) or _own_plans(request, prep_group)):
        raise Http404
    context = {"prep_group": prep_group, "form": form}
    return render(request, "meetings/call.html", context, status=400)


def _plan_named(prep_group: PrepGroup, typed: str) -> LessonPlan | None:
    try:
        return plans_to_meet_on(prep_group).filter(uuid=UUID(typed)).first()
    except ValueError:
        return None


def _agenda(plan: LessonPlan) -> str:
    lines = [
        _("%(heading)s: %(text)s") % {"heading": item.heading, "text": item.text}
        for item in points_of(plan)
    ]
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))[:5000]


@_answering
@require_safe
def meeting_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A meeting and its record, to read and to print."""
    meeting = meeting_or_404(request.user, uuid)
    return render(request, "meetings/meeting.html", _context(request, meeting))


def _context(request: HttpRequest, meeting: Meeting, **more: Any) -> dict[str, Any]:
    may_add = can(request.user, Action.ADD, meeting)
    may_record = can(request.user, Action.RECORD, meeting)
    return {
        "meeting": meeting,
        "prep_group": meeting.prep_group,
        "record": record_of(meeting),
        "may_record": may_record,
        "may_add": may_add,
        "addendum_form": AddendumForm(initial={"token": uuid4()}),
        "photo_form": PhotoForm(),
        "may_photo": may_add or may_record,
        **more,
    }


@_answering
def record_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Write the record."""
    meeting = meeting_or_404(request.user, uuid, Action.RECORD)
    plan = meeting.plan
    sections = [(one["id"], one["value"]["heading"]) for one in text_of(plan)] if plan else []
    known = {section for section, _heading in sections}
    # A section that the plan no longer has keeps what was decided on it.
    sections += [
        (str(one.section), one.heading)
        for one in meeting.resolutions.all()
        if one.section and str(one.section) not in known
    ]
    form = RecordForm(
        request.POST or None,
        initial=RecordForm.initially(meeting),
        meeting=meeting,
        sections=sections,
    )
    if request.method == "POST" and form.is_valid():
        try:
            write_record(
                meeting=meeting,
                written=form.written(),
                base=form.cleaned_data["base"],
                by=signed_in(request),
            )
        except StaleRecord as stale:
            form.data = _on(request, stale.meeting)
            context = {
                "meeting": meeting,
                "form": form,
                "stale": record_of(stale.meeting),
                "saved_by": stale.meeting.saved_by,
            }
            return render(request, "meetings/record.html", context, status=409)
        messages.success(request, _("The record is saved."))
        return redirect(meeting)
    context = {"meeting": meeting, "form": form}
    return render(request, "meetings/record.html", context, status=400 if form.errors else 200)


def _on(request: HttpRequest, meeting: Meeting) -> QueryDict:
    """What was typed, to stand on the record as it is now."""
    typed = request.POST.copy()
    typed["base"] = str(meeting.serial)
    return typed


@_answering
@require_POST
def close(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close the record."""
    meeting = meeting_or_404(request.user, uuid, Action.CLOSE)
    close_record(meeting=meeting, by=signed_in(request))
    messages.success(request, _("The record is closed. What is missing can be added."))
    return redirect(meeting)


@_answering
@require_POST
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Call the meeting off."""
    meeting = meeting_or_404(request.user, uuid, Action.CANCEL)
    cancel_meeting(meeting=meeting, by=signed_in(request))
    messages.success(request, _("The meeting is cancelled; the members are told."))
    return redirect("meetings:list", meeting.prep_group.uuid)


@_answering
@require_POST
def add(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add to a closed record."""
    meeting = meeting_or_404(request.user, uuid, Action.ADD)
    form = AddendumForm(request.POST)
    if not form.is_valid():
        context = _context(request, meeting, addendum_form=form)
        return render(request, "meetings/meeting.html", context, status=400)
    add_to_record(meeting=meeting, by=signed_in(request), **form.cleaned_data)
    messages.success(request, _("It is added to the record."))
    return redirect(meeting)


@_answering
@require_POST
def photo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a photo."""
    meeting = meeting_or_404(request.user, uuid)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            add_photo(meeting=meeting, file=form.cleaned_data["file"], by=signed_in(request))
            messages.success(request, _("The photo is with the record; the group alone sees it."))
            return redirect(meeting)
        except FileRefused as refused:
            form.add_error("file", str(refused))
        except NotAPicture:
            form.add_error("file", _("This is no picture. Choose a photo: JPEG, PNG or WebP."))
        except TooManyPhotos:
            form.add_error("file", _("A record holds 20 photos. Take one away first."))
    context = _context(request, meeting, photo_form=form)
    return render(request, "meetings/meeting.html", context, status=400)


@_answering
@require_POST
def photo_away(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """Take a photo away, while the record is open."""
    meeting = meeting_or_404(request.user, uuid, Action.RECORD)
    remove_photo(meeting=meeting, pk=pk, by=signed_in(request))
    messages.success(request, _("The photo is gone from the record."))
    return redirect(meeting)


@_answering
@require_safe
def as_word(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The record as a Word document."""
    meeting = meeting_or_404(request.user, uuid)
    answer = HttpResponse(record_document(record_of(meeting)), content_type=CONTENT_TYPE)
    day = timezone.localdate(meeting.starts_at)
    name = quote(f"{meeting.prep_group.name} {meeting.title} {day:%Y-%m-%d}.docx", safe="")
    answer["Content-Disposition"] = f"attachment; filename=\"record.docx\"; filename*=UTF-8''{name}"
    return answer
