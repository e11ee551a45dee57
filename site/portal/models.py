"""Pages that portal editors write: the home page (首页), news and cases (新闻与案例)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester
from wagtail.search import index

from media.models import Picture
from portal import publishing
from portal.blocks import ArticleBlocks, HomeBlocks, ListBlocks
from portal.forms import ArticleForm, PortalPageForm
from portal.takedown.models import TakedownRequest

__all__ = ["ArticlePage", "HomePage", "RecommendedListPage", "TakedownRequest"]


class PortalPermissions(PagePermissionTester):
    """What an editor may do with one page of the portal; there is one home, articles stay in it."""

    def can_copy(self) -> bool:
        return False

    def can_move(self) -> bool:
        return False

    def can_lock(self) -> bool:
        return False

    def can_set_view_restrictions(self) -> bool:
        return False

    def can_submit_for_moderation(self) -> bool:
        return False

    def can_reorder_children(self) -> bool:
        return False


class HomePermissions(PortalPermissions):
    """The home page is edited and published, and stays."""

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False


class PortalPage(Page):
    """What the home page and articles share: editors publish them themselves."""

    # The workflow that hangs on the home page is for plans and resources below it.
    has_workflow = False

    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("search_description")], heading=_("Address")
        )
    ]

    class Meta:
        abstract = True

    def get_workflow(self) -> Any:
        """None asks for a review."""
        return None

    def pictures(self) -> list[Picture]:
        """The pictures it shows."""
        return []

    def save_revision(self, user: Any = None, **kwargs: Any) -> Any:
        revision = super().save_revision(user=user, **kwargs)
        publishing.saved(self, user)
        return revision

    def permissions_for_user(self, user: Any) -> PortalPermissions:
        return PortalPermissions(user, self)


class HomePage(PortalPage):
    """The public front page; the root of the site and of every container."""

    heading = models.CharField(_("heading"), max_length=60, blank=True)
    lead = models.TextField(_("lead text"), max_length=300, blank=True)
    body = StreamField(HomeBlocks(), blank=True, verbose_name=_("arrangement"))

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["portal.ArticlePage", "portal.RecommendedListPage"]
    max_count = 1
    template = "portal/home.html"

    content_panels = [
        FieldPanel("title"),
        FieldPanel("heading"),
        FieldPanel("lead"),
        FieldPanel("body"),
    ]
    promote_panels = [FieldPanel("search_description")]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def permissions_for_user(self, user: Any) -> HomePermissions:
        return HomePermissions(user, self)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from portal.front import front

        context = super().get_context(request, *args, **kwargs)
        return {**context, "current_part": "home", "front": front(self)}


class ArticlePage(PortalPage):
    """A piece of news, or a case (案例) of how schools prepare and teach together."""

    class Kind(models.TextChoices):
        NEWS = "news", _("News")
        CASE = "case", _("Case")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NEWS)
    summary = models.TextField(_("summary"), max_length=300)
    source = models.CharField(_("source"), max_length=80, blank=True)
    picture = models.ForeignKey(
        Picture,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    picture_description = models.CharField(
        _("description of the picture"),
        max_length=120,
        blank=True,
        help_text=_("What is to be seen, for readers who do not see the picture."),
    )
    body = StreamField(ArticleBlocks(), verbose_name=_("text"))

    parent_page_types = ["portal.HomePage"]
    subpage_types: list[str] = []
    template = "portal/article.html"
    base_form_class = ArticleForm

    content_panels = [
        *Page.content_panels,
        FieldPanel("kind"),
        FieldPanel("summary"),
        FieldPanel("source"),
        MultiFieldPanel(
            [FieldPanel("picture"), FieldPanel("picture_description")], heading=_("Picture")
        ),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary")]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def pictures(self) -> list[Picture]:
        inside = [block.value["picture"] for block in self.body if block.block_type == "picture"]
        return [picture for picture in (self.picture, *inside) if picture is not None]


class RecommendedListPage(PortalPage):
    """An editors' list (编辑推荐): public resources in an order, each with the reason for it."""

    lead = models.TextField(_("lead text"), max_length=500, blank=True)
    items = StreamField(ListBlocks(), verbose_name=_("resources"))

    parent_page_types = ["portal.HomePage"]
    subpage_types: list[str] = []
    template = "portal/list.html"
    base_form_class = PortalPageForm

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("items")]
    search_fields = [*Page.search_fields, index.SearchField("lead")]

    class Meta:
        verbose_name = _("recommended list")
        verbose_name_plural = _("recommended lists")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from portal.front import recommendations

        context = super().get_context(request, *args, **kwargs)
        return {**context, "recommendations": recommendations(self)}
