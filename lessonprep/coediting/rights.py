"""Who may be in a room, and who may write: the rules of `plans.access`, asked again and again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import Http404, HttpRequest
from django.utils import timezone

from lessonprep.groups.models import PrepGroupMember
from lessonprep.plans.access import WHEN, Action, can, plan_or_404
from lessonprep.plans.models import LessonPlan, PlanState
from schools.models import User
from schools.queries import has_accepted
from schools.signin.models import Session
from schools.signin.second_step import Standing, standing_of
from schools.terms import SESSION_KEY as ACCEPTED
from schools.terms import TERMS_VERSION

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in, by a session that has passed both gates."""

    user: User
    session: str
    cookies: str

    @property
    def told(self) -> dict[str, str]:
        """What others in a room hear of them."""
        return {"id": str(self.user.uuid), "name": self.user.name}


@dataclass(frozen=True, slots=True)
class Right:
    """What somebody may do in a room; `why` not more."""

    reads: bool
    writes: bool = False
    why: str = ""


def person_of(cookies: str) -> Person | None:
    """Whose session these cookies hold; None where it is nobody's, or has a gate before it."""
    request = HttpRequest()
    try:
        request.COOKIES = {name: one.value for name, one in SimpleCookie(cookies).items()}
    except CookieError:
        return None
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request.session = store(key)
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    request.user = user
    if standing_of(request) is not Standing.FREE:
        return None
    if request.session.get(ACCEPTED) != TERMS_VERSION and not has_accepted(user, TERMS_VERSION):
        return None
    return Person(user, key, cookies)


def plan_for(person: Person, uuid: UUID) -> tuple[LessonPlan, Right] | None:
    """The plan and what the person may do with it now; None where they may not see it."""
    # A fresh user: what they may is kept on the object for the length of a request.
    user = User.objects.filter(pk=person.user.pk).first()
    if user is None:
        return None
    try:
        plan = plan_or_404(user, uuid)
    except Http404:
        return None
    if can(user, Action.EDIT, plan):
        return plan, Right(reads=True, writes=True)
    why = "role" if plan.state.phase in WHEN[Action.EDIT] else "phase"
    return plan, Right(reads=True, why=why)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in the room of a plan."""

    plan: int
    user: int
    session: str


Ground = tuple[Any, ...]
"""What a right rests on; while it is the same the right is."""


def grounds(seats: Collection[Seat]) -> dict[Seat, Ground]:
    """What each one's right rests on now, in four queries a few hundred seats."""
    sessions = set(_all(seats, "session", _live_sessions))
    users = dict(_all(seats, "user", _users))
    plans = {pk: rest for pk, *rest in _all(seats, "plan", _plans)}
    groups = {rest[-1] for rest in plans.values()}
    roles = {
        (group, user): (role, pk)
        for chunk in _chunks(groups)
        for group, user, role, pk in _roles(chunk)
    }
    return {
        seat: (
            seat.session in sessions,
            users.get(seat.user),
            tuple(plans.get(seat.plan, ())),
            roles.get((plans[seat.plan][-1], seat.user)) if seat.plan in plans else None,
        )
        for seat in seats
    }


def _all(seats: Collection[Seat], name: str, ask: Any) -> Iterator[Any]:
    for chunk in _chunks({getattr(seat, name) for seat in seats}):
        yield from ask(chunk)


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    left = list(values)
    for at in range(0, len(left), CHUNK):
        yield left[at : at + CHUNK]


def _live_sessions(keys: list[str]) -> Any:
    live = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    return live.values_list("session_key", flat=True)


def _users(pks: list[int]) -> Iterator[tuple[int, Ground]]:
    for pk, *rest in User.objects.filter(pk__in=pks).values_list("pk", "is_active", "password"):
        yield pk, tuple(rest)


def _plans(pks: list[int]) -> Any:
    return PlanState.objects.filter(plan__in=pks).values_list(
        "plan_id", "phase", "task__main_preparer_id", "task__prep_plan__prep_group_id"
    )


def _roles(groups: list[int]) -> Any:
    members = PrepGroupMember.objects.on().filter(prep_group__in=groups)
    return members.values_list("prep_group_id", "user_id", "role", "pk")
