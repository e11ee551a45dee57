"""The uploads app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UploadsConfig(AppConfig):
    """Uploads in parts."""

    name = "media.uploads"
    label = "uploads"
    verbose_name = _("Uploads")

    def ready(self) -> None:
        from media.quota import register_on_its_way
        from media.uploads.queries import bytes_on_their_way

        register_on_its_way(bytes_on_their_way)
