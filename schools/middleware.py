"""The gate of the terms of ownership (权属约定): nothing is shown before they are accepted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from schools.queries import has_accepted
from schools.terms import SESSION_KEY, TERMS_VERSION

OPEN_VIEWS = frozenset(
    {"login", "logout", "terms", "wagtailadmin_login", "wagtailadmin_logout", "healthz", "readyz"}
)


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
        if request.path_info.startswith("/api/") or not request.accepts("text/html"):
            message = _("Please accept the terms of ownership first: sign in on the site once.")
            body = {"code": "terms_not_accepted", "message": message, "field": None}
            return JsonResponse({"error": body}, status=403)
        address = reverse("terms")
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
