"""Finds the volume and the chapter (册次与课文) that a row or a file name speaks of.

The whole catalogue is read once into memory, so that thousands of rows ask no query. What is
found is in the catalogue as it is named; where two things answer to a name, neither is taken.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from resources.catalogue.models import Chapter, Volume
from resources.catalogue.normalise import clean
from resources.importing.words import Textbook

_NUMBER = re.compile(
    r"^[*※＊]?(?:第?[一二三四五六七八九十百\d]+(?:\.\d+)*[课讲节、.:]|\d+)[*※＊]?(?=\D)"
)
_MARKS = re.compile(r"[*※＊()“”\"'‘’,，、。:：;；!！?？|/\\>＞_\-~…]+")
_STEP = re.compile(r"\s*(?:[>＞/／|｜→»]|--+)\s*")


def key_of(title: str) -> str:
    """A title without its number, marks and spaces: ``2* 《济南的冬天》`` is ``济南的冬天``."""
    folded = clean(title)
    bare = _NUMBER.sub("", folded)
    return _MARKS.sub("", bare) or _MARKS.sub("", folded)


def steps_of(written: object) -> list[str]:
    """The titles of a path from the unit down: a list, or one text with ``>`` or ``/`` between."""
    parts = written if isinstance(written, list) else _STEP.split(str(written or ""))
    return [str(part).strip() for part in parts if str(part).strip()]


@dataclass(frozen=True, slots=True)
class Found:
    """A place of the catalogue; `notes` say what was left open on the way."""

    volume: Volume | None = None
    chapter: Chapter | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Book:
    volume: Volume
    chapters: dict[str, list[Chapter]] = field(default_factory=lambda: defaultdict(list))


class Catalogue:
    """All volumes and chapters, by what they are called."""

    def __init__(self) -> None:
        self.books = {volume.pk: _Book(volume) for volume in Volume.objects.all()}
        self.chapters: dict[int, Chapter] = {}
        for chapter in Chapter.objects.order_by("volume", "position"):
            self.chapters[chapter.pk] = chapter
            self.books[chapter.volume_id].chapters[key_of(chapter.title)].append(chapter)
        for chapter in self.chapters.values():
            # Asked for its volume or its parents, it answers without a query.
            chapter.volume = self.books[chapter.volume_id].volume
            if chapter.parent_id is not None:
                chapter.parent = self.chapters[chapter.parent_id]

    # volumes

    def volumes(self, book: Textbook) -> list[Volume]:
        """The volumes that `book` may mean, the newest issue first."""
        found = [each.volume for each in self.books.values() if _fits(each.volume, book)]
        return sorted(found, key=lambda volume: (-(volume.issue_year or 0), volume.pk))

    def volume(self, book: Textbook) -> Volume | None:
        """The one volume meant: one series; of several issues the newest."""
        found = self.volumes(book)
        return found[0] if found and len({_series(volume) for volume in found}) == 1 else None

    # chapters

    def chapter(self, volume: Volume, path: Sequence[str]) -> Chapter | None:
        """The chapter of `volume` to which `path` leads, its last title; None where none or two."""
        keys = [key_of(title) for title in path]
        candidates = self.books[volume.pk].chapters.get(keys[-1], []) if keys else []
        fitting = [each for each in candidates if self._lies_below(each, keys[:-1])]
        exact = [each for each in fitting if _same_number(each, path[-1])] or fitting
        return exact[0] if len(exact) == 1 else None

    def _lies_below(self, chapter: Chapter, keys: Sequence[str]) -> bool:
        above = [key_of(step.title) for step in self.ancestors(chapter)]
        numbered = [key_of(str(step)) for step in self.ancestors(chapter)]
        wanted = iter([*keys])
        # Each title that is given stands above it, in that order; some may be left out.
        return all(any(key in pair for pair in _pairs(above, numbered)) for key in wanted)

    def ancestors(self, chapter: Chapter) -> list[Chapter]:
        """From the unit down to the one above `chapter`."""
        steps: list[Chapter] = []
        step = chapter.parent
        while step is not None:
            steps.append(step)
            step = step.parent
        return steps[::-1]

    def place(self, book: Textbook, path: Sequence[str]) -> Found:
        """The volume and chapter of a row; the newest issue that has the chapter.

        Where the volume is not certain, nothing is taken from the chapter's title alone.
        """
        volumes = self.volumes(book) if _is_certain(book) else []
        if len({_series(volume) for volume in volumes}) != 1:
            return Found()
        for volume in volumes:
            if path and (chapter := self.chapter(volume, path)) is not None:
                return Found(volume, chapter)
        for length in range(len(path) - 1, 0, -1):
            if (unit := self.chapter(volumes[0], path[:length])) is not None:
                return Found(volumes[0], unit)
        return Found(volumes[0])


def ends_alike(chapter: Chapter, path: Sequence[str]) -> bool:
    """Whether the last title of `path` is that of `chapter`, not of something below it."""
    return key_of(path[-1]) == key_of(chapter.title)


def _pairs(*columns: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*columns, strict=True))


def _same_number(chapter: Chapter, written: str) -> bool:
    return bool(chapter.number) and clean(written).lstrip("*※").startswith(clean(chapter.number))


def _series(volume: Volume) -> tuple[object, ...]:
    """What makes two issues the same book."""
    return (
        volume.stage,
        volume.subject,
        volume.edition,
        volume.variant,
        volume.grade,
        volume.part,
        volume.school_system,
    )


def _is_certain(book: Textbook) -> bool:
    """A subject, and enough to name one book of it."""
    return book.subject is not None and bool(book.part)


def _fits(volume: Volume, book: Textbook) -> bool:
    wanted: Iterable[tuple[object, object]] = (
        (volume.stage, book.stage),
        (volume.subject, book.subject),
        (volume.edition, book.edition),
        (volume.part, book.part),
        (volume.variant, book.variant),
        (volume.issue_year, book.issue_year),
    )
    if any(said and there != said for there, said in wanted):
        return False
    if volume.grade is not None and book.grade is not None and volume.grade != book.grade:
        return False
    return volume.school_system == book.school_system or book.edition is None
