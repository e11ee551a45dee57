"""One's own recent searches (最近查找): kept with the session, gone when one signs out."""

from __future__ import annotations

from django.http import HttpRequest

from schools.models import User

MOST = 8
_KEY = "search.recent"
_LONGEST = 60


def of(request: HttpRequest) -> list[str]:
    """The texts, the newest first; a stranger has none."""
    kept: list[str] = request.session.get(_KEY, []) if isinstance(request.user, User) else []
    return kept


def add(request: HttpRequest, text: str) -> None:
    """Remember a search."""
    if not isinstance(request.user, User):
        return
    kept = of(request)
    text = " ".join(text.split())[:_LONGEST]
    if kept[:1] != [text]:
        request.session[_KEY] = [text, *(other for other in kept if other != text)][:MOST]


def clear(request: HttpRequest) -> None:
    """Forget them all."""
    request.session.pop(_KEY, None)
