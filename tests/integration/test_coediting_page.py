"""The page of a plan brings what writing together needs, to each what they may."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from lessonprep.plans.actions.content import text_of
from lessonprep.plans.models import LessonPlan, Remark
from schools.models import User
from tests.conftest import ClientOf
from tests.factories.doors import Phase, plan_in
from tests.factories.lessonprep import World, world

pytestmark = pytest.mark.django_db
LIVE = re.compile(r'<script id="live" type="application/json">(.*?)</script>')


@pytest.fixture
def w() -> World:
    return world()


def _told(client_of: ClientOf, user: User, plan: LessonPlan) -> dict[str, Any] | None:
    """What the page tells the script; None where nothing is alive."""
    page = client_of(user).get(plan.get_absolute_url()).content.decode()
    found = LIVE.search(page)
    return json.loads(found[1]) if found else None


@pytest.mark.parametrize(
    ("phase", "alive"),
    [
        (Phase.FIRST_DRAFT, False),
        (Phase.DISCUSSION, True),
        (Phase.REVISION, True),
        (Phase.IN_REVIEW, False),
        (Phase.APPROVED, False),
    ],
)
def test_a_plan_is_alive_while_it_is_discussed_and_revised(
    w: World, client_of: ClientOf, phase: Phase, alive: bool
) -> None:
    plan = plan_in(w, phase)

    told = _told(client_of, w.receiver, plan)

    assert (told is not None) is alive


@pytest.mark.parametrize(
    ("who", "decides"),
    [("preparer", True), ("leader", True), ("deputy", True), ("receiver", False)],
)
def test_main_preparer_and_leaders_are_offered_to_decide(
    w: World, client_of: ClientOf, who: str, decides: bool
) -> None:
    plan = plan_in(w, Phase.DISCUSSION)
    user: User = getattr(w, who)

    told = _told(client_of, user, plan)

    assert told is not None
    assert told["may_decide"] is decides
    assert told["user"] == {"id": str(user.uuid), "name": user.name}
    assert told["socket"] == f"/ws/plans/{plan.uuid}"


def test_a_remark_made_in_the_text_is_answered_as_json_and_counts_once(
    w: World, client_of: ClientOf
) -> None:
    plan = plan_in(w, Phase.DISCUSSION)
    token = uuid4()
    address = reverse("plans:remark", args=[plan.uuid, text_of(plan)[0]["id"]])
    client = client_of(w.receiver)

    for _time in range(2):
        answer = client.post(address, {"text": "再具体些", "token": token}, headers=_JSON)
        assert answer.json() == {"token": str(token)}

    assert Remark.objects.get(plan=plan).text == "再具体些"
    page = client.get(plan.get_absolute_url()).content.decode()
    assert f'data-token="{token}"' in page


def test_an_empty_remark_is_refused_in_words(w: World, client_of: ClientOf) -> None:
    plan = plan_in(w, Phase.DISCUSSION)
    address = reverse("plans:remark", args=[plan.uuid, text_of(plan)[0]["id"]])

    answer = client_of(w.receiver).post(address, {"text": " ", "token": uuid4()}, headers=_JSON)

    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "text"


_JSON = {"Accept": "application/json"}
