"""Out and in again gives the same rows; nobody takes away what they may not see."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from benchmarks.import_resources import rows
from resources.library.models import Resource
from schools.models import School
from tests.factories import media, people
from tests.factories.catalogue import make_standard, make_volume

pytestmark = pytest.mark.django_db

FIELDS = {"items": [{"type": "short", "stem": "背诵第一段", "answer": "盼望着", "points": 5}]}


@pytest.fixture
def school() -> School:
    make_volume(lessons=("春", "济南的冬天"), issue_year=2024)
    make_standard(code="YW-1")
    return people.school(code="YL001")


def run(name: str, *options: str) -> None:
    call_command(name, *options, stdout=StringIO(), stderr=StringIO())


def given(school: School, folder: Path) -> Path:
    (folder / "板书.png").write_bytes(media.picture_bytes())
    made = [row | {"scope": "public"} for row in rows(8, [school.code], "r")]
    made[2] |= {"kind": "class_exercise", "fields": FIELDS, "body": "", "title": "=1+1"}
    made[3] |= {"files": ["板书.png"], "standards": ["YW-1"], "contributors": ["王芳"]}
    file = folder / "in.jsonl"
    file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in made), "utf-8")
    return file


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("ending", ["jsonl", "xlsx"])
def test_out_and_in_again_gives_the_same_rows(ending: str, school: School, tmp_path: Path) -> None:
    reader = people.teacher(school).username
    run("import_resources", str(given(school, tmp_path)))
    out, again = tmp_path / f"out.{ending}", tmp_path / "again.jsonl"
    before = tmp_path / "before.jsonl"
    run("export_resources", str(before), "--for", reader)
    run("export_resources", str(out), "--for", reader, "--files")
    ids = set(Resource.objects.values_list("source_id", flat=True))
    Resource.objects.update(source_id=None)  # as if they were of another place
    for made in Resource.objects.all():
        made.get_parent()
    renamed = _renamed(out, ids)

    run("import_resources", str(renamed))
    run("export_resources", str(again), "--for", reader)

    first = {row["title"]: row for row in read(before)}
    second = [row for row in read(again) if row["id"].startswith("copy-")]
    assert len(second) == len(first) == 8
    for row in second:
        assert row | {"id": ""} == first[row["title"]] | {"id": ""}


def _renamed(out: Path, ids: set[str | None]) -> Path:
    """The same file with ids of another place, so that nothing counts as there already."""
    renamed = out.with_name(f"renamed{out.suffix}")
    out.with_suffix(".zip").rename(renamed.with_suffix(".zip"))
    if out.suffix == ".xlsx":
        book = load_workbook(out)
        for cell in next(book.worksheets[0].columns)[1:]:
            assert cell.value in ids
            cell.value = f"copy-{cell.value}"
        book.save(renamed)
        return renamed
    made = [row | {"id": f"copy-{row['id']}"} for row in read(out)]
    renamed.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in made), "utf-8")
    return renamed


def test_no_cell_of_an_export_is_a_formula(school: School, tmp_path: Path) -> None:
    run("import_resources", str(given(school, tmp_path)))
    out = tmp_path / "out.xlsx"

    run("export_resources", str(out))

    cells = [cell for row in load_workbook(out).worksheets[0].iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert [cell.value for cell in cells if "1+1" in str(cell.value)] == ["'=1+1"]


def test_an_export_holds_what_its_reader_may_see_and_no_answers_for_strangers(
    school: School, tmp_path: Path
) -> None:
    run("import_resources", str(given(school, tmp_path)))
    hidden = Resource.objects.get(source_id="r-0")
    hidden.audience_tokens.filter(token="public").delete()

    run("export_resources", str(tmp_path / "all.jsonl"))
    run("export_resources", str(tmp_path / "own.jsonl"), "--for", people.teacher(school).username)

    everyone, colleague = read(tmp_path / "all.jsonl"), read(tmp_path / "own.jsonl")
    assert (len(everyone), len(colleague)) == (7, 8)
    assert "盼望着" not in json.dumps(everyone, ensure_ascii=False)
    assert "盼望着" in json.dumps(colleague, ensure_ascii=False)


@pytest.mark.parametrize("options", [["x.txt"], ["x.jsonl", "--for", "nobody"]])
def test_what_cannot_be_written_is_told(options: list[str], tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        run("export_resources", str(tmp_path / options[0]), *options[1:])
