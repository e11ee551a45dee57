"""The app of what comes in many at a time."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportingConfig(AppConfig):
    """Old files by the folder, resources by the file."""

    name = "resources.importing"
    label = "importing"
    verbose_name = _("Import of resources")
