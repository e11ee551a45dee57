"""The JSON API of the search: its contract, its errors, who sees what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import APIToken

from schools import audience
from schools.models import AuditEntry, User
from search.outbox import drain
from search.service import label_of
from search.vocabulary import terms_by_code
from tests.factories import people
from tests.factories.search import Things, document, own_index

pytestmark = pytest.mark.django_db
RESOURCES = "/api/v1/resources"


@pytest.fixture(autouse=True)
def things(settings: Any, tmp_path: Path) -> Iterator[Things]:
    with own_index(settings, tmp_path) as made:
        yield made


def key_of(user: User) -> str:
    said = StringIO()
    call_command("create_api_token", user.username, stdout=said)
    return said.getvalue().strip()


def label(facet: str, value: str) -> str:
    return label_of(facet, value, terms_by_code())


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_the_answer_has_the_shape_that_is_promised(client: Client, things: Things) -> None:
    made = things.put(
        document("济南的冬天", grade=7, subject="chinese", body="响晴", source_id="old-7")
    )
    drain()

    asked: dict[str, Any] = {"q": "七年级 济南", "grade": ["7", "8"]}
    answer = client.get(RESOURCES, asked).json()

    assert answer == {
        "total": 1,
        "items": [
            {
                "id": str(made.uuid),
                "source_id": "old-7",
                "url": made.url,
                "title": "济南的冬天",
                "kind": "lesson_plan",
                "subject": "chinese",
                "grade": 7,
                "highlights": {"title": "<mark>济南</mark>的冬天", "body": "响晴"},
            }
        ],
        "facets": answer["facets"],
        "understood": [{"facet": "grade", "value": "7", "text": "七年级"}],
        "corrected_to": None,
        "relaxed": [],
        "degraded": False,
    }
    assert answer["facets"]["kind"] == [
        {"value": "lesson_plan", "label": label("kind", "lesson_plan"), "count": 1}
    ]
    assert [value["value"] for value in answer["facets"]["grade"]] == ["7", "8"]


def test_a_repeated_key_means_any_of_its_values(client: Client, things: Things) -> None:
    things.put(*(document(kind=kind) for kind in ("lesson_plan", "microlecture", "courseware")))
    drain()

    one = client.get(RESOURCES, {"kind": "microlecture"}).json()
    either = [("kind", "microlecture"), ("kind", "courseware")]
    two = client.get(f"{RESOURCES}?{urlencode(either)}").json()

    assert (one["total"], two["total"]) == (1, 2)


def test_pages_and_orders_are_exact(client: Client, things: Things) -> None:
    things.put(*(document(f"第{n}课", uses=n) for n in range(25)))
    drain()

    page = client.get(RESOURCES, {"sort": "used", "page": "3", "size": "10"}).json()

    assert page["total"] == 25
    assert [item["title"] for item in page["items"]] == [f"第{n}课" for n in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"size": "101"}, "size"),
        ({"size": "0"}, "size"),
        ({"page": "0"}, "page"),
        ({"page": "x"}, "page"),
        ({"sort": "best"}, "sort"),
        ({"grade": "13"}, "grade"),
        ({"grade": "seven"}, "grade"),
        ({"premium": "maybe"}, "premium"),
    ],
)
def test_a_wrong_parameter_is_named(client: Client, query: dict[str, str], field: str) -> None:
    response = client.get(RESOURCES, query)

    error = response.json()["error"]
    assert response.status_code == 422
    assert (error["code"], error["field"]) == ("invalid", field)
    assert error["message"]


def test_an_unknown_address_answers_in_the_same_shape(client: Client) -> None:
    response = client.get("/api/v1/nothing/here")

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"


def test_the_api_describes_itself(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()

    assert {"/api/v1/resources", "/api/v1/suggest"} == set(described["paths"])


def test_readers_by_session_and_by_key_find_the_same(
    client: Client, client_of: Callable[[User], Client], things: Things
) -> None:
    school = people.school()
    teacher = people.teacher(school)
    things.put(document("甲"), document("乙", audience=frozenset({audience.school(school.pk)})))
    drain()

    by_session = client_of(teacher).get(RESOURCES).json()
    by_key = client.get(RESOURCES, headers=bearer(key_of(teacher))).json()
    stranger = client.get(RESOURCES).json()

    assert by_session == by_key
    assert (by_key["total"], stranger["total"]) == (2, 1)


def _unknown(user: User) -> str:
    return "wagtail_nothing"


def _revoked(user: User) -> str:
    key = key_of(user)
    APIToken.objects.get(user=user).revoke()
    return key


def _of_one_shut_out(user: User) -> str:
    key = key_of(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return key


@pytest.mark.parametrize("spoilt", [_unknown, _revoked, _of_one_shut_out])
@pytest.mark.parametrize("address", [RESOURCES, "/api/v1/suggest"])
def test_a_bad_key_is_refused_even_beside_a_good_session(
    client_of: Callable[[User], Client], spoilt: Callable[[User], str], address: str
) -> None:
    key = spoilt(people.teacher())

    response = client_of(people.teacher()).get(address, headers=bearer(key))

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "bad_key"
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Basic dTpw", "Bearer", "Bearer ", "bearer \x00", "x" * 5000])
def test_an_odd_authorization_header_is_refused(client: Client, header: str) -> None:
    response = client.get(RESOURCES, headers={"Authorization": header})

    assert response.status_code == 401


def test_of_a_key_only_a_hash_is_kept_and_its_making_is_recorded() -> None:
    user = people.user()

    key = key_of(user)

    token = APIToken.objects.get()
    assert key not in json.dumps([token.key_hash, token.prefix, token.name])
    assert AuditEntry.objects.filter(action="api_token.issued").count() == 1


def test_a_key_is_made_for_an_active_user_only() -> None:
    with pytest.raises(CommandError):
        call_command("create_api_token", "nobody")


def test_suggestions_are_for_the_reader_only(client: Client, things: Things) -> None:
    teacher = people.teacher()
    private = frozenset({audience.user(teacher.pk)})
    made = things.put(document("雨的四季"), document("雨的联想", audience=private))
    public = next(thing for thing in things.held.values() if thing.uuid != made.uuid)
    drain()

    stranger = client.get("/api/v1/suggest", {"q": "雨"}).json()
    owner = client.get("/api/v1/suggest", {"q": "雨"}, headers=bearer(key_of(teacher))).json()

    assert stranger["items"] == [
        {"text": "雨的四季", "facet": None, "value": None, "url": public.url}
    ]
    assert {item["text"] for item in owner["items"]} == {"雨的四季", "雨的联想"}


def test_without_an_index_the_api_says_that_it_is_degraded(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.GONGBEI_VAR = tmp_path / "nothing"

    response = client.get(RESOURCES, {"q": "春"})

    assert response.status_code == 200
    assert response.json()["degraded"] is True
