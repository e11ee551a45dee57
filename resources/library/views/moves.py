"""The way up and back: handing in, recommending, calling back, withdrawing, taking down."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from resources.library import actions
from resources.library.access import Action, allowed_or_404, own_or_404, places_to_take_down
from resources.library.actions.common import own_url
from resources.library.errors import LibraryError, StaleReview
from resources.library.forms import RecommendForm, SubmitForm, TakeDownForm, WithdrawForm
from resources.library.models import Resource
from resources.library.queries import (
    Purpose,
    standing,
    submissions_of,
    targets_with_reviewers,
    waiting_submission,
)
from schools.models import User
from schools.users import signed_in


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
def let_out(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Let answers and notes out to every reader, or hold them back again."""
    user = signed_in(request)
    found = allowed_or_404(user, Action.LET_OUT, uuid)
    out = request.POST.get("out") == "yes"
    actions.let_out(found, by=user, out=out)
    if out:
        messages.success(request, _("Every reader sees the answers now."))
    else:
        messages.success(request, _("The public does not see the answers any more."))
    return redirect("library:own", uuid)


@login_required
@require_POST
def put_in_bin(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a draft into the bin."""
    user = signed_in(request)
    found = own_or_404(user, uuid)
    _try(
        request,
        partial(actions.put_in_bin, found, by=user),
        _("It is in the bin. You can bring it back from there."),
    )
    return redirect("library:mine")


@login_required
@require_POST
def bring_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a draft out of the bin."""
    user = signed_in(request)
    actions.bring_back(own_or_404(user, uuid), by=user)
    messages.success(request, _("It is back among your resources."))
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
    if not places:
        return redirect("library:reviews")  # done already, or withdrawn: its title is not told
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> None:
            actions.take_down(found, by=user, level=data["level"], reason=data["reason"])

        _try(request, act, _("It is taken down, and the maker is told why."))
        return redirect("library:reviews")
    return render(
        request, "library/take_down.html", {"resource": found, "form": form, "places": places}
    )
