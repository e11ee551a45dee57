"""What a portal page's publication means for the audience rule and for the pictures on it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wagtail.signals import page_published, page_unpublished

from media.actions import copy_uses_live, set_uses
from schools.access import Role, holds
from schools.audience import PUBLIC, Side, register_token_provider, set_audience
from schools.audit import record
from schools.models import User

EDITORS = "portal"
"""The token of portal editors, the draft audience of what they write."""


@register_token_provider
def tokens_of_portal_editors(reader: User, day: date) -> Iterable[str]:
    """Portal editors read each other's drafts."""
    if holds(reader, Role.PORTAL_EDITOR):
        yield EDITORS


def published(sender: type[Any], instance: Any, revision: Any = None, **_: Any) -> None:
    """Everyone may read it, and the pictures on it."""
    set_audience(instance, Side.LIVE, {PUBLIC})
    set_audience(instance, Side.DRAFT, {EDITORS})
    by = revision.user if revision is not None else None
    copy_uses_live(instance, by=by)
    record("portal.published", instance, by=by)


def unpublished(sender: type[Any], instance: Any, **_: Any) -> None:
    """Nobody but the editors."""
    set_audience(instance, Side.LIVE, set())
    record("portal.unpublished", instance, by=None)


def saved(page: Any, by: User | None) -> None:
    """A draft's pictures are those it shows; called with every revision."""
    set_audience(page, Side.DRAFT, {EDITORS})
    if by is not None:
        set_uses(page=page, side=Side.DRAFT, files=page.pictures(), by=by)


def connect() -> None:
    """Listen to Wagtail for the portal's own kinds of page."""
    from portal.admin_policy import portal_page_models

    for model in portal_page_models():
        page_published.connect(published, sender=model, dispatch_uid=f"portal-on-{model.__name__}")
        page_unpublished.connect(
            unpublished, sender=model, dispatch_uid=f"portal-off-{model.__name__}"
        )
