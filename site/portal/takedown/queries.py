"""Reads of take-down requests: which public page is meant, and which requests are whose."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import Resolver404, resolve
from wagtail.models import Page

from portal.models import ArticlePage, RecommendedListPage
from portal.takedown.models import TakedownRequest
from resources.library.models import Resource
from resources.library.queries import editor_grants, readable
from schools.access import Role, holds, users_holding
from schools.audience import visible
from schools.models import User

_NOBODY = AnonymousUser()


def public_page_at(address: str) -> Resource | Page | None:
    """The public resource, article or list at an address of this site, whole or from its slash."""
    try:
        match = resolve(urlsplit(address.strip()).path)
    except (Resolver404, ValueError):
        return None
    if match.view_name == "library:resource":
        return readable(_NOBODY).filter(uuid=match.kwargs["uuid"]).first()
    if match.view_name != "wagtail_serve":
        return None
    slug = "".join(match.args).strip("/")
    written = Page.objects.type(ArticlePage, RecommendedListPage).filter(slug=slug)
    found: Page | None = visible(written, _NOBODY).first()
    return found


def address_of(page: Page | None) -> str:
    """Where the page is read; empty where it is gone."""
    if page is None:
        return ""
    resource = Resource.objects.filter(pk=page.pk).first()
    return resource.get_absolute_url() if resource is not None else str(page.url or "")


def for_editor(user: User) -> models.QuerySet[TakedownRequest]:
    """The requests about which the user decides, never about a resource of their own."""
    mine = Q(pk__in=[])
    if holds(user, Role.PORTAL_EDITOR):
        mine |= Q(region=None)
    for grant in editor_grants(user):
        if grant.region_id is not None:
            covered = Q(region=grant.region_id)
            if grant.subject:
                covered &= Q(subject=grant.subject)
            if grant.stage:
                covered &= Q(stage=grant.stage)
            mine |= covered
    found = TakedownRequest.objects.filter(mine).exclude(page__resource__maker=user)
    return found.select_related("page", "decided_by")


def editors_of(asked: TakedownRequest) -> models.QuerySet[User]:
    """Who is told of a request."""
    if asked.region is None:
        return users_holding(Role.PORTAL_EDITOR, None)
    editors = users_holding(
        Role.LIBRARY_EDITOR, asked.region, subject=asked.subject, stage=asked.stage
    )
    makers = Resource.objects.filter(page_ptr=asked.page_id).values("maker")
    return editors.exclude(pk__in=makers)
