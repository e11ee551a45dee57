"""The operator sees what the index did not take, and has it tried again."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone

from schools.models import AuditEntry
from schools.models.roles import RoleGrant
from search.models import IndexEntry
from search.outbox import MAX_TRIES, dead_letters, waiting
from tests.conftest import ClientOf
from tests.factories import people

pytestmark = pytest.mark.django_db
PAGE = "/workspace/search-index/"


def dead(error: str = "ValueError('unreadable')") -> IndexEntry:
    return IndexEntry.objects.create(
        uuid=uuid4(),
        source="things",
        version=3,
        queued_at=timezone.now(),
        tries=MAX_TRIES,
        last_error=error,
    )


def test_the_page_names_each_with_its_reason_and_the_day_page_leads_there(
    client_of: ClientOf,
) -> None:
    letter = dead("<script>alert(1)</script>")
    client = client_of(people.with_role(RoleGrant.Role.OPERATOR))

    page, day = client.get(PAGE).text, client.get("/workspace/").text

    assert str(letter.pk) in page
    assert "&lt;script&gt;alert(1)" in page
    assert PAGE in day


def test_one_is_tried_again_once_however_often_it_is_asked(client_of: ClientOf) -> None:
    letter, other = dead(), dead()
    client = client_of(people.with_role(RoleGrant.Role.OPERATOR))

    first = client.post(f"{PAGE}{letter.pk}/try-again/")
    second = client.post(f"{PAGE}{letter.pk}/try-again/")

    assert (first.status_code, second.status_code) == (302, 404)
    assert [entry.pk for entry in waiting()] == [letter.pk]
    assert [entry.pk for entry in dead_letters()] == [other.pk]
    assert AuditEntry.objects.filter(action="search.retried").count() == 1


def test_all_are_tried_again(client_of: ClientOf) -> None:
    dead(), dead()
    client = client_of(people.with_role(RoleGrant.Role.OPERATOR))

    client.post(f"{PAGE}try-again/")
    again = client.post(f"{PAGE}try-again/")

    assert waiting().count() == 2
    assert again.status_code == 302
    assert AuditEntry.objects.filter(action="search.retried").count() == 2


def test_who_does_not_run_the_site_learns_nothing(client_of: ClientOf) -> None:
    letter = dead()
    client = client_of(people.teacher())

    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}{letter.pk}/try-again/").status_code == 404
    assert PAGE not in client.get("/workspace/").text
    assert dead_letters().count() == 1
