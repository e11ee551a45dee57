"""Many at once leave what one by one leaves: every row of every table, compared."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Revision

from benchmarks.import_resources import add_one, rows
from media.models import FileUse
from resources.importing.running import Import
from resources.importing.writer import Item, write
from resources.library.models import KINDS, Resource, Shelf
from schools.models import AudienceToken, AuditEntry, School
from search.models import IndexEntry
from tests.factories import library, media, people
from tests.factories.catalogue import make_standard, make_volume

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

OWN = {
    *("id", "page_ptr", "resource_ptr", "resource", "page", "path", "url_path", "slug", "uuid"),
    *("source_id", "translation_key", "object_id", "target_id", "latest_revision"),
    *("live_revision", "revision", "source_uuid", "version", "pk", "content"),
}
"""Columns in which two resources differ by nature; what must hold of them is asked apart."""


@pytest.fixture
def school() -> School:
    make_volume(lessons=("春", "济南的冬天"), issue_year=2024)
    make_standard(code="YW-1")
    return people.school()


def file_of(folder: Path, *given: dict[str, Any]) -> Path:
    file = folder / "旧资料.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in given), "utf-8")
    return file


def every_kind_and_scope(school: School, folder: Path) -> list[dict[str, Any]]:
    (folder / "朗读.mp4").write_bytes(media.video_bytes())
    (folder / "板书.png").write_bytes(media.picture_bytes())
    given = rows(16, [school.code], "r")
    for row in given:
        row.update(files=["朗读.mp4", "板书.png"], standards=["YW-1"], contributors=["王老师"])
    return given


def told(row: models.Model) -> dict[str, Any]:
    """A row by its columns, those of its own left out, moments only as given or not."""
    found = {}
    for column in row._meta.concrete_fields:
        if column.name not in OWN:
            value = getattr(row, column.attname)
            is_moment = isinstance(column, models.DateTimeField) and value is not None
            found[column.name] = "a moment" if is_moment else value
    return found


def state(items: list[Item]) -> list[dict[str, Any]]:
    """Everything that the database holds of the resources, in their order."""
    return [rows_of(Resource.objects.get(uuid=item.resource.uuid).specific) for item in items]


def rows_of(made: Any) -> dict[str, Any]:
    """Everything that the database holds of one resource."""
    revision = Revision.objects.get(object_id=str(made.pk), content_type=made.content_type)
    audit = AuditEntry.objects.filter(target_id=str(made.uuid), action="resource.imported")
    return {
        "page": {**told(made), "sections": None},
        "place": (len(made.path), made.get_parent().pk, made.url_path.endswith(f"/{made.slug}/")),
        "names": made.slug == str(made.uuid),
        "published": made.first_published_at and made.first_published_at.date(),
        "revisions": (made.latest_revision_id == revision.pk, made.live_revision == revision),
        "standards": [standard.code for standard in made.standards.all()],
        "revision": told(revision),
        "content": content(revision),
        "draft": made.get_latest_revision_as_object().fields(with_parts=True),
        "tokens": sorted(tokens(made)),
        "shelves": [told(shelf) for shelf in Shelf.objects.filter(resource=made.pk)],
        "uses": sorted(uses(made)),
        "index": told(IndexEntry.objects.get(pk=made.uuid)),
        "audit": [told(entry) for entry in audit],
        "log": [
            (told(entry), entry.revision == revision)
            for entry in PageLogEntry.objects.filter(page=made.pk)
        ],
    }


def uses(made: Resource) -> list[tuple[str, int, str]]:
    found = FileUse.objects.filter(page=made.pk)
    return [(use.side, use.file_type_id, str(use.file_uuid)) for use in found]


def tokens(resource: Resource) -> Any:
    return AudienceToken.objects.filter(page=resource.pk).values_list("side", "token")


def content(revision: Revision) -> dict[str, Any]:
    """The revision's content, without the ids that items of a text are given anew."""
    text = json.dumps(revision.content, sort_keys=True, default=str)
    told = re.sub(
        r"(['\"]id['\"]): (['\"])[0-9a-f-]{32,36}\2", r"\1: \2new\2", text.replace('\\"', "'")
    )
    return {name: value for name, value in json.loads(told).items() if name not in OWN}


def test_many_at_once_leave_the_state_that_one_by_one_leaves(
    school: School, tmp_path: Path
) -> None:
    given = every_kind_and_scope(school, tmp_path)
    one_by_one = list(Import(file_of(tmp_path, *given)).items())
    at_once = list(
        Import(file_of(tmp_path, *[{**row, "id": f"x{row['id']}"} for row in given])).items()
    )

    for item in one_by_one:
        add_one(item, by=None)
    write(at_once, by=None)

    slow, fast = state(one_by_one), state(at_once)
    for expected, found in zip(slow, fast, strict=True):
        assert found == expected
    assert {type(item.resource) for item in at_once} == set(KINDS.values())


def test_the_tree_of_pages_is_sound_after_both_ways(school: School, tmp_path: Path) -> None:
    given = every_kind_and_scope(school, tmp_path)
    items = list(Import(file_of(tmp_path, *given)).items())

    write(items[:5], by=None)
    add_one(items[5], by=None)
    write(items[6:], by=None)

    assert [len(problems) for problems in Page.find_problems()] == [0, 0, 0, 0, 0]
    container = School.objects.get(pk=school.pk).container
    assert container is not None
    assert container.numchild == container.get_children().count() == len(items)


def test_what_was_imported_goes_on_like_any_other_resource(school: School, tmp_path: Path) -> None:
    maker = people.teacher(school)
    (row,) = rows(1, [school.code], "r")
    row |= {"owner": maker.username, "scope": "private", "kind": "lesson_plan"}
    write(list(Import(file_of(tmp_path, row)).items()), by=None)

    made = library.published(Resource.objects.get(source_id="r-0").specific)

    assert made.live
    assert made.maker == maker


def test_writing_the_same_again_makes_nothing(school: School, tmp_path: Path) -> None:
    file = file_of(tmp_path, *rows(4, [school.code], "r"))
    first, second = list(Import(file).items()), list(Import(file).items())
    write(first, by=None)

    made = write(second, by=None)

    assert made == []
    assert Resource.objects.count() == 4


def test_the_queries_of_a_chunk_do_not_grow_with_its_rows(school: School, tmp_path: Path) -> None:
    few = list(Import(file_of(tmp_path, *rows(16, [school.code], "a"))).items())
    many = list(Import(file_of(tmp_path, *rows(32, [school.code], "b"))).items())
    write(list(Import(file_of(tmp_path, *rows(1, [school.code], "warm"))).items()), by=None)

    counts = []
    for items in (few, many):
        with CaptureQueriesContext(connection) as queries:
            write(items, by=None)
        counts.append(len(queries))

    # SQLite takes the rows of a wide table in several statements, and each kind has a table.
    assert counts[1] - counts[0] <= 6
    assert counts[1] < 64


def test_a_day_of_publication_is_that_of_the_row(school: School, tmp_path: Path) -> None:
    (row,) = rows(1, [school.code], "r")
    write(
        list(
            Import(
                file_of(tmp_path, {**row, "scope": "public", "published": "2019年9月1日"})
            ).items()
        ),
        by=None,
    )

    made = Resource.objects.get()

    assert timezone.localdate(made.first_published_at).isoformat() == "2019-09-01"
