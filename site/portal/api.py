"""The JSON API (`/api/v1/`): one instance, routers by the apps, one shape of errors."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from search.api import router as search_router

api = NinjaAPI(
    title="Gongbei",
    version="1",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("", search_router)
nowhere = Router()


def _error(
    request: HttpRequest, status: int, code: str, message: str, field: str | None = None
) -> HttpResponse:
    body = {"error": {"code": code, "message": message, "field": field}}
    return api.create_response(request, body, status=status)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    names = [part for part in first.get("loc", ()) if isinstance(part, str)]
    field = names[-1] if names else None
    return _error(request, 422, "invalid", str(first.get("msg", "")), field)


@api.exception_handler(AuthenticationError)
def _refused(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = _error(request, 401, "bad_key", _("The key is unknown or has been revoked."))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _error(request, error.status_code, "refused", error.message)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return _error(request, 404, "not_found", _("There is nothing at this address."))


@nowhere.get("/{path:rest}", include_in_schema=False)
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Every address that no router knows."""
    raise Http404


api.add_router("", nowhere)  # last: it answers for every address that no other router knows
