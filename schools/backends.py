"""Signing in by user name or phone number; who failed too often waits."""

from __future__ import annotations

from typing import Any

from axes.backends import AxesStandaloneBackend
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q
from django.http import HttpRequest

from schools.models import User


class LockOutBackend(AxesStandaloneBackend):
    """Asked first: refuses who has to wait. Our own code asks without a request and is let be."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        if request is not None:
            super().authenticate(request, **credentials)


class NameOrPhoneBackend(ModelBackend):
    """Django's backend, which also knows people by their phone number."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        if username is None or password is None:
            return None
        # A user name may be another's phone number: the name wins, so nobody can be shut out.
        found = sorted(
            User.objects.filter(Q(username=username) | Q(phone=username)),
            key=lambda user: user.username != username,
        )
        if not found:
            User().set_password(password)  # the same time as for a known name
            return None
        user = found[0]
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Production lets no account of the demonstration in, whatever started the server."""
        if settings.GONGBEI_MODE == "production" and user.is_demonstration:
            return False
        return bool(super().user_can_authenticate(user))
