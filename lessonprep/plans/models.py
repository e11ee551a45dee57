"""Lesson plans (教案) of a prep group: the page, its phase, first drafts, remarks, publication."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.fields import StreamField
from wagtail.models import Page, Revision

from lessonprep.groups.models import PrepGroup, PrepPlan, PrepTask
from lessonprep.plans.numbering import circled
from lessonprep.versions.models import PlanVersion
from resources.library.blocks import SectionsBlock
from resources.library.models import LessonPlanEdition
from resources.library.models.description import Described
from schools.models import Container, Region, User


class DesignModelQuerySet(models.QuerySet["DesignModel"]):
    """Lesson-design models."""

    def in_use(self) -> DesignModelQuerySet:
        """Those that were not retired."""
        return self.filter(retired_at__isnull=True)

    def shipped(self) -> DesignModelQuerySet:
        """Those that come with the site."""
        return self.filter(region__isnull=True, prep_group__isnull=True)


class DesignModel(models.Model):
    """A lesson-design model (教学设计模式): which sections a plan has.

    `sections` is a list of ``{"key", "heading", "kind": "text" | "process", "hint", "columns"}``;
    `columns` names the cells of a process, the usual three where it is missing. A model comes with
    the site, or a region or a prep group made it.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    sections = models.JSONField()
    note = models.CharField(_("what it is for"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="design_models"
    )
    prep_group = models.ForeignKey(
        PrepGroup, models.PROTECT, null=True, blank=True, related_name="design_models"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: Any = DesignModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson-design model")
        verbose_name_plural = _("lesson-design models")
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=True) | Q(prep_group__isnull=True),
                name="plans_a_design_model_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DesignDefault(models.Model):
    """The model with which the plans of a prep group, or of one of its prep plans, begin."""

    prep_group = models.OneToOneField(
        PrepGroup, models.CASCADE, null=True, blank=True, related_name="design_default"
    )
    prep_plan = models.OneToOneField(
        PrepPlan, models.CASCADE, null=True, blank=True, related_name="design_default"
    )
    design_model = models.ForeignKey(DesignModel, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("default design model")
        verbose_name_plural = _("default design models")
        constraints = [
            models.CheckConstraint(
                condition=Q(prep_group__isnull=True, prep_plan__isnull=False)
                | Q(prep_group__isnull=False, prep_plan__isnull=True),
                name="plans_a_default_is_of_a_group_or_of_a_prep_plan",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prep_group or self.prep_plan}: {self.design_model}"


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


class RevisionWriter(models.Model):
    """One of those whose writing went into a revision while the plan was written together."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="plan_writers")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("writer of a revision")
        verbose_name_plural = _("writers of revisions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "user"], name="plans_a_writer_once_a_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.user}"


class PlanState(models.Model):
    """Where a plan stands on its way, and for which task it is."""

    class Phase(models.TextChoices):
        FIRST_DRAFT = "first_draft", _("First drafts")
        DISCUSSION = "discussion", _("Discussion")
        REVISION = "revision", _("Revision")
        IN_REVIEW = "in_review", _("In review")
        APPROVED = "approved", pgettext_lazy("phase of a plan", "Approved")

    plan = models.OneToOneField(LessonPlan, models.CASCADE, related_name="state")
    task = models.OneToOneField(PrepTask, models.PROTECT, related_name="state")
    phase = models.CharField(
        _("phase"), max_length=12, choices=Phase, default=Phase.FIRST_DRAFT, db_index=True
    )
    phase_since = models.DateTimeField(auto_now_add=True)
    sent_back_reason = models.TextField(blank=True)
    agenda = models.JSONField(default=dict, blank=True)
    """The numbers of the differences between the first drafts, by key: a number stays."""

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


class PlanDecisionQuerySet(models.QuerySet["PlanDecision"]):
    """What was agreed."""

    def in_force(self) -> PlanDecisionQuerySet:
        """Those that were not opened again."""
        return self.filter(reopened_at__isnull=True)


class PlanDecision(models.Model):
    """What the meeting agreed (议定) on a difference between the first drafts."""

    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="decisions")
    section = models.UUIDField()
    heading = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField(help_text=_("of the difference on the agenda"))
    key = models.CharField(max_length=64)
    place = models.CharField(max_length=120, blank=True)
    text = models.TextField(_("what was agreed"), blank=True, max_length=20_000)
    drafts = models.ManyToManyField(FirstDraft, related_name="decisions")
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(auto_now_add=True)
    token = models.UUIDField(unique=True)
    before = models.JSONField()
    """The section as it was, for taking the decision back."""
    after_hash = models.CharField(max_length=32)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects: Any = PlanDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of a meeting")
        verbose_name_plural = _("decisions of meetings")
        ordering = ["number", "decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "key"],
                condition=Q(reopened_at__isnull=True),
                name="plans_one_decision_a_difference",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_by__isnull=True)
                | Q(reopened_at__isnull=False, reopened_by__isnull=False),
                name="plans_reopened_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.number}"

    @property
    def mark(self) -> str:
        """Its number in a circle."""
        return circled(self.number)


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
