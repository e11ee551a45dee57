"""Records: the append-only audit log (审计日志) and in-site notices (站内通知)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models.appendonly import AppendOnly
from schools.models.people import User


class AuditEntry(AppendOnly):
    """One state change: who did what to which thing, when."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="audit_entries", verbose_name=_("actor")
    )
    action = models.CharField(_("action"), max_length=60, db_index=True)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40)
    target_name = models.CharField(max_length=255)
    detail = models.JSONField(default=dict)

    class Meta(AppendOnly.Meta):
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.target_name}"


class Notification(models.Model):
    """A notice to one user; its sentence is written in the reader's language when shown."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "read_at"])]

    def __str__(self) -> str:
        return f"{self.user} {self.kind}"
