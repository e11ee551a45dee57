"""The sitemap (站点地图): the home page, articles and public resources, in both languages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from portal.front import articles, public_resources, recommended_lists_of, textbooks
from portal.models import HomePage


class PortalSitemap(Sitemap):  # type: ignore[type-arg]
    """Addresses in both languages; the content is the same, the interface is not."""

    i18n = True
    alternates = True
    limit = 10_000

    def lastmod(self, item: Any) -> datetime | None:
        published: datetime | None = item.last_published_at
        return published


class HomeSitemap(PortalSitemap):
    """The home page."""

    def items(self) -> list[HomePage]:
        return list(HomePage.objects.live())

    def location(self, item: HomePage) -> str:
        return str(item.get_url())


class ArticleSitemap(PortalSitemap):
    """Published articles."""

    def items(self) -> Any:
        return articles()

    def location(self, item: Any) -> str:
        return str(item.get_url())


class ResourceSitemap(PortalSitemap):
    """Resources that anyone may read."""

    def items(self) -> Any:
        return public_resources().order_by("pk")


class ListSitemap(ArticleSitemap):
    """Published recommended lists."""

    def items(self) -> Any:
        return recommended_lists_of("")


class VolumeSitemap(Sitemap):  # type: ignore[type-arg]
    """Textbook volumes in which anyone finds something."""

    i18n = True
    alternates = True

    def items(self) -> Any:
        return textbooks()

    def location(self, item: Any) -> str:
        return reverse("library:volume", args=[item.uuid])


SITEMAPS = {
    "home": HomeSitemap,
    "articles": ArticleSitemap,
    "lists": ListSitemap,
    "volumes": VolumeSitemap,
    "resources": ResourceSitemap,
}
