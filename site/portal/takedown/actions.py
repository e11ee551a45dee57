"""Asking that a public page be taken down, and deciding about it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page

from portal.takedown.models import TakedownRequest
from portal.takedown.queries import editors_of, for_editor
from resources.library import actions as library
from resources.library.access import places_to_take_down
from resources.library.ladder import editors_scope
from resources.library.models import Level, Place, Resource
from resources.library.queries import standing
from schools.audit import record
from schools.models import Region, User
from schools.notices import notify, register_notice

State = TakedownRequest.State
MOST_AN_HOUR = 5
ASKED = "portal.takedown_asked"

register_notice(ASKED, _("Somebody asks that “%(title)s” be taken down"))


class TooManyRequests(Exception):
    """One address sent more than `MOST_AN_HOUR` requests within an hour."""


@transaction.atomic
def ask_for_takedown(
    *,
    page: Resource | Page,
    token: UUID,
    ground: str,
    text: str,
    name: str,
    contact: str,
    sender: str,
) -> TakedownRequest:
    """Note the request and tell the editors; the same `token` again is the same request.

    Raises `TooManyRequests`.
    """
    known = TakedownRequest.objects.filter(uuid=token).first()
    if known is not None:
        return known
    since = timezone.now() - timedelta(hours=1)
    if TakedownRequest.objects.filter(sender=sender, asked_at__gte=since).count() >= MOST_AN_HOUR:
        raise TooManyRequests
    resource = page if isinstance(page, Resource) else None
    asked = TakedownRequest.objects.create(
        uuid=token,
        page_id=page.pk,
        title=page.title,
        region=_deciding_region(resource) if resource else None,
        subject=resource.subject if resource else "",
        stage=resource.stage if resource else "",
        ground=ground,
        text=text,
        name=name,
        contact=contact,
        sender=sender,
    )
    address = reverse("takedown:decide", args=[asked.uuid])
    notify(editors_of(asked), ASKED, url=address, title=asked.title)
    record("takedown.asked", asked, by=None, ground=ground)
    return asked


def _deciding_region(resource: Resource) -> Region | None:
    scope = editors_scope(Place(Level.PUBLIC), standing(resource), resource.school)
    return scope if isinstance(scope, Region) else None


@transaction.atomic
def grant_takedown(*, asked: TakedownRequest, answer: str, by: User) -> TakedownRequest:
    """Take the page down, as far as the editor's libraries reach; the sender reads the answer."""
    asked = _lock(asked, by)
    if not asked.is_waiting:
        return asked
    if asked.page is not None:
        _take_down(asked.page, by=by, reason=asked.get_ground_display())
    return _settle(asked, State.GRANTED, answer=answer, by=by)


@transaction.atomic
def refuse_takedown(*, asked: TakedownRequest, answer: str, by: User) -> TakedownRequest:
    """Leave the page as it is; the answer says why."""
    asked = _lock(asked, by)
    if not asked.is_waiting:
        return asked
    return _settle(asked, State.REFUSED, answer=answer, by=by)


def _lock(asked: TakedownRequest, by: User) -> TakedownRequest:
    if not for_editor(by).filter(pk=asked.pk).exists():
        raise PermissionDenied
    return TakedownRequest.objects.select_for_update().get(pk=asked.pk)


def _take_down(page: Page, *, by: User, reason: str) -> None:
    resource = Resource.objects.filter(pk=page.pk).first()
    if resource is None:
        if page.live:
            UnpublishPageAction(page.specific, user=by).execute(skip_permission_checks=True)
        return
    places = places_to_take_down(by, resource)
    if places:
        library.take_down(resource, by=by, level=places[0].level, reason=str(reason))


def _settle(asked: TakedownRequest, state: State, *, answer: str, by: User) -> TakedownRequest:
    asked.state = state
    asked.answer = answer.strip()
    asked.decided_by = by
    asked.decided_at = timezone.now()
    asked.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    record(f"takedown.{state.value}", asked, by=by)
    return asked
