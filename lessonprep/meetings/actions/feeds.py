"""A user's calendar address (日历订阅): made, made anew, ended."""

from __future__ import annotations

from django.db import transaction

from lessonprep.meetings.models import CalendarFeed, new_secret
from schools.audit import record
from schools.models import User


@transaction.atomic
def make_feed(*, by: User, again: str = "") -> CalendarFeed:
    """Give the user an address; `again` is the old one that a new one is to replace.

    The same form sent twice makes one: the second time the old one is no more.
    """
    User.objects.select_for_update().get(pk=by.pk)
    feed = CalendarFeed.objects.filter(user=by).first()
    if feed is not None and feed.token != again:
        return feed
    if feed is None:
        feed = CalendarFeed.objects.create(user=by)
    else:
        feed.token = new_secret()
        feed.save()
    record("calendar.address_made", by, by=by)
    return feed


@transaction.atomic
def end_feed(*, by: User) -> None:
    """End the address: who has it gets nothing any more."""
    gone, _rows = CalendarFeed.objects.filter(user=by).delete()
    if gone:
        record("calendar.address_ended", by, by=by)
