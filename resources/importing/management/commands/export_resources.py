"""Writes resources (资源) as a file that `import_resources` takes again."""

from __future__ import annotations

import zipfile
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from resources.importing.exporting import as_line, as_workbook, name_of, rows_for
from schools.audience import Reader
from schools.models import User
from search.progress import Bar


class Command(BaseCommand):
    """`export_resources OUT.jsonl|OUT.xlsx [--for USER] [--school CODE] [--files]`."""

    help = (
        "What USER may see, without --for what anybody may see. With --files a ZIP of the files "
        "is written beside OUT, where import_resources finds it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="OUT.jsonl")
        parser.add_argument("--for", dest="user", metavar="USER", help=_("Whose rights count."))
        parser.add_argument("--school", metavar="CODE", help=_("Only those of one school."))
        parser.add_argument("--files", action="store_true", help=_("The files too, as a ZIP."))

    def handle(
        self, *, file: Path, user: str | None, school: str | None, files: bool, **options: Any
    ) -> None:
        if file.suffix.lower() not in {".jsonl", ".xlsx"}:
            raise CommandError(_("The name of the file must end in .jsonl or .xlsx."))
        reader = _reader(user)
        try:
            archive = zipfile.ZipFile(file.with_suffix(".zip"), "w") if files else None
            with Bar(self.stderr, _("resources")) as bar:
                count = _write(file, _rows(reader, school or "", archive, bar))
            if archive is not None:
                archive.close()
        except OSError as error:
            raise CommandError(_("%(file)s: %(error)s") % {"file": file, "error": error}) from error
        self.stdout.write(_("%(count)s resources written.") % {"count": count})


def _reader(name: str | None) -> Reader:
    if name is None:
        return AnonymousUser()
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(_("“%(value)s” is not known here.") % {"value": name})
    return user


def _rows(
    reader: Reader, school: str, archive: zipfile.ZipFile | None, bar: Bar
) -> Iterator[dict[str, Any]]:
    packed: set[str] = set()
    for row, files in rows_for(reader, school=school):
        for file in files if archive is not None else ():
            name = name_of(file)
            if archive is not None and name not in packed:
                packed.add(name)
                with file.file.open("rb") as content, archive.open(name, "w") as out:
                    for chunk in content.chunks():
                        out.write(chunk)
        bar.advance(1)
        yield row


def _write(file: Path, rows: Iterator[dict[str, Any]]) -> int:
    count = 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    if file.suffix.lower() == ".xlsx":
        file.write_bytes(as_workbook(counted()))
        return count
    with file.open("w", encoding="utf-8") as out:
        out.writelines(as_line(row) for row in counted())
    return count
