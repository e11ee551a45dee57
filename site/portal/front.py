"""What the home page shows: numbers, subjects, textbooks, recommended and new public resources.

All of it is what a reader without an account may see, whoever looks: the page is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from portal.blocks import Part
from resources.catalogue.models import Chapter, Volume
from resources.library.kept import kept
from resources.library.models import Resource
from resources.library.queries import listed, readable
from schools.audience import visible
from schools.curriculum import Subject
from schools.models.dated import today

if TYPE_CHECKING:
    from portal.models import ArticlePage, HomePage, RecommendedListPage

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
class Totals:
    """What is counted over all public resources."""

    figures: Figures
    subjects: dict[str, int]
    covers: dict[int, set[int]]
    """The chapters with a public resource of the textbooks with the most, these first."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """A block of the editors with what of it may be shown."""

    kind: str
    heading: str
    note: str
    """Beside the heading; of a recommended list its address."""
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


def totals() -> Totals:
    """What is counted over all public resources, as it stands now."""
    day = today()
    return kept(f"front:{day}", NOBODY, lambda: _counted(day))


def _counted(day: date) -> Totals:
    week_ago = timezone.make_aware(datetime.combine(day - timedelta(days=7), time.min))
    figures = public_resources().aggregate(
        resources=Count("pk"),
        this_week=Count("pk", filter=Q(first_published_at__gte=week_ago)),
        schools=Count("school", distinct=True),
        volumes=Count("volume", distinct=True),
    )
    subjects = public_resources().order_by().values_list("subject").annotate(count=Count("pk"))
    most = textbooks().values_list("pk", flat=True)[:COVERS]
    covers: dict[int, set[int]] = {pk: set() for pk in most}
    covered = public_resources().filter(volume__in=covers, chapter__isnull=False).order_by()
    for volume, chapter in covered.values_list("volume", "chapter").distinct():
        covers[volume].add(chapter)
    return Totals(Figures(**figures), dict(subjects), covers)


def doors(counts: dict[str, int]) -> list[Door]:
    """The subjects that have public resources, in the order of the curriculum."""
    return [
        Door(str(subject.value), str(subject.label), counts[subject.value])
        for subject in Subject
        if counts.get(subject.value)
    ]


def textbooks() -> models.QuerySet[Any]:
    """Textbooks with public resources, those with the most first."""
    of_volume = public_resources().filter(volume=OuterRef("pk")).order_by().values("volume")
    count = Subquery(of_volume.annotate(n=Count("pk")).values("n"))
    return (
        Volume.objects.annotate(resources=Coalesce(count, 0))
        .filter(resources__gt=0)
        .order_by("-resources", "stage", "grade", "subject", "pk")
    )


def covers(found: dict[int, set[int]]) -> list[Cover]:
    """The textbooks with the most public resources, with how many of their lessons have one."""
    volumes = Volume.objects.in_bulk(list(found))
    lessons: dict[int, set[int]] = {pk: set() for pk in found}
    contents = Chapter.objects.filter(volume__in=found, is_lesson=True).order_by()
    for volume, chapter in contents.values_list("volume", "pk"):
        lessons[volume].add(chapter)
    return [
        Cover(volumes[pk], short_name(volumes[pk]), len(covered & lessons[pk]), len(lessons[pk]))
        for pk, covered in found.items()
    ]


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


def recommended_lists_of(text: str) -> models.QuerySet[RecommendedListPage]:
    """Published recommended lists whose title holds `text`, the newest first."""
    from portal.models import RecommendedListPage

    found = visible(RecommendedListPage.objects.filter(title__icontains=text), NOBODY)
    return found.order_by("-first_published_at", "-pk")


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A public resource and why an editor recommends it."""

    resource: Resource
    reason: str


def recommendations(page: RecommendedListPage) -> list[Recommendation]:
    """The list without what is not public any more."""
    items = [block.value for block in page.items]
    shown = _shown(listed(public_resources()), _pks(item["resource"] for item in items))
    return [
        Recommendation(shown[item["resource"].pk], item["reason"])
        for item in items
        if item["resource"] is not None and item["resource"].pk in shown
    ]


