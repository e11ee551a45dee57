"""The one rule of visibility: a reader sees a page when their tokens meet its audience.

Tokens: ``public``, ``region:1``, ``base:2``, ``group:3``, ``school:7``, ``prepgroup:9``,
``user:5``, ``review:<id>``, ``round:<id>``. A reader's tokens come at request time from dated
memberships and roles, by providers that each app registers; a page's are stored, for its live
and for its draft side. Page views, lists, search, files, feeds, the API and exports ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models, transaction
from django.db.models import Exists, OuterRef

from schools.models import (
    AudienceToken,
    EducationGroupMember,
    Membership,
    SubjectBaseMember,
    User,
)
from schools.models.dated import held_on, today

Reader = User | AnonymousUser
TokenProvider = Callable[[User, date], Iterable[str]]
Side = AudienceToken.Side
PageRow = TypeVar("PageRow", bound=models.Model)

PUBLIC = "public"
_providers: list[TokenProvider] = []


def region(pk: int) -> str:
    """All schools below a region."""
    return f"region:{pk}"


def base(pk: int) -> str:
    """All schools of a subject base (学科基地)."""
    return f"base:{pk}"


def group(pk: int) -> str:
    """All schools of an education group."""
    return f"group:{pk}"


def school(pk: int) -> str:
    """A school's teachers."""
    return f"school:{pk}"


def prep_group(pk: int) -> str:
    """The members of a prep group."""
    return f"prepgroup:{pk}"


def user(pk: int) -> str:
    """One person."""
    return f"user:{pk}"


def review(pk: int) -> str:
    """The reviewers of one submission."""
    return f"review:{pk}"


def register_token_provider(provider: TokenProvider) -> TokenProvider:
    """Add a source of readers' tokens; call it in `AppConfig.ready`, or use as a decorator."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def tokens_of(reader: Reader, on: date | None = None) -> frozenset[str]:
    """The reader's tokens on a day, today by default; kept on the reader for the request."""
    if not isinstance(reader, User) or not reader.is_active:
        return frozenset({PUBLIC})
    day = on or today()
    kept: dict[date, frozenset[str]] = reader.__dict__.setdefault("_audience_tokens", {})
    if day not in kept:
        found = (token for provider in _providers for token in provider(reader, day))
        kept[day] = frozenset({PUBLIC, user(reader.pk), *found})
    return kept[day]


@register_token_provider
def _tokens_of_memberships(reader: User, day: date) -> Iterable[str]:
    schools = dict(
        Membership.objects.on(day)
        .filter(user=reader)
        .values_list("school_id", "school__region__lineage")
    )
    groups = (
        EducationGroupMember.objects.on(day)
        .filter(school__in=schools)
        .values_list("education_group_id", flat=True)
    )
    yield from (school(pk) for pk in schools)
    yield from (group(pk) for pk in groups)
    bases = (
        SubjectBaseMember.objects.on(day)
        .filter(school__in=schools)
        .values_list("subject_base_id", flat=True)
    )
    yield from (base(pk) for pk in bases)
    regions = {int(pk) for lineage in schools.values() for pk in lineage.strip("/").split("/")}
    yield from (region(pk) for pk in regions)


def visible(
    pages: models.QuerySet[PageRow], reader: Reader, side: Side = Side.LIVE
) -> models.QuerySet[PageRow]:
    """Those of `pages` whose audience on `side` the reader is in; live ones only for LIVE."""
    meets = AudienceToken.objects.filter(
        page=OuterRef("pk"), side=side, token__in=tokens_of(reader)
    )
    if side == Side.LIVE:
        pages = pages.filter(live=True)
    return pages.filter(Exists(meets))


def may_see(reader: Reader, page: Any, side: Side = Side.LIVE) -> bool:
    """Whether `visible` would keep this one page."""
    if side == Side.LIVE and not page.live:
        return False
    return AudienceToken.objects.filter(
        page_id=page.pk, side=side, token__in=tokens_of(reader)
    ).exists()


def audience_of(page: Any, side: Side) -> frozenset[str]:
    """The tokens stored for one side of a page."""
    stored = AudienceToken.objects.filter(page_id=page.pk, side=side)
    return frozenset(stored.values_list("token", flat=True))


@transaction.atomic
def set_audience(page: Any, side: Side, tokens: Iterable[str]) -> None:
    """Make `tokens` the whole audience of one side of a page."""
    wanted = set(tokens)
    stored = AudienceToken.objects.filter(page_id=page.pk, side=side)
    stored.exclude(token__in=wanted).delete()
    AudienceToken.objects.bulk_create(
        [AudienceToken(page_id=page.pk, side=side, token=token) for token in wanted],
        ignore_conflicts=True,
    )


__all__ = [
    "PUBLIC",
    "Reader",
    "Side",
    "audience_of",
    "base",
    "group",
    "held_on",
    "may_see",
    "prep_group",
    "region",
    "register_token_provider",
    "review",
    "school",
    "set_audience",
    "tokens_of",
    "user",
    "visible",
]
