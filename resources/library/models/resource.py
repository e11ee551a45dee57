"""A resource of the library (资源): one concrete parent page, a subclass for each kind."""

from __future__ import annotations

import uuid as uuids
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from resources.library.models.description import Described
from schools.models import School, User


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource: its code, its name, and the one character that stands for it."""

    code: str
    label: str | Promise
    mark: str | Promise
    synonyms: tuple[str, ...] = ()
    """Other words under which teachers look for it."""


class Resource(Described, Page):
    """What all kinds share; never made itself.

    Whose it is and who made it belong to the page, not to a revision: `with_content_json` keeps
    them, so no revision can move a resource to another school.
    """

    KIND: ClassVar[Kind | None] = None

    uuid = models.UUIDField(default=uuids.uuid4, unique=True, editable=False)
    school = models.ForeignKey(
        School, models.PROTECT, related_name="resources", verbose_name=_("school")
    )
    maker = models.ForeignKey(
        User, models.PROTECT, related_name="resources", verbose_name=_("maker")
    )
    source_id = models.CharField(
        _("source id"), max_length=100, null=True, blank=True, unique=True, editable=False
    )

    search_auto_update = False  # Wagtail's own index holds no resource
    is_creatable = False
    parent_page_types: list[str] = ["schools.Container"]
    subpage_types: list[str] = []
    preview_modes: list[Any] = []
    search_fields: list[Any] = []

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    def get_absolute_url(self) -> str:
        return reverse("library:resource", args=[self.uuid])

    def get_url_parts(self, request: Any = None) -> None:
        """Wagtail knows no address of it: the tree's would not ask who may see it."""

    def get_sitemap_urls(self, request: Any = None) -> list[dict[str, Any]]:
        return []

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def get_indexed_instance(self) -> None:
        """Wagtail's own index never holds it; `search` does."""

    @classmethod
    def get_indexed_objects(cls) -> Any:
        return cls.objects.none()

    def with_content_json(self, content: dict[str, Any]) -> Any:
        row = super().with_content_json(content)
        row.uuid = self.uuid
        row.slug = self.slug
        row.school_id = self.school_id
        row.maker_id = self.maker_id
        row.source_id = self.source_id
        return row

    @property
    def kind_of(self) -> Kind:
        """The kind; a row of the parent table knows it without being fetched again."""
        kind: Kind | None = self.specific_class.KIND
        if kind is None:
            raise TypeError(f"{self.specific_class} has no kind")
        return kind

    @property
    def kind(self) -> str:
        """The code of its kind, ``lesson_plan``."""
        return self.kind_of.code

    def search_text(self) -> str:
        """The words of its content, without markup."""
        return self.summary

    def rich_texts(self) -> list[str]:
        """All rich text in it; pictures in there are files that it uses."""
        return []

    def missing(self) -> list[str]:
        """What it still lacks to be shown to others, in the user's language."""
        return []
