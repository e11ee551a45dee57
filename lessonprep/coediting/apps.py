"""The co-editing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoeditingConfig(AppConfig):
    """Rooms in which a plan is written together: log, sockets, presence."""

    name = "lessonprep.coediting"
    label = "coediting"
    verbose_name = _("Co-editing")
