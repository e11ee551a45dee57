"""What every answer says about being kept, and English ones about the Chinese they quote."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language

from portal.languages import ENGLISH
from portal.marking import marked


class PrivateWhenSignedIn:
    """Answers to signed-in readers are not stored by browsers and proxies.

    A view that says more exactly how long its answer may be kept is left alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            response["Cache-Control"] = "private, no-store"
        return response


class ChineseIsMarked:
    """English pages say of the Chinese they quote that it is Chinese; see `portal.marking`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if (
            isinstance(response, HttpResponse)
            and is_page
            and get_language() == ENGLISH
            and not request.path.startswith("/admin/")
        ):
            response.content = marked(response.content.decode(response.charset))
        return response
