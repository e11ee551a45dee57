"""Pages for every reader: the library by textbook, one volume."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from resources.catalogue.models import Volume
from resources.catalogue.queries import Branch, tree_of
from resources.library.access import chapter_or_404, volume_or_404
from resources.library.gaps import Line as GapLine
from resources.library.gaps import gaps_of
from resources.library.models import Level, Resource, kinds
from resources.library.queries import (
    counts_by_lesson,
    counts_by_volume,
    resources_of_lesson,
    resources_of_volume,
    volumes,
)
from schools.audience import Reader
from schools.curriculum import Grade, Stage, Subject
from schools.spreadsheets import Column, xlsx_response

FACETS: list[tuple[str, type[Stage] | type[Subject] | type[Grade]]] = [
    ("stage", Stage),
    ("subject", Subject),
    ("grade", Grade),
]
"""What volumes are browsed by; each is counted under what is chosen before it."""
A_LESSON = 3
"""Resources of a lesson in the contents; the others are a press away."""
A_PAGE = 30


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Stage, subject, grade, and their volumes, each with what the reader may see."""
    everything = _volumes(request.user)
    shown, rows = everything, []
    before: dict[str, str] = {}
    for facet, values in FACETS:
        chosen = request.GET.get(facet, "")
        rows.append((facet, list(_choices(facet, values, shown, before, chosen))))
        if chosen:
            shown = [volume for volume in shown if str(getattr(volume, facet) or "") == chosen]
            before = {**before, facet: chosen}
    by_subject = sorted(shown, key=lambda volume: Subject.values.index(volume.subject))
    return render(
        request,
        "library/browse.html",
        {
            "subjects": [
                (Subject(code).label, list(volumes))
                for code, volumes in groupby(by_subject, key=lambda volume: volume.subject)
            ],
            # Where there is one value to choose there is no choice.
            "choices": [row for row in rows if len(row[1]) > 2],
            "is_empty": not everything,
        },
    )


def _volumes(reader: Reader) -> list[Any]:
    """All volumes, each with the number of resources that the reader may see."""
    counts = counts_by_volume(reader)
    found: list[Any] = list(volumes())
    for each in found:
        each.resources = counts.get(each.pk, 0)
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """One chip: where it leads, and how many resources there are."""

    label: str
    query: str
    count: int
    is_chosen: bool


def _choices(
    facet: str,
    values: type[Stage] | type[Subject] | type[Grade],
    volumes: list[Any],
    before: dict[str, str],
    chosen: str,
) -> Iterator[Choice]:
    counts: dict[Any, int] = defaultdict(int)
    for volume in volumes:
        counts[getattr(volume, facet)] += volume.resources
    everything = sum(volume.resources for volume in volumes)
    yield Choice(_("All"), f"?{urlencode(before)}", everything, not chosen)
    for value in values:
        if value.value in counts:
            query = urlencode({**before, facet: value.value})
            code = str(value.value)
            yield Choice(str(value.label), f"?{query}", counts[value.value], code == chosen)


@dataclass(slots=True)
class Line:
    """One line of a volume's contents with its resources."""

    title: str
    chapter: int
    depth: int
    is_lesson: bool
    resources: list[Resource] = field(default_factory=list)
    """Its newest."""
    own: int = 0
    count: int = 0
    """Resources of it and of all that is below it."""


@require_safe
def volume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The contents of a volume, each lesson with the newest resources the reader may see."""
    shown = volume_or_404(uuid)
    if "lesson" in request.GET:
        return _lesson(request, shown)
    counts = counts_by_lesson(shown, request.user)
    by_chapter: dict[int | None, list[Resource]] = defaultdict(list)
    for found in resources_of_volume(shown, request.user, most=A_LESSON):
        by_chapter[found.chapter_id].append(found)
    context: dict[str, Any] = {
        "volume": shown,
        "lines": list(_lines(tree_of(shown), by_chapter, counts)),
        "others": by_chapter.get(None, []),
        "others_count": counts.get(None, 0),
        "count": sum(counts.values()),
    }
    return render(request, "library/volume.html", context)


def _lesson(request: HttpRequest, volume: Volume) -> HttpResponse:
    """All resources of one lesson, in pages; `lesson=0` is what belongs to no lesson."""
    asked = request.GET["lesson"]
    chapter = None if asked == "0" else chapter_or_404(volume, asked)
    found = resources_of_lesson(volume, chapter, request.user)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"volume": volume, "chapter": chapter, "page": page}
    return render(request, "library/lesson.html", context)


@login_required
@require_safe
def gaps(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Lessons by kinds: what there is, what is missing; also as .xlsx."""
    shown = volume_or_404(uuid)
    level = request.GET.get("library", "")
    lines = list(gaps_of(shown, request.user, level))
    if request.GET.get("as") == "xlsx":
        return xlsx_response(_("Gap table"), _gap_columns(), lines)
    context = {
        "volume": shown,
        "lines": lines,
        "kinds": kinds(),
        "levels": [("", _("All libraries")), *Level.choices],
        "level": level if level in Level.values else "",
        "missing": sum(not cell.there for line in lines if line.chapter for cell in line.cells),
        "in_vain": sum(cell.in_vain for line in lines for cell in line.cells),
    }
    return render(request, "library/gaps.html", context)


def _gap_columns() -> list[Column[GapLine]]:
    def there(place: int) -> Column[GapLine]:
        return Column(kinds()[place].label, lambda line: line.cells[place].there)

    def vain(place: int) -> Column[GapLine]:
        heading = _("%(kind)s: searched in vain") % {"kind": kinds()[place].label}
        return Column(heading, lambda line: line.cells[place].in_vain)

    places = range(len(kinds()))
    lesson = Column[GapLine](_("Lesson"), str, 30)
    return [lesson, *map(there, places), *map(vain, places)]


def _lines(
    branches: list[Branch],
    by_chapter: dict[int | None, list[Resource]],
    counts: dict[int | None, int],
    depth: int = 0,
) -> Iterator[Line]:
    for branch in branches:
        chapter = branch.chapter
        below = list(_lines(branch.branches, by_chapter, counts, depth + 1))
        own = counts.get(chapter.pk, 0)
        count = own + sum(line.own for line in below)
        resources = by_chapter.get(chapter.pk, [])
        yield Line(str(chapter), chapter.pk, depth, chapter.is_lesson, resources, own, count)
        yield from below
