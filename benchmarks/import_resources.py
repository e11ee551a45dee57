"""How many times faster `import_resources` is than making the same resources one by one.

    PYTHONPATH=.:site python -m benchmarks.import_resources [--slow 300] [--fast 5000]

Both ways run in one process on a database of their own, SQLite in a temporary folder unless
`DATABASE_URL` says another, and leave the same state (`tests/integration/test_importing_writer.py`
compares it row by row). Prints milliseconds a row and the ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resources.importing.writer import Item
    from resources.library.models import Resource
    from schools.models import User

AIM = 15.0
KINDS = (
    *("courseware", "microlecture", "class_exercise", "tiered_homework", "solution_technique"),
    *("lesson_plan", "key_point_recording", "difficulty_recording"),
)
SCOPES = ("private", "school", "school", "county", "county", "city", "province", "public")
LESSONS = ("春", "济南的冬天", "雨的四季", "古代诗歌四首", "秋天的怀念", "散步", "世说新语二则")


def add_one(item: Item, *, by: User | None) -> Resource:
    """Make one resource by the means that make one: the state that the fast way must leave."""
    from django.db import transaction
    from django.utils import timezone
    from wagtail.models import Page

    from media.actions import copy_uses_live, set_uses
    from resources.importing.writer import IMPORTED
    from resources.library.audience import refresh_audience
    from resources.library.models import Shelf
    from resources.library.models.places import scope_fields
    from schools.audience import Side
    from schools.audit import record
    from schools.tree import container_for_school

    resource = item.resource
    with transaction.atomic():
        container = container_for_school(resource.school)
        parent = Page.objects.select_for_update().get(pk=container.pk)
        resource.live, resource.has_unpublished_changes = False, True
        parent.add_child(instance=resource)
        revision = resource.save_revision(user=resource.maker)
        set_uses(page=resource, side=Side.DRAFT, files=item.files, by=resource.maker)
        if item.is_live:
            revision.publish(user=resource.maker, skip_permission_checks=True)
            copy_uses_live(resource, by=resource.maker)
            at = item.published or timezone.now()
            Page.objects.filter(pk=resource.pk).update(first_published_at=at, last_published_at=at)
        for place in item.places:
            placed_by = by or resource.maker
            shelf = {"level": place.level, "placed_by": placed_by, **scope_fields(place.scope)}
            Shelf.objects.create(resource_id=resource.pk, **shelf)
        refresh_audience(resource)
        record(IMPORTED, resource, by=by, **item.detail)
    return resource


def rows(count: int, schools: list[str], prefix: str) -> list[dict[str, Any]]:
    """Rows of every kind and scope, spelt as people spell."""
    chance = random.Random(4)
    made = []
    for number in range(count):
        lesson = chance.choice(LESSONS)
        made.append(
            {
                "id": f"{prefix}-{number}",
                "kind": KINDS[number % len(KINDS)],
                "title": f"{lesson} · 资料 {number}",
                "school": chance.choice(schools),
                "subject": "语文",
                "grade": chance.choice(["七年级", "初一", "7"]),
                "edition": chance.choice(["统编版", "部编版", "人教版"]),
                "volume": chance.choice(["上册", "上", "七上"]),
                "chapter": ["第一单元", lesson],
                "tags": ["朗读", "写景"],
                "summary": f"围绕《{lesson}》的第 {number} 份资料，供备课时参考。",
                "body": f"<p>先读课文，再完成练习。</p><ul><li>任务 {number}</li></ul>",
                "scope": SCOPES[number % len(SCOPES)],
                "quality": round(chance.random(), 3),
                "uses": chance.randrange(200),
                "published": f"2025-{chance.randrange(1, 13):02}-{chance.randrange(1, 28):02}",
            }
        )
    return made


def main() -> int:
    """Run both ways and print the ratio; 1 where it is below the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", type=int, default=300, help="rows one by one")
    parser.add_argument("--fast", type=int, default=5000, help="rows of the import")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gongbei-bench-") as var:
        os.environ["GONGBEI_VAR"] = var
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
        ratio = _measure(Path(var), options.slow, options.fast)
    print(f"ratio {ratio:.1f} (aim {AIM:.0f})")
    return 0 if ratio >= AIM else 1


def _measure(var: Path, slow: int, fast: int) -> float:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    schools = _ground()
    from resources.importing.running import Import

    few, many = var / "few.jsonl", var / "many.jsonl"
    _write(few, rows(slow, schools, "slow"))
    _write(many, rows(fast, schools, "fast"))
    one_by_one = _timed(lambda: _slowly(few), slow)

    def quickly() -> None:
        run = Import(many)
        for report in run.check():
            assert report.ok, report.reason
        run.write()

    at_once = _timed(quickly, fast)
    print(f"{connection.vendor}: one by one {one_by_one:.2f} ms a row ({slow} rows), ", end="")
    print(f"import {at_once:.2f} ms a row ({fast} rows, checked and written)")
    return one_by_one / at_once


def _slowly(file: Path) -> None:
    from resources.importing.running import Import

    run = Import(file)
    for item in run.items():
        add_one(item, by=None)


def _ground() -> list[str]:
    """A county with schools, and a volume with its lessons; the codes of the schools."""
    from resources.catalogue.models import Chapter, Volume
    from resources.importing.places_to_be import create_school
    from schools.models import Region

    level, above = Region.Level, None
    for number, each in enumerate((level.PROVINCE, level.CITY, level.COUNTY)):
        above = Region.objects.create(
            name=f"地区{number}", code=f"B{number}", level=each, parent=above
        )
    volume = Volume.objects.create(
        stage="junior",
        grade=7,
        subject="chinese",
        edition="tongbian",
        title="语文七年级上册",
        part="上",
    )
    unit = Chapter.objects.create(volume=volume, position=1, title="第一单元")
    for number, title in enumerate(LESSONS, start=2):
        Chapter.objects.create(
            volume=volume, parent=unit, position=number, title=title, is_lesson=True
        )
    codes = [f"SB{number}" for number in range(10)]
    for code in codes:
        create_school(code, region=above, by=None)
    return codes


def _write(file: Path, made: list[dict[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in made)


def _timed(work: Callable[[], object], count: int) -> float:
    """Milliseconds a row."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000 / count


if __name__ == "__main__":
    sys.exit(main())
