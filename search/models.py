"""The outbox (待索引队列): what the index has still to be told, and the version it should hold."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IndexEntry(models.Model):
    """One thing that is or was to be found; waits for the index while `queued_at` is set.

    There is one row a thing, so that ten changes in a minute are one write to the index, and it
    stays, so that versions rise for ever and `check_index` has something to compare with.
    """

    uuid = models.UUIDField(primary_key=True)
    source = models.CharField(max_length=40)
    version = models.PositiveBigIntegerField(default=0)
    queued_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("index entry")
        verbose_name_plural = _("index entries")
        indexes = [
            models.Index(
                fields=["queued_at"], condition=Q(queued_at__isnull=False), name="search_waiting"
            ),
            models.Index(fields=["source", "version"], name="search_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.uuid} v{self.version}"
