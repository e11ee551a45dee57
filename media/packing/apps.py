"""The packing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PackingConfig(AppConfig):
    """Packages to take along."""

    name = "media.packing"
    label = "packing"
    verbose_name = _("Packages")
