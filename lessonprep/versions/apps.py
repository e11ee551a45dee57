"""The versions app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VersionsConfig(AppConfig):
    """Versions of lesson plans."""

    name = "lessonprep.versions"
    label = "versions"
    verbose_name = _("Versions")
