"""The school year: terms (学期) with weeks and holidays (节假日)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from schools.models.places import Region


class Term(models.Model):
    """A region's term; weeks are counted from the Monday of its first day."""

    class Season(models.TextChoices):
        AUTUMN = "autumn", _("autumn term")
        SPRING = "spring", _("spring term")

    region = models.ForeignKey(Region, models.PROTECT, related_name="terms")
    year = models.PositiveSmallIntegerField(_("calendar year in which it begins"))
    season = models.CharField(_("season"), max_length=6, choices=Season)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["-first_day"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "season"], name="schools_one_term_a_region_and_season"
            ),
            models.CheckConstraint(
                condition=Q(last_day__gt=F("first_day")), name="schools_term_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return _("%(year)s %(season)s") % {"year": self.year, "season": self.get_season_display()}

    def week_of(self, day: date) -> int | None:
        """The number of the teaching week, from 1; None outside the term."""
        if not self.first_day <= day <= self.last_day:
            return None
        monday = self.first_day - timedelta(days=self.first_day.weekday())
        return (day - monday).days // 7 + 1

    def school_days(self) -> Iterator[date]:
        """Days of teaching in order: weekdays without holidays, and the make-up days (调休)."""
        changed = {
            day: holiday.is_teaching for holiday in self.holidays.all() for day in holiday.days()
        }
        for offset in range((self.last_day - self.first_day).days + 1):
            day = self.first_day + timedelta(days=offset)
            if changed.get(day, day.weekday() < 5):
                yield day


class Holiday(models.Model):
    """Days of a term without teaching, or a weekend day that is taught (调休上课)."""

    term = models.ForeignKey(Term, models.CASCADE, related_name="holidays")
    name = models.CharField(_("name"), max_length=40)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    is_teaching = models.BooleanField(_("taught to make up"), default=False)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="schools_holiday_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def days(self) -> list[date]:
        """Every day of it."""
        return [
            self.first_day + timedelta(days=offset)
            for offset in range((self.last_day - self.first_day).days + 1)
        ]
