"""The demonstration: loaded once, taken up again, kept out of production."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from lessonprep.groups.models import PrepTask
from lessonprep.plans.models import FirstDraft, LessonPlan, Remark
from lessonprep.versions.models import PlanVersion
from portal.demo import lessons, library
from portal.demo.accounts import KNOWN, USERNAMES, refuse_in_production
from resources.catalogue.models import Chapter, Volume
from resources.library.models import Resource, Shelf, Submission
from schools.models import AuditEntry, RoleGrant, School, User
from tests.factories import people
from tests.factories.search import own_index

pytestmark = pytest.mark.django_db

TABLES = [
    Chapter,
    FirstDraft,
    LessonPlan,
    PlanVersion,
    PrepTask,
    Remark,
    Resource,
    RoleGrant,
    School,
    Shelf,
    Submission,
    User,
    Volume,
    AuditEntry,
]


@pytest.fixture(autouse=True)
def index(settings: Any, tmp_path: Path) -> Iterator[None]:
    people.site_root()
    with own_index(settings, tmp_path):
        yield


def load() -> dict[str, int]:
    """Load the demonstration; how many rows each table has then."""
    call_command("load_demo", stdout=StringIO(), stderr=StringIO())
    return {model.__name__: model._default_manager.count() for model in TABLES}


class Killed(BaseException):
    """As if the process had been ended here."""


def test_a_second_load_adds_nothing() -> None:
    assert load() == load()


def test_a_finished_load_is_left_as_people_made_it() -> None:
    load()
    User.objects.filter(username="receiver").update(name="刘老师")
    Resource.objects.update(title="改过的题目")

    load()

    assert User.objects.get(username="receiver").name == "刘老师"
    assert set(Resource.objects.values_list("title", flat=True)) == {"改过的题目"}


@pytest.mark.parametrize(
    ("module", "step", "nth"),
    [
        (lessons, "create_prep_plan", 1),
        (lessons, "put_in_library", 1),
        (library, "accept", 2),
        (library, "create_microlecture", 1),
        (lessons, "hand_in_draft", 4),
    ],
)
def test_an_interrupted_load_is_taken_up_again(
    module: Any, step: str, nth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = getattr(module, step), []

    def killed_at_the_nth(*args: Any, **kwargs: Any) -> Any:
        calls.append(step)
        if len(calls) == nth:
            raise Killed
        return real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(module, step, killed_at_the_nth)
        with pytest.raises(Killed):
            load()

    interrupted = load()

    assert interrupted == load()
    assert interrupted["PlanVersion"] == 4
    assert set(USERNAMES) == set(User.objects.values_list("username", flat=True))


def test_demo_info_names_things_that_are_there(client: Client) -> None:
    load()
    out = StringIO()
    call_command("demo_info", stdout=out)

    info = json.loads(out.getvalue())

    resource = reverse("library:resource", args=[info["public_resource"]])
    micro = reverse("library:resource", args=[info["public_microlecture"]])
    assert client.get(resource).status_code == client.get(micro).status_code == 200
    assert client.login(username="receiver", password=KNOWN)
    for name in ("plan_in_discussion", "approved_plan"):
        assert client.get(reverse("plans:plan", args=[info[name]])).status_code == 200


def test_production_refuses_the_demonstrations_accounts(settings: Any, client: Client) -> None:
    load()
    settings.GONGBEI_MODE = "production"

    assert not client.login(username="leader", password=KNOWN)
    with pytest.raises(ImproperlyConfigured, match="close_demo"):
        refuse_in_production()

    call_command("close_demo", stdout=StringIO())
    refuse_in_production()
