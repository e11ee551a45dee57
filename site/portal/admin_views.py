"""Screens of the Wagtail admin that differ from Wagtail's own: listing, editing, account."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.admin.views import account
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.listing import ExplorableIndexView, PageFilterSet
from wagtail.admin.views.pages.search import SearchView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page
from wagtail.users.models import UserProfile


class PortalPageFilterSet(PageFilterSet):
    """Filters without those that list people and sites of the whole installation."""

    owner = edited_by = site = has_child_pages = None


class PortalIndexView(ExplorableIndexView):
    """The list of the portal's pages; no bulk actions, a handful of pages needs none."""

    base_filterset_class = PortalPageFilterSet
    base_columns = [
        column for column in ExplorableIndexView.base_columns if column.name != "bulk_actions"
    ]


class PortalSearchView(SearchView):
    """The search among the portal's pages."""

    base_columns = PortalIndexView.base_columns
    columns = PortalIndexView.base_columns


class GuardedEditView(EditView):
    """Refuses to save over what another has saved since the form was opened.

    Wagtail refuses a stale autosave only; a stale form wins there without a word.
    """

    def dispatch(self, request: HttpRequest, page_id: int, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return super().dispatch(request, page_id, **kwargs)
        with transaction.atomic():
            # Two forms sent at once: the second reads the latest revision after the first.
            Page.objects.select_for_update().filter(pk=page_id).first()
            return super().dispatch(request, page_id, **kwargs)

    @property
    def is_stale(self) -> bool:
        """Whether the form is about an older revision, or does not say about which."""
        if self.latest_revision is None:
            return False
        says = {"overwrite_revision_id", "loaded_revision_id"} & self.request.POST.keys()
        return not says or self.is_out_of_date

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.expects_json_response or not self.is_stale:
            return super().post(request, *args, **kwargs)
        self.form = self.form_class(
            request.POST,
            request.FILES,
            instance=self.page,
            subscription=self.subscription,
            parent_page=self.parent,
            for_user=request.user,
        )
        self.form.is_valid()
        self.has_unsaved_changes = True
        messages.error(
            request,
            _(
                "Not saved: %(name)s has saved this page since you opened it. What you typed is "
                "still below. Copy it, open the newer version, and put it in there."
            )
            % {"name": self._who_saved()},
            buttons=[
                messages.button(self.get_edit_url(), _("Open the newer version"), new_window=True)
            ],
        )
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if self.request.method == "POST" and not self.expects_json_response and self.is_stale:
            # The form stays about the revision it was opened with, so no autosave wins either.
            context["loaded_revision_id"] = self.request.POST.get("loaded_revision_id", "0")
            context["loaded_revision_created_at"] = self.request.POST.get(
                "loaded_revision_created_at", ""
            )
        return context

    def redirect_away(self) -> HttpResponseBase:
        """To the list of articles, also from the home page: what is above it is nobody's."""
        return redirect(self.next_url or explore_url())

    def _who_saved(self) -> str:
        user = self.latest_revision.user
        return str(user) if user else _("Someone")


class PortalPageViewSet(PageViewSet):
    """How the portal's pages are listed and edited; the pattern for all kinds, as none is open."""

    index_view_class = PortalIndexView
    edit_view_class = GuardedEditView
    search_view_class = PortalSearchView
    filterset_class = PortalPageFilterSet
    columns = PortalIndexView.base_columns


class AccountView(account.AccountView):
    """Language and appearance of the admin; name and password are changed in the workspace."""

    def get_panels(self) -> list[Any]:
        user = self.request.user
        profile = UserProfile.get_for_user(user)
        shown = (account.LocaleSettingsPanel, account.ThemeSettingsPanel)
        panels = [panel(self.request, user, profile) for panel in shown]
        return [panel for panel in panels if panel.is_active()]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        return require_admin_access(super().as_view(**initkwargs))


def explore_url() -> str:
    """The list of articles: the children of the home page."""
    from portal.admin_policy import home_page

    return reverse("wagtailadmin_explore", args=[home_page().pk])
