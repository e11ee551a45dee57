"""Each door of the library, sent twice at the same moment, ends as if it were sent once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from resources.library.models import Resource, Shelf
from resources.library.queries import standing, targets
from schools.models import AuditEntry, User
from tests.factories import library, people

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

Door = tuple[User, str, dict[str, Any]]


@pytest.fixture(autouse=True)
def _takes_two_at_once(db: None) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory refuses a second writer instead of letting it wait")


def _door(made: Resource, name: str) -> str:
    return reverse(f"library:{name}", args=[made.uuid])


def _new() -> Door:
    library.workflow()
    return (
        people.teacher(),
        reverse("library:make", args=["courseware"]),
        {"title": "春", "token": uuid4()},
    )


def _edit() -> Door:
    made = library.microlecture()
    return made.maker, _door(made, "edit"), {"title": "春", "base": made.latest_revision_id}


def _submit() -> Door:
    made = library.edition()
    library.editor(made.school)
    library.workflow()
    return made.maker, _door(made, "submit"), {"revision": made.latest_revision_id}


def _pass() -> Door:
    asked = library.submitted(library.edition())
    editor = library.editor(asked.resource.school)
    form = {"decision": "pass", "checks": library.ALL_CHECKS, "revision": asked.revision_id}
    return editor, asked.get_absolute_url(), form


def _send_back() -> Door:
    asked = library.submitted(library.edition())
    editor = library.editor(asked.resource.school)
    form = {"decision": "send_back", "reason": "缺出处", "revision": asked.revision_id}
    return editor, asked.get_absolute_url(), form


def _recommend() -> Door:
    made = library.published()
    county = targets(made)[0]
    library.editor(county.scope)
    place = f"county:{made.school.region_id}"
    form = {"place": place, "revision": made.live_revision_id}
    return made.maker, _door(made, "recommend"), form


def _raise() -> Door:
    made = library.published()
    asked = library.recommended(made, targets(made)[0])
    form = {"decision": "pass", "checks": library.ALL_CHECKS, "revision": asked.revision_id}
    return library.editor(asked.scope), asked.get_absolute_url(), form


def _call_back() -> Door:
    asked = library.submitted(library.edition())
    made = asked.resource
    return made.maker, _door(made, "call_back"), {"submission": asked.uuid}


def _withdraw() -> Door:
    made = library.published()
    return made.maker, _door(made, "withdraw"), {"how": "entirely"}


def _take_down() -> Door:
    made = library.published()
    form = {"level": "school", "reason": "侵权"}
    return library.editor(made.school), _door(made, "take_down"), form


DOORS: list[tuple[Callable[[], Door], str]] = [
    (_new, "created"),
    (_edit, "edited"),
    (_submit, "submitted"),
    (_pass, "published"),
    (_send_back, "sent_back"),
    (_recommend, "recommended"),
    (_raise, "raised"),
    (_call_back, "called_back"),
    (_withdraw, "withdrawn"),
    (_take_down, "taken_down"),
]


@pytest.mark.parametrize(("ground", "action"), DOORS, ids=[action for _, action in DOORS])
def test_a_form_sent_twice_at_once_counts_once(ground: Callable[[], Door], action: str) -> None:
    user, address, form = ground()
    before = AuditEntry.objects.filter(action__startswith="resource.").count()
    together = Barrier(2)

    def send(_time: int) -> HttpResponse:
        client = Client()
        client.force_login(user)
        together.wait(timeout=30)
        try:
            return client.post(address, form)  # type: ignore[return-value]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))

    assert all(answer.status_code in {200, 302} for answer in answers)
    entries = AuditEntry.objects.filter(action__startswith="resource.")
    assert entries.count() == before + 1
    assert entries.filter(action=f"resource.{action}").count() == 1
    assert all(len(standing(made)) <= 2 for made in Resource.objects.all())
    assert Shelf.objects.open().count() <= 2


def test_two_resources_made_at_once_under_one_school_have_places_of_their_own() -> None:
    school = people.school()
    makers = [people.teacher(school) for _ in range(4)]
    together = Barrier(4)

    def make(maker: User) -> int:
        together.wait(timeout=30)
        try:
            return library.edition(school, maker).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(make, makers))

    paths = set(Resource.objects.filter(pk__in=made).values_list("path", flat=True))
    assert len(paths) == 4
    assert Resource.find_problems() == ([], [], [], [], [])
