"""The demonstration: loaded once, taken up again, kept out of production."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Model

from lessonprep.groups.models import PrepTask
from lessonprep.meetings.models import Attendance, Meeting, Resolution
from lessonprep.plans.models import FirstDraft, LessonPlan, PlanDecision, Remark
from lessonprep.versions.models import PlanVersion
from media.models import FileUse, Picture, StoredDocument, Video
from portal.demo import bulk, library, prep
from portal.demo.accounts import USERNAMES
from portal.models import ArticlePage, RecommendedListPage
from portal.takedown.models import TakedownRequest
from resources.catalogue.models import Chapter, Volume
from resources.library.models import Resource, Shelf, Submission
from schools.models import (
    AuditEntry,
    Membership,
    RoleGrant,
    Rotation,
    School,
    SubjectBaseMember,
    TeacherTitle,
    User,
)
from tests.factories import people
from tests.factories.search import own_index

pytestmark = pytest.mark.django_db

TABLES: list[type[Model]] = [
    *(Chapter, Volume, School, Membership, User, RoleGrant, Rotation, TeacherTitle),
    *(SubjectBaseMember, PrepTask, LessonPlan, FirstDraft, Remark, PlanDecision, PlanVersion),
    *(Meeting, Attendance, Resolution, Resource, Shelf, Submission, TakedownRequest),
    *(StoredDocument, Picture, Video, FileUse, ArticlePage, RecommendedListPage, AuditEntry),
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


def test_a_finished_load_is_left_as_people_made_it() -> None:
    loaded = load()
    User.objects.filter(username="receiver").update(name="刘老师")
    Resource.objects.update(title="改过的题目")

    again = load()

    assert again == loaded
    assert User.objects.get(username="receiver").name == "刘老师"
    assert set(Resource.objects.values_list("title", flat=True)) == {"改过的题目"}


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, dict[str, int]]:
    """What the first load that was taken up has left; every other leaves the same."""
    return {}


@pytest.mark.parametrize(
    ("module", "step", "nth"),
    [
        (prep, "hand_in_draft", 6),
        (bulk, "let_out", 2),
        (library, "recommend", 5),
        pytest.param(prep, "create_prep_plan", 2, marks=pytest.mark.long),
        pytest.param(prep, "close_record", 2, marks=pytest.mark.long),
        pytest.param(library, "create_microlecture", 1, marks=pytest.mark.long),
    ],
)
def test_an_interrupted_load_is_taken_up_again(
    module: Any,
    step: str,
    nth: int,
    undisturbed: dict[str, dict[str, int]],
    monkeypatch: pytest.MonkeyPatch,
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

    assert set(USERNAMES) < set(User.objects.values_list("username", flat=True))
    assert undisturbed.setdefault("rows", interrupted) == interrupted
