"""The room (协同室) of a plan and its log of updates: the log is the truth, all else a cache."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision

from lessonprep.plans.models import LessonPlan
from schools.models import User


class Room(models.Model):
    """Where a plan is written together; a plan has at most one that is open.

    `seq` is the number of the last update in the log. Adding to it and writing the rows is one
    transaction, which makes one order a room, whatever the number of processes. A change that an
    old document cannot follow closes the room and opens the next, with the next `epoch`.
    """

    plan = models.ForeignKey(LessonPlan, models.CASCADE, related_name="rooms")
    epoch = models.PositiveIntegerField(default=1)
    seq = models.PositiveBigIntegerField(default=0)
    schema = models.CharField(max_length=64, help_text=_("hash of the editor's schema"))
    is_locked = models.BooleanField(
        default=False, help_text=_("the plan's phase lets nobody write")
    )
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(fields=["plan", "epoch"], name="coediting_one_room_an_epoch"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(closed_at__isnull=True),
                name="coediting_one_open_room_a_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.epoch}"


class LogRow(models.Model):
    """What one person added in one commit: raw updates, numbered `first` to `last`.

    `data` holds the updates one after the other, each with its length before it.
    """

    room = models.ForeignKey(Room, models.CASCADE, related_name="log")
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    data = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    clients = models.JSONField(default=list)
    """Under which client ids. What is taken away bears no id, so this row is the evidence."""
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("row of the log")
        verbose_name_plural = _("rows of the log")
        ordering = ["room", "first"]
        constraints = [
            models.UniqueConstraint(fields=["room", "first"], name="coediting_one_row_a_number"),
            models.CheckConstraint(
                condition=Q(first__lte=F("last")), name="coediting_a_row_holds_updates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.first}-{self.last}"


class Snapshot(models.Model):
    """The log up to `seq` merged into one update, proved equal to it before it was kept."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="snapshots")
    seq = models.PositiveBigIntegerField()
    state = models.BinaryField()
    state_vector = models.BinaryField()
    sha256 = models.BinaryField(max_length=32)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="coediting_one_snapshot_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.seq}"


class ClientBinding(models.Model):
    """Whose a client id is: of whoever showed it first, and for ever."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="clients")
    client_id = models.PositiveBigIntegerField()
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("client of a room")
        verbose_name_plural = _("clients of rooms")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "client_id"], name="coediting_a_client_is_ones_own"
            )
        ]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.client_id}"


class KeptWriting(models.Model):
    """What somebody had typed when they lost the right to: theirs to copy, never in the plan.

    `data` is written like that of a `LogRow`; it stands on the room's state at `seq`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="kept")
    user = models.ForeignKey(User, models.CASCADE, related_name="kept_writing")
    seq = models.PositiveBigIntegerField()
    data = models.BinaryField()
    why = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("kept writing")
        verbose_name_plural = _("kept writings")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.user}: {self.room}"


class Materialised(models.Model):
    """The revision that says what stood in a room at a number of its log (定格).

    `automatic`: nobody asked for it, so the next automatic one may be written over it while it is
    the newest and `begun_at` is not long ago.
    """

    revision = models.OneToOneField(Revision, models.CASCADE, related_name="materialised")
    room = models.ForeignKey(Room, models.CASCADE, related_name="materialised")
    upto_seq = models.PositiveBigIntegerField()
    automatic = models.BooleanField(default=False)
    begun_at = models.DateTimeField()

    class Meta:
        verbose_name = _("materialised text")
        verbose_name_plural = _("materialised texts")
        indexes = [models.Index(fields=["room", "upto_seq"])]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.upto_seq}"


class Beginning(models.Model):
    """Who had written a section before its plan was written together: for the credits."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="beginnings")
    section = models.UUIDField()
    user = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("writer before the room")
        verbose_name_plural = _("writers before the room")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "section", "user"], name="coediting_began_once_a_section"
            )
        ]

    def __str__(self) -> str:
        return f"{self.room_id}: {self.user}"
