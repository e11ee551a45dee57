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


class Synonym(models.Model):
    """Another word under which people look for something (同义词), kept by editors."""

    written = models.CharField(_("as people type it"), max_length=40, unique=True)
    meant = models.CharField(
        _("what is meant"),
        max_length=60,
        help_text=_("A kind, a subject, a lesson’s title or any words."),
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["written"]

    def __str__(self) -> str:
        return f"{self.written} → {self.meant}"


class AskedCount(models.Model):
    """How often something was asked in a week and found nothing (未找到的检索): counts, no persons.

    The words are kept only once several people have typed them (`search.asked`); until then the
    row knows what was understood of them, and a digest.
    """

    week = models.DateField(_("week"))
    """Its Monday."""
    digest = models.CharField(max_length=32)
    text = models.CharField(_("query"), max_length=60, blank=True)
    subject = models.CharField(_("subject"), max_length=20, blank=True)
    grade = models.PositiveSmallIntegerField(_("grade"), null=True)
    chapter = models.CharField(_("chapter"), max_length=60, blank=True)
    """Its key (`search.topics.key_of`)."""
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    in_vain = models.PositiveIntegerField(_("found nothing"), default=0)
    wanted = models.PositiveIntegerField(_("asked for"), default=0)
    """How often somebody said that they need it."""
    seen = models.JSONField(default=list)
    """Marks of the few who typed it while the words are not kept; emptied then."""

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("query asked")
        verbose_name_plural = _("queries asked")
        constraints = [
            models.UniqueConstraint(fields=["week", "digest"], name="search_asked_once_a_week")
        ]
        indexes = [models.Index(fields=["subject", "week"], name="search_asked_of_subject")]

    def __str__(self) -> str:
        return f"{self.week} {self.text or self.digest[:6]} {self.in_vain}"
