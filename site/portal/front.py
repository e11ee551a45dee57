"""What the home page shows: numbers, subjects, textbooks, recommended and new public resources.

All of it is what a reader without an account may see, whoever looks: the page is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from resources.catalogue.models import Chapter, Volume
from resources.library.models import Resource
from resources.library.queries import listed, readable
from schools.audience import visible
from schools.curriculum import Subject

if TYPE_CHECKING:
    from portal.models import ArticlePage, HomePage

NOBODY = AnonymousUser()
GRADES = {
    1: pgettext_lazy("grade on a cover", "1"),
    2: pgettext_lazy("grade on a cover", "2"),
    3: pgettext_lazy("grade on a cover", "3"),
    4: pgettext_lazy("grade on a cover", "4"),
    5: pgettext_lazy("grade on a cover", "5"),
    6: pgettext_lazy("grade on a cover", "6"),
    7: pgettext_lazy("grade on a cover", "7"),
    8: pgettext_lazy("grade on a cover", "8"),
    9: pgettext_lazy("grade on a cover", "9"),
    10: pgettext_lazy("grade on a cover", "10"),
    11: pgettext_lazy("grade on a cover", "11"),
    12: pgettext_lazy("grade on a cover", "12"),
}
NEWEST = 5
COVERS = 7
TEASERS = 3


@dataclass(frozen=True, slots=True)
class Door:
    """A subject with the number of its public resources."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is."""

    resources: int
    this_week: int
    schools: int
    volumes: int


@dataclass(frozen=True, slots=True)
class Arranged:
    """A block of the editors with what of it may be shown."""

    kind: str
    heading: str
    note: str
    things: list[Any]


def public_resources() -> models.QuerySet[Resource]:
    """What anyone may read."""
    return readable(NOBODY)


def newest() -> models.QuerySet[Resource]:
    """Public resources, the newest first."""
    return listed(public_resources()).order_by("-first_published_at", "-pk")


def articles() -> models.QuerySet[ArticlePage]:
    """Published articles, the newest first."""
    from portal.models import ArticlePage

    found = visible(ArticlePage.objects.all(), NOBODY).select_related("picture")
    return found.order_by("-first_published_at", "-pk")


def doors() -> list[Door]:
    """The subjects that have public resources, in the order of the curriculum."""
    rows = public_resources().order_by().values_list("subject").annotate(count=Count("pk"))
    counts: dict[str, int] = dict(rows)
    return [
        Door(str(subject.value), str(subject.label), counts[subject.value])
        for subject in Subject
        if counts.get(subject.value)
    ]


def figures() -> Figures:
    """The numbers beside the search box; one query."""
    week_ago = timezone.now() - timedelta(days=7)
    found = public_resources().aggregate(
        resources=Count("pk"),
        this_week=Count("pk", filter=Q(first_published_at__gte=week_ago)),
        schools=Count("school", distinct=True),
        volumes=Count("volume", distinct=True),
    )
    return Figures(**found)


def covers() -> models.QuerySet[Any]:
    """Textbooks with public resources, those with the most first.

    Each with `lessons` and `covered`, of which as many have a public resource.
    """
    of_volume = public_resources().filter(volume=OuterRef("pk")).order_by().values("volume")
    of_contents = Chapter.objects.filter(volume=OuterRef("pk"), is_lesson=True).order_by()
    lessons = of_contents.values("volume").annotate(n=Count("pk")).values("n")
    return (
        Volume.objects.annotate(
            resources=Coalesce(Subquery(of_volume.annotate(n=Count("pk")).values("n")), 0),
            covered=Coalesce(
                Subquery(
                    of_volume.filter(chapter__is_lesson=True)
                    .annotate(n=Count("chapter", distinct=True))
                    .values("n")
                ),
                0,
            ),
            lessons=Coalesce(Subquery(lessons), 0),
        )
        .filter(resources__gt=0)
        .order_by("-resources", "stage", "grade", "subject", "pk")
    )


def short_name(volume: Volume) -> str:
    """What stands large on a cover, ``七上``; a volume for no one grade has its part alone."""
    part = volume.part.removesuffix("册") if volume.grade else volume.part
    return f"{GRADES[volume.grade]}{part}" if volume.grade else part


@dataclass(frozen=True, slots=True)
class Cover:
    """A textbook among the covers of the home page."""

    volume: Volume
    short: str
    covered: int
    lessons: int

    @property
    def is_complete(self) -> bool:
        return 0 < self.lessons <= self.covered


def arranged(page: HomePage) -> list[Arranged]:
    """The editors' blocks without what is not public any more, and without empty ones."""
    blocks = list(page.body)
    resources = _shown(listed(public_resources()), _chosen(blocks, "recommended", "resources"))
    teasers = _shown(articles(), _chosen(blocks, "articles", "articles"))
    found = [_block(block, resources, teasers) for block in blocks]
    return [block for block in found if block.things]


def _chosen(blocks: list[Any], kind: str, field: str) -> Iterator[int]:
    for block in blocks:
        if block.block_type == kind:
            yield from (thing.pk for thing in block.value[field] if thing is not None)


def _shown(things: models.QuerySet[Any], chosen: Iterator[int]) -> dict[int, Any]:
    return {thing.pk: thing for thing in things.filter(pk__in=list(chosen))}


def _block(block: Any, resources: dict[int, Any], teasers: dict[int, Any]) -> Arranged:
    value = block.value
    match block.block_type:
        case "recommended":
            chosen = [thing.pk for thing in value["resources"] if thing is not None]
            things = [resources[pk] for pk in chosen if pk in resources]
        case "articles":
            chosen = [thing.pk for thing in value["articles"] if thing is not None]
            things = [teasers[pk] for pk in chosen if pk in teasers]
        case _:
            things = list(value["links"])
    return Arranged(block.block_type, value["heading"], value.get("note", ""), things)


def front(page: HomePage) -> dict[str, Any]:
    """Everything on the home page; the number of queries does not depend on how much there is."""
    blocks = arranged(page)
    return {
        "figures": figures(),
        "doors": doors(),
        "recommended": [block for block in blocks if block.kind == "recommended"],
        "beside": [block for block in blocks if block.kind != "recommended"],
        "latest_articles": list(articles()[:TEASERS]),
        "covers": [
            Cover(volume, short_name(volume), volume.covered, volume.lessons)
            for volume in covers()[:COVERS]
        ],
        "newest": list(newest()[:NEWEST]),
    }
