"""A lesson plan as the library holds it (教学设计)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField

from resources.library.blocks import COLUMNS, SectionsBlock
from resources.library.credit import credited_in
from resources.library.kinds.forms import KindForm
from resources.library.kinds.reading import Fields
from resources.library.kinds.registry import register_kind
from resources.library.models.resource import Kind, Resource
from resources.library.richtext import clean, from_typed, plain

MINUTES = 600


class LessonPlanForm(KindForm):
    """A lesson plan that is no copy of a prep group's."""

    BODY = _("Text")


@register_kind
class LessonPlanEdition(Resource):
    """A lesson plan: copied from a plan's version, then never edited by hand; or an own text.

    `source_number` is 0 for one that was not made from a plan of a prep group.
    """

    KIND = Kind(
        code="lesson_plan",
        label=_("Lesson plan"),
        mark=pgettext_lazy("one character for a lesson plan", "P"),
        synonyms=("教案", "教学设计", "教学方案", "备课", "导学案", "学案"),
        about=_("A lesson from its aims to its homework; as a text or a file."),
        learning_type="lesson plan",
    )
    form_class = LessonPlanForm

    sections = StreamField(SectionsBlock(), blank=True, verbose_name=_("sections"))
    source_uuid = models.UUIDField(
        _("source plan"), editable=False, db_index=True, default=uuid.uuid4
    )
    source_number = models.PositiveIntegerField(
        _("version of the source plan"), editable=False, default=0
    )
    source_hash = models.CharField(max_length=64, editable=False, default="", blank=True)

    class Meta:
        verbose_name = _("lesson plan")
        verbose_name_plural = _("lesson plans")

    @property
    def is_copied(self) -> bool:
        """Whether its text comes from a plan's version and changes with that alone."""
        return self.source_number > 0

    def search_text(self) -> str:
        headings = [block.value["heading"] for block in self.sections]
        return " ".join([self.summary, *headings, *(plain(html) for html in self.rich_texts())])

    def rich_texts(self) -> list[str]:
        return [html for block in self.sections for html in _texts(block.value) if html]

    @property
    def is_filled(self) -> bool:
        return bool(self.sections)

    def missing(self) -> list[str]:
        if self.is_copied and not self.sections:
            return [gettext("the text of the lesson plan")]
        return super().missing()

    @property
    def body(self) -> str:
        """The text of its first section that is a text."""
        texts = (block for block in self.sections if block.block_type == "text")
        return next((block.value["body"] for block in texts), "")

    def write(self, body: str) -> None:
        """Make `body` the text of the first section that is a text; the others stay."""
        data = self.section_data()
        first = next((row for row in data if row["type"] == "text"), None)
        if first is not None:
            first["value"]["body"] = clean(body)
        elif body:
            data.insert(0, _text(gettext("Text"), body))
        self.sections = data

    def credited_sections(self) -> list[tuple[Any, list[str]]]:
        """The sections, each with the names of those whose words stand in it."""
        names = credited_in(self.source_uuid) if self.is_copied else {}
        return [(block, names.get(block.id, [])) for block in self.sections]

    def section_data(self) -> list[dict[str, Any]]:
        """The sections as a StreamField stores them."""
        return [dict(row) for row in self.sections.get_prep_value()]

    def read(self, fields: Fields) -> None:
        super().read(fields)
        sections = [_section(row) for row in fields.rows("sections")]
        if body := fields.text("body"):
            sections.append(_text(gettext("Text"), from_typed(body)))
        if sections:
            self.sections = sections

    def fields(self, *, with_parts: bool = False) -> dict[str, Any]:
        told = [_told(block) for block in self.sections]
        given = {"sections": told} if told else {}
        return {**given, **super().fields(with_parts=with_parts)}


def _texts(section: Mapping[str, Any]) -> Iterator[str]:
    yield section.get("body", "")
    for row in section.get("rows", []):
        yield from (row.get(cell) or "" for cell in COLUMNS)


def _text(heading: str, body: str) -> dict[str, Any]:
    value = {"key": "", "heading": heading, "body": clean(body)}
    return {"type": "text", "id": str(uuid.uuid4()), "value": value}


def _section(fields: Fields) -> dict[str, Any]:
    heading = fields.text("heading", 60) or gettext("Text")
    rows = [_step(row) for row in fields.rows("rows")]
    if not rows:
        return _text(heading, from_typed(fields.text("body")))
    value = {"key": "", "heading": heading, "rows": rows}
    return {"type": "process", "id": str(uuid.uuid4()), "value": value}


def _step(fields: Fields) -> dict[str, Any]:
    cells = {cell: clean(from_typed(fields.text(cell))) for cell in COLUMNS}
    step = fields.text("step", 60) or gettext("Step")
    value = {"step": step, "minutes": fields.number("minutes", MINUTES), **cells}
    return {"type": "item", "id": str(uuid.uuid4()), "value": value}


def _told(block: Any) -> dict[str, Any]:
    value = block.value
    if block.block_type == "text":
        return {"heading": value["heading"], "body": value["body"]}
    names = ("step", "minutes", *COLUMNS)
    rows = [{name: row[name] for name in names if row[name]} for row in value["rows"]]
    return {"heading": value["heading"], "rows": rows}
