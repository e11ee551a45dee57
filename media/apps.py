"""The media app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    """Files of every kind."""

    name = "media"
    label = "media"
    verbose_name = _("Media")
