"""A maker's own resources: list, draft, preview, history, and the way up and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

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
    places_to_take_down,
)
from resources.library.actions.common import latest, own_url
from resources.library.errors import LibraryError, StaleDraft, StaleReview
from resources.library.forms import (
    MicrolectureForm,
    RecommendForm,
    SubmitForm,
    TakeDownForm,
    WithdrawForm,
    initial_of,
)
from resources.library.models import Microlecture, Resource
from resources.library.presentation import outline
from resources.library.queries import (
    Purpose,
    ResourceState,
    history_of,
    made_by,
    open_shelves,
    standing,
    states_of,
    submissions_of,
    targets_with_reviewers,
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


def _try(request: HttpRequest, act: Callable[[], object], done: str) -> None:
    """Act, and tell what came of it."""
    try:
        act()
    except StaleReview:
        messages.error(request, changed_meanwhile())
    except LibraryError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)


def changed_meanwhile() -> str:
    """What a reader is told whose form is about something that is no more."""
    return _("It was changed or decided on meanwhile, so nothing was done. This is how it is now.")


@login_required
@require_POST
def submit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand the draft in for review."""
    user = signed_in(request)
    found = allowed_or_404(user, Action.SUBMIT, uuid)
    form = SubmitForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            actions.submit_for_publication(
                found, by=user, revision_id=data["revision"], note=data["note"]
            )

        _try(request, act, _("It is with the editors now; you will be told what they decide."))
    else:
        messages.error(request, changed_meanwhile())
    return redirect("library:own", uuid)


@login_required
@require_POST
def call_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a request back before it is decided."""
    user = signed_in(request)
    found = allowed_or_404(user, Action.CALL_BACK, uuid)
    asked = request.POST.get("submission", "")
    submission = next((row for row in submissions_of(found) if str(row.uuid) == asked), None)
    if submission is None:
        messages.error(request, changed_meanwhile())
    else:
        actions.call_back(submission, by=user)
        messages.success(request, _("The request is called back."))
    return redirect("library:own", uuid)


@login_required
def recommend(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Recommend the live content to a higher library."""
    user = signed_in(request)
    found = allowed_or_404(user, Action.RECOMMEND, uuid)
    choices = targets_with_reviewers(found, user)
    waiting = waiting_submission(found, Purpose.RISE)
    form = RecommendForm(
        request.POST or None, targets=choices, initial={"revision": found.live_revision_id}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            actions.recommend(
                found, by=user, place=data["place"], revision_id=data["revision"], note=data["note"]
            )

        _try(request, act, _("It is recommended; you will be told what the editors decide."))
        return redirect(_home_of(found, user))
    return render(
        request,
        "library/recommend.html",
        {"resource": found, "form": form, "targets": choices, "waiting": waiting},
    )


def _home_of(found: Resource, user: User) -> str:
    """Where the user goes on: the maker's page, or the resource's."""
    return own_url(found) if found.maker_id == user.pk else found.get_absolute_url()


@login_required
def withdraw(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a resource back, after a question."""
    user = signed_in(request)
    found = allowed_or_404(user, Action.WITHDRAW, uuid)
    there = standing(found)
    form = WithdrawForm(request.POST or None, risen=len(there) > 1)
    if request.method == "POST" and not found.live:
        return redirect("library:own", uuid)  # done already
    if request.method == "POST" and form.is_valid():
        actions.withdraw(
            found,
            by=user,
            reason=form.cleaned_data["reason"],
            from_home=form.cleaned_data["how"] == WithdrawForm.ENTIRELY,
        )
        messages.success(request, _("It is withdrawn. You can submit it again at any time."))
        return redirect("library:own", uuid)
    return render(
        request, "library/withdraw.html", {"resource": found, "form": form, "places": there}
    )


@login_required
def take_down(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An editor takes a resource off a library and those above, with a reason."""
    user = signed_in(request)
    found = allowed_or_404(user, Action.TAKE_DOWN, uuid)
    places = places_to_take_down(user, found)
    form = TakeDownForm(request.POST or None, places=places)
    if request.method == "POST" and not places:
        return redirect("library:reviews")  # done already
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            actions.take_down(found, by=user, level=data["level"], reason=data["reason"])

        _try(request, act, _("It is taken down, and the maker is told why."))
        return redirect("library:reviews")
    return render(
        request, "library/take_down.html", {"resource": found, "form": form, "places": places}
    )
