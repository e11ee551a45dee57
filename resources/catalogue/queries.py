"""Reads of the catalogue (教材目录): volumes, their trees, a lesson's place and neighbours."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from resources.catalogue.models import Chapter, Volume


@dataclass(slots=True)
class Branch:
    """A chapter with what hangs below it, in reading order."""

    chapter: Chapter
    branches: list[Branch] = field(default_factory=list)


class Neighbours(NamedTuple):
    """The lessons before and after one, in teaching order; None at either end."""

    before: Chapter | None
    after: Chapter | None


def volumes() -> QuerySet[Volume]:
    """All volumes with the number of their lessons (`lesson_count`), as schools list them."""
    return Volume.objects.annotate(
        lesson_count=Count("chapters", filter=Q(chapters__is_lesson=True))
    ).order_by("stage", "subject", "grade", "edition", "-issue_year", "pk")


def lessons_of(volume: Volume) -> QuerySet[Chapter]:
    """The lessons of `volume` in teaching order, each with its unit and its standards."""
    return (
        Chapter.objects.filter(volume=volume, is_lesson=True)
        .select_related("parent__parent")
        .prefetch_related("standards")
        .order_by("position")
    )


def tree_of(volume: Volume) -> list[Branch]:
    """The contents of `volume` from the units down, with standards: two queries."""
    below: dict[int | None, list[Branch]] = defaultdict(list)
    branches: dict[int, Branch] = {}
    chapters = Chapter.objects.filter(volume=volume).prefetch_related("standards")
    for chapter in chapters.order_by("position"):
        branch = branches[chapter.pk] = Branch(chapter)
        below[chapter.parent_id].append(branch)
    for pk, branch in branches.items():
        branch.branches = below[pk]
    return below[None]


def neighbours(chapter: Chapter) -> Neighbours:
    """The lessons taught just before and just after `chapter` in its volume."""
    lessons = Chapter.objects.filter(volume=chapter.volume_id, is_lesson=True)
    return Neighbours(
        before=lessons.filter(position__lt=chapter.position).order_by("-position").first(),
        after=lessons.filter(position__gt=chapter.position).order_by("position").first(),
    )


def lesson_path(chapter: Chapter) -> list[str]:
    """Titles from the unit down to `chapter`; the tree is three levels deep at most in use."""
    titles: list[str] = []
    step: Chapter | None = chapter
    while step is not None:
        titles.append(step.title)
        step = step.parent
    return titles[::-1]
