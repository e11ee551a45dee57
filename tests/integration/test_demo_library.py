"""The demonstration as it stands: people, plans, every kind at every scope, no text twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from lessonprep.plans.models import LessonPlan, PlanState
from media.models import StoredDocument, Video
from portal.demo import bulk, files, scale
from portal.demo.accounts import KNOWN, refuse_in_production
from resources.library.models import KINDS, Level, Resource, Shelf
from schools.models import EducationGroup, Region, School, SubjectBase, User
from tests.factories import people
from tests.factories.search import own_index

pytestmark = pytest.mark.django_db

SCOPES = ["private", *(level.value for level in Level)]


@pytest.fixture(scope="module", autouse=True)
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The demonstration, loaded once for all tests of this module."""
    var = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        override_settings(GONGBEI_VAR=var),
        own_index(SimpleNamespace(), var),
        transaction.atomic(),
    ):
        people.site_root()
        call_command("load_demo", stdout=StringIO(), stderr=StringIO())
        yield
        transaction.set_rollback(True)


def ours() -> list[Resource]:
    return [page.specific for page in Resource.objects.filter(source_id__startswith=bulk.OURS)]


def scope_of(resource: Resource) -> str:
    """The highest library in which it stands."""
    levels = [Level(shelf.level) for shelf in Shelf.objects.open().filter(resource=resource)]
    return max(levels, key=lambda level: level.rank).value if levels else "private"


def test_every_kind_stands_at_every_scope() -> None:
    counted = Counter((resource.kind, scope_of(resource)) for resource in ours())

    assert set(counted) == {(kind, scope) for kind in KINDS for scope in SCOPES}
    assert counted.total() > 100


def test_it_is_a_city_with_its_schools_and_people() -> None:
    city = Region.objects.get(code="990100")

    assert Region.objects.filter(parent=city, level=Region.Level.COUNTY).count() == 2
    assert School.objects.filter(region__lineage__startswith=city.lineage).count() >= 12
    assert set(School.objects.values_list("kind", flat=True)) == {*School.Kind}
    assert User.objects.filter(memberships__isnull=False).distinct().count() >= 40
    assert EducationGroup.objects.exists()
    assert SubjectBase.objects.exists()


def test_plans_are_in_every_phase() -> None:
    phases = set(PlanState.objects.values_list("phase", flat=True))

    assert phases == {*PlanState.Phase}
    assert LessonPlan.objects.filter(publication__edition__live=True).exists()


def test_every_resource_has_the_lesson_that_its_row_names() -> None:
    named = {row["id"]: row["chapter"][-1] for row in bulk.rows()}

    for resource in ours():
        assert resource.chapter is not None
        assert named[str(resource.source_id)].endswith(resource.chapter.title)


def test_no_two_resources_have_the_same_text() -> None:
    rows = bulk.rows()
    bodies = Counter(row["body"] for row in rows if row.get("body"))
    fields = Counter(json.dumps(row.get("fields"), ensure_ascii=False) for row in rows)
    stems = Counter(
        item["stem"]
        for row in rows
        for tier in [row["fields"], *row["fields"].get("tiers", [])]
        for item in tier.get("items", [])
    )

    assert {counted.most_common(1)[0][1] for counted in (bodies, fields, stems)} == {1}


def test_everyone_who_may_reads_its_page() -> None:
    for resource in ours():
        scope = scope_of(resource)
        reader = Client()
        if scope != "public":
            reader.force_login(resource.maker)
        page = "library:own" if scope == "private" else "library:resource"

        answer = reader.get(reverse(page, args=[resource.uuid]))

        assert answer.status_code == 200, resource.title


def test_what_is_filmed_and_shown_has_its_file() -> None:
    assert [resource.title for resource in ours() if resource.missing()] == []
    assert Video.objects.count() > 30
    assert StoredDocument.objects.filter(title__isnull=False).count() > 30


def test_files_are_made_alike_each_time() -> None:
    homework = next(row for row in bulk.rows() if row["kind"] == "tiered_homework")
    plan = next(row for row in bulk.rows() if row["kind"] == "lesson_plan")
    made = [
        (
            files.worksheet(homework),
            files.plan_document(plan),
            files.slides([("一页", ["一行 & 两行"])]),
            files.printable(files.number_lines()),
            files.picture(files.staves()),
        )
        for _time in range(2)
    ]

    assert made[0] == made[1]


def test_a_worksheet_holds_no_answer() -> None:
    homework = next(row for row in bulk.rows() if row["id"] == "demo-m7-08")

    with ZipFile(BytesIO(files.worksheet(homework))) as archive:
        text = archive.read("word/document.xml").decode()

    assert "义卖笔记本" in text
    assert "20(x−4)=60" not in text


def test_a_higher_scale_adds_what_varies(tmp_path: Path) -> None:
    before = Resource.objects.count()
    plans = LessonPlan.objects.count()

    call_command("load_demo", "--scale", "2", stdout=StringIO(), stderr=StringIO())
    call_command("load_demo", "--scale", "2", stdout=StringIO(), stderr=StringIO())

    added = Resource.objects.filter(source_id__startswith="scale-")
    assert Resource.objects.count() == before + scale.RESOURCES
    assert LessonPlan.objects.count() == plans + scale.PLANS
    assert {resource.kind for resource in added} == set(KINDS)
    assert len(set(added.values_list("title", flat=True))) > scale.RESOURCES * 0.9
    assert len({json.dumps(one.specific.fields(with_parts=True)) for one in added}) == len(added)
    assert not added.filter(chapter__isnull=True).exists()


@pytest.mark.parametrize("number", ["0", "-3", "501"])
def test_a_scale_out_of_bounds_is_refused(number: str) -> None:
    with pytest.raises(CommandError, match="500"):
        call_command("load_demo", f"--scale={number}", stdout=StringIO())


def test_demo_info_names_things_that_are_there(client: Client) -> None:
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
    settings.GONGBEI_MODE = "production"

    assert not client.login(username="leader", password=KNOWN)
    with pytest.raises(ImproperlyConfigured, match="close_demo"):
        refuse_in_production()

    call_command("close_demo", stdout=StringIO())
    refuse_in_production()
