"""Writes of the account: accepting the terms of ownership, a new password."""

from __future__ import annotations

from django.db import transaction

from schools.audit import record
from schools.models import TermsAcceptance, User
from schools.signin.actions import revoke_invitation
from schools.signin.second_step import forget_browsers


@transaction.atomic
def accept_terms(*, by: User, version: str) -> TermsAcceptance:
    """Keep that the user accepted `version`; a second call changes nothing."""
    acceptance, made = TermsAcceptance.objects.get_or_create(user=by, version=version)
    if made:
        record("terms.accepted", by, by=by, version=version)
    return acceptance


@transaction.atomic
def change_password(*, by: User, password: str) -> None:
    """Give the user a new password; all their other sessions end with it.

    The same form sent twice at once counts once.
    """
    held = User.objects.select_for_update().get(pk=by.pk)
    if held.password != by.password and held.check_password(password):
        by.password = held.password
        return
    by.set_password(password)
    by.save(update_fields=["password"])
    revoke_invitation(user=by, by=by)
    forget_browsers(by)
    record("password.changed", by, by=by)
