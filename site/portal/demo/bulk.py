"""The demonstration's library (资源库): rows of the data files, taken in by the importer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any

from portal.demo import files
from resources.importing.running import Import
from resources.library.actions import let_out
from resources.library.models import ClassExercise, Level, Resource, TieredHomework

DATA = Path(__file__).parent / "data"
FILMS = Path(__file__).parent / "media" / "films"
SHEETS = {
    "number_lines": ("数轴练习纸", files.number_lines, files.printable, "pdf"),
    "writing_squares": ("田字格", files.writing_squares, files.picture, "png"),
    "staves": ("五线谱纸", files.staves, files.picture, "png"),
}
OURS = "demo-"
"""How the ids of these rows begin."""
HELD_BACK = "demo-m7-21"
"""A public exercise whose answers their maker has not let out."""
Row = dict[str, Any]


class BadData(Exception):
    """The data files have a row that the importer refuses, or understands only in part."""


def rows() -> list[Row]:
    """The resources of the data files, in the form of an import."""
    return [
        json.loads(line)
        for path in sorted(DATA.glob("resources-*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def load_resources(done: Callable[[int], object]) -> None:
    """All of them, with their files; those that are there stay as people made them."""
    take_in(rows(), done)
    for resource in _with_answers():
        let_out(resource, by=resource.maker, out=True)


def take_in(wanted: list[Row], done: Callable[[int], object]) -> None:
    """Import `wanted`; raises `BadData` where a row is not understood in full."""
    known = Resource.objects.filter(source_id__in=[row["id"] for row in wanted])
    there = set(known.values_list("source_id", flat=True))
    wanted = [row for row in wanted if row["id"] not in there]
    if not wanted:
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "resources.jsonl"
        with path.open("w", encoding="utf-8") as out:
            for row in wanted:
                out.write(json.dumps(_with_files(row, Path(folder)), ensure_ascii=False) + "\n")
        run = Import(path)
        for report in run.check():
            if not report.ok or (report.record and report.record.notes):
                notes = report.record.notes if report.record else []
                raise BadData(f"{report.row.get('id')}: {report.reason} {'; '.join(notes)}")
        run.write(done=done)


def _with_files(row: Row, folder: Path) -> Row:
    """The row as the importer takes it, its files written to `folder`."""
    made = row.get("make", {})
    kept = {name: value for name, value in row.items() if name != "make"}
    names = []
    for name, content in _contents(row, made):
        # A folder of its own: two rows may have files of one name.
        (folder / row["id"]).mkdir(exist_ok=True)
        (folder / row["id"] / name).write_bytes(content)
        names.append(f"{row['id']}/{name}")
    if film := made.get("film"):
        (folder / row["id"]).mkdir(exist_ok=True)
        name = f"{_file_name(row)}.mp4"
        copyfile(FILMS / film, folder / row["id"] / name)
        names.append(f"{row['id']}/{name}")
    return {**kept, "files": names} if names else kept


def _contents(row: Row, made: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    name = _file_name(row)
    if pages := made.get("slides"):
        yield f"{name}.pptx", files.slides(pages)
    if made.get("document"):
        document = files.plan_document if row["kind"] == "lesson_plan" else files.worksheet
        yield f"{name}.docx", document(row)
    if sheet := made.get("sheet"):
        title, draw, save, extension = SHEETS[sheet]
        yield f"{title}.{extension}", save(draw())


def _file_name(row: Row) -> str:
    return str(row["title"]).replace("/", "／").replace(":", "：").replace("?", "？")[:80]


def _with_answers() -> Iterator[Resource]:
    """Public exercises and homework, whose makers let the answers out."""
    for model in (ClassExercise, TieredHomework):
        yield from model.objects.filter(
            source_id__startswith=OURS,
            shelves__level=Level.PUBLIC,
            shelves__removed_at__isnull=True,
            answers_out=False,
        ).exclude(source_id=HELD_BACK)
