"""The words of the catalogue (教材词汇) that a search may be about: what is fixed, and the lessons.

`names` answers from memory, as the search asks it at every query. `lesson_names` reads the
database; who wants it at every query keeps what it gave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from resources.catalogue.models import Chapter, Edition
from resources.catalogue.spellings import (
    BARE_STEMS,
    EDITION_NAMES,
    NEW_RENJIAO,
    STAGE_NAMES,
    SUBJECT_NAMES,
    TONGBIAN_IS_RENJIAO,
)
from search.topics import Topic
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


# What people type for an edition and what in a text is not told apart by it.
_ASKED_TOO = {
    Edition.RENJIAO: ("人教A版", "人教B版", "PEP版", "PEP", "人教PEP版", "新人教版", "新人教"),
}


# Short names that a title is not read by, and that mean nothing else where they stand alone.
_SHORT = frozenset(
    {
        *(
            "沪科",
            "沪科教",
            "沪粤",
            "科粤",
            "人音",
            "人美",
            "湘美",
            "湘艺",
            "湘文艺",
            "湘少",
            "湘科",
        ),
        *("湘鲁", "冀少", "冀美", "冀人", "浙美", "浙人美", "浙科", "鲁科", "鲁美", "粤人", "粤科"),
        *("岭美", "鄂教", "晋教", "桂教", "桂美", "赣美", "闽教", "陕旅", "京改", "豫科", "川教"),
        "仁爱",
    }
)


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
        bare = tuple(set(EDITION_NAMES[edition].stems) & (BARE_STEMS - NEW_RENJIAO | _SHORT))
        asked = (*bare, *_ASKED_TOO.get(edition, ()))
        yield Term("edition", edition.value, edition.label, tuple(_forms(edition)), asked=asked)


def editions_meant(values: tuple[str, ...], subjects: frozenset[str]) -> tuple[str, ...]:
    """人教 is 统编 for three subjects; where none of them is asked for, it may be either."""
    if Edition.RENJIAO not in values or Edition.TONGBIAN in values:
        return values
    if subjects and not subjects & set(TONGBIAN_IS_RENJIAO):
        return values
    either = [str(Edition.TONGBIAN.value), *values]
    return tuple(either if subjects else [*values, either[0]])


def _forms(edition: Edition) -> Iterator[str]:
    """``人教版`` and ``人教本``; not what also stands in other words (语文版面, 新人教版语文)."""
    subjects = {name for names in SUBJECT_NAMES.values() for name in names}
    for stem in EDITION_NAMES[edition].stems:
        if stem not in subjects | NEW_RENJIAO:
            yield f"{stem}版"
        if stem in BARE_STEMS - NEW_RENJIAO:
            yield f"{stem}本"


def topics() -> list[Topic]:
    """What the books of the catalogue teach, as the search knows lessons: one query."""
    rows = Chapter.objects.order_by("volume", "position").values(
        *("pk", "parent", "title", "author"),
        *(f"volume__{name}" for name in ("subject", "grade", "edition", "part")),
    )
    paths: dict[int | None, tuple[str, ...]] = {None: ()}
    found = []
    for row in rows.iterator(chunk_size=2000):
        paths[row["pk"]] = (*paths.get(row["parent"], ()), row["title"])
        found.append(
            Topic(
                path=paths[row["pk"]],
                subject=row["volume__subject"],
                grade=row["volume__grade"],
                edition=row["volume__edition"],
                volume=row["volume__part"],
                author=row["author"],
            )
        )
    return found


def lesson_names() -> Iterator[LessonName]:
    """Every line of every table of contents, streamed: one query."""
    fields = ("title", "author", "is_lesson")
    of_volume = ("subject", "grade", "edition", "part")
    chapters = Chapter.objects.order_by("volume", "position").values(
        *fields, *(f"volume__{name}" for name in of_volume)
    )
    for chapter in chapters.iterator(chunk_size=2000):
        yield LessonName(**{key.removeprefix("volume__"): v for key, v in chapter.items()})
