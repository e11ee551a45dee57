"""A maker's own resources: list, draft, preview, history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from media.actions import store_upload
from media.inspection import FileRefused
from media.models import Video
from resources.library import actions
from resources.library.access import (
    Action,
    allowed_or_404,
    home_school,
    offers,
    own_or_404,
)
from resources.library.actions.common import latest
from resources.library.errors import LibraryError, StaleDraft
from resources.library.forms import (
    MicrolectureForm,
    SubmitForm,
    initial_of,
)
from resources.library.models import Microlecture
from resources.library.presentation import outline
from resources.library.queries import (
    Purpose,
    ResourceState,
    history_of,
    made_by,
    open_shelves,
    states_of,
    submissions_of,
    waiting_submission,
)
from schools.models import School, User
from schools.users import signed_in

A_PAGE = 20
HISTORY = 50


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The reader's own resources by state."""
    user = signed_in(request)
    asked, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    found = made_by(user)
    if asked:
        found = found.filter(draft_title__icontains=asked)
    if state in ResourceState.values:
        found = found.filter(state=state)
    counts = states_of(user)
    return render(
        request,
        "library/mine.html",
        {
            "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
            "q": asked,
            "state": state,
            "states": [(choice, counts.get(choice.value, 0)) for choice in ResourceState],
            "total": sum(counts.values()),
            "school": home_school(user),
        },
    )


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """A new microlecture; only the title is asked."""
    user = signed_in(request)
    school = home_school(user)
    form = MicrolectureForm(request.POST or None, request.FILES or None, maker=user)
    if school is not None and request.method == "POST" and form.is_valid():
        video = _stored_video(form, user, school)
        if not form.errors:
            made = actions.create_microlecture(
                school=school,
                by=user,
                title=form.cleaned_data["title"],
                description=form.description(),
                content=form.content(),
                video=video,
                token=form.cleaned_data["token"],
            )
            messages.success(request, _("The draft is saved. Look at it, then submit it."))
            return redirect("library:own", made.uuid)
    return render(request, "library/edit.html", {"form": form, "school": school})


def _stored_video(form: MicrolectureForm, user: User, school: School) -> Video | None:
    file = form.cleaned_data["video"]
    if file is None:
        return None
    try:
        stored = store_upload(file=file, by=user, school=school)
    except FileRefused as refused:
        form.add_error("video", str(refused))
        return None
    if not isinstance(stored, Video):
        form.add_error("video", _("This is not a video. Please choose a file in MP4 or WebM."))
        return None
    return stored


@login_required
def own(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One own resource: its state, what can be done, what happened."""
    user = signed_in(request)
    found = own_or_404(user, uuid)
    offered = offers(user, found)
    return render(
        request,
        "library/own.html",
        {
            "resource": found,
            "draft": latest(found),
            "row": made_by(user).get(pk=found.pk),
            "shelves": open_shelves(found),
            "submissions": submissions_of(found)[:HISTORY],
            "history": history_of(found)[:HISTORY],
            "offers": {action.value for action in offered},
            "calls_back": Action.CALL_BACK in offered,
            "submit_form": SubmitForm(initial={"revision": found.latest_revision_id}),
        },
    )


@login_required
def preview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The draft as its readers will see it."""
    found = own_or_404(signed_in(request), uuid)
    draft = latest(found)
    return render(
        request,
        "library/preview.html",
        {"resource": draft, "page_of": found, "outline": outline(draft)},
    )


@login_required
def edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change the draft; a stale form is refused with both texts kept."""
    user = signed_in(request)
    found = allowed_or_404(user, Action.EDIT, uuid)
    draft = latest(found)
    assert isinstance(found, Microlecture)  # noqa: S101 - as `Action.EDIT` says
    assert isinstance(draft, Microlecture)  # noqa: S101 - as `Action.EDIT` says
    form = MicrolectureForm(request.POST or None, request.FILES or None, maker=user, draft=draft)
    context: dict[str, Any] = {"form": form, "resource": found, "draft": draft}
    context["school"] = found.school
    if waiting_submission(found, Purpose.PUBLISH) is not None and request.method != "POST":
        messages.warning(request, _("It is being reviewed. Call it back first to change it."))
        return redirect("library:own", uuid)
    if request.method == "POST" and form.is_valid():
        video = _stored_video(form, user, found.school)
        if not form.errors:
            try:
                return _save(request, found, form, user, video)
            except StaleDraft as stale:
                context["theirs"] = initial_of(stale.theirs)
                form.add_error(None, str(stale))
                form.rest_on(stale.resource.latest_revision_id)
            except LibraryError as refused:
                form.add_error(None, str(refused))
    return render(request, "library/edit.html", context)


def _save(
    request: HttpRequest,
    found: Microlecture,
    form: MicrolectureForm,
    user: User,
    video: Video | None,
) -> HttpResponse:
    actions.save_microlecture(
        found,
        by=user,
        base_revision_id=form.cleaned_data["base"],
        title=form.cleaned_data["title"],
        description=form.description(),
        content=form.content(),
        video=video,
    )
    messages.success(request, _("The draft is saved. Readers see it once it is published."))
    return redirect("library:own", found.uuid)
