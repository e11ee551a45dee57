"""Lesson plans (教案) of a prep group: the page, its phase, first drafts, remarks, publication."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import Page

from lessonprep.groups.models import PrepTask
from lessonprep.versions.models import PlanVersion
from resources.library.blocks import SectionsBlock
from resources.library.models import LessonPlanEdition
from resources.library.models.description import Described
from schools.models import Container, User


class DesignModel(models.Model):
    """A lesson-design model (教学设计模式): which sections a plan has.

    `sections` is a list of ``{"key", "heading", "kind": "text" | "process", "hint"}``.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    sections = models.JSONField()

    class Meta:
        verbose_name = _("lesson-design model")
        verbose_name_plural = _("lesson-design models")

    def __str__(self) -> str:
        return self.name


class LessonPlan(Described, Page):
    """The workshop of one lesson: what the prep group writes together.

    Its text is in its revisions; phase and people are in `PlanState`, because Wagtail restores a
    page's own fields from the revision.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sections = StreamField(SectionsBlock(), blank=True)
    design_model = models.ForeignKey(DesignModel, models.PROTECT, related_name="+")

    search_auto_update = False  # Wagtail's own index holds no plan
    parent_page_types = [Container]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("lesson plan")
        verbose_name_plural = _("lesson plans")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise Http404

    def get_url_parts(self, request: HttpRequest | None = None) -> None:
        """No address in the page tree: a plan is opened in the workspace."""

    def get_absolute_url(self) -> str:
        return reverse("plans:plan", args=[self.uuid])

    def get_indexed_instance(self) -> None:
        """Wagtail's own index holds no plan."""

    def with_content_json(self, content: dict[str, Any]) -> LessonPlan:
        """The revision's text under the page's own identity."""
        page: LessonPlan = super().with_content_json(content)
        page.uuid = self.uuid
        return page


class PlanState(models.Model):
    """Where a plan stands on its way, and for which task it is."""

    class Phase(models.TextChoices):
        FIRST_DRAFT = "first_draft", _("First drafts")
        DISCUSSION = "discussion", _("Discussion")
        REVISION = "revision", _("Revision")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", _("Approved")

    plan = models.OneToOneField(LessonPlan, models.CASCADE, related_name="state")
    task = models.OneToOneField(PrepTask, models.PROTECT, related_name="state")
    phase = models.CharField(
        _("phase"), max_length=12, choices=Phase, default=Phase.FIRST_DRAFT, db_index=True
    )
    phase_since = models.DateTimeField(auto_now_add=True)
    sent_back_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("state of a plan")
        verbose_name_plural = _("states of plans")

    def __str__(self) -> str:
        return f"{self.plan} · {self.get_phase_display()}"


class FirstDraft(models.Model):
    """A member's own first preparation (个人初次备课): unseen by others until the discussion."""

    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="first_drafts")
    author = models.ForeignKey(User, models.PROTECT, related_name="first_drafts")
    sections = models.JSONField()
    saved_at = models.DateTimeField(auto_now=True)
    handed_in_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("opened to the group"), null=True, blank=True)

    class Meta:
        verbose_name = _("first draft")
        verbose_name_plural = _("first drafts")
        constraints = [
            models.UniqueConstraint(fields=["plan", "author"], name="plans_one_draft_a_member")
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.author}"


class Remark(models.Model):
    """A comment on a section, a reply to one, or a point raised (修改意见) that must be settled."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("comment")
        POINT = "point", _("point raised")

    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="remarks")
    section = models.UUIDField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.COMMENT)
    author = models.ForeignKey(User, models.PROTECT, related_name="remarks")
    text = models.TextField(_("text"), max_length=2000)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies"
    )
    token = models.UUIDField(unique=True, help_text=_("of the form: a double click counts once"))
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="settled_remarks"
    )
    settlement = models.CharField(_("how it was settled"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="plans_settled_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(kind="comment"),
                name="plans_a_reply_is_a_comment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.author}: {self.text[:40]}"


class Publication(models.Model):
    """A plan's standing in the library: its edition, and the version that it last took over."""

    plan = models.OneToOneField(LessonPlan, models.PROTECT, related_name="publication")
    edition = models.OneToOneField(LessonPlanEdition, models.PROTECT, related_name="publication")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="publications")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("publication of a plan")
        verbose_name_plural = _("publications of plans")

    def __str__(self) -> str:
        return f"{self.plan} → {self.edition}"
