"""Pages for every reader: a resource, the library by textbook, one volume."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from resources.catalogue.queries import Branch, tree_of
from resources.library.access import offers, readable_or_404, volume_or_404
from resources.library.models import Level, Resource
from resources.library.presentation import json_ld, outline
from resources.library.queries import (
    of_same_lesson,
    open_shelves,
    resources_of_volume,
    volumes_with_counts,
)
from schools.curriculum import Grade, Subject

SAME_LESSON = 6


@require_safe
def resource(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The live content of a resource, for those whom its libraries reach."""
    shown = readable_or_404(request.user, uuid)
    shelves = list(open_shelves(shown))
    is_public = any(shelf.level == Level.PUBLIC for shelf in shelves)
    url = request.build_absolute_uri(shown.get_absolute_url())
    return render(
        request,
        "library/resource.html",
        {
            "resource": shown,
            "outline": outline(shown),
            "shelves": shelves,
            "same_lesson": of_same_lesson(shown, request.user)[:SAME_LESSON],
            "offers": {action.value for action in offers(request.user, shown)}
            if request.user.is_authenticated
            else set(),
            "json_ld": json_ld(shown, url) if is_public else "",
        },
    )


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """All textbook volumes by subject, with the number of resources the reader may see."""
    subject, grade = request.GET.get("subject", ""), request.GET.get("grade", "")
    volumes = volumes_with_counts(request.user)
    everything = list(volumes)
    shown = [
        volume
        for volume in everything
        if subject in {"", volume.subject} and grade in {"", str(volume.grade or "")}
    ]
    by_subject = sorted(shown, key=lambda volume: Subject.values.index(volume.subject))
    return render(
        request,
        "library/browse.html",
        {
            "subjects": [
                (Subject(code).label, list(rows))
                for code, rows in groupby(by_subject, key=lambda volume: volume.subject)
            ],
            "subject_choices": [
                choice for choice in Subject if choice in {row.subject for row in everything}
            ],
            "grade_choices": [
                choice for choice in Grade if choice in {row.grade for row in everything}
            ],
            "subject": subject,
            "grade": grade,
            "is_empty": not everything,
        },
    )


@dataclass(slots=True)
class Line:
    """One line of a volume's contents with its resources."""

    title: str
    depth: int
    is_lesson: bool
    resources: list[Resource] = field(default_factory=list)


@require_safe
def volume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The contents of a volume, each lesson with the resources the reader may see."""
    shown = volume_or_404(uuid)
    by_chapter: dict[int | None, list[Resource]] = defaultdict(list)
    for found in resources_of_volume(shown, request.user):
        by_chapter[found.chapter_id].append(found)
    context: dict[str, Any] = {
        "volume": shown,
        "lines": list(_lines(tree_of(shown), by_chapter)),
        "others": by_chapter.get(None, []),
        "count": sum(map(len, by_chapter.values())),
    }
    return render(request, "library/volume.html", context)


def _lines(
    branches: list[Branch], by_chapter: dict[int | None, list[Resource]], depth: int = 0
) -> Iterator[Line]:
    for branch in branches:
        chapter = branch.chapter
        yield Line(str(chapter), depth, chapter.is_lesson, by_chapter.get(chapter.pk, []))
        yield from _lines(branch.branches, by_chapter, depth + 1)
