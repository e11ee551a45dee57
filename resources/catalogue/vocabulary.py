"""The words of the catalogue (教材词汇) that a search may be about: what is fixed, and the lessons.

`names` answers from memory, as the search asks it at every query. `lesson_names` reads the
database; who wants it at every query keeps what it gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from resources.catalogue.models import Chapter, Edition
from resources.catalogue.spellings import EDITION_NAMES, STAGE_NAMES, SUBJECT_NAMES
from search.vocabulary import Term


@dataclass(frozen=True, slots=True)
class LessonName:
    """A line of a table of contents with the book it stands in."""

    title: str
    author: str
    subject: str
    grade: int | None
    edition: str
    part: str
    is_lesson: bool
    """False for a unit, and for a text within a lesson."""


@cache
def names() -> tuple[Term, ...]:
    """How editions, subjects and stages are written, by the codes of documents."""
    return tuple(_names())


def _names() -> Iterable[Term]:
    for subject, written in SUBJECT_NAMES.items():
        yield Term("subject", subject.value, subject.label, written)
    for stage, written in STAGE_NAMES.items():
        yield Term("stage", stage.value, stage.label, written)
    for edition in Edition:
        stems = EDITION_NAMES[edition].stems
        forms = tuple(f"{stem}{ending}" for stem in stems for ending in ("版", "本"))
        yield Term("edition", edition.value, edition.label, forms)


def lesson_names() -> Iterator[LessonName]:
    """Every line of every table of contents, streamed: one query."""
    fields = ("title", "author", "is_lesson")
    of_volume = ("subject", "grade", "edition", "part")
    chapters = Chapter.objects.order_by("volume", "position").values(
        *fields, *(f"volume__{name}" for name in of_volume)
    )
    for chapter in chapters.iterator(chunk_size=2000):
        yield LessonName(**{key.removeprefix("volume__"): v for key, v in chapter.items()})
