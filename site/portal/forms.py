"""Forms of the portal's pages in the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.permissions import policy_registry

from media.models import Picture


def is_taken(slug: str) -> bool:
    """Whether an address of the site itself, ``/search/``, hides an article of this slug."""
    try:
        return resolve(f"/{slug}/").view_name != "wagtail_serve"
    except Resolver404:
        return False


class PortalPageForm(WagtailAdminPageForm):
    """Refuses an address that the site itself has."""

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if is_taken(slug):
            self.add_error("slug", _("The site uses this address itself. Please choose another."))
        return slug


class ArticleForm(PortalPageForm):
    """Refuses also pictures that are not the editor's to show.

    A picture of a published article is public, so an id sent by hand would publish a school's.
    """

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        picture = cleaned.get("picture")
        body = cleaned.get("body") or []
        inside = [block.value["picture"] for block in body if block.block_type == "picture"]
        for field, pictures in (("picture", [picture]), ("body", inside)):
            if not self._may_show([shown for shown in pictures if shown is not None]):
                self.add_error(field, _("This picture is not among those you may use."))
        if picture and not cleaned.get("picture_description"):
            self.add_error("picture_description", _("Please say what is to be seen."))
        return cleaned

    def _may_show(self, pictures: list[Picture]) -> bool:
        wanted = {picture.pk for picture in pictures}
        there = {picture.pk for picture in self.instance.pictures()} if self.instance.pk else set()
        policy = policy_registry.get_by_type(Picture)
        offered = policy.instances_user_has_any_permission_for(self.for_user, ["choose"])
        new = wanted - there
        return bool(offered.filter(pk__in=new).count() == len(new))
