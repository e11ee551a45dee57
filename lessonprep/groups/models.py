"""Prep groups (集体备课组), their plan of work for a term (备课计划) and its tasks (备课任务)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from resources.catalogue.models import Chapter, Volume
from schools.curriculum import Grade, Stage, Subject
from schools.models import Container, School, Term, User
from schools.models.dated import Dated


class PrepGroup(models.Model):
    """Teachers of one subject, from several schools, who prepare lessons together."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    subject = models.CharField(_("subject"), max_length=20, choices=Subject)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade, null=True, blank=True)
    schools: models.ManyToManyField[School, PrepGroupSchool] = models.ManyToManyField(
        School, through="PrepGroupSchool", related_name="prep_groups"
    )
    container = models.OneToOneField(
        Container, models.PROTECT, null=True, editable=False, related_name="prep_group"
    )

    class Meta:
        verbose_name = _("prep group")
        verbose_name_plural = _("prep groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def place(self) -> Container:
        """Where the group's plans are in the page tree."""
        if self.container is None:
            raise LookupError(f"{self} has no place in the page tree")
        return self.container


class PrepGroupSchool(models.Model):
    """A school of a prep group: the lead end (主讲端) or a receiving end (接收端)."""

    class End(models.TextChoices):
        LEAD = "lead", _("lead end")
        RECEIVING = "receiving", _("receiving end")

    prep_group = models.ForeignKey(PrepGroup, models.CASCADE, related_name="ends")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    end = models.CharField(_("end"), max_length=10, choices=End)

    class Meta:
        verbose_name = _("school of a prep group")
        verbose_name_plural = _("schools of prep groups")
        constraints = [
            models.UniqueConstraint(fields=["prep_group", "school"], name="groups_a_school_once"),
            models.UniqueConstraint(
                fields=["prep_group"], condition=Q(end="lead"), name="groups_one_lead_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} ({self.get_end_display()})"


class PrepGroupMember(Dated):
    """A teacher's time in a prep group, for one of its schools."""

    class Role(models.TextChoices):
        LEADER = "leader", _("leader")
        DEPUTY = "deputy", _("deputy leader")
        MEMBER = "member", _("member")

    prep_group = models.ForeignKey(PrepGroup, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="prep_memberships")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)

    class Meta(Dated.Meta):
        verbose_name = _("prep group member")
        verbose_name_plural = _("prep group members")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["prep_group", "user"],
                condition=Q(until__isnull=True),
                name="groups_one_open_membership_a_user",
            ),
            models.UniqueConstraint(
                fields=["prep_group"],
                condition=Q(role="leader", until__isnull=True),
                name="groups_one_leader",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.prep_group}"


class PrepPlan(models.Model):
    """A prep group's work on one textbook volume in one term."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    prep_group = models.ForeignKey(PrepGroup, models.PROTECT, related_name="prep_plans")
    volume = models.ForeignKey(Volume, models.PROTECT, related_name="+", verbose_name=_("volume"))
    term = models.ForeignKey(Term, models.PROTECT, related_name="+", verbose_name=_("term"))
    periods_per_week = models.PositiveSmallIntegerField(_("lesson periods a week"), default=5)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("prep plan")
        verbose_name_plural = _("prep plans")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["prep_group", "volume", "term"], name="groups_one_plan_a_volume_and_term"
            ),
            models.CheckConstraint(
                condition=Q(periods_per_week__gte=1, periods_per_week__lte=15),
                name="groups_periods_a_week_between_1_and_15",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volume.short_title} {self.term}"


class ClassMode(models.TextChoices):
    """The class mode (应用模式) of a lesson: in the room, or over the network."""

    IN_PERSON = "in_person", _("ordinary in-person teaching")
    DELIVERY = "delivery", _("delivery classroom")
    MASTER = "master", _("master-teacher classroom")
    ONLINE = "online", _("online-school classroom")


class ClassForm(models.TextChoices):
    """How a lesson over the network reaches the other end: live, recorded, embedded, observed."""

    LIVE = "live", _("live form")
    RECORDED = "recorded", _("recorded form")
    EMBEDDED = "embedded", _("embedded form")
    OBSERVED = "observed", _("observed form")


class PrepTaskQuerySet(models.QuerySet["PrepTask"]):
    """Tasks; what was removed is kept, so that it can be brought back."""

    def standing(self) -> PrepTaskQuerySet:
        """Those that were not removed."""
        return self.filter(removed_at__isnull=True)


class PrepTask(models.Model):
    """One lesson of the catalogue to be prepared: by whom, and by when for each phase."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    prep_plan = models.ForeignKey(PrepPlan, models.CASCADE, related_name="tasks")
    chapter = models.ForeignKey(Chapter, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    periods = models.PositiveSmallIntegerField(_("lesson periods"), default=1)
    teaching_day = models.DateField(_("teaching day"))
    draft_due = models.DateField(_("first drafts due"))
    discussion_due = models.DateField(_("discussion due"))
    approval_due = models.DateField(_("approval due"))
    main_preparer = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="prep_tasks",
        verbose_name=_("main preparer"),
    )
    class_mode = models.CharField(
        _("class mode"), max_length=10, choices=ClassMode, default=ClassMode.IN_PERSON
    )
    class_form = models.CharField(_("class form"), max_length=10, choices=ClassForm, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects: Any = PrepTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("prep task")
        verbose_name_plural = _("prep tasks")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["prep_plan", "chapter"], name="groups_one_task_a_lesson"
            ),
            models.CheckConstraint(
                condition=Q(draft_due__lte=F("discussion_due"))
                & Q(discussion_due__lte=F("approval_due"))
                & Q(approval_due__lte=F("teaching_day")),
                name="groups_task_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(class_mode="in_person") | Q(class_form=""),
                name="groups_a_form_is_of_a_lesson_over_the_network",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="groups_removed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return str(self.chapter)
