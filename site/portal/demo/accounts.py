"""The demonstration's accounts and their passwords."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.demo.people import OTHERS, TEACHERS
from portal.environment import environment
from schools.models import User

KNOWN = "gongbei-demo"
"""The password on loopback, where only the machine's own people can use it."""
USERNAMES = [*(row[0] for row in TEACHERS), *(row[0] for row in OTHERS)]


def on_loopback() -> bool:
    """Whether this server listens to its own machine alone."""
    return environment().host in {"127.0.0.1", "localhost", "::1"}


def passwords() -> dict[str, str]:
    """A password for each account that is made now."""
    if on_loopback():
        return dict.fromkeys(USERNAMES, KNOWN)
    return {username: secrets.token_urlsafe(9) for username in USERNAMES}


def replace_known_passwords() -> dict[str, str]:
    """Where others reach the server, new passwords for accounts that still have the known one."""
    if on_loopback():
        return {}
    replaced = {}
    for user in User.objects.filter(is_demonstration=True):
        if user.check_password(KNOWN):
            replaced[user.username] = secrets.token_urlsafe(9)
            user.set_password(replaced[user.username])
            user.save(update_fields=["password"])
    return replaced


def refuse_in_production() -> None:
    """Raise where a production server would let the demonstration's accounts in."""
    if settings.GONGBEI_MODE != "production":
        return
    if User.objects.filter(is_demonstration=True, is_active=True).exists():
        raise ImproperlyConfigured(
            "The demonstration's accounts exist in this database, so GONGBEI_MODE=production does"
            " not start. Use a database of its own, or close them: manage.py close_demo."
        )
