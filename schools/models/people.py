"""People: accounts, their dated memberships of schools, the terms they accepted."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.curriculum import Grade, Subject
from schools.models.dated import Dated
from schools.models.places import School


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
    """A subject and grade that a membership teaches."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="assignments")
    subject = models.CharField(_("subject"), max_length=20, choices=Subject)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade)

    class Meta:
        verbose_name = _("teaching assignment")
        verbose_name_plural = _("teaching assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "subject", "grade"], name="schools_an_assignment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} {self.get_subject_display()}"


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
