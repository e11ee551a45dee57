"""Two gates of the signed-in: the second step (两步验证), then the terms (权属约定)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from schools.queries import has_accepted
from schools.signin.second_step import Standing, standing_of
from schools.terms import SESSION_KEY, TERMS_VERSION

OPEN_VIEWS = frozenset(
    {
        "login",
        "logout",
        "terms",
        "invitation",
        "signin:code",
        "signin:set_up",
        "signin:codes",
        "signin:password_again",
        "wagtailadmin_login",
        "wagtailadmin_logout",
        "healthz",
        "readyz",
    }
)
"""What the terms do not stand before."""
HALF_WAY = frozenset({"login", "logout", "invitation", "healthz", "readyz"})
"""What opens to those who have shown the password only."""
STEPS = {
    Standing.ASK: ("signin:code", frozenset({"signin:code"})),
    Standing.SET_UP: ("signin:set_up", frozenset({"signin:set_up", "signin:password_again"})),
}
"""Where such a session is sent, and what else opens to it."""


class SecondStepMiddleware:
    """Nothing but the second step is answered to a session that has to show it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        standing = standing_of(request)
        if standing is Standing.FREE:
            return None
        step, opens = STEPS[standing]
        match = request.resolver_match
        if match and match.view_name in HALF_WAY | opens:
            return None
        message = _("Please finish signing in first: the second step is missing.")
        return _send_to(request, step, "second_step_missing", message)


class AcceptTermsMiddleware:
    """Sends the signed-in who have not accepted the present terms to them.

    The session remembers the version that was accepted: one query a session, none a request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if (match and match.view_name in OPEN_VIEWS) or _has_accepted(request):
            return None
        message = _("Please accept the terms of ownership first: sign in on the site once.")
        return _send_to(request, "terms", "terms_not_accepted", message)


def _send_to(request: HttpRequest, name: str, code: str, message: str) -> HttpResponse:
    """The way to a gate; a program is told so in JSON."""
    if request.path_info.startswith("/api/") or not request.accepts("text/html"):
        body = {"code": code, "message": message, "field": None}
        return JsonResponse({"error": body}, status=403)
    address = reverse(name)
    if request.method == "GET":
        address += "?" + urlencode({"next": request.get_full_path()})
    return redirect(address)


def _has_accepted(request: HttpRequest) -> bool:
    if not request.user.is_authenticated:
        return True
    if request.session.get(SESSION_KEY) != TERMS_VERSION:
        if not has_accepted(request.user, TERMS_VERSION):
            return False
        request.session[SESSION_KEY] = TERMS_VERSION
    return True
