"""Tenures: rows that hold from one day to another, both days included (起止日期)."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound=models.Model, covariant=True)


def today() -> date:
    """The day it is in the server's time zone."""
    return timezone.localdate()


def held_on(day: date, prefix: str = "") -> Q:
    """The condition that a tenure, reached over `prefix` (``"memberships__"``), holds on `day`."""
    return Q(**{f"{prefix}since__lte": day}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": day})
    )


class DatedQuerySet(models.QuerySet[Row]):
    """Tenures that can be asked for as of a day."""

    def on(self, day: date | None = None) -> DatedQuerySet[Row]:
        """Those that hold on `day`, today by default."""
        return self.filter(held_on(day or today()))


class Dated(models.Model):
    """A tenure; an open end means that it still holds."""

    since = models.DateField(_("since"), default=today)
    until = models.DateField(_("until"), null=True, blank=True)

    objects: Any = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="%(app_label)s_%(class)s_ends_after_it_begins",
            )
        ]
