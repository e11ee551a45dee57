"""What every template of the site knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """The current part of the site, for the navigation's `aria-current`."""
    match = request.resolver_match
    return {"current_view": match.view_name if match else ""}
