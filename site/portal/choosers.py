"""Choosing resources in the Wagtail admin: public ones only, in a flat list with a search."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

from schools.audience import visible


class ResourceFilterForm(BaseFilterForm):
    """Finds resources by words of the title."""

    q = forms.CharField(
        label=_("Search term"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )

    def filter(self, objects: models.QuerySet[Any]) -> models.QuerySet[Any]:
        for word in self.cleaned_data.get("q", "").split():
            self.is_searching = True
            self.search_query = self.cleaned_data["q"]
            objects = objects.filter(title__icontains=word)
        return objects


class PublicOnly:
    """Every view of the chooser sees the resources that an anonymous reader sees."""

    model_class: Any
    filter_form_class = ResourceFilterForm
    ordering = "-first_published_at"

    def public(self) -> models.QuerySet[Any]:
        return visible(self.model_class.objects.all(), AnonymousUser())

    def get_object_list(self) -> models.QuerySet[Any]:
        return self.public().select_related("school")

    def can_create(self) -> bool:
        return False

    def get_edit_item_url(self, instance: Any) -> None:
        """Resources are not edited here."""

    def get_object(self, pk: Any) -> Any:
        return self.public().get(pk=pk)

    def get_objects(self, pks: list[Any]) -> models.QuerySet[Any]:
        return self.public().filter(pk__in=pks)

    @property
    def columns(self) -> list[Any]:
        return [
            self.title_column,  # type: ignore[attr-defined]
            Column("kind", label=_("Kind"), accessor="kind_of.label", width="15%"),
            Column("school", label=_("School"), accessor="school.name", width="25%"),
            DateColumn(
                "first_published_at",
                label=_("Published"),
                accessor="first_published_at",
                width="15%",
            ),
        ]


class ChooseView(PublicOnly, chooser.ChooseView):
    """The list in its window."""


class ChooseResultsView(PublicOnly, chooser.ChooseResultsView):
    """The list alone, when searched or turned over."""


class ChosenView(PublicOnly, chooser.ChosenView):
    """The one that was chosen."""


class ChosenMultipleView(PublicOnly, chooser.ChosenMultipleView):
    """Those that were chosen."""


class PublicResourceChooserViewSet(ChooserViewSet):
    """Chooser of public resources."""

    model = "library.Resource"
    icon = "doc-full-inverse"
    choose_one_text = _("Choose a public resource")
    choose_another_text = _("Choose another resource")
    register_widget = False
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


public_resource_chooser = PublicResourceChooserViewSet("portal_resources")
