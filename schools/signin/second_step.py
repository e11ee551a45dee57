"""The second step of signing in (两步验证): a code from the telephone, or a backup code.

django-otp holds the devices, counts wrong codes and takes no code twice. Who must have a second
step, and what a session has shown so far, is decided here; `SecondStepMiddleware` asks for it.
"""

from __future__ import annotations

import secrets
import time
from base64 import b32encode
from binascii import unhexlify
from datetime import timedelta
from enum import Enum
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe
from django_otp import verify_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from schools.access import grants_of
from schools.models import User
from schools.models.dated import today
from schools.signin.access import STAFF_ROLES
from schools.signin.models import BROWSER_REMEMBERED, RememberedBrowser

SESSION_KEY = "second_step"
"""What the session has shown: ``"done"``, or the day on which it was found to need nothing."""
PENDING_KEY = "second_step_pending"
CODES_KEY = "backup_codes"
COOKIE = "gongbei_browser"
BACKUP_CODES = 10
STAFF_SESSION = timedelta(hours=12)
_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Standing(Enum):
    """What a session still has to show."""

    FREE = "free"
    ASK = "ask"
    SET_UP = "set_up"


def is_staff(user: User) -> bool:
    """Whether the user holds a role that asks for a second step."""
    return any(grant.role in STAFF_ROLES for grant in grants_of(user))


def is_required(user: User) -> bool:
    """Whether the user has to have a second step: in production, with a role of staff."""
    return settings.GONGBEI_MODE == "production" and is_staff(user)


def device_of(user: User) -> Any:
    """The user's telephone (a `TOTPDevice`), None without one."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def standing_of(request: HttpRequest) -> Standing:
    """What the signed-in session of this request still has to show.

    Asked once a session and day: who gets a role while signed in is asked on the next.
    """
    user, session = request.user, request.session
    if not isinstance(user, User) or session.get(SESSION_KEY) in {"done", str(today())}:
        return Standing.FREE
    device = device_of(user)
    if device is not None and not is_remembered(request, user):
        return Standing.ASK
    if device is None and is_required(user):
        return Standing.SET_UP
    session[SESSION_KEY] = "done" if device else str(today())
    if is_staff(user):
        session.set_expiry(STAFF_SESSION)
    return Standing.FREE


def passed(request: HttpRequest) -> None:
    """Note that this session has shown the second step; its key changes, as at sign-in."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = "done"
    if isinstance(request.user, User) and is_staff(request.user):
        request.session.set_expiry(STAFF_SESSION)


# codes


def check_code(user: User, typed: str) -> bool:
    """Whether the code is the telephone's of now, or one of the backup codes, which it uses up."""
    code = "".join(typed.split()).replace("-", "").lower()
    if code.isascii() and code.isdecimal() and len(code) == 6:
        device = device_of(user)
        return device is not None and bool(verify_token(user, device.persistent_id, code))
    device = StaticDevice.objects.filter(user=user, confirmed=True).first()
    return device is not None and bool(verify_token(user, device.persistent_id, _hashed(code)))


def wait_of(user: User) -> int:
    """Seconds to wait before the next code is looked at; each wrong one doubles it."""
    waits = [0.0]
    for device in (device_of(user), StaticDevice.objects.filter(user=user).first()):
        if device is not None:
            allowed, told = device.verify_is_allowed()
            if not allowed:
                waits.append((told["locked_until"] - timezone.now()).total_seconds())
    return int(max(waits) + 0.999)


def _hashed(code: str) -> str:
    # The column has room for 16 letters; only what is keyed with the server's secret is kept.
    return salted_hmac("schools.signin.backup_code", code, algorithm="sha256").hexdigest()[:16]


def new_backup_codes(user: User) -> str:
    """Replace the user's backup codes; returns the seed from which they can be shown once."""
    seed = secrets.token_hex(16)
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="backup")
    for code in codes_from(seed):
        device.token_set.create(token=_hashed(code.replace("-", "")))
    return seed


