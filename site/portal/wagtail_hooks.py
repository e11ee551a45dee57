"""What the Wagtail admin shows to portal editors: three places, and nothing of anyone else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.models import Page

from portal.admin_policy import actions_of, home_page, portal_pages
from portal.admin_views import PortalPageViewSet, explore_url
from portal.choosers import public_resource_chooser

LAST = 1000  # after what Wagtail itself adds

portal_page_viewset = PortalPageViewSet(model=Page)


@hooks.register("register_admin_viewset")
def register_portal_page_viewset() -> PortalPageViewSet:
    """Our list and edit screens, in place of Wagtail's."""
    return portal_page_viewset


@hooks.register("register_admin_viewset")
def register_public_resource_chooser() -> Any:
    """The windows in which resources are chosen."""
    return public_resource_chooser


@hooks.register("construct_page_chooser_queryset")
def only_portal_pages(pages: models.QuerySet[Any], request: HttpRequest) -> models.QuerySet[Any]:
    """Links lead to the home page and articles; resources have a chooser of their own."""
    return portal_pages(pages)


def _may_edit(request: HttpRequest) -> bool:
    return "change" in actions_of(request.user)


@hooks.register("construct_main_menu", order=LAST)
def three_places(request: HttpRequest, menu_items: list[Any]) -> None:
    """Home page, articles, pictures; no reports, settings, documents or page tree."""
    places = [
        MenuItem(
            _("Articles and lists"), explore_url(), icon_name="doc-full", name="articles", order=2
        )
    ]
    if _may_edit(request):
        home = reverse("wagtailadmin_pages:edit", args=[home_page().pk])
        pictures = reverse("wagtailimages:index")
        places += [
            MenuItem(_("Home page"), home, icon_name="home", name="home-page", order=1),
            MenuItem(_("Pictures"), pictures, icon_name="image", name="pictures", order=3),
        ]
    menu_items[:] = places


class TasksPanel(Component):
    """What a portal editor does here, each a link."""

    name = "portal_tasks"
    template_name = "portal/admin/tasks.html"
    order = 100

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        request = parent_context["request"]
        home = home_page()
        return {"home": home, "may_edit": _may_edit(request), "articles_url": explore_url()}


@hooks.register("construct_homepage_panels", order=LAST)
def one_panel(request: HttpRequest, panels: list[Any]) -> None:
    """Wagtail's panels list pages of everyone."""
    panels[:] = [TasksPanel()]


@hooks.register("construct_homepage_summary_items", order=LAST)
def no_summary(request: HttpRequest, summary_items: list[Any]) -> None:
    """Its counts are of the whole installation."""
    summary_items.clear()


@hooks.register("insert_global_admin_css")
def admin_style() -> str:
    """What is not there is not offered."""
    return format_html('<link rel="stylesheet" href="{}">', static("portal/admin.css"))
