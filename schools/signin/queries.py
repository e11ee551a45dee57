"""Reads of signing in: who the slips of a page are for, what stands with a person's account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from schools.models import Membership, User
from schools.models.dated import held_on, today
from schools.signin import second_step
from schools.signin.actions import address_of
from schools.signin.models import Invitation, Session

MOST_PEOPLE = 5000


@dataclass(frozen=True, slots=True)
class Slip:
    """One printed slip: the person, their school, the picture of the link."""

    user: User
    school: str
    invitation: Invitation
    address: str
    picture: SafeString


def ids_of(written: str) -> list[int]:
    """The ids of ``"3-40.77"``; what is no number is left out, and there are no more than 5000."""
    ids: set[int] = set()
    for part in written[:2000].split("."):
        first, _, last = part.partition("-")
        last = last or first
        if not (_is_id(first) and _is_id(last)):
            continue
        ids.update(range(int(first), min(int(last), int(first) + MOST_PEOPLE) + 1))
    return sorted(ids)[:MOST_PEOPLE]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 12


def with_ids(users: QuerySet[User], ids: Iterable[int]) -> QuerySet[User]:
    """Those of `users` with these ids and an open account, with their schools of today, by name."""
    held = Membership.objects.filter(held_on(today())).select_related("school")
    return (
        users.filter(pk__in=list(ids), is_active=True)
        .prefetch_related(
            Prefetch("memberships", queryset=held.order_by("-is_main", "-since"), to_attr="held"),
        )
        .order_by("name", "pk")
    )


def open_invitations(users: Iterable[User]) -> dict[int, Invitation]:
    """The invitations of these users that still let in, by the user's id."""
    found = Invitation.objects.filter(
        user__in=list(users),
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
    )
    return {invitation.user_id: invitation for invitation in found}


def slip_of(user: User, invitation: Invitation, request: HttpRequest) -> Slip:
    """The user's slip; the user comes from `with_ids`."""
    schools = [membership.school.name for membership in user.__dict__["held"]]
    address = address_of(invitation, request)
    school = schools[0] if schools else ""
    return Slip(user, school, invitation, address, second_step.qr(address))


def sessions_of(user: User) -> QuerySet[Session]:
    """The user's sessions that have not run out."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now())
