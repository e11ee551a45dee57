"""What a lesson plan and a resource say about themselves: subject, grade, textbook, licence."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.catalogue.models import Chapter, Volume
from schools.curriculum import Grade, Stage, Subject


class Licence(models.TextChoices):
    """Under which terms others may use it; the default allows adapting under the same terms."""

    BY_NC_SA = "by-nc-sa", _("CC BY-NC-SA 4.0")
    BY_SA = "by-sa", _("CC BY-SA 4.0")
    BY = "by", _("CC BY 4.0")
    ALL_RIGHTS = "all-rights", _("All rights reserved")


class Difficulty(models.IntegerChoices):
    """How hard it is for pupils of its grade (难度)."""

    EASY = 1, pgettext_lazy("difficulty", "easy")
    FAIRLY_EASY = 2, pgettext_lazy("difficulty", "fairly easy")
    MEDIUM = 3, pgettext_lazy("difficulty", "medium")
    FAIRLY_HARD = 4, pgettext_lazy("difficulty", "fairly hard")
    HARD = 5, pgettext_lazy("difficulty", "hard")


class Described(models.Model):
    """The description shared by plans and resources (B2); only the title is asked."""

    subject = models.CharField(_("subject"), max_length=20, choices=Subject, blank=True)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, blank=True)
    grade = models.PositiveSmallIntegerField(_("grade"), choices=Grade, null=True, blank=True)
    volume = models.ForeignKey(
        Volume, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("volume")
    )
    chapter = models.ForeignKey(
        Chapter, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lesson")
    )
    summary = models.TextField(_("summary"), blank=True, max_length=500)
    licence = models.CharField(
        _("licence"), max_length=12, choices=Licence, default=Licence.BY_NC_SA
    )
    contributors = models.CharField(_("contributors"), max_length=300, blank=True)

    class Meta:
        abstract = True
