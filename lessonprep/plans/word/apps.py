"""The app of Word documents of plans."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanWordConfig(AppConfig):
    """Word documents of lesson plans."""

    name = "lessonprep.plans.word"
    label = "plan_word"
    verbose_name = _("Word documents of plans")
