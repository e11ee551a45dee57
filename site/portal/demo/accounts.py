"""The demonstration's accounts and their passwords."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.demo.people import OTHERS, TEACHERS
from portal.environment import environment
from schools.models import User

KNOWN = "gongbei-demo"
"""The password on loopback, where only the machine's own people can use it."""
USERNAMES = [*(row[0] for row in TEACHERS), *(row[0] for row in OTHERS)]


def on_loopback() -> bool:
    """Whether this server serves its own machine alone, with no proxy in front."""
    return environment().host in {"127.0.0.1", "localhost", "::1"} and not environment().public_url


def replace_known_passwords() -> Iterator[tuple[str, str]]:
    """Where others reach the server: user names and new passwords in place of the known one.

    One by one, so that a start which is interrupted has told those it has set.
    """
    if on_loopback():
        return
    for user in User.objects.filter(is_demonstration=True).order_by("pk"):
        if user.check_password(KNOWN):
            password = secrets.token_urlsafe(9)
            user.set_password(password)
            user.save(update_fields=["password"])
            yield user.username, password


def known_passwords_were_replaced() -> bool:
    """Whether an earlier start did so; the first account of all was the first to get another."""
    first = User.objects.filter(is_demonstration=True).order_by("pk").first()
    return first is not None and not first.check_password(KNOWN)


def refuse_in_production() -> None:
    """Raise where a production server would let the demonstration's accounts in."""
    if settings.GONGBEI_MODE != "production":
        return
    if User.objects.filter(is_demonstration=True, is_active=True).exists():
        raise ImproperlyConfigured(
            "The demonstration's accounts exist in this database, so GONGBEI_MODE=production does"
            " not start. Use a database of its own, or close them: manage.py close_demo."
        )
