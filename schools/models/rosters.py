"""A roster (教师名册) that was handed in and waits to be looked at and confirmed."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from schools.models.people import User


class RosterUpload(models.Model):
    """The rows of one file, between the look at them and the word to take them.

    They are personal data: once taken only the accounts they made are remembered, and what nobody
    confirms is thrown away after a day.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(User, models.CASCADE, related_name="roster_uploads")
    file_name = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True)
    counts = models.JSONField(default=dict)
    accounts = models.ManyToManyField(User, related_name="+")

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")

    def __str__(self) -> str:
        return self.file_name