def codes_from(seed: str) -> list[str]:
    """The ten codes of a seed, ``"k3mf-9wxp"``; nothing without the server's secret."""
    codes = []
    for number in range(BACKUP_CODES):
        drawn = salted_hmac("schools.signin.codes", f"{seed}{number}", algorithm="sha256").digest()
        letters = [_CODE_LETTERS[byte % len(_CODE_LETTERS)] for byte in drawn[:8]]
        codes.append("".join(letters[:4]) + "-" + "".join(letters[4:]))
    return codes


def backup_codes_left(user: User) -> int:
    """How many backup codes have not been used."""
    device = StaticDevice.objects.filter(user=user).first()
    return device.token_set.count() if device else 0


# setting up


def pending_key(request: HttpRequest) -> str:
    """The secret that this session offers to the telephone, hex; no device yet."""
    key: str = request.session.setdefault(PENDING_KEY, secrets.token_hex(20))
    return key


def spelt(key: str) -> str:
    """The secret as one types it, in groups of four."""
    text = b32encode(unhexlify(key)).decode("ascii")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def qr_of_key(key: str, user: User) -> SafeString:
    """The secret as a picture for an authenticator."""
    issuer = "Gongbei"
    secret = b32encode(unhexlify(key)).decode("ascii")
    asked = urlencode({"secret": secret, "issuer": issuer, "digits": 6, "period": 30})
    return qr(f"otpauth://totp/{issuer}:{quote(user.username)}?{asked}")


def qr(text: str) -> SafeString:
    """A QR code as inline SVG without any style, black on white in every scheme."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(svgclass="qr", lineclass=None, light="#fff", omitsize=True, border=2)
    return mark_safe(drawn)  # noqa: S308 - a matrix, nothing of the text is in it


def fits(key: str, typed: str) -> int | None:
    """The time step of the code that the telephone shows for a new secret; None if it is wrong."""
    code = "".join(typed.split())
    if not (code.isascii() and code.isdecimal() and len(code) == 6):
        return None
    totp = TOTP(unhexlify(key))
    totp.time = time.time()
    return totp.t() if totp.verify(int(code), tolerance=1) else None


@transaction.atomic
def keep_device(user: User, key: str, step: int) -> bool:
    """Make the telephone with this secret the user's; False where it is already."""
    User.objects.select_for_update().get(pk=user.pk)
    if TOTPDevice.objects.filter(user=user, key=key).exists():
        return False
    remove_devices(user)
    device = TOTPDevice(user=user, key=key, name="telephone", last_t=step)
    try:
        device.full_clean()
    except ValidationError:
        return False
    device.save()
    return True


def remove_devices(user: User) -> bool:
    """Take the user's second step away, remembered browsers too; whether there was one."""
    forget_browsers(user)
    StaticDevice.objects.filter(user=user).delete()
    removed, _ = TOTPDevice.objects.filter(user=user).delete()
    return bool(removed)


# remembered browsers


def remember(response: HttpResponse, user: User) -> None:
    """Let this browser off the second step for a month."""
    token = secrets.token_urlsafe(32)
    RememberedBrowser.objects.filter(user=user, expires_at__lte=timezone.now()).delete()
    RememberedBrowser.objects.create(user=user, token_hash=_token_hash(token))
    response.set_signed_cookie(
        COOKIE,
        f"{user.pk}.{token}",
        salt=COOKIE,
        max_age=BROWSER_REMEMBERED,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def is_remembered(request: HttpRequest, user: User) -> bool:
    """Whether this browser has shown the user's second step within the month."""
    kept = request.get_signed_cookie(COOKIE, "", salt=COOKIE, max_age=BROWSER_REMEMBERED)
    whose, _, token = (kept or "").partition(".")
    if whose != str(user.pk):
        return False
    rows = user.remembered_browsers.filter(expires_at__gt=timezone.now())
    return bool(rows.filter(token_hash=_token_hash(token)).exists())


def forget_browsers(user: User) -> int:
    """Ask every browser of the user for the second step again; returns how many it were."""
    return user.remembered_browsers.all().delete()[0]


def _token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
