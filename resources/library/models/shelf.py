"""Where a resource stands: a row for each library it is in or was in (上架, 下架)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from resources.library.models.places import Level, Scoped, scope_fits_level
from resources.library.models.resource import Resource
from schools.models import User


class ShelfQuerySet(models.QuerySet["Shelf"]):
    """Shelves that can be asked which are open, and be put in the ladder's order."""

    def open(self) -> ShelfQuerySet:
        """Those on which the resource stands now."""
        return self.filter(removed_at__isnull=True)

    def upwards(self) -> ShelfQuerySet:
        """From the school to the public."""
        ranks = [models.When(level=level, then=level.rank) for level in Level]
        order = models.Case(*ranks, output_field=models.SmallIntegerField())
        return self.order_by(order, "pk")


class Shelf(Scoped):
    """A resource's time in one library; its readers are the resource's live audience."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="shelves")
    since = models.DateTimeField(_("since"), auto_now_add=True)
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects: Any = ShelfQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a library")
        verbose_name_plural = _("places in libraries")
        constraints = [
            models.CheckConstraint(
                condition=scope_fits_level(public_has_region=False),
                name="library_shelf_scope_fits_its_level",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="library_shelf_removed_by_someone",
            ),
            # One library of each level: the next one must be above the highest.
            models.UniqueConstraint(
                fields=["resource", "level"],
                condition=Q(removed_at__isnull=True),
                name="library_one_open_shelf_a_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} · {self.place}"
