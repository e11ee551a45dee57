"""One import from a file (导入任务): checked whole first, then written in chunks.

The file is read twice rather than held: what was checked is planned again, row by row, when it is
written. Each chunk is one transaction, and a resource is known by its id, so a run that was
killed is taken up by running it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from media.actions import store_upload
from media.inspection import FileRefused
from media.models import FileRecord
from resources.importing.lines import BadLine, read_lines
from resources.importing.places_to_be import create_school, library_account
from resources.importing.planning import Owners, Planned, Planner, Report, Row
from resources.importing.records import Refused
from resources.importing.sources import FileRefusal, Source, source_beside
from resources.importing.table import rows_of_table
from resources.importing.writer import CHUNK, Item, write
from schools.models import Region, School, User

_TABLES = {".xlsx", ".csv"}
_CODE = 30


@dataclass(slots=True)
class Written:
    """What an import wrote."""

    made: int = 0
    there: int = 0
    files: int = 0
    schools: int = 0


@dataclass(slots=True)
class Import:
    """`check`, then `write`; raises `UnreadableFile`, `UnreadableTable`, OSError."""

    file: Path
    create_schools: bool = False
    region: Region | None = None
    owner: User | None = None
    good: int = 0
    bad: int = 0
    _source: Source | None = field(default=None, repr=False)

    def check(self) -> Iterator[Report]:
        """A report of each row; nothing is written."""
        self.good = self.bad = 0
        for report, _planned in self._planner(self._school_to_be).plan(self.rows()):
            self.good += report.ok
            self.bad += not report.ok
            yield report

    def write(self, *, done: Callable[[int], object] = lambda _count: None) -> Written:
        """Write the good rows; `done` is told of each chunk. To be called after `check`."""
        written = Written()
        waiting = self.items(written)
        while chunk := list(islice(waiting, CHUNK)):
            made = write(chunk, by=None)
            written.made += len(made)
            written.there += len(chunk) - len(made)
            done(len(chunk))
        return written

    def items(self, written: Written | None = None) -> Iterator[Item]:
        """What is to be written; schools, accounts and files are made on the way."""
        written = written or Written()
        planner = self._planner(lambda code: self._made_school(code, written))
        for report, planned in planner.plan(self.rows()):
            written.there += report.ok and report.is_there
            if planned is not None:
                yield self._item(planned, written)

    def rows(self) -> Iterator[Row]:
        """The rows of the file."""
        if self.file.suffix.lower() in _TABLES:
            yield from rows_of_table(self.file)
            return
        for line in read_lines(self.file):
            if isinstance(line, BadLine):
                yield Row(line.number, {}, line.reason)
            else:
                yield Row(line.number, line.value)

    def _planner(self, new_school: Callable[[str], School]) -> Planner:
        if self._source is None:
            self._source = source_beside(self.file)
        return Planner(
            self._source,
            owners=Owners(self.owner),
            new_school=new_school if self.create_schools else None,
        )

    # schools

    def _school_to_be(self, code: str) -> School:
        """A school as it would be made."""
        return School(code=_short(code), name=code, region=self.region or Region())

    def _made_school(self, code: str, written: Written) -> School:
        school, made = create_school(_short(code), region=self.region, by=None)
        written.schools += made
        return school

    # files

    def _item(self, planned: Planned, written: Written) -> Item:
        return Item(
            resource=planned.resource,
            places=planned.standing.places,
            files=self._files(planned, written),
            published=planned.record.published,
            detail={"line": planned.line, "scope": planned.standing.scope},
        )

    def _files(self, planned: Planned, written: Written) -> list[FileRecord]:
        resource = planned.resource
        if resource.maker_id is None:
            resource.maker = resource.owner = library_account(resource.maker)
        stored = [self._stored(name, resource.maker, resource.school) for name in planned.files]
        for file in stored:
            resource.attach(file)
        written.files += len(stored)
        return stored

    def _stored(self, name: str, by: User, school: School) -> FileRecord:
        assert self._source is not None  # noqa: S101 - `_planner` has set it
        with self._source.open(name) as file:
            try:
                return store_upload(file=file, by=by, school=school)
            except FileRefused as refused:  # changed since it was checked
                raise FileRefusal(name, str(refused)) from refused


def _short(code: str) -> str:
    if len(code) > _CODE:
        raise Refused(_("The school code “%(code)s” is too long.") % {"code": code[:60]})
    return code
