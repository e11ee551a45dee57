"""Reads of the library."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypedDict
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from resources.catalogue.models import Chapter, Volume
from resources.library.kept import kept
from resources.library.ladder import (
    bases_of,
    editors_scope,
    groups_of,
    places_above,
    regions_of,
)
from resources.library.models import KINDS, Place, Resource, Scope, Shelf, Submission
from schools.access import Role, grants_of, users_holding
from schools.audience import PUBLIC, Reader, Side, tokens_of, visible
from schools.models import (
    AudienceToken,
    AuditEntry,
    Membership,
    RoleGrant,
    TeachingAssignment,
    User,
)
from schools.models.dated import today
from schools.models.roles import SCOPES

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

State = Submission.State
Purpose = Submission.Purpose


class ResourceState(models.TextChoices):
    """Where a maker's resource stands on its way; see `made_by`."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    SENT_BACK = "sent_back", _("Sent back")
    PUBLISHED = "published", _("Published")


def editor_grants(reader: Reader, day: date | None = None) -> list[RoleGrant]:
    """The reader's roles as library editor on a day, today by default."""
    if not isinstance(reader, User) or not reader.is_active:
        return []
    if day is None or day == today():
        return [grant for grant in grants_of(reader) if grant.role == Role.LIBRARY_EDITOR]
    grants = RoleGrant.objects.on(day).filter(user=reader, role=Role.LIBRARY_EDITOR)
    return list(grants.select_related(*SCOPES))


def awaiting(reader: Reader, day: date | None = None) -> models.QuerySet[Submission]:
    """What waits for the reader's decision: as editor of the scope, never as maker or asker."""
    mine = Q(pk__in=[])
    for grant in editor_grants(reader, day):
        covered = Q(**{column: getattr(grant, f"{column}_id") for column in SCOPES})
        if grant.subject:
            covered &= Q(subject=grant.subject)
        if grant.stage:
            covered &= Q(stage=grant.stage)
        mine |= covered
    waiting: models.QuerySet[Submission] = Submission.objects.filter(mine, state=State.WAITING)
    if not isinstance(reader, User):
        return waiting.none()
    return waiting.exclude(resource__maker=reader).exclude(asked_by=reader)


def review_queue(reader: Reader) -> models.QuerySet[Submission]:
    """What waits for the reader, with what a list shows, the one waiting longest first."""
    return (
        awaiting(reader)
        .select_related("resource__school", "resource__maker", "asked_by")
        .select_related(*SCOPES)
        .order_by("asked_at", "pk")
    )


def reviewers(scope: Scope, resource: Resource, *, asker: User) -> models.QuerySet[User]:
    """The editors of a scope who may decide about the resource as it is described."""
    editors = users_holding(
        Role.LIBRARY_EDITOR, scope, subject=resource.subject, stage=resource.stage
    )
    return editors.exclude(pk__in=[resource.maker_id, asker.pk])


def open_shelves(resource: Resource) -> models.QuerySet[Shelf]:
    """Where the resource stands, from the school up."""
    shelves: models.QuerySet[Shelf] = Shelf.objects.open().upwards().filter(resource=resource.pk)
    return shelves.select_related(*SCOPES, "region__parent")


def standing(resource: Resource) -> list[Place]:
    """The libraries in which the resource stands, from the school up."""
    return [shelf.place for shelf in open_shelves(resource)]


def targets(resource: Resource) -> list[Place]:
    """The libraries to which it may be recommended now, the nearest first."""
    there = standing(resource)
    if not resource.live or not there:
        return []
    school = resource.school
    return places_above(
        there[-1].rank,
        groups=groups_of(school),
        bases=bases_of(school, subject=resource.subject, stage=resource.stage),
        regions=regions_of(school),
    )


def targets_with_reviewers(resource: Resource, asker: User) -> list[tuple[Place, list[User]]]:
    """Each target with those who would review it."""
    there = standing(resource)
    return [
        (
            place,
            list(
                reviewers(
                    editors_scope(place, there, resource.school), resource, asker=asker
                ).order_by("name", "pk")
            ),
        )
        for place in targets(resource)
    ]


