"""A request to take a public page down (下架申请): what is asked, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from schools.models import Region, User


class TakedownRequest(models.Model):
    """Somebody, with an account or without, asks that a public page be taken down.

    Who knows its uuid may read its state: the address is shown to the sender alone.
    """

    class Ground(models.TextChoices):
        COPYRIGHT = "copyright", _("It is mine, and I did not allow it")
        LIKENESS = "likeness", _("A face, voice or name is shown without consent")
        PRIVATE = "private", _("Personal data can be read in it")
        WRONG = "wrong", _("It is wrong or unsuitable")
        OTHER = "other", _("Another ground")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for the editors")
        GRANTED = "granted", _("Taken down")
        REFUSED = "refused", _("Stays")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    page = models.ForeignKey(Page, models.SET_NULL, null=True, related_name="+")
    title = models.CharField(_("title"), max_length=255)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    """Whose library editors decide, for this subject and stage; None: the portal's editors."""
    subject = models.CharField(max_length=20, blank=True)
    stage = models.CharField(max_length=10, blank=True)
    ground = models.CharField(_("ground"), max_length=10, choices=Ground)
    text = models.TextField(_("what it is about"), max_length=1000)
    name = models.CharField(_("your name"), max_length=60)
    contact = models.CharField(_("phone number or e-mail"), max_length=120)
    sender = models.CharField(max_length=64, editable=False)
    """A keyed hash of the address it came from, so that a flood can be told."""
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State, default=State.WAITING, db_index=True
    )
    answer = models.TextField(_("answer"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="decided_takedowns"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("take-down request")
        verbose_name_plural = _("take-down requests")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | (~Q(state="waiting") & ~Q(decided_by=None) & ~Q(decided_at=None)),
                name="portal_takedown_decided_by_someone",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("takedown:state", args=[self.uuid])

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING
