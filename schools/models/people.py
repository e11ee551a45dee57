"""People: accounts, their dated memberships of schools, titles, rotations, accepted terms."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from schools.curriculum import Grade, SchoolSystem, Stage, Subject, stage_of
from schools.models.dated import Dated
from schools.models.places import School
from schools.names import pinyin_of


class User(AbstractUser):
    """An account; signs in by user name or phone number, is addressed by one full name."""

    first_name = None  # type: ignore[assignment]  # a Chinese name is one field
    last_name = None  # type: ignore[assignment]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(
        _("user name"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This user name is taken. Please choose another.")},
    )
    name = models.CharField(_("name"), max_length=40)
    phone = models.CharField(
        _("phone number"),
        max_length=11,
        null=True,  # unique among those given, so none is null and not ""
        blank=True,
        unique=True,
        validators=[RegexValidator(r"^1\d{10}$", _("A mobile number has 11 digits."))],
    )

    pinyin = models.CharField(max_length=260, editable=False, blank=True, db_index=True, default="")
    """The name as it is typed without Chinese, ``zhangwei zw``; kept by `save`."""

    is_demonstration = models.BooleanField(
        default=False,
        editable=False,
        help_text=_(
            "One of the accounts of the demonstration; production does not start with them."
        ),
    )

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is None or "name" in fields:
            self.pinyin = pinyin_of(self.name)
            if fields is not None:
                kwargs["update_fields"] = {*fields, "pinyin"}
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Membership(Dated):
    """A teacher's time at a school; several may run at once (交流轮岗, 走教)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, related_name="memberships")
    is_main = models.BooleanField(_("main school"), default=True)

    class Meta(Dated.Meta):
        verbose_name = _("school membership")
        verbose_name_plural = _("school memberships")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "school"],
                condition=models.Q(until__isnull=True),
                name="schools_one_open_membership_a_user_and_school",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.school}"


class TeachingAssignment(models.Model):
    """A subject that a membership teaches, in one grade or, where none is said, in a stage."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="assignments")
    subject = models.CharField(_("subject"), max_length=20, choices=Subject)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade, null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, blank=True)

    class Meta:
        verbose_name = _("teaching assignment")
        verbose_name_plural = _("teaching assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "subject", "grade"], name="schools_an_assignment_once"
            ),
            models.UniqueConstraint(
                fields=["membership", "subject", "stage"],
                condition=models.Q(grade__isnull=True),
                name="schools_an_assignment_without_grade_once",
            ),
        ]

    def __str__(self) -> str:
        where = self.get_grade_display() if self.grade else self.get_stage_display()
        return f"{where} {self.get_subject_display()}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.grade and not self.stage:
            self.stage = stage_of(self.grade, SchoolSystem(self.membership.school.system))
        super().save(*args, **kwargs)


class TeacherTitle(Dated):
    """A title that was conferred on a teacher (名师, 骨干教师), with its level, while it lasts."""

    class Kind(models.TextChoices):
        MASTER = "master", _("Master teacher")
        BACKBONE = "backbone", _("Backbone teacher")
        SUBJECT_LEADER = "subject_leader", _("Subject leader")
        SPECIAL_GRADE = "special_grade", _("Special-grade teacher")
        TEACHING_EXPERT = "teaching_expert", _("Teaching expert")
        YOUNG_TALENT = "young_talent", _("Young teacher of distinction")

    class Level(models.TextChoices):
        SCHOOL = "school", pgettext_lazy("level of a title", "School level")
        TOWNSHIP = "township", pgettext_lazy("level of a title", "Township level")
        COUNTY = "county", pgettext_lazy("level of a title", "County level")
        CITY = "city", pgettext_lazy("level of a title", "City level")
        PROVINCE = "province", pgettext_lazy("level of a title", "Province level")
        NATION = "nation", pgettext_lazy("level of a title", "National level")

    user = models.ForeignKey(User, models.CASCADE, related_name="titles")
    kind = models.CharField(pgettext_lazy("of a teacher", "title"), max_length=20, choices=Kind)
    level = models.CharField(pgettext_lazy("of a title", "level"), max_length=10, choices=Level)
    entered_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta(Dated.Meta):
        verbose_name = _("teacher title")
        verbose_name_plural = _("teacher titles")
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "kind", "level", "since"], name="schools_a_title_once"
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "level"],
                condition=models.Q(until__isnull=True),
                name="schools_one_open_title_a_kind_and_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.get_kind_display()}"


class Rotation(Dated):
    """A teacher of one school who teaches at another for a time (交流轮岗).

    While it runs the teacher belongs to both: `membership` is the one of the host school and is
    kept to the same dates by `schools.staff.actions`.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="rotations")
    home_school = models.ForeignKey(School, models.PROTECT, related_name="rotations_out")
    host_school = models.ForeignKey(School, models.PROTECT, related_name="rotations_in")
    subject = models.CharField(_("subject"), max_length=20, choices=Subject, blank=True)
    membership = models.OneToOneField(
        Membership, models.PROTECT, related_name="rotation", editable=False
    )
    arranged_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta(Dated.Meta):
        verbose_name = _("rotation")
        verbose_name_plural = _("rotations")
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(home_school=models.F("host_school")),
                name="schools_a_rotation_leads_to_another_school",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.home_school} → {self.host_school}"


class TermsAcceptance(models.Model):
    """A user's consent to one version of the terms of ownership (权属约定)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="terms_acceptances")
    version = models.CharField(max_length=20)
    accepted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("acceptance of terms")
        verbose_name_plural = _("acceptances of terms")
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="schools_terms_accepted_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.version}"
