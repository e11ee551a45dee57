"""Tables of signing in: invitations (邀请), sessions (会话), browsers that are remembered."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User

INVITATION_LASTS = timedelta(days=14)
BROWSER_REMEMBERED = timedelta(days=30)


def _in_two_weeks() -> datetime:
    return timezone.now() + INVITATION_LASTS


def _in_a_month() -> datetime:
    return timezone.now() + BROWSER_REMEMBERED


def _new_key() -> str:
    return secrets.token_hex(8)


class Invitation(models.Model):
    """Leave to set a password once, by a link that the table alone does not give away."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    key = models.CharField(max_length=16, unique=True, default=_new_key, editable=False)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_in_two_weeks)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="schools_one_open_invitation_a_user",
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
                name="schools_an_invitation_is_used_or_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%Y-%m-%d}"

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""
        return self.expires_at <= timezone.now()

    @property
    def is_open(self) -> bool:
        """Whether it still lets its user set a password."""
        return self.used_at is None and self.revoked_at is None and not self.is_expired


class Session(AbstractBaseSession):
    """A browser's session; whose it is, is a column, so that all of one's can be ended."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")


class RememberedBrowser(models.Model):
    """A browser that need not show the second step again until `expires_at`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="remembered_browsers")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_in_a_month)

    class Meta:
        verbose_name = _("remembered browser")
        verbose_name_plural = _("remembered browsers")

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%Y-%m-%d}"
