"""The plans app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Lesson plans on their way."""

    name = "lessonprep.plans"
    label = "plans"
    verbose_name = _("Plans")
