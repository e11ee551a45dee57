"""The signed-in user of a request, with their type."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from schools.models import User


def signed_in(request: HttpRequest) -> User:
    """The user behind a view that requires one; raises `PermissionDenied` where there is none."""
    user = request.user
    if not user.is_authenticated:
        raise PermissionDenied
    return user