def waiting_submission(resource: Resource, purpose: str) -> Submission | None:
    """The resource's open request of one purpose."""
    found: Submission | None = (
        Submission.objects.filter(resource=resource.pk, purpose=purpose, state=State.WAITING)
        .select_related(*SCOPES, "asked_by")
        .first()
    )
    return found


def waiting_submissions(resource: Resource) -> models.QuerySet[Submission]:
    """Every open request about a resource."""
    waiting: models.QuerySet[Submission] = Submission.objects.filter(
        resource=resource.pk, state=State.WAITING
    )
    return waiting


def submissions_of(resource: Resource) -> models.QuerySet[Submission]:
    """All that was asked about a resource, the newest first."""
    return (
        Submission.objects.filter(resource=resource.pk)
        .select_related(*SCOPES, "asked_by", "reviewer")
        .order_by("-pk")
    )


class OwnAnnotations(TypedDict):
    """What `made_by` says of each resource beside its own fields."""

    newest_publication: str
    last_reason: str
    rising: bool
    state: str


def made_by(maker: User) -> models.QuerySet[WithAnnotations[Resource, OwnAnnotations]]:
    """The maker's resources with their `state`, the one changed last first; the bin's too.

    `last_reason` is that of the newest publication request, if it was sent back; `highest` needs
    the open shelves, which come along as `places_open`.
    """
    publication = Submission.objects.filter(resource=OuterRef("pk"), purpose=Purpose.PUBLISH)
    newest = publication.order_by("-pk")
    states = models.Case(
        models.When(newest_publication=State.WAITING, then=models.Value(ResourceState.IN_REVIEW)),
        models.When(newest_publication=State.SENT_BACK, then=models.Value(ResourceState.SENT_BACK)),
        models.When(live=True, then=models.Value(ResourceState.PUBLISHED)),
        default=models.Value(ResourceState.DRAFT),
        output_field=models.CharField(),
    )
    return (
        Resource.objects.filter(maker=maker)
        .annotate(
            newest_publication=Subquery(newest.values("state")[:1]),
            last_reason=Subquery(newest.values("reason")[:1]),
            rising=Exists(
                Submission.objects.filter(
                    resource=OuterRef("pk"), purpose=Purpose.RISE, state=State.WAITING
                )
            ),
        )
        .annotate(state=states)
        .select_related("school", "volume", "chapter")
        .prefetch_related(_places_open())
        .order_by(F("latest_revision_created_at").desc(nulls_last=True), "-pk")
    )


def _places_open() -> Prefetch[str]:
    shelves = Shelf.objects.open().upwards().select_related(*SCOPES)
    return Prefetch("shelves", queryset=shelves, to_attr="places_open")


def readable(reader: Reader) -> models.QuerySet[Resource]:
    """The resources whose live content the reader may see."""
    return visible(Resource.objects.all(), reader)


def with_parts_seen(reader: Reader) -> models.QuerySet[Resource]:
    """The resources of which the reader, if they may see them, sees answers and notes too.

    Those do whom a library of school, group, base or region brought here, the maker and who
    reviews; who is here only because everyone is, once the maker has let them out.
    """
    seen = Q(answers_out=True)
    if isinstance(reader, User) and reader.is_active:
        brought = AudienceToken.objects.filter(
            page=OuterRef("pk"), side=Side.LIVE, token__in=tokens_of(reader) - {PUBLIC}
        )
        seen |= Q(maker=reader) | Q(Exists(brought))
    return Resource.objects.filter(seen)


def listed(resources: models.QuerySet[Resource]) -> models.QuerySet[Resource]:
    """With what a list shows of each."""
    return resources.select_related("school", "maker", "volume", "chapter")


def of_same_lesson(resource: Resource, reader: Reader) -> models.QuerySet[Resource]:
    """Other resources of the same lesson that the reader may see."""
    if resource.chapter_id is None:
        return Resource.objects.none()
    others = readable(reader).filter(chapter=resource.chapter_id).exclude(pk=resource.pk)
    return listed(others).order_by("-first_published_at", "pk")


def of_lesson(chapter: Chapter, reader: Reader) -> models.QuerySet[Resource]:
    """The resources of a lesson that the reader may see, the oldest first."""
    return listed(readable(reader).filter(chapter=chapter)).order_by("first_published_at", "pk")


