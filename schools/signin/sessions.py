"""The session engine: Django's in the database, with the user as a column (`SESSION_ENGINE`)."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.dispatch import receiver
from django.http import HttpRequest

from schools.models import User

PASSWORD_AT = "password_at"  # noqa: S105 - the name of a moment
"""When this session last saw the password, in seconds."""


class SessionStore(DatabaseStore):
    """Keeps whose session it is."""

    @classmethod
    def get_model_class(cls) -> Any:
        from schools.signin.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        setattr(row, "user_id", data.get(SESSION_KEY))  # noqa: B010 - our column, not the base's
        return row


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End the user's sessions, all or all but the one with this key; returns how many."""
    ended, _ = user.sessions.exclude(session_key=but).delete()
    return ended


@receiver(user_logged_in)
def _note_the_moment(request: HttpRequest, **kwargs: Any) -> None:
    request.session[PASSWORD_AT] = time.time()
