"""Ways of signing in: codes of a telephone, an account with a second step, a typed sign-in."""

from __future__ import annotations

from binascii import unhexlify
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from schools.models import Invitation, User
from schools.signin import second_step
from schools.signin.links import token_of
from tests.factories import people

LOGIN = "/accounts/login/"
KEY = "a1" * 20
NEW = "chunri-2026-beike"


def sign_in(name: str, password: str = people.PASSWORD, **meta: Any) -> tuple[Client, HttpResponse]:
    """A browser that typed this name and password, and what it was answered."""
    client = Client(**meta)
    answer = client.post(LOGIN, {"username": name, "password": password})
    return client, answer  # type: ignore[return-value]


def telephone(user: User, key: str = KEY) -> Any:
    """The user's second step."""
    return TOTPDevice.objects.create(user=user, key=key, name="telephone")


def code(key: str = KEY, *, steps: int = 0) -> str:
    """What a telephone shows now, or that many half minutes from now."""
    return f"{totp(unhexlify(key), t0=-30 * steps, step=30):06d}"


def wrong_code(key: str = KEY) -> str:
    """Six digits that no telephone shows within the hour."""
    near = {code(key, steps=steps) for steps in range(-120, 121)}
    return next(f"{n:06d}" for n in range(1000) if f"{n:06d}" not in near)


def backup_codes(user: User) -> list[str]:
    """New backup codes of the user."""
    return second_step.codes_from(second_step.new_backup_codes(user))


def wait_is_over(user: User) -> None:
    """The wait after a wrong code has passed."""
    long_ago = timezone.now() - timedelta(days=1)
    for model in (TOTPDevice, StaticDevice):
        model.objects.filter(user=user).update(throttling_failure_timestamp=long_ago)


def invited(user: User | None = None, by: User | None = None, **fields: Any) -> Invitation:
    """An invitation of a user, one without a password unless given."""
    if user is None:
        user = people.user()
        user.set_unusable_password()
        user.save()
    return Invitation.objects.create(user=user, made_by=by, **fields)


def link(invitation: Invitation) -> str:
    """Its address on this site."""
    return f"/accounts/invitation/{token_of(invitation)}/"


def passwords(password: str = NEW) -> dict[str, str]:
    """The form of a new password."""
    return {"new_password1": password, "new_password2": password}
