"""Anyone asks that something public be taken down; its editors decide, once, and answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.takedown.actions import MOST_AN_HOUR, grant_takedown, refuse_takedown
from portal.takedown.models import TakedownRequest
from portal.takedown.queries import for_editor
from resources.library.models import Level, Resource
from resources.library.queries import standing
from schools.access import Role
from schools.models import AuditEntry, Notification, Region, User
from tests.conftest import ClientOf
from tests.factories import library, people
from tests.factories.doors import takedown
from tests.integration import portal_things as things

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
State = TakedownRequest.State
ASK = "/takedown/"


@pytest.fixture
def resource() -> Resource:
    people.site_root()
    school = people.school()
    return library.raised(library.published(library.edition(school, title="春")), "public")


def county_of(resource: Resource) -> Region:
    return resource.school.region


def editor_of(resource: Resource, **fields: Any) -> User:
    return people.with_role(Role.LIBRARY_EDITOR, county_of(resource), **fields)


def form(address: str, **changed: Any) -> dict[str, Any]:
    return {
        "token": uuid4(),
        "address": address,
        "ground": "likeness",
        "text": "第二张图里有我的孩子",
        "name": "家长",
        "contact": "13900000000",
        **changed,
    }


def levels(resource: Resource) -> list[str]:
    return [place.level for place in standing(Resource.objects.get(pk=resource.pk))]


def test_a_stranger_asks_and_reads_the_answer(resource: Resource) -> None:
    editor = editor_of(resource)

    answer = Client().post(ASK, form(f"http://testserver{resource.get_absolute_url()}"))

    asked = TakedownRequest.objects.get()
    assert answer["Location"] == asked.get_absolute_url()
    assert Notification.objects.filter(kind="portal.takedown_asked", user=editor).exists()
    refuse_takedown(asked=asked, answer="图片已获授权", by=editor)
    assert "图片已获授权" in Client().get(answer["Location"]).content.decode()


def test_a_form_sent_twice_is_one_request(resource: Resource) -> None:
    sent = form(resource.get_absolute_url())

    first, second = (Client().post(ASK, sent) for _number in range(2))

    assert first["Location"] == second["Location"]
    assert TakedownRequest.objects.count() == 1
    assert AuditEntry.objects.filter(action="takedown.asked").count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "/resources/{draft}/",
        "/workspace/",
        "/nothing/",
        "https://[",
        "/",
        "javascript:x",
        "春",
    ],
)
def test_only_a_public_page_can_be_asked_about_and_what_was_typed_stays(
    address: str, resource: Resource
) -> None:
    draft = library.edition(resource.school, title="还没写完")

    answer = Client().post(ASK, form(address.format(draft=draft.uuid)))

    assert answer.status_code == 200
    assert "address" in answer.context["form"].errors
    assert "第二张图里有我的孩子" in answer.content.decode()
    assert "还没写完" not in answer.content.decode()
    assert not TakedownRequest.objects.exists()


def test_a_flood_from_one_address_is_stopped(resource: Resource) -> None:
    for _number in range(MOST_AN_HOUR):
        Client().post(ASK, form(resource.get_absolute_url()))

    answer = Client().post(ASK, form(resource.get_absolute_url()))

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert TakedownRequest.objects.count() == MOST_AN_HOUR


def test_granting_takes_it_off_the_editors_libraries_and_those_above(resource: Resource) -> None:
    asked = takedown(resource)

    grant_takedown(asked=asked, answer="", by=editor_of(resource))

    asked.refresh_from_db()
    assert asked.state == State.GRANTED
    assert not {Level.COUNTY, Level.PUBLIC} & set(levels(resource))
    assert Level.SCHOOL in levels(resource)
    assert Client().get(resource.get_absolute_url()).status_code == 404


def test_what_is_decided_stays_decided(resource: Resource) -> None:
    asked, editor = takedown(resource), editor_of(resource)
    refuse_takedown(asked=asked, answer="有授权", by=editor)

    grant_takedown(asked=asked, answer="", by=editor)

    asked.refresh_from_db()
    assert (asked.state, asked.answer) == (State.REFUSED, "有授权")
    assert Level.PUBLIC in levels(resource)
    assert AuditEntry.objects.filter(action__startswith="takedown.").count() == 2


@pytest.mark.parametrize(
    ("who", "decides"),
    [
        ("editor of the county", True),
        ("editor of the county for the subject", True),
        ("editor of the county for another subject", False),
        ("editor of another county", False),
        ("editor of the school", False),
        ("portal editor", False),
        ("its maker, who edits the county", False),
        ("teacher", False),
    ],
)
def test_editors_of_the_region_that_let_it_out_decide(
    who: str, decides: bool, resource: Resource
) -> None:
    Resource.objects.filter(pk=resource.pk).update(subject="chinese", stage="junior")
    asked = takedown(Resource.objects.get(pk=resource.pk))
    made: dict[str, Callable[[], User]] = {
        "editor of the county": lambda: editor_of(resource),
        "editor of the county for the subject": lambda: editor_of(resource, subject="chinese"),
        "editor of the county for another subject": lambda: editor_of(resource, subject="music"),
        "editor of another county": lambda: people.with_role(Role.LIBRARY_EDITOR, people.region()),
        "editor of the school": lambda: people.with_role(Role.LIBRARY_EDITOR, resource.school),
        "portal editor": things.portal_editor,
        "its maker, who edits the county": lambda: editor_of(resource, who=resource.maker),
        "teacher": lambda: people.teacher(resource.school),
    }
    user = made[who]()

    assert for_editor(user).filter(pk=asked.pk).exists() == decides
    if not decides:
        with pytest.raises(PermissionDenied):
            grant_takedown(asked=asked, answer="", by=user)


def test_an_article_is_the_portal_editors(client_of: ClientOf) -> None:
    people.site_root()
    article = things.article("六个学生的语文课")
    Client().post(ASK, form(article.url))
    asked = TakedownRequest.objects.get()

    client_of(things.portal_editor()).post(
        reverse("takedown:decide", args=[asked.uuid]), {"decision": "grant", "answer": "已下架"}
    )

    article.refresh_from_db()
    assert not article.live
    assert Client().get(article.url).status_code == 404


def test_a_refusal_says_why(resource: Resource, client_of: ClientOf) -> None:
    asked = takedown(resource)
    address = reverse("takedown:decide", args=[asked.uuid])

    answer = client_of(editor_of(resource)).post(address, {"decision": "refuse", "answer": " "})

    assert answer.status_code == 200
    assert "answer" in answer.context["form"].errors
    asked.refresh_from_db()
    assert asked.is_waiting


def test_the_list_asks_as_many_queries_for_many_requests_as_for_few(
    resource: Resource, client_of: ClientOf, django_assert_num_queries: Any
) -> None:
    editor = client_of(editor_of(resource))
    address = reverse("takedown:requests")
    takedown(resource)
    editor.get(address)
    with CaptureQueriesContext(connection) as few:
        editor.get(address)
    for _number in range(5):
        takedown(resource)

    with django_assert_num_queries(len(few)):
        editor.get(address)
