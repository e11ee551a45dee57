"""Blocks of home page and articles: chosen resources (编辑推荐), articles, links, pictures."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from portal.choosers import public_resource_chooser
from schools.audience import visible

TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "hr"]

BaseResourceChooserBlock = public_resource_chooser.get_block_class(
    name="BaseResourceChooserBlock", module_path="portal.blocks"
)


class PublicResourceBlock(BaseResourceChooserBlock):  # type: ignore[valid-type, misc]
    """A resource that anyone may read; another's id sent by hand is refused."""

    def clean(self, value: Any) -> Any:
        resource = super().clean(value)
        if resource is None:  # a draft may still be without its choice
            return None
        public = visible(self.model_class.objects.filter(pk=resource.pk), AnonymousUser())
        if not public.exists():
            raise ValidationError(_("This resource is not public, so it cannot be recommended."))
        return resource

    class Meta:
        icon = "doc-full-inverse"
        label = _("resource")


class RecommendedBlock(blocks.StructBlock):
    """The editors' list of public resources; what is withdrawn leaves it by itself."""

    heading = blocks.CharBlock(required=False, max_length=40, label=_("heading"))
    note = blocks.CharBlock(required=False, max_length=80, label=_("note beside the heading"))
    resources = blocks.ListBlock(PublicResourceBlock(), max_num=12, label=_("resources"))

    class Meta:
        icon = "pick"
        label = _("recommended list")


class ArticleTeasersBlock(blocks.StructBlock):
    """Articles shown on the home page, in the order chosen."""

    heading = blocks.CharBlock(required=False, max_length=40, label=_("heading"))
    articles = blocks.ListBlock(
        blocks.PageChooserBlock(page_type="portal.ArticlePage"), max_num=6, label=_("articles")
    )

    class Meta:
        icon = "doc-full"
        label = _("articles")


class LinkBlock(blocks.StructBlock):
    """A link to another site, or to an address of this one."""

    title = blocks.CharBlock(max_length=60, label=_("title"))
    url = blocks.URLBlock(max_length=300, label=_("address"))
    note = blocks.CharBlock(required=False, max_length=80, label=_("note"))


class LinksBlock(blocks.StructBlock):
    """Links under one heading."""

    heading = blocks.CharBlock(max_length=40, label=_("heading"))
    links = blocks.ListBlock(LinkBlock(label=_("link")), max_num=10, label=_("links"))

    class Meta:
        icon = "link"
        label = _("links")


class RecommendedListBlock(blocks.StructBlock):
    """The first resources of a recommended list, with a link to all of it."""

    page = blocks.PageChooserBlock(page_type="portal.RecommendedListPage", label=_("list"))
    most = blocks.IntegerBlock(
        default=4, min_value=1, max_value=12, label=_("how many are shown at most")
    )

    class Meta:
        icon = "list-ol"
        label = _("from a recommended list")


class TextBlock(blocks.StructBlock):
    """A few lines of the editors' own."""

    heading = blocks.CharBlock(required=False, max_length=40, label=_("heading"))
    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("text"))

    class Meta:
        icon = "pilcrow"
        label = _("text")


class Part(models.TextChoices):
    """What the home page makes by itself."""

    SUBJECTS = "subjects", _("subjects with their numbers")
    TEXTBOOKS = "textbooks", _("textbooks and what they lack")
    NEWEST = "newest", _("the newest resources")
    ARTICLES = "latest_articles", _("the latest articles")


class PartBlock(blocks.StructBlock):
    """Puts a part that the page makes by itself where the editors want it."""

    part = blocks.ChoiceBlock(choices=Part.choices, label=_("part"))

    class Meta:
        icon = "cogs"
        label = _("made by itself")
        help_text = _(
            "As long as you place none of these, all of them stand in their usual places; "
            "once you place one, only those that you place are shown."
        )


class HomeBlocks(blocks.StreamBlock):
    """What editors arrange on the home page."""

    recommended = RecommendedBlock()
    recommended_list = RecommendedListBlock()
    articles = ArticleTeasersBlock()
    text = TextBlock()
    links = LinksBlock()
    part = PartBlock()


class ListItemBlock(blocks.StructBlock):
    """A resource of a recommended list and why it is in it."""

    resource = PublicResourceBlock()
    reason = blocks.TextBlock(max_length=300, rows=2, label=_("why you recommend it"))

    class Meta:
        icon = "doc-full-inverse"
        label = _("resource")


class ListBlocks(blocks.StreamBlock):
    """The resources of a recommended list, in their order."""

    item = ListItemBlock()

    class Meta:
        max_num = 100


class PictureBlock(blocks.StructBlock):
    """A picture with its description for those who do not see it, and a caption."""

    picture = ImageChooserBlock(label=_("picture"))
    description = blocks.CharBlock(
        max_length=120,
        label=_("description"),
        help_text=_("What is to be seen, for readers who do not see the picture."),
    )
    caption = blocks.CharBlock(required=False, max_length=120, label=_("caption"))

    class Meta:
        icon = "image"
        label = _("picture")


class ArticleBlocks(blocks.StreamBlock):
    """The body of an article."""

    text = blocks.RichTextBlock(features=TEXT_FEATURES, label=_("text"))
    picture = PictureBlock()
