"""The gap table (资源缺口表): what a volume's lessons have of each kind, and what was missed.

The app above that knows prep plans registers how a gap becomes a task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from resources.catalogue.models import Chapter, Volume
from resources.catalogue.queries import lessons_of
from resources.library.models import KINDS, Kind, Level, Shelf, kinds
from resources.library.queries import readable
from schools.audience import Reader
from search.asked import vain_by_lesson
from search.topics import key_of, volume_of

Filling = Callable[[Reader, Volume], Mapping[int | None, str]]
"""Where the reader goes to have a gap filled: by lesson, and under None for all others."""
_fillings: list[Filling] = []


def register_filling(filling: Filling) -> Filling:
    """Add a way to have a gap filled."""
    _fillings.append(filling)
    return filling


@dataclass(frozen=True, slots=True)
class Cell:
    """A kind of one lesson: how many there are, how often it was looked for in vain."""

    kind: Kind
    there: int
    in_vain: int

    @property
    def tone(self) -> str:
        """How it is shaded; the number stands in it as well."""
        return "none" if not self.there else "one" if self.there == 1 else "more"


@dataclass(frozen=True, slots=True)
class Line:
    """A lesson with its cells, and where its gaps become a task; without a lesson what belongs
    to the volume and to none of its lessons."""

    chapter: Chapter | None
    cells: list[Cell]
    fill_url: str = ""

    def __str__(self) -> str:
        return str(self.chapter or _("Whole volume, or no lesson given"))

    @property
    def is_short(self) -> bool:
        return self.chapter is not None and any(not cell.there for cell in self.cells)


def gaps_of(volume: Volume, reader: Reader, level: str = "") -> Iterator[Line]:
    """The lessons in teaching order; counted is what the reader may open, in one library or all."""
    lessons = list(lessons_of(volume))
    there = _there(volume, lessons, reader, level)
    vain = vain_by_lesson({key_of(lesson.title) for lesson in lessons})
    fillings = {pk: url for each in _fillings for pk, url in each(reader, volume).items()}
    for lesson in lessons:
        key = key_of(lesson.title)
        cells = [
            Cell(kind, there[lesson.pk, kind.code], vain.get((key, kind.code), 0))
            for kind in kinds()
        ]
        yield Line(lesson, cells, _address(fillings, lesson))
    rest = [Cell(kind, there[None, kind.code], 0) for kind in kinds()]
    if any(cell.there for cell in rest):
        yield Line(None, rest)


_Counts = dict[tuple[int | None, str], int]


def _there(volume: Volume, lessons: list[Chapter], reader: Reader, level: str) -> _Counts:
    """How many there are by lesson and kind, under None those of no lesson."""
    of_lesson = {lesson.pk: lesson.pk for lesson in lessons}
    by_title = {key_of(lesson.title): lesson.pk for lesson in lessons}
    codes = {model._meta.model_name: code for code, model in KINDS.items()}
    counted: _Counts = defaultdict(int)
    for chapter, written, model, n in _rows(volume, reader, level):
        titles = written.get("chapter", ())
        lesson = of_lesson.get(chapter) or (by_title.get(key_of(titles[-1])) if titles else None)
        counted[lesson, codes.get(model, "")] += n
    return counted


def _rows(
    volume: Volume, reader: Reader, level: str
) -> Iterator[tuple[int, dict[str, Any], str, int]]:
    """Chapter, textbook as written, model and number of what belongs to the volume.

    A row of an import may have come before its book did; then its own words say which it is.
    """
    as_written = Q(
        volume=None, subject=volume.subject, grade=volume.grade, textbook__edition=volume.edition
    )
    found = readable(reader).filter(Q(volume=volume) | as_written)
    if level in Level.values:
        shelves = Shelf.objects.open().filter(level=level)
        found = found.filter(pk__in=shelves.values("resource"))
    grouped = found.order_by().values_list("volume", "chapter", "textbook", "content_type__model")
    for known, chapter, written, model, n in grouped.annotate(n=Count("pk")):
        if known or volume_of(written.get("part", "")) == volume_of(volume.part):
            yield chapter, written, model, n


def _address(fillings: Mapping[int | None, str], lesson: Chapter) -> str:
    if lesson.pk in fillings:
        return fillings[lesson.pk]
    return f"{fillings[None]}?chapter={lesson.pk}" if None in fillings else ""
