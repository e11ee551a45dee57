"""Resources as rows that `import_resources` takes again (导出): .jsonl, .xlsx, and their files.

What a reader may not see is not in it; answers and notes only where `may_see_parts` says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from media.models import FileRecord
from media.queries import files_of
from resources.catalogue.models import Edition
from resources.catalogue.normalise import edition_name, subject_name
from resources.catalogue.queries import lesson_path
from resources.importing.places_to_be import library_account_name
from resources.library.access import may_see_parts
from resources.library.models import KINDS, Resource, Shelf
from resources.library.queries import readable
from schools.audience import Reader, Side
from schools.curriculum import Stage, Subject
from schools.spreadsheets import Column, write_xlsx

LONGEST_CELL = 32_000
COLUMNS = (
    *("id", "kind", "title", "school", "summary", "stage", "grade", "subject", "edition"),
    *("volume", "chapter", "standards", "tags", "licence", "owner", "contributors", "difficulty"),
    *("scope", "premium", "quality", "uses", "published", "files", "link", "fields"),
)


def rows_for(
    reader: Reader, *, school: str = ""
) -> Iterator[tuple[dict[str, Any], list[FileRecord]]]:
    """Each resource whose live content the reader may see as a row, with its files."""
    found = readable(reader).order_by("school__code", "uuid")
    if school:
        found = found.filter(school__code=school)
    for pk in found.values_list("pk", flat=True).iterator():
        resource = _whole(pk)
        with_parts = may_see_parts(reader, resource)
        files = files_of(resource, Side.LIVE, with_parts=with_parts)
        yield _row(resource, files, with_parts=with_parts), files


def _whole(pk: int) -> Resource:
    model = KINDS[Resource.objects.get(pk=pk).kind]
    found: Resource = model.objects.select_related(
        "school", "maker", "volume", "chapter__parent__parent"
    ).get(pk=pk)
    return found


def _row(resource: Resource, files: list[FileRecord], *, with_parts: bool) -> dict[str, Any]:
    volume, chapter = resource.volume, resource.chapter
    shelf = Shelf.objects.open().upwards().filter(resource=resource.pk).last()
    at = resource.first_published_at
    row: dict[str, Any] = {
        "id": resource.source_id or str(resource.uuid),
        "kind": resource.kind,
        "title": resource.title,
        "school": resource.school.code,
        "summary": resource.summary,
        "stage": str(Stage(resource.stage).value) if resource.stage else "",
        "grade": resource.grade,
        "subject": subject_name(Subject(resource.subject)) if resource.subject else "",
        "edition": _edition(volume) or _written_edition(resource),
        "volume": volume.part if volume else resource.textbook.get("part", ""),
        "chapter": resource.textbook.get("chapter") or (lesson_path(chapter) if chapter else []),
        "standards": [standard.code for standard in resource.standards.all()],
        "tags": list(resource.tags),
        "licence": resource.licence,
        "owner": _owner(resource),
        "contributors": [name for name in resource.contributors.split("、") if name],
        "difficulty": resource.difficulty,
        "scope": shelf.level if shelf else "private",
        "premium": resource.premium,
        "quality": resource.quality,
        "uses": resource.uses,
        "published": timezone.localtime(at).date().isoformat() if at else "",
        "files": [name_of(file) for file in files],
        "link": resource.link,
        "fields": resource.fields(with_parts=with_parts),
    }
    return {name: value for name, value in row.items() if value not in (None, "", [], {}, False)}


def _edition(volume: Any) -> str:
    if volume is None:
        return ""
    name = edition_name(volume.edition)
    return " ".join(filter(None, [name, f"({volume.variant})" if volume.variant else ""]))


def _written_edition(resource: Resource) -> str:
    code = resource.textbook.get("edition")
    return edition_name(Edition(code)) if code in Edition.values else ""


def _owner(resource: Resource) -> str:
    is_library = resource.maker.username == library_account_name(resource.school.code)
    return "" if is_library else str(resource.maker.username)


def name_of(file: FileRecord) -> str:
    """Where a file lies beside the rows: one name for each content."""
    suffix = PurePosixPath(file.download_name).suffix
    return f"files/{file.sha256[:16]}{suffix}"


def as_line(row: dict[str, Any]) -> str:
    """A row of a .jsonl file."""
    return json.dumps(row, ensure_ascii=False) + "\n"


def as_workbook(rows: Iterator[dict[str, Any]]) -> bytes:
    """All rows as an .xlsx table; a cell that is too long for a table is left empty and said so."""
    columns = [Column(name, _cell_of(name), 24) for name in COLUMNS]
    return write_xlsx(_("Resources"), columns, rows)


def _cell_of(name: str) -> Any:
    def cell(row: dict[str, Any]) -> Any:
        value = row.get(name)
        if value is None:
            return None
        if name == "files":
            return "\n".join(value)
        if name == "chapter":
            return " > ".join(value)
        if isinstance(value, list):
            return "、".join(value)
        if isinstance(value, dict):
            text = json.dumps(value, ensure_ascii=False)
            return text if len(text) <= LONGEST_CELL else None
        return "true" if value is True else value

    return cell
