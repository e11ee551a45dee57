"""Lesson plans as search documents, for their own group, while they have no edition."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from django.db import models

from lessonprep.plans.models import LessonPlan
from lessonprep.versions.comparison import section_text
from schools.audience import Reader, Side, visible
from schools.models import AudienceToken
from search.documents import SearchDocument

SOURCE = "plans"


class PlanSource:
    """Lesson plans that no edition stands for: by their names from the start, by their text
    once it is live."""

    name = SOURCE

    def _plans(self) -> models.QuerySet[LessonPlan]:
        return LessonPlan.objects.filter(publication__isnull=True)

    def uuids(self) -> Iterator[UUID]:
        return self._plans().order_by("uuid").values_list("uuid", flat=True).iterator()

    def documents(self, uuids: Collection[UUID]) -> Iterable[SearchDocument]:
        plans = self._plans().filter(uuid__in=uuids).select_related("volume", "chapter__parent")
        audiences: dict[int, set[str]] = {}
        tokens = AudienceToken.objects.filter(page__in=plans.values("pk"))
        for page_id, token in tokens.values_list("page_id", "token"):
            audiences.setdefault(page_id, set()).add(token)
        for plan in plans:
            chapter = plan.chapter
            path = [chapter.parent.title] if chapter and chapter.parent else []
            yield SearchDocument(
                uuid=plan.uuid,
                source=self.name,
                kind="lesson_plan",
                title=plan.title,
                url=plan.get_absolute_url(),
                audience=frozenset(audiences.get(plan.pk, ())),
                body=_live_text(plan),
                subject=plan.subject,
                stage=plan.stage,
                grade=plan.grade,
                edition=plan.volume.edition if plan.volume else "",
                volume=plan.volume.part if plan.volume else "",
                chapters=(*path, *([chapter.title] if chapter else [])),
                scope="prep_group",
                published=plan.first_published_at,
            )

    def readable(self, uuids: Collection[UUID], reader: Reader) -> Collection[UUID]:
        plans = self._plans().filter(uuid__in=uuids)
        seen = visible(plans, reader, Side.DRAFT) | visible(plans, reader)
        return set(seen.values_list("uuid", flat=True))


def _live_text(plan: LessonPlan) -> str:
    if not plan.live:
        return ""
    return " ".join(map(section_text, plan.sections.get_prep_value()))
