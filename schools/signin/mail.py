"""E-mail (电子邮件), where the server has one: an own address, and a way back in by it.

Nothing needs it: accounts come by slips, and an administrator can always let a person in anew.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tasks import task

from schools.audit import record
from schools.models import AuditEntry, User
from schools.signin.actions import invite

_SALT = "schools.signin.mail"
_VALID = timedelta(days=3)
_PAUSE = timedelta(minutes=5)
ASKED = "signin.mail_asked"


class AddressTaken(Exception):
    """Another account has this address."""


class LinkGone(Exception):
    """The link is too old, was changed, or belongs to another account."""


def is_there() -> bool:
    """Whether this server can send mail."""
    return bool(settings.GONGBEI_MAIL)


@transaction.atomic
def ask_to_confirm(*, user: User, address: str) -> None:
    """Send a link to the address; it is the user's once they open the link."""
    token = signing.dumps([user.pk, address], salt=_SALT)
    link = settings.WAGTAILADMIN_BASE_URL + reverse("signin:mail_confirm", args=[token])
    record("signin.mail_to_confirm", user, by=user)
    _send_after_commit(
        address,
        _("Is this your address?"),
        _("Open this link within three days, signed in, to use this address with Gongbei:"),
        link,
    )


@transaction.atomic
def confirm(*, user: User, token: str) -> str:
    """Take over the address of the link; raises `LinkGone` and `AddressTaken`."""
    try:
        pk, address = signing.loads(token, salt=_SALT, max_age=_VALID)
    except signing.BadSignature as error:
        raise LinkGone from error
    if pk != user.pk:
        raise LinkGone
    # One at a time, or two accounts could take one address at once.
    list(User.objects.select_for_update().filter(email__iexact=address).values("pk"))
    if User.objects.filter(email__iexact=address).exclude(pk=user.pk).exists():
        raise AddressTaken
    if user.email != address:
        user.email = address
        user.save(update_fields=["email"])
        record("signin.mail_confirmed", user, by=user)
    return str(address)


@transaction.atomic
def forget(*, user: User) -> None:
    """Use no address any more."""
    if user.email:
        user.email = ""
        user.save(update_fields=["email"])
        record("signin.mail_removed", user, by=user)


def ask_for_way_in(address: str) -> None:
    """Send a link that sets a new password, if an account has the address; say nothing of it.

    Looking, and sending, is the worker's: the answer comes as quickly for an unknown address.
    """
    send_way_in.enqueue(address, get_language() or settings.LANGUAGE_CODE)


@task()
def send_way_in(address: str, language: str) -> None:
    """An invitation to each open account of the address, one in `_PAUSE` at most."""
    for user in User.objects.filter(email__iexact=address, is_active=True).exclude(email=""):
        with override(language):
            _send_way_in(user)


@transaction.atomic
def _send_way_in(user: User) -> None:
    held = User.objects.select_for_update().get(pk=user.pk)
    lately = AuditEntry.objects.filter(
        action=ASKED, target_id=str(held.uuid), at__gte=timezone.now() - _PAUSE
    )
    if lately.exists():
        return
    record(ASKED, held, by=None)
    _send_after_commit(
        held.email,
        _("A new password for Gongbei"),
        _(
            "Open this link to set a new password. If you did not ask for it, do nothing:"
            " your present password goes on."
        ),
        invite(user=held, by=None),
    )


def _send_after_commit(address: str, subject: str, text: str, link: str) -> None:
    transaction.on_commit(partial(send.enqueue, address, subject, f"{text}\n\n{link}\n"))


@task()
def send(address: str, subject: str, text: str) -> None:
    """Send one mail."""
    send_mail(subject, text, None, [address])
