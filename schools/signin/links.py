"""The links of invitations: the row's key and a signature, so that the table alone opens nothing.

The link can be made again from the row, which is what lets an administrator print a slip anew.
"""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac

from schools.signin.models import Invitation


def token_of(invitation: Invitation) -> str:
    """What stands in the address: 16 letters of key, 32 of signature."""
    return invitation.key + _signature(invitation.key)


def invitation_of(token: str) -> Invitation | None:
    """The invitation of this token, whatever has become of it; None where the token is not ours."""
    key, signature = token[:16], token[16:]
    if not constant_time_compare(signature, _signature(key)):
        return None
    return Invitation.objects.select_related("user").filter(key=key).first()


def _signature(key: str) -> str:
    return salted_hmac("schools.signin.invitation", key, algorithm="sha256").hexdigest()[:32]
