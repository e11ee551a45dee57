"""The kinds of resources: an edition of a lesson plan (教学设计), a microlecture (微课)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from media.models import Video
from resources.library.blocks import SectionsBlock
from resources.library.models.resource import Kind, Resource
from resources.library.richtext import plain

KINDS: dict[str, type[Resource]] = {}
Model = TypeVar("Model", bound=type[Resource])


def register_kind(model: Model) -> Model:
    """Add a kind to the library; use it as a decorator of the model."""
    assert model.KIND is not None  # noqa: S101 - a slip of the programmer
    KINDS[model.KIND.code] = model
    return model


def kinds() -> list[Kind]:
    """All kinds, in the order in which they were added."""
    return [model.KIND for model in KINDS.values() if model.KIND is not None]


@register_kind
class LessonPlanEdition(Resource):
    """A lesson plan as the library holds it: copied from a plan's version, never edited by hand."""

    KIND = Kind(
        code="lesson_plan",
        label=_("Lesson plan"),
        mark=pgettext_lazy("one character for a lesson plan", "P"),
        synonyms=("教案", "教学设计", "教学方案", "备课"),
    )

    sections = StreamField(SectionsBlock(), blank=True, verbose_name=_("sections"))
    source_uuid = models.UUIDField(_("source plan"), editable=False, db_index=True)
    source_number = models.PositiveIntegerField(_("version of the source plan"), editable=False)
    source_hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("lesson plan")
        verbose_name_plural = _("lesson plans")

    def search_text(self) -> str:
        headings = [block.value["heading"] for block in self.sections]
        return " ".join([self.summary, *headings, *(plain(html) for html in self.rich_texts())])

    def rich_texts(self) -> list[str]:
        return [html for block in self.sections for html in _texts(block.value) if html]

    def missing(self) -> list[str]:
        return [] if self.sections else [gettext("the text of the lesson plan")]


@register_kind
class Microlecture(Resource):
    """A short video on one point of knowledge."""

    KIND = Kind(
        code="microlecture",
        label=_("Microlecture"),
        mark=pgettext_lazy("one character for a microlecture", "M"),
        synonyms=("微课", "微视频", "小视频"),
    )

    video = models.ForeignKey(
        Video, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("video")
    )
    duration = models.PositiveIntegerField(_("length in seconds"), null=True, blank=True)
    knowledge_point = models.CharField(_("point of knowledge"), max_length=100, blank=True)
    body = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("microlecture")
        verbose_name_plural = _("microlectures")

    def search_text(self) -> str:
        return " ".join(filter(None, [self.knowledge_point, self.summary, plain(self.body)]))

    def rich_texts(self) -> list[str]:
        return [self.body] if self.body else []

    def missing(self) -> list[str]:
        return [] if self.video_id else [gettext("the video")]


def _texts(section: Mapping[str, Any]) -> Iterator[str]:
    yield section.get("body", "")
    for row in section.get("rows", []):
        yield from (row.get(cell, "") for cell in ("teacher", "pupils", "intent"))
