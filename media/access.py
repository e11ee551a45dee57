"""Who may read a file (文件访问): those who see a page that uses it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Value
from django.http import Http404

from media.models import FILE_MODELS, FileRecord, Picture
from media.queries import readable
from schools.audience import Reader


def can(user: Reader, action: str, file: FileRecord) -> bool:
    """Whether `user` may ``"read"`` a file, or ``"attach"`` it to a page that they may change."""
    match action:
        case "read" | "attach":
            return bool(all_readable(user, [file]))
        case _:
            raise LookupError(action)


def all_readable(user: Reader, files: Iterable[FileRecord]) -> bool:
    """Whether the user may read each of `files`; one query a kind of file."""
    by_model: dict[Any, set[int]] = {}
    for file in files:
        by_model.setdefault(type(file), set()).add(file.pk)
    return all(
        readable(model.objects.filter(pk__in=pks), user).count() == len(pks)
        for model, pks in by_model.items()
    )


def readable_among(reader: Reader, files: Iterable[FileRecord]) -> set[UUID]:
    """The uuids of those of `files` that the reader may read; one query a kind of file."""
    by_model: dict[Any, set[int]] = {}
    for file in files:
        by_model.setdefault(type(file), set()).add(file.pk)
    return {
        uuid
        for model, pks in by_model.items()
        for uuid in readable(model.objects.filter(pk__in=pks), reader).values_list(
            "uuid", flat=True
        )
    }


def readable_file_or_404(reader: Reader, uuid: UUID) -> FileRecord:
    """The file with this uuid; 404 where the reader may not know of it. Two queries."""
    branches = [
        readable(model.objects.filter(uuid=uuid), reader).order_by().values_list(Value(place), "pk")
        for place, model in enumerate(FILE_MODELS)
    ]
    found = branches[0].union(*branches[1:], all=True)[:1]
    for place, pk in found:
        file: FileRecord = FILE_MODELS[place].objects.get(pk=pk)
        return file
    raise Http404


def readable_picture_or_404(reader: Reader, uuid: UUID) -> Picture:
    """The picture with this uuid; 404 for files of other kinds too. One query."""
    picture: Picture | None = readable(Picture.objects.filter(uuid=uuid), reader).first()
    if picture is None:
        raise Http404
    return picture