def volumes() -> models.QuerySet[Volume]:
    """All volumes of the catalogue in the order in which they are browsed."""
    return Volume.objects.order_by("stage", "grade", "subject", "edition", "part", "pk")


def counts_by_volume(reader: Reader) -> dict[int | None, int]:
    """How many resources the reader may see of each volume; None: of no volume."""
    return kept("volumes", reader, lambda: _counts(readable(reader), "volume"))


def counts_by_lesson(volume: Volume, reader: Reader) -> dict[int | None, int]:
    """How many resources the reader may see of each chapter; None: of the whole volume."""
    of_volume = readable(reader).filter(volume=volume)
    return kept(f"lessons:{volume.pk}", reader, lambda: _counts(of_volume, "chapter"))


def _counts(found: models.QuerySet[Resource], field: str) -> dict[Any, int]:
    return dict(found.order_by().values_list(field).annotate(count=Count("pk")))


def resources_of_volume(volume: Volume, reader: Reader, *, most: int) -> models.QuerySet[Resource]:
    """What the reader may see of a volume, the newest first, of each lesson `most` at the most."""
    rank = Window(
        RowNumber(), partition_by=F("chapter"), order_by=[F("first_published_at").desc(), F("pk")]
    )
    ranked = readable(reader).filter(volume=volume).annotate(rank=rank).filter(rank__lte=most)
    newest = kept(
        f"newest:{volume.pk}:{most}", reader, lambda: list(ranked.values_list("pk", flat=True))
    )
    found = readable(reader).filter(pk__in=newest)
    return listed(found).order_by("-first_published_at", "pk")


def resources_of_lesson(
    volume: Volume, chapter: Chapter | None, reader: Reader
) -> models.QuerySet[Resource]:
    """What the reader may see of one chapter, or of the whole volume, the newest first."""
    found = readable(reader).filter(volume=volume, chapter=chapter)
    return listed(found).order_by("-first_published_at", "pk")


def history_of(resource: Resource) -> models.QuerySet[AuditEntry]:
    """What happened to a resource, the newest first."""
    types = [Resource._meta.label_lower, *(kind._meta.label_lower for kind in KINDS.values())]
    return AuditEntry.objects.filter(
        target_type__in=types, target_id=str(resource.uuid), action__startswith="resource."
    ).select_related("actor")


def revision_of(submission: Submission) -> Revision:
    """The revision that a submission is about."""
    return Revision.objects.get(pk=submission.revision_id)


def live_resources(uuids: list[UUID] | None = None) -> models.QuerySet[Resource]:
    """Resources with a live content, of all or of these uuids."""
    live: models.QuerySet[Resource] = Resource.objects.filter(live=True)
    return live if uuids is None else live.filter(uuid__in=uuids)


def lessons_for(maker: User, also: int | None = None) -> models.QuerySet[Chapter]:
    """The lessons that a form offers: of the subjects the maker teaches, else all; `also` a pk."""
    lessons = Chapter.objects.filter(is_lesson=True).select_related("volume")
    subjects = TeachingAssignment.objects.filter(
        membership__in=Membership.objects.on(today()).filter(user=maker)
    ).values_list("subject", flat=True)
    if taught := set(subjects):
        lessons = lessons.filter(Q(volume__subject__in=taught) | Q(pk=also))
    return lessons.order_by("volume__subject", "volume__grade", "volume", "position")


def counts_by(
    resources: models.QuerySet[Any], field: Literal["state", "content_type"]
) -> dict[Any, int]:
    """How many of the resources have each value of `field`."""
    rows = resources.prefetch_related(None).select_related(None).order_by().values(field)
    return dict(rows.annotate(count=Count("pk")).values_list(field, "count"))


def decided_by(editor: User) -> models.QuerySet[Submission]:
    """What an editor has decided, the newest first."""
    return (
        Submission.objects.filter(reviewer=editor)
        .select_related("resource", "revision", "asked_by")
        .select_related(*SCOPES)
        .order_by("-decided_at", "-pk")
    )


def content_of(submission: Submission) -> Resource:
    """The content that a submission is about, as its kind."""
    content: Resource = revision_of(submission).as_object()
    return content
