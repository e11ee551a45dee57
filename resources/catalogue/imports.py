"""Checks a catalogue file (教材目录) whole and plans what it says, before anything is written.

A row without a unit is a volume; the rows below it, or those that name it, are its units and
lessons. `>` leads deeper: ``任务一 > 17 猫``, ``4 古代诗歌四首 > 观沧海/曹操``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from resources.catalogue.models import Chapter, Standard, Volume
from resources.catalogue.normalise import (
    Reading,
    Unclear,
    edition_name,
    read_volume,
    subject_name,
)
from schools.curriculum import Subject
from schools.spreadsheets import Limits, Row

REQUIRED_COLUMNS = frozenset({"stage", "subject", "edition", "title"})
LIMITS = Limits(file_bytes=100 * 1024 * 1024, rows=200_000)
"""The textbooks of the whole country fit into one file."""
MOST_PERIODS = 20
_BESIDE_A_CHAPTER = ("stage", "subject", "edition", "title", "issue_year")
COLUMNS = (*_BESIDE_A_CHAPTER, "unit", "lesson", "position", "standards", "periods")


@dataclass(frozen=True, slots=True)
class VolumeKey:
    """What makes a volume the same volume, whatever its title looks like."""

    stage: str
    subject: str
    edition: str
    variant: str
    grade: int | None
    part: str
    issue_year: int | None
    school_system: str

    @classmethod
    def of(cls, thing: Volume | Reading) -> VolumeKey:
        return cls(
            stage=str(thing.stage),
            subject=str(thing.subject),
            edition=str(thing.edition),
            variant=thing.variant,
            grade=thing.grade,
            part=thing.part,
            issue_year=thing.issue_year,
            school_system=str(thing.school_system),
        )

    @property
    def of_any_year(self) -> VolumeKey:
        return VolumeKey(**{name: getattr(self, name) for name in _SAME_BUT_YEAR}, issue_year=None)


_SAME_BUT_YEAR = (
    "stage",
    "subject",
    "edition",
    "variant",
    "grade",
    "part",
    "school_system",
)


@dataclass(slots=True, eq=False)
class PlannedChapter:
    """A line of the contents as the file has it; None leaves the periods, the standards it has."""

    title: str
    number: str = ""
    author: str = ""
    self_study: bool = False
    position: int | None = None
    periods: int | None = None
    standards: list[Standard] | None = None
    line: int | None = None
    """Its own row; None while only rows below it speak of it."""
    chapters: list[PlannedChapter] = field(default_factory=list)

    def below(self) -> Iterator[PlannedChapter]:
        for chapter in self.chapters:
            yield chapter
            yield from chapter.below()


@dataclass(slots=True, eq=False)
class PlannedVolume:
    """A volume as the file has it; without `title` it is one already in the catalogue."""

    key: VolumeKey
    title: str = ""
    root: PlannedChapter = field(default_factory=lambda: PlannedChapter(""))


@dataclass(slots=True)
class RowReport:
    """What became of one row."""

    line: int
    what: str
    title: str
    reason: str = ""
    reading: Reading = field(default_factory=Reading)

    @property
    def ok(self) -> bool:
        return not self.reason

    def as_json(self) -> dict[str, Any]:
        """The object of the report: `volume` is the part, ``上``; null is what is not known."""
        reading = self.reading
        return {
            "line": self.line,
            "ok": self.ok,
            "reason": self.reason,
            "row": self.what,
            "title": self.title,
            "stage": reading.stage,
            "subject": reading.subject and subject_name(reading.subject),
            "subject_code": reading.subject,
            "edition": reading.edition and edition_name(reading.edition),
            "edition_code": reading.edition,
            "variant": reading.variant,
            "grade": reading.grade,
            "volume": reading.part or None,
            "issue_year": reading.issue_year,
            "school_system": reading.school_system,
        }


@dataclass(slots=True)
class CataloguePlan:
    """What a file says: the volumes of its good rows, and a report of every row in its order."""

    volumes: list[PlannedVolume] = field(default_factory=list)
    reports: list[RowReport] = field(default_factory=list)

    @property
    def refused(self) -> list[RowReport]:
        return [report for report in self.reports if not report.ok]


class RefusedRow(ValueError):
    """A row that cannot be taken, and why."""


def plan_catalogue(
    rows: Iterable[Row], *, seen: Callable[[], object] = lambda: None
) -> CataloguePlan:
    """The plan of `rows`; reads the catalogue and writes nothing. `seen` is called for each row."""
    return _Planner(seen).plan(list(rows))


class _Planner:
    def __init__(self, seen: Callable[[], object]) -> None:
        self.seen = seen
        self.volumes: dict[VolumeKey, PlannedVolume] = {}
        self.standards = {standard.code: standard for standard in Standard.objects.all()}
        self.known = {VolumeKey.of(volume): volume for volume in Volume.objects.all()}
        self.readings: dict[tuple[str, ...], Reading | Unclear] = {}

    def plan(self, rows: list[Row]) -> CataloguePlan:
        # Volumes first, so that a chapter's row may stand above its volume's.
        volumes = {row.line: self._volume_report(row) for row in rows if not row.cells.get("unit")}
        plan = CataloguePlan()
        above: RowReport | None = None
        for row in rows:
            self.seen()
            if row.line in volumes:
                above = volumes[row.line]
                plan.reports.append(above)
            else:
                plan.reports.append(self._chapter_report(row, above))
        for volume in self.volumes.values():
            _set_in_order(volume.root)
        plan.volumes = list(self.volumes.values())
        return plan

    # Volumes

    def _volume_report(self, row: Row) -> RowReport:
        report = RowReport(row.line, "volume", row.cells.get("title", ""))
        try:
            check_cells(row, COLUMNS)
            report.reading = self._read(row)
            _check_volume_row(row)
        except Unclear as unclear:
            report.reason, report.reading = unclear.reason, unclear.reading
        except RefusedRow as refused:
            report.reason = str(refused)
        else:
            key = VolumeKey.of(report.reading)
            # Two spellings of one volume are one volume: the first title stands.
            self.volumes.setdefault(key, PlannedVolume(key, row["title"]))
        return report

    def _read(self, row: Row) -> Reading:
        cells = tuple(row[column] for column in _BESIDE_A_CHAPTER)
        for text in cells:
            if len(text) > room_in(Volume, "title"):
                raise RefusedRow(_("“%(text)s” is too long.") % {"text": text[:40]})
        if cells not in self.readings:
            stage, subject, edition, title, year = cells
            try:
                self.readings[cells] = read_volume(
                    title, stage=stage, subject=subject, edition=edition, issue_year=year
                )
            except Unclear as unclear:
                self.readings[cells] = unclear
        reading = self.readings[cells]
        if isinstance(reading, Unclear):
            raise reading
        return reading

    # Chapters

    def _chapter_report(self, row: Row, above: RowReport | None) -> RowReport:
        lesson, unit = row.cells.get("lesson", ""), row.cells.get("unit", "")
        report = RowReport(row.line, "lesson" if lesson else "unit", lesson or unit)
        try:
            check_cells(row, COLUMNS)
            report.reading = self._reading_beside(row, above)
            self._note_chapter(row, self._volume_of(report.reading))
        except Unclear as unclear:
            report.reason, report.reading = unclear.reason, unclear.reading
        except RefusedRow as refused:
            report.reason = str(refused)
        return report

    def _reading_beside(self, row: Row, above: RowReport | None) -> Reading:
        if row["title"]:
            return self._read(row)
        if above is None:
            raise RefusedRow(_("No row of a volume stands above this chapter."))
        if not above.ok:
            raise RefusedRow(_("Its volume on line %(line)s was refused.") % {"line": above.line})
        return above.reading

    def _volume_of(self, reading: Reading) -> PlannedVolume:
        key = VolumeKey.of(reading)
        if key in self.volumes:
            return self.volumes[key]
        if key in self.known:
            return self.volumes.setdefault(key, PlannedVolume(key))
        if key.issue_year is None:
            same = [known for known in self.volumes if known.of_any_year == key]
            if len(same) == 1:
                return self.volumes[same[0]]
        raise RefusedRow(_("Its volume is neither in the file nor in the catalogue."))

    def _note_chapter(self, row: Row, volume: PlannedVolume) -> None:
        position, periods = _position(row["position"]), _periods(row["periods"])
        standards = self._standards(row, volume.key)
        path = _path(row, with_author=volume.key.subject == Subject.CHINESE)
        parent, chapter = _place(volume.root, path)
        # Everything is checked before the tree grows: a refused row leaves nothing behind.
        if chapter is not None and chapter.line is not None:
            raise RefusedRow(_("Line %(line)s says the same.") % {"line": chapter.line})
        if parent is not None and position is not None:
            _check_position(parent, position, chapter)
        if parent is None:
            parent = volume.root
            for step in path[:-1]:
                parent = _found(parent, step) or _added(parent, step)
        chapter = chapter or _added(parent, path[-1])
        chapter.line, chapter.position = row.line, position
        chapter.periods, chapter.standards = periods, standards

    def _standards(self, row: Row, key: VolumeKey) -> list[Standard] | None:
        codes = [code for code in re.split(r"[;；,，、\s]+", row["standards"]) if code]
        if not codes:
            return None
        for code in codes:
            standard = self.standards.get(code)
            if standard is None:
                raise RefusedRow(_("Unknown standard “%(code)s”.") % {"code": code})
            if (standard.subject, standard.stage) != (key.subject, key.stage):
                raise RefusedRow(
                    _("The standard “%(code)s” is of another subject or stage.") % {"code": code}
                )
        return [self.standards[code] for code in dict.fromkeys(codes)]


def room_in(model: type[Model], name: str) -> int:
    """How many characters the field `name` of `model` holds."""
    return getattr(model._meta.get_field(name), "max_length", None) or sys.maxsize


# --- One row ------------------------------------------------------------------------------------

_NUMBERED = re.compile(
    r"^(?P<star1>[*＊※])?\s*"
    # A bare number needs a space or a star behind it: 20以内的加法 is a title.
    r"(?P<number>\d+(?:\.\d+)*(?=\s|[*＊※])|第\s*[一二三四五六七八九十百\d]+\s*[课讲节])"
    r"\s*(?P<star2>[*＊※])?[\s:：]*(?P<title>\S.*)$"
)
_STARRED = re.compile(r"^[*＊※]\s*(?P<title>\S.*)$")
_AUTHORED = re.compile(r"^(?P<title>[^/／]+?)\s*[/／]\s*(?P<author>[^/／\d]{2,30})$")


def read_chapter(text: str, *, with_author: bool = False) -> PlannedChapter:
    """``3* 雨的四季/刘湛秋`` taken apart; raises `RefusedRow` when a part is too long."""
    chapter = PlannedChapter(" ".join(text.split()))
    if match := _NUMBERED.match(chapter.title):
        chapter.number = "".join(match["number"].split())
        chapter.title = match["title"]
        chapter.self_study = bool(match["star1"] or match["star2"])
    if match := _STARRED.match(chapter.title):
        chapter.title, chapter.self_study = match["title"], True
    if with_author and (match := _AUTHORED.match(chapter.title)):
        chapter.title, chapter.author = match["title"], match["author"]
    for name in ("title", "number", "author"):
        if len(getattr(chapter, name)) > room_in(Chapter, name):
            raise RefusedRow(_("“%(text)s” is too long.") % {"text": text[:40]})
    return chapter


def _path(row: Row, *, with_author: bool) -> list[PlannedChapter]:
    steps = [row["unit"], *re.split("[>＞]", row["lesson"])]
    return [read_chapter(step, with_author=with_author) for step in steps if step.strip()]


def check_cells(row: Row, columns: Sequence[str]) -> None:
    """Raise `RefusedRow` at a cell that cannot be read, or that a spreadsheet would work out."""
    for column in ("", *columns):
        if fault := row.faults.get(column):
            raise RefusedRow(str(fault))
    for column in columns:
        if row[column].startswith("="):
            raise RefusedRow(_("“%(text)s” is a formula.") % {"text": row[column][:40]})


def _check_volume_row(row: Row) -> None:
    if row["lesson"]:
        raise RefusedRow(_("A lesson needs a unit; without units, name it in the unit column."))


def _periods(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= MOST_PERIODS:
        raise RefusedRow(
            _("The periods “%(text)s” are not a number from 1 to %(most)s.")
            % {"text": text[:40], "most": MOST_PERIODS}
        )
    return int(text)


def _position(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise RefusedRow(_("The position “%(text)s” is not a whole number.") % {"text": text[:40]})
    return int(text)


# --- The tree -----------------------------------------------------------------------------------


def _found(parent: PlannedChapter, wanted: PlannedChapter) -> PlannedChapter | None:
    """The child that `wanted` names; a number counts only where both have one."""
    for chapter in parent.chapters:
        if chapter.title == wanted.title and "" in (chapter.number, wanted.number):
            return chapter
        if (chapter.number, chapter.title) == (wanted.number, wanted.title):
            return chapter
    return None


def _place(
    root: PlannedChapter, path: list[PlannedChapter]
) -> tuple[PlannedChapter | None, PlannedChapter | None]:
    """The parent and the chapter that `path` leads to, each None where the file has none yet."""
    parent: PlannedChapter = root
    for step in path[:-1]:
        found = _found(parent, step)
        if found is None:
            return None, None
        parent = found
    return parent, _found(parent, path[-1])


def _check_position(parent: PlannedChapter, position: int, chapter: PlannedChapter | None) -> None:
    for other in parent.chapters:
        if other.position == position and other is not chapter:
            raise RefusedRow(
                _("Line %(line)s has the same position in this unit.") % {"line": other.line}
            )


def _added(parent: PlannedChapter, chapter: PlannedChapter) -> PlannedChapter:
    parent.chapters.append(chapter)
    return chapter


def _set_in_order(root: PlannedChapter) -> None:
    """Sort by the positions given; rows without one stay where the file has them.

    Positions may run through the whole volume or start again in each unit. A unit without a row
    of its own stands where its first lesson does, if positions run through.
    """
    given = [chapter.position for unit in root.chapters for chapter in unit.chapters]
    known = [position for position in given if position is not None]
    runs_through = len(known) == len(set(known))
    for chapter in [root, *root.below()]:
        _sort(chapter, borrow=chapter is root and runs_through)


def _sort(parent: PlannedChapter, *, borrow: bool) -> None:
    keys: dict[int, int] = {}
    last = -1
    for chapter in parent.chapters:
        position = chapter.position
        if position is None and borrow:
            below = [step.position for step in chapter.below() if step.position is not None]
            position = min(below, default=None)
        last = keys[id(chapter)] = last if position is None else position
    parent.chapters.sort(key=lambda chapter: keys[id(chapter)])
