"""Who may see a page: the stored side of the audience rule (see `schools.audience`)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class AudienceToken(models.Model):
    """One token of a page's live or draft audience, ``"school:7"``.

    A side table, because Wagtail restores a page's own fields from its revisions.
    """

    class Side(models.TextChoices):
        LIVE = "live", _("live")
        DRAFT = "draft", _("draft")

    page = models.ForeignKey(Page, models.CASCADE, related_name="audience_tokens")
    side = models.CharField(max_length=5, choices=Side)
    token = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        constraints = [
            models.UniqueConstraint(
                fields=["token", "side", "page"], name="schools_an_audience_token_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.side} {self.token}"
