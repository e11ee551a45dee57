"""Courseware (课件): slides for the lesson, with notes for the teacher who shows them."""

from __future__ import annotations

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from media.models import FileRecord, StoredDocument
from resources.library.kinds.forms import KindForm
from resources.library.kinds.registry import register_kind
from resources.library.kinds.texts import Told
from resources.library.models.resource import Kind


class CoursewareForm(KindForm):
    """Slides."""

    FILES = {"slides": "document"}

    slides = forms.FileField(
        label=_("Slides"),
        required=False,
        help_text=_("PPT, PPTX or PDF. Notes inside the file go out with it."),
    )


@register_kind
class Courseware(Told):
    """Slides, and what the teacher should know of them."""

    KIND = Kind(
        code="courseware",
        label=_("Courseware"),
        mark=pgettext_lazy("one character for courseware", "C"),
        synonyms=("课件", "PPT", "幻灯片", "演示文稿", "白板课件", "希沃课件"),
        about=_("Slides for the lesson, with notes for the teacher."),
        learning_type="presentation",
    )
    form_class = CoursewareForm

    slides = models.ForeignKey(
        StoredDocument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("slides"),
    )

    class Meta:
        verbose_name = _("courseware")
        verbose_name_plural = _("courseware")

    def files(self) -> list[FileRecord]:
        return [self.slides] if self.slides is not None else []

    def attach(self, file: FileRecord) -> None:
        if isinstance(file, StoredDocument) and self.slides_id in {None, file.pk}:
            self.slides = file
        else:
            super().attach(file)

    @property
    def is_filled(self) -> bool:
        return self.slides_id is not None
