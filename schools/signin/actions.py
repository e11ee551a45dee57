"""Writes of signing in: invitations, passwords, second step, sessions, closed accounts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from schools.audit import record
from schools.models import User
from schools.notices import notify
from schools.signin import lockout, second_step
from schools.signin.links import token_of
from schools.signin.models import Invitation
from schools.signin.sessions import end_sessions


class InvitationGone(Exception):
    """The invitation was used, revoked or is too old; it carries the row."""

    def __init__(self, invitation: Invitation) -> None:
        super().__init__(f"invitation {invitation.pk}")
        self.invitation = invitation


@transaction.atomic
def invite(*, user: User, by: User | None) -> str:
    """Let the user set a password by a link; its whole address. One that is open goes on."""
    held = User.objects.select_for_update().get(pk=user.pk)
    invitation = held.invitations.filter(used_at__isnull=True, revoked_at__isnull=True).first()
    if invitation is not None and invitation.is_open:
        return address_of(invitation)
    revoke_invitation(user=held, by=by)
    invitation = Invitation.objects.create(user=held, made_by=by)
    record("signin.invited", held, by=by, until=invitation.expires_at.isoformat())
    return address_of(invitation)


def address_of(invitation: Invitation, request: HttpRequest | None = None) -> str:
    """The whole address that lets the invitation's user set a password.

    A demonstration is shown under many addresses: there it is the one that `request` came by.
    """
    path = reverse("invitation", args=[token_of(invitation)])
    if request is not None and settings.GONGBEI_MODE != "production":
        return request.build_absolute_uri(path)
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def slips_url(users: Iterable[User]) -> str:
    """The page of printed slips of these users; runs of ids are written short: ``3-40.77``."""
    ids = sorted({user.pk for user in users})
    runs = []
    for _, members in groupby(enumerate(ids), key=lambda pair: pair[1] - pair[0]):
        run = [pk for _, pk in members]
        runs.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
    return f"{reverse('signin:slips')}?{urlencode({'people': '.'.join(runs)})}"


@transaction.atomic
def revoke_invitation(*, user: User, by: User | None) -> bool:
    """Shut the user's open invitation, also one whose time is over; whether there was one."""
    open_ones = user.invitations.filter(used_at__isnull=True, revoked_at__isnull=True)
    revoked = open_ones.update(revoked_at=timezone.now())
    if revoked:
        record("signin.invitation_revoked", user, by=by)
    return bool(revoked)


@transaction.atomic
def use_invitation(*, invitation: Invitation, password: str) -> User:
    """Give the invitation's user this password, once; raises `InvitationGone`."""
    user = User.objects.select_for_update().get(pk=invitation.user_id)
    held = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not held.is_open or not user.is_active:
        raise InvitationGone(held)
    held.used_at = timezone.now()
    held.save(update_fields=["used_at"])
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user)
    lockout.forget_failures(user)
    record("signin.invitation_used", user, by=user)
    return user


@transaction.atomic
def set_back(*, user: User, by: User | None) -> str:
    """Take the user's password away and invite them anew; the address of the invitation.

    Sessions end, and failures are forgotten. The second step stays: see `reset_second_step`.
    Sent twice it counts once: who has no password any more keeps the invitation.
    """
    held = User.objects.select_for_update().get(pk=user.pk)
    if not held.has_usable_password():
        return invite(user=held, by=by)
    revoke_invitation(user=held, by=by)
    held.set_unusable_password()
    held.save(update_fields=["password"])
    end_sessions(held)
    second_step.forget_browsers(held)
    lockout.forget_failures(held)
    record("password.set_back", held, by=by)
    notify([held], "signin.set_back", by=by.name if by else "")
    return invite(user=held, by=by)


@transaction.atomic
def unlock(*, user: User, by: User | None) -> int:
    """Let the user try to sign in again at once; returns how many counts were forgotten."""
    forgotten = lockout.forget_failures(user)
    if forgotten:
        record("signin.unlocked", user, by=by)
    return forgotten


@transaction.atomic
def set_up_second_step(*, by: User, key: str, step: int, session: str | None) -> str:
    """Make the telephone that knows `key` the user's second step; the seed of the backup codes.

    All other sessions end. Sent twice it gives new backup codes, and nothing else.
    """
    made = second_step.keep_device(by, key, step)
    if made:
        end_sessions(by, but=session)
        record("second_step.set_up", by, by=by)
    return second_step.new_backup_codes(by)


@transaction.atomic
def renew_backup_codes(*, by: User) -> str:
    """New backup codes instead of those that are left; their seed."""
    User.objects.select_for_update().get(pk=by.pk)
    record("second_step.codes_renewed", by, by=by)
    return second_step.new_backup_codes(by)


@transaction.atomic
def turn_off_second_step(*, by: User) -> bool:
    """Take away one's own second step; whether there was one."""
    User.objects.select_for_update().get(pk=by.pk)
    removed = second_step.remove_devices(by)
    if removed:
        record("second_step.turned_off", by, by=by)
    return removed


@transaction.atomic
def reset_second_step(*, user: User, by: User | None) -> bool:
    """Take away another's second step, whose telephone is lost; their sessions end."""
    held = User.objects.select_for_update().get(pk=user.pk)
    removed = second_step.remove_devices(held)
    if removed:
        end_sessions(held)
        record("second_step.reset", held, by=by)
        notify([held], "signin.second_step_reset", by=by.name if by else "")
    return removed


@transaction.atomic
def sign_out_everywhere(*, by: User, session: str | None) -> int:
    """End all sessions of the user but this one, and forget browsers; returns how many ended."""
    ended = end_sessions(by, but=session)
    forgotten = second_step.forget_browsers(by)
    if ended or forgotten:
        record("signin.ended_everywhere", by, by=by, sessions=ended)
    return ended


@transaction.atomic
def close_account(*, user: User, by: User | None) -> bool:
    """Shut the account: sessions end, the invitation goes; what it made stays."""
    held = User.objects.select_for_update().get(pk=user.pk)
    if not held.is_active:
        return False
    held.is_active = False
    held.save(update_fields=["is_active"])
    revoke_invitation(user=held, by=by)
    end_sessions(held)
    second_step.forget_browsers(held)
    record("account.closed", held, by=by)
    return True


@transaction.atomic
def reopen_account(*, user: User, by: User | None) -> bool:
    """Open a closed account again, with the password it had."""
    held = User.objects.select_for_update().get(pk=user.pk)
    if held.is_active:
        return False
    held.is_active = True
    held.save(update_fields=["is_active"])
    record("account.reopened", held, by=by)
    return True
