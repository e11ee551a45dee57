"""What was asked of a library's editors, and what they decided (送审, 推荐, 审核)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, WorkflowState

from resources.library.models.places import Scoped, scope_fits_level
from resources.library.models.resource import Resource
from schools.curriculum import Stage, Subject
from schools.models import User


class CheckPoint(models.TextChoices):
    """What an editor looks at before a resource passes (审核要点)."""

    CONTENT = "content", _("The content is right and fits the textbook")
    COPYRIGHT = "copyright", _("Copyright: text, pictures and music have a source or a permission")
    ATTRIBUTION = "attribution", _("Everyone is named and the licence is stated")
    FACES = "faces", _("Pupils’ faces: covered, or the guardians have agreed in writing")
    PUPILS = "pupils", _("No pupil’s name, work or voice is disclosed")


class Submission(Scoped):
    """One request to the editors of one library about one revision.

    `publish` is a step of Wagtail's workflow: the revision becomes the live content once the
    editors of every library in which the resource stands have passed it, in order. `rise` widens
    the audience of the live content and never publishes. The scope is that of the editors who
    decide; for the public that is the highest region reached.
    """

    class Purpose(models.TextChoices):
        PUBLISH = "publish", _("publication")
        RISE = "rise", _("recommendation upwards")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for review")
        ACCEPTED = "accepted", _("passed")
        SENT_BACK = "sent_back", _("sent back")
        WITHDRAWN = "withdrawn", _("withdrawn")
        STALE = "stale", _("overtaken by a newer version")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="submissions")
    purpose = models.CharField(max_length=8, choices=Purpose)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    workflow_state = models.ForeignKey(
        WorkflowState, models.PROTECT, null=True, blank=True, related_name="+"
    )
    from_level = models.CharField(max_length=10, blank=True)
    # As the revision says: what an editor's role must cover cannot change under the review.
    subject = models.CharField(_("subject"), max_length=20, choices=Subject, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="submissions")
    asked_at = models.DateTimeField(auto_now_add=True)
    due = models.DateField(_("due"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    checks = models.JSONField(default=list)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        indexes = [models.Index(fields=["state", "asked_at"])]
        constraints = [
            models.CheckConstraint(
                condition=scope_fits_level(public_has_region=True),
                name="library_submission_scope_fits_its_level",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="library_submission_decided_or_waiting",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "sent_back"]) | Q(reviewer__isnull=False),
                name="library_submission_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(purpose="publish", workflow_state__isnull=False)
                | Q(purpose="rise", workflow_state__isnull=True),
                name="library_only_publication_is_a_workflow",
            ),
            models.UniqueConstraint(
                fields=["resource", "purpose"],
                condition=Q(state="waiting"),
                name="library_one_waiting_submission_a_resource",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} → {self.place}"

    def get_absolute_url(self) -> str:
        return reverse("library:review", args=[self.uuid])

    @property
    def checked(self) -> list[str]:
        """What the editor ticked, in words."""
        return [str(CheckPoint(code).label) for code in self.checks if code in CheckPoint.values]

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has decided yet."""
        return bool(self.state == self.State.WAITING)
