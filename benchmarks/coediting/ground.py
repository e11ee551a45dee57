"""Fills an empty database with plans in discussion and people who are signed in; prints JSON.

`python -m benchmarks.coediting.ground ROOMS PEOPLE`, in the surroundings of the server to be.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import django

TERM = 30
"""A term has no days for more lessons."""


def main(rooms: int, people: int) -> dict[str, Any]:
    """Plans with their epoch, and for each so many cookies of people who may write in it."""
    from django.conf import settings
    from django.contrib.auth.hashers import make_password

    from schools.models import User

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    make_password("once")
    groups = [_group(min(TERM, rooms - at), people) for at in range(0, rooms, TERM)]
    return {
        **groups[0],
        "rooms": [room for group in groups for room in group["rooms"]],
        "users": User.objects.count(),
    }


def _group(rooms: int, people: int) -> dict[str, Any]:
    """A prep group with its plans in discussion: rooms, the people of note, one of elsewhere."""
    from lessonprep.coediting.actions import open_room
    from lessonprep.plans.actions.making import open_task
    from lessonprep.plans.actions.phases import hand_over
    from tests.factories import lessonprep
    from tests.factories.people import teacher

    world = lessonprep.world(lessons=max(3, rooms))
    cast = [world.preparer, world.leader, world.deputy, world.receiver]
    writers = cast + _members(world, rooms * people - len(cast))
    cookies = {user.pk: _cookie(user) for user in writers}
    told = []
    for number in range(rooms):
        plan = open_task(task=world.task(number), by=world.preparer)
        lessonprep.write_draft(
            plan, world.preparer, objectives="<p>目标</p>", homework="<p>作业</p>"
        )
        plan.refresh_from_db()
        hand_over(plan=plan, by=world.preparer)
        room = open_room(plan=plan)
        seats = [writers[(number * people + seat) % len(writers)] for seat in range(people)]
        told.append(
            {
                "plan": str(plan.uuid),
                "epoch": room.epoch,
                "schema": room.schema,
                "people": [{"user": user.pk, "cookie": cookies[user.pk]} for user in seats],
            }
        )
    outsider = teacher(world.receiving)
    return {
        "rooms": told,
        "outsider": {"user": outsider.pk, "cookie": _cookie(outsider)},
        "cast": {
            name: {"user": user.pk, "cookie": cookies[user.pk]}
            for name, user in zip(["preparer", "leader", "deputy", "receiver"], cast, strict=True)
        },
    }


def _members(world: Any, count: int) -> list[Any]:
    """Many members at once; how a member is made for real is tested elsewhere."""
    from lessonprep.groups.models import PrepGroupMember
    from schools.models import TermsAcceptance, User
    from schools.models.dated import today
    from schools.terms import TERMS_VERSION

    if count <= 0:
        return []
    users = User.objects.bulk_create(
        User(username=f"typist{world.prep_group.pk}.{number}", name=f"教师{number}")
        for number in range(count)
    )
    TermsAcceptance.objects.bulk_create(
        TermsAcceptance(user=user, version=TERMS_VERSION) for user in users
    )
    PrepGroupMember.objects.bulk_create(
        PrepGroupMember(
            prep_group=world.prep_group, user=user, school=world.lead, role="member", since=today()
        )
        for user in users
    )
    return users


def _cookie(user: Any) -> str:
    """A session of the user, as signing in makes it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-2]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
