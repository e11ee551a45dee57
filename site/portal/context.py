"""What every template of the site knows: where the reader is, and how to change the language."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import ResolverMatch
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from portal.languages import ENGLISH, path_in
from schools.models import User
from schools.queries import place_name_of
from schools.staff.access import is_staff

_PARTS = {
    "workspace:day": "day",
    "workspace:me": "me",
    "workspace:notices": "me",
    "workspace:design": "me",
    "password_change": "me",
    "staff": "staff",
    "signin": "me",
    "groups": "prep",
    "plans": "prep",
    "versions": "prep",
    "meetings:calendar": "me",
    "meetings": "prep",
    "library:reviews": "review",
    "library:review": "review",
    "library:browse": "browse",
    "library:volume": "browse",
    "library": "library",
    "search": "search",
}
"""The part of the site by view name or, failing that, by its namespace."""

_OUTSIDE = {"home", "browse"}


def _part_of(match: ResolverMatch | None) -> str:
    if match is None:
        return ""
    return _PARTS.get(match.view_name) or _PARTS.get(
        match.namespaces[0] if match.namespaces else "", ""
    )


def _filings() -> list[tuple[str, str]]:
    """Numbers of filing (备案) and where each can be checked."""
    numbers = [
        (settings.GONGBEI_ICP, "https://beian.miit.gov.cn/"),
        (settings.GONGBEI_PSB, "https://beian.mps.gov.cn/"),
    ]
    return [(number, address) for number, address in numbers if number]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The current part of the site, the frame around it, the other language's address."""
    match = request.resolver_match
    home_url = path_in(get_language() or "", "/")
    part = "home" if request.path == home_url else _part_of(match)
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    language = "zh-hans" if get_language() == ENGLISH else ENGLISH
    return {
        "current_view": match.view_name if match else "",
        "current_part": part,
        "in_workspace": signed_in and bool(part) and part not in _OUTSIDE,
        "looks_after": SimpleLazyObject(lambda: isinstance(user, User) and is_staff(user)),
        "place_name": SimpleLazyObject(lambda: place_name_of(user)),
        "home_url": home_url,
        "filings": _filings(),
        "other_language": language,
        "other_language_url": path_in(language, request.get_full_path()),
    }