def arranged(page: HomePage, counted: Totals) -> list[Arranged]:
    """The editors' blocks without what is not public any more, and without empty ones.

    Where they placed no part that the page makes by itself, all of these follow.
    """
    blocks = list(page.body)
    placed = [block.value["part"] for block in blocks if block.block_type == "part"]
    stock = _Stock(blocks, counted)
    found = [stock.arranged(block.block_type, block.value) for block in blocks]
    found += [made_by_itself(part, counted) for part in (() if placed else Part.values)]
    return [block for block in found if block.things]


class _Stock:
    """What the blocks of a page show, fetched at once."""

    def __init__(self, blocks: list[Any], counted: Totals) -> None:
        self._counted = counted
        self._resources = _shown(
            listed(public_resources()),
            [*_chosen(blocks, "recommended", "resources"), *self._of_lists(blocks)],
        )
        self._articles = _shown(articles(), _chosen(blocks, "articles", "articles"))

    def _of_lists(self, blocks: list[Any]) -> Iterator[int]:
        pages = [block.value["page"] for block in blocks if block.block_type == "recommended_list"]
        chosen = recommended_lists_of("").filter(pk__in=_pks(pages))
        self._lists = {page.pk: page for page in chosen}
        for page in self._lists.values():
            yield from _pks(block.value["resource"] for block in page.items)

    def arranged(self, kind: str, value: Any) -> Arranged:
        """One block with what of it may be shown."""
        match kind:
            case "recommended":
                things = [self._resources.get(pk) for pk in _pks(value["resources"])]
            case "articles":
                things = [self._articles.get(pk) for pk in _pks(value["articles"])]
            case "recommended_list":
                return self._list(value)
            case "part":
                return made_by_itself(value["part"], self._counted)
            case "text":
                return Arranged(kind, value["heading"], "", [value["text"]])
            case _:
                things = list(value["links"])
        shown = [thing for thing in things if thing is not None]
        return Arranged(kind, value["heading"], value.get("note", ""), shown)

    def _list(self, value: Any) -> Arranged:
        page = self._lists.get(value["page"].pk) if value["page"] is not None else None
        if page is None:
            return Arranged("recommended_list", "", "", [])
        things = [
            Recommendation(self._resources[block.value["resource"].pk], block.value["reason"])
            for block in page.items
            if block.value["resource"] is not None and block.value["resource"].pk in self._resources
        ]
        return Arranged("recommended_list", page.title, page.url, things[: value["most"]])


def _pks(things: Iterable[Any]) -> list[int]:
    return [thing.pk for thing in things if thing is not None]


def _chosen(blocks: list[Any], kind: str, field: str) -> Iterator[int]:
    for block in blocks:
        if block.block_type == kind:
            yield from _pks(block.value[field])


def _shown(things: models.QuerySet[Any], chosen: Iterable[int]) -> dict[int, Any]:
    return {thing.pk: thing for thing in things.filter(pk__in=list(chosen))}


def made_by_itself(part: str, counted: Totals) -> Arranged:
    """A part that no editor writes."""
    match part:
        case Part.SUBJECTS:
            things: list[Any] = list(doors(counted.subjects))
        case Part.TEXTBOOKS:
            things = list(covers(counted.covers))
        case Part.NEWEST:
            things = list(newest()[:NEWEST])
        case _:
            things = list(articles()[:TEASERS])
    return Arranged(part, "", "", things)


BESIDE = {"articles", "links", Part.NEWEST.value, Part.ARTICLES.value}
"""What stands in the narrow column of a wide screen."""


def front(page: HomePage) -> dict[str, Any]:
    """Everything on the home page; the number of queries does not depend on how much there is."""
    counted = totals()
    blocks = arranged(page, counted)
    wide = [block for block in blocks if block.kind == Part.SUBJECTS]
    return {
        "figures": counted.figures,
        "subjects": wide,
        "main": [block for block in blocks if block.kind not in BESIDE and block not in wide],
        "beside": [block for block in blocks if block.kind in BESIDE],
    }
