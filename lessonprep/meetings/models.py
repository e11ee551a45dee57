"""Meetings of a prep group with their records (会议记录), reminders (催办), calendar feeds."""

from __future__ import annotations

import secrets
import uuid as uuids
from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.models import PrepGroup, PrepPlan
from lessonprep.plans.models import LessonPlan
from media.models import Picture
from schools.models import User
from schools.models.appendonly import AppendOnly


class Meeting(models.Model):
    """A meeting, on one plan or of the whole group, and what was said there."""

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    uuid = models.UUIDField(default=uuids.uuid4, unique=True, editable=False)
    prep_group = models.ForeignKey(PrepGroup, models.PROTECT, related_name="meetings")
    plan = models.ForeignKey(
        LessonPlan, models.PROTECT, null=True, blank=True, related_name="meetings"
    )
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("begins"), db_index=True)
    minutes_long = models.PositiveSmallIntegerField(
        _("minutes"), default=60, validators=[MinValueValidator(5), MaxValueValidator(600)]
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    link = models.URLField(_("link"), max_length=300, blank=True)
    host = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    recorder = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    guests = models.JSONField(default=list, blank=True)
    """Names of those who came and are not of the group."""
    agenda = models.TextField(_("agenda"), blank=True, max_length=5000)
    minutes = models.TextField(_("what was said"), blank=True, max_length=20_000)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    serial = models.PositiveIntegerField(default=1, help_text=_("how often it was saved"))
    saved_at = models.DateTimeField(auto_now=True)
    saved_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True, help_text=_("of the form: a double click counts once"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(place="") | ~Q(link=""), name="meetings_have_a_place_or_a_link"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True, closed_by__isnull=True)),
                name="meetings_closed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting", args=[self.uuid])

    @property
    def ends_at(self) -> datetime:
        """When it is to end."""
        return self.starts_at + timedelta(minutes=self.minutes_long)


class Attendance(models.Model):
    """A member who came to a meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="meetings_attended_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.meeting}"


class Resolution(models.Model):
    """What a meeting decided on a section of the plan, or on the whole."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="resolutions")
    section = models.UUIDField(null=True, blank=True)
    heading = models.CharField(max_length=60, blank=True)
    position = models.PositiveSmallIntegerField()
    text = models.TextField(max_length=5000)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"], name="meetings_one_decision_a_place"
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Addendum(AppendOnly):
    """What is added to a record after it was closed; the record itself stays."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="addenda")
    text = models.TextField(_("text"), max_length=5000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    token = models.UUIDField(unique=True)

    class Meta(AppendOnly.Meta):
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:40]


class MeetingPhoto(models.Model):
    """A photo of a meeting; readable where the prep group's place in the page tree is."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="photos")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("photo of a meeting")
        verbose_name_plural = _("photos of meetings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "picture"], name="meetings_a_photo_once")
        ]

    def __str__(self) -> str:
        return f"{self.meeting} · {self.picture}"


class Robot(models.Model):
    """A group chat's robot (群机器人) to which reminders go; its keys are never shown again."""

    class Kind(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        DINGTALK = "dingtalk", _("DingTalk")

    prep_group = models.OneToOneField(PrepGroup, models.CASCADE, related_name="robot")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    key = models.CharField(max_length=200)
    secret = models.CharField(max_length=200, blank=True)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("chat robot")
        verbose_name_plural = _("chat robots")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} …{self.key[-4:]}"


class WeeklyReminder(models.Model):
    """On which weekday a group is reminded by itself; 0 is Monday."""

    prep_group = models.OneToOneField(PrepGroup, models.CASCADE, related_name="weekly_reminder")
    weekday = models.PositiveSmallIntegerField(_("weekday"), default=0)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("weekly reminder")
        verbose_name_plural = _("weekly reminders")
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="meetings_a_week_has_7_days")
        ]

    def __str__(self) -> str:
        return f"{self.prep_group} {self.weekday}"


class Reminder(models.Model):
    """A reminder that was sent: to whom, in which words, and what the chat's robot answered."""

    class Sending(models.TextChoices):
        NONE = "none", _("not sent to the chat")
        QUEUED = "queued", _("is being sent to the chat")
        SENT = "sent", _("sent to the chat")
        FAILED = "failed", _("not taken by the chat")

    uuid = models.UUIDField(default=uuids.uuid4, unique=True, editable=False)
    prep_plan = models.ForeignKey(PrepPlan, models.CASCADE, related_name="reminders")
    day = models.DateField()
    weekly = models.BooleanField(default=False)
    text = models.TextField()
    people: models.ManyToManyField[User, models.Model] = models.ManyToManyField(
        User, related_name="+"
    )
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    token = models.UUIDField(unique=True, default=uuids.uuid4)
    sending = models.CharField(max_length=6, choices=Sending, default=Sending.NONE)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["prep_plan", "day"],
                condition=Q(weekly=True),
                name="meetings_one_weekly_reminder_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prep_plan} {self.day}"


def new_secret() -> str:
    """A secret part of an address."""
    return secrets.token_urlsafe(24)


class CalendarFeed(models.Model):
    """The secret address of a user's calendar (日历订阅); without a row there is none."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=40, unique=True, default=new_secret)
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.user)
