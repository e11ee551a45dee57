"""Resources as search documents: live contents only, with all words by which they are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation

from resources.catalogue.queries import lesson_path
from resources.library.kept import SOURCE
from resources.library.kinds.tiers import tier_labels
from resources.library.models import KINDS, Level, Resource, Shelf, kinds
from resources.library.queries import live_resources, readable
from schools.audience import Reader, Side
from schools.models import AudienceToken
from search.documents import SearchDocument, register_source
from search.vocabulary import Term, register_vocabulary


class ResourceSource:
    """The library's resources."""

    name = SOURCE

    def uuids(self) -> Iterator[UUID]:
        return live_resources().order_by("uuid").values_list("uuid", flat=True).iterator()

    def documents(self, uuids: Collection[UUID]) -> Iterable[SearchDocument]:
        wanted = list(uuids)
        pages = live_resources(wanted).values("pk")
        tokens, levels = _audiences(pages), _levels(pages)
        standards = _standards(pages)
        for model in KINDS.values():
            rows = model.objects.filter(uuid__in=wanted, live=True)
            rows = rows.select_related("school", "maker", "volume", "chapter__parent__parent")
            for resource in rows.prefetch_related("chapter__standards"):
                named = standards[resource.pk] or _of_lesson(resource)
                audience, level = frozenset(tokens[resource.pk]), levels[resource.pk]
                yield _document(resource, audience, level, named)

    def readable(self, uuids: Collection[UUID], reader: Reader) -> Collection[UUID]:
        return set(readable(reader).filter(uuid__in=[*uuids]).values_list("uuid", flat=True))


def _audiences(pages: Any) -> dict[int, set[str]]:
    tokens: dict[int, set[str]] = defaultdict(set)
    rows = AudienceToken.objects.filter(page__in=pages, side=Side.LIVE)
    for page, token in rows.values_list("page_id", "token"):
        tokens[page].add(token)
    return tokens


def _levels(pages: Any) -> dict[int, str]:
    """The highest library of each page."""
    levels: dict[int, str] = defaultdict(str)
    rows = Shelf.objects.open().upwards().filter(resource__in=pages)
    levels.update(rows.values_list("resource_id", "level"))
    return levels


def _standards(pages: Any) -> dict[int, list[str]]:
    """The standards that each page names itself; one query, however many pages."""
    named: dict[int, list[str]] = defaultdict(list)
    rows = Resource.standards.through.objects.filter(resource__in=pages).order_by("pk")
    for page, text in rows.values_list("resource_id", "standard__text"):
        named[page].append(text)
    return named


def _of_lesson(resource: Resource) -> list[str]:
    chapter = resource.chapter
    return [standard.text for standard in chapter.standards.all()] if chapter else []


def _document(
    resource: Resource, audience: frozenset[str], level: str, standards: list[str]
) -> SearchDocument:
    chapter, volume = resource.chapter, resource.volume
    with translation.override(settings.LANGUAGE_CODE):
        url = resource.get_absolute_url()
    return SearchDocument(
        uuid=resource.uuid,
        source=SOURCE,
        kind=resource.kind,
        title=resource.title,
        url=url,
        audience=audience,
        body=resource.search_text(),
        keywords=tuple(
            filter(None, [resource.maker.name, resource.contributors, *resource.tags, *standards])
        ),
        subject=resource.subject,
        stage=resource.stage,
        grade=resource.grade,
        edition=volume.edition if volume else "",
        volume=volume.part if volume else "",
        chapters=tuple(lesson_path(chapter)) if chapter else (),
        school=resource.school.name,
        scope=level,
        tiers=tuple(resource.tier_values()),
        premium=resource.premium,
        quality=resource.quality,
        uses=resource.uses,
        published=resource.first_published_at,
        source_id=resource.source_id or "",
    )


def terms() -> Iterator[Term]:
    """What kinds and libraries are called."""
    for kind in kinds():
        yield Term("kind", kind.code, kind.label, kind.synonyms)
    yield from (Term("scope", level.value, level.label) for level in Level)
    yield from (Term("tier", code, label) for code, label in tier_labels().items())


def register() -> None:
    """Make the library's resources found."""
    register_source(ResourceSource())
    register_vocabulary(terms)
