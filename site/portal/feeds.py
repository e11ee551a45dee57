"""The feed (订阅) of the newest public resources, as Atom."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from portal.front import newest
from resources.library.models import Resource

LENGTH = 30


class PublicResourcesFeed(Feed):  # type: ignore[type-arg]
    """What anyone may read, the newest first; never what the one who asks may see besides."""

    feed_type = Atom1Feed
    link = "/"

    def title(self) -> str:
        return _("New public resources") + f" · {settings.WAGTAIL_SITE_NAME}"

    def subtitle(self) -> str:
        return _("Lesson plans and microlectures that schools prepared together.")

    def items(self) -> list[Resource]:
        return list(newest()[:LENGTH])

    def item_title(self, item: Resource) -> str:
        return str(item.title)

    def item_description(self, item: Resource) -> str:
        return str(item.summary)

    def item_link(self, item: Resource) -> str:
        return item.get_absolute_url()

    def item_author_name(self, item: Resource) -> str:
        return str(item.school)

    def item_pubdate(self, item: Resource) -> datetime | None:
        published: datetime | None = item.first_published_at
        return published

    def item_updateddate(self, item: Resource) -> datetime | None:
        published: datetime | None = item.last_published_at
        return published
