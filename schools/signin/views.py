"""Pages of signing in: the second step, an invitation, one's own and others' ways in, slips."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from schools.models import User
from schools.queries import place_name_of
from schools.signin import actions, lockout, mail, second_step
from schools.signin.access import let_in_or_404, looked_after_by
from schools.signin.forms import CodeForm, FirstPasswordForm, PasswordAgainForm, SetUpForm
from schools.signin.links import invitation_of
from schools.signin.queries import (
    Slip,
    ids_of,
    open_invitations,
    sessions_of,
    slip_of,
    with_ids,
)
from schools.signin.sessions import PASSWORD_AT
from schools.users import signed_in

FRESH = 10 * 60
"""Seconds for which a password that was typed need not be typed again."""
SHOWN_FOR = 10 * 60
"""Seconds for which new backup codes can be looked at."""
A_PAGE = 96
"""Slips of a page of the list: twelve sheets of eight."""
OWN_BACKEND = "schools.backends.NameOrPhoneBackend"
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


# the second step


@login_required
@get_or_post
def ask_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code; the right one leads on to where the reader was going."""
    user = signed_in(request)
    if second_step.standing_of(request) is not second_step.Standing.ASK:
        return redirect(_safe_next(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_step.check_code(user, form.cleaned_data["code"]):
            return _let_through(request, user, remember=form.cleaned_data["remember"])
        form.add_error("code", _wrong_code(user))
    return render(request, "schools/signin/code.html", {"form": form, "next": _wanted(request)})


def _let_through(request: HttpRequest, user: User, *, remember: bool) -> HttpResponse:
    second_step.passed(request)
    response = redirect(_safe_next(request))
    if remember:
        second_step.remember(response, user)
    return response


def _wrong_code(user: User) -> str:
    wait = second_step.wait_of(user)
    if wait > 2:
        return ngettext(
            "This code is not right, or was used before. You can try again in %(n)s second.",
            "This code is not right, or was used before. You can try again in %(n)s seconds.",
            wait,
        ) % {"n": wait}
    return _("This code is not right, or was used before. Wait for the next one and try again.")


@login_required
@get_or_post
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the secret for the telephone; its first code makes it the second step."""
    user = signed_in(request)
    if (again := password_first(request)) is not None:
        return again
    key = second_step.pending_key(request)
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        step = second_step.fits(key, form.cleaned_data["code"])
        if step is not None:
            return _keep(request, user, key, step)
        form.add_error("code", _("This code does not fit. Is the telephone's clock right?"))
    return render(
        request,
        "schools/signin/set_up.html",
        {
            "form": form,
            "picture": second_step.qr_of_key(key, user),
            "secret": second_step.spelt(key),
            "has_one": second_step.device_of(user) is not None,
            "required": second_step.is_required(user),
            "next": _wanted(request),
        },
    )


def _keep(request: HttpRequest, user: User, key: str, step: int) -> HttpResponse:
    kept = request.session.session_key
    seed = actions.set_up_second_step(by=user, key=key, step=step, session=kept)
    second_step.passed(request)
    request.session.pop(second_step.PENDING_KEY, None)
    messages.success(request, _("Two steps from now on. Please keep the backup codes."))
    return _to_codes(request, seed)


def _to_codes(request: HttpRequest, seed: str) -> HttpResponse:
    request.session[second_step.CODES_KEY] = {"seed": seed, "until": time.time() + SHOWN_FOR}
    wanted = _wanted(request)
    more = "?" + urlencode({"next": wanted}) if wanted else ""
    return redirect(reverse("signin:codes") + more)


@login_required
@get_or_post
def codes(request: HttpRequest) -> HttpResponse:
    """Show new backup codes until they are put away: once."""
    signed_in(request)
    kept = request.session.get(second_step.CODES_KEY)
    if request.method == "POST" or kept is None or kept["until"] < time.time():
        request.session.pop(second_step.CODES_KEY, None)
        return redirect(_safe_next(request, "signin:mine"))
    return render(
        request,
        "schools/signin/codes.html",
        {"codes": second_step.codes_from(kept["seed"]), "next": _wanted(request)},
    )


@login_required
@require_POST
def renew_codes(request: HttpRequest) -> HttpResponse:
    """New backup codes in place of those that are left."""
    user = signed_in(request)
    if (again := password_first(request, reverse("signin:mine"))) is not None:
        return again
    if second_step.device_of(user) is None:
        return redirect("signin:mine")
    return _to_codes(request, actions.renew_backup_codes(by=user))


@login_required
@require_POST
def turn_off(request: HttpRequest) -> HttpResponse:
    """Sign in with the password alone again, where the role allows it."""
    user = signed_in(request)
    if (again := password_first(request, reverse("signin:mine"))) is not None:
        return again
    if second_step.is_required(user):
        messages.error(request, _("Your role asks for two steps: they cannot be turned off."))
    elif actions.turn_off_second_step(by=user):
        messages.success(request, _("The password alone signs you in from now on."))
    return redirect("signin:mine")


@login_required
@get_or_post
def password_again(request: HttpRequest) -> HttpResponse:
    """Ask for the password once more before what guards the account is changed."""
    user = signed_in(request)
    form = PasswordAgainForm(request, user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session[PASSWORD_AT] = time.time()
        return redirect(_safe_next(request, "signin:mine"))
    context = {"form": form, "next": _wanted(request)}
    return render(request, "schools/signin/password_again.html", context)


def password_first(request: HttpRequest, back: str = "") -> HttpResponse | None:
    """The way to the password, unless it was typed in this session a moment ago."""
    if time.time() - request.session.get(PASSWORD_AT, 0) < FRESH:
        return None
    address = back or request.get_full_path()
    return redirect(reverse("signin:password_again") + "?" + urlencode({"next": address}))


# one's own


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """How one signs in: password, second step, where one is signed in."""
    user = signed_in(request)
    return render(
        request,
        "schools/signin/mine.html",
        {
            "device": second_step.device_of(user),
            "codes_left": second_step.backup_codes_left(user),
            "required": second_step.is_required(user),
            "is_staff_role": second_step.is_staff(user),
            "sessions": sessions_of(user).exclude(session_key=request.session.session_key).count(),
            "remembered": user.remembered_browsers.count(),
            "has_mail": mail.is_there(),
        },
    )


@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all other sessions of one's own."""
    user = signed_in(request)
    actions.sign_out_everywhere(by=user, session=request.session.session_key)
    messages.success(request, _("You are signed in here only."))
    return redirect("signin:mine")


# an invitation


@get_or_post
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let the invited set a password; looking at it uses nothing up."""
    found = invitation_of(token)
    if found is None or not found.is_open or not found.user.is_active:
        return _private(_gone(request, found))
    form = FirstPasswordForm(found.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.use_invitation(
                invitation=found, password=form.cleaned_data["new_password1"]
            )
        except actions.InvitationGone as gone:
            return _private(_gone(request, gone.invitation))
        login(request, user, backend=OWN_BACKEND)
        return redirect("workspace:day")
    other = request.user if request.user.is_authenticated else None
    context = {
        "form": form,
        "invited": found.user,
        "school": place_name_of(found.user),
        "other": other if other != found.user else None,
    }
    return _private(render(request, "schools/signin/invitation.html", context))


def _gone(request: HttpRequest, found: Any) -> HttpResponse:
    """What has become of the invitation, and what to do."""
    why = "unknown"
    if found is not None:
        closed = found.revoked_at or not found.user.is_active
        why = "used" if found.used_at else "revoked" if closed else "expired"
    status = 404 if found is None else 410
    return render(request, "schools/signin/invitation_gone.html", {"why": why}, status=status)


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


# others'


def _new_password(request: HttpRequest, user: User, by: User) -> None:
    actions.set_back(user=user, by=by)
    messages.success(request, _("The old password is gone. Print the slip and hand it over."))


def _invite(request: HttpRequest, user: User, by: User) -> None:
    actions.invite(user=user, by=by)
    messages.success(request, _("The invitation is ready. Print the slip and hand it over."))


def _revoke(request: HttpRequest, user: User, by: User) -> None:
    if actions.revoke_invitation(user=user, by=by):
        messages.success(request, _("The invitation no longer holds."))


def _unlock(request: HttpRequest, user: User, by: User) -> None:
    actions.unlock(user=user, by=by)
    messages.success(request, _("%(name)s can try again at once.") % {"name": user.name})


def _reset_second_step(request: HttpRequest, user: User, by: User) -> None:
    if actions.reset_second_step(user=user, by=by):
        messages.success(request, _("The second step is gone. It can be set up anew."))


def _close(request: HttpRequest, user: User, by: User) -> None:
    if actions.close_account(user=user, by=by):
        messages.success(request, _("The account is closed. What it made stays."))


def _reopen(request: HttpRequest, user: User, by: User) -> None:
    if actions.reopen_account(user=user, by=by):
        messages.success(request, _("The account is open again."))


DEEDS: dict[str, Callable[[HttpRequest, User, User], None]] = {
    "new-password": _new_password,
    "invite": _invite,
    "revoke": _revoke,
    "unlock": _unlock,
    "reset-second-step": _reset_second_step,
    "close": _close,
    "reopen": _reopen,
}


@login_required
@require_safe
def person(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How a person signs in, to those who look after them."""
    user = let_in_or_404(signed_in(request), uuid)
    return render(
        request,
        "schools/signin/person.html",
        {
            "person": user,
            "place": place_name_of(user),
            "locked": lockout.is_locked(user),
            "invitation": open_invitations([user]).get(user.pk),
            "device": second_step.device_of(user),
            "sessions": sessions_of(user).count(),
            "slip": actions.slips_url([user]),
        },
    )


@login_required
@require_POST
def act(request: HttpRequest, uuid: UUID, deed: str) -> HttpResponse:
    """Do one of `DEEDS` for a person."""
    by = signed_in(request)
    user = let_in_or_404(by, uuid)
    if deed not in DEEDS:
        raise Http404
    DEEDS[deed](request, user, by)
    return redirect("signin:person", user.uuid)


@login_required
@get_or_post
def slips(request: HttpRequest) -> HttpResponse:
    """Slips to print for people who have an open invitation; by POST for those without one too."""
    by = signed_in(request)
    written = request.GET.get("people", "")
    people = list(with_ids(looked_after_by(by), ids_of(written)))
    if not people:
        raise Http404
    if request.method == "POST":
        _invite_the_rest(by, people)
        return redirect(f"{reverse('signin:slips')}?{urlencode({'people': written})}")
    invited = open_invitations(people)
    page = Paginator([user for user in people if user.pk in invited], A_PAGE).get_page(
        request.GET.get("page")
    )
    drawn: list[Slip] = [slip_of(user, invited[user.pk], request) for user in page]
    rest = [user for user in people if user.pk not in invited]
    return render(
        request,
        "schools/signin/slips.html",
        {
            "page": page,
            "slips": drawn,
            "without": sum(not user.has_usable_password() for user in rest),
            "signed_in": [user for user in rest if user.has_usable_password()],
            "people": written,
        },
    )


def _invite_the_rest(by: User, people: list[User]) -> None:
    """Invite those who have neither an invitation nor a password."""
    invited = open_invitations(people)
    for user in people:
        if user.pk not in invited and not user.has_usable_password():
            actions.invite(user=user, by=by)


# where one was going


def _wanted(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next", "")


def _safe_next(request: HttpRequest, otherwise: str = "workspace:day") -> str:
    wanted = _wanted(request)
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else resolve_url(otherwise)
