"""The gap table (资源缺口表): what a volume's lessons have of each kind, and what was missed.

The app above that knows prep plans registers how a gap becomes a task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count

from resources.catalogue.models import Chapter, Volume
from resources.catalogue.queries import lessons_of
from resources.library.models import KINDS, Kind, Level, Shelf, kinds
from resources.library.queries import readable
from schools.audience import Reader
from search.asked import vain_by_lesson
from search.topics import key_of

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
    """A lesson with its cells, and where its gaps become a task."""

    chapter: Chapter
    cells: list[Cell]
    fill_url: str = ""

    @property
    def is_short(self) -> bool:
        return any(not cell.there for cell in self.cells)


def gaps_of(volume: Volume, reader: Reader, level: str = "") -> Iterator[Line]:
    """The lessons in teaching order; counted is what the reader may open, in one library or all."""
    lessons = list(lessons_of(volume))
    there = _there(volume, reader, level)
    vain = vain_by_lesson({key_of(lesson.title) for lesson in lessons})
    fillings = {pk: url for each in _fillings for pk, url in each(reader, volume).items()}
    for lesson in lessons:
        key = key_of(lesson.title)
        cells = [
            Cell(kind, there[lesson.pk, kind.code], vain.get((key, kind.code), 0))
            for kind in kinds()
        ]
        yield Line(lesson, cells, _address(fillings, lesson))


def _there(volume: Volume, reader: Reader, level: str) -> dict[tuple[int, str], int]:
    found = readable(reader).filter(chapter__volume=volume)
    if level in Level.values:
        shelves = Shelf.objects.open().filter(level=level)
        found = found.filter(pk__in=shelves.values("resource"))
    rows = found.order_by().values("chapter", "content_type__model").annotate(n=Count("pk"))
    codes = {model._meta.model_name: code for code, model in KINDS.items()}
    counted: dict[tuple[int, str], int] = defaultdict(int)
    for row in rows:
        counted[row["chapter"], codes.get(row["content_type__model"], "")] = row["n"]
    return counted


def _address(fillings: Mapping[int | None, str], lesson: Chapter) -> str:
    if lesson.pk in fillings:
        return fillings[lesson.pk]
    return f"{fillings[None]}?chapter={lesson.pk}" if None in fillings else ""
