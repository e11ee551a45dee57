"""The previews app."""

from django.apps import AppConfig
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _

from media.signals import file_ready


class PreviewsConfig(AppConfig):
    """Light forms of files."""

    name = "media.previews"
    label = "previews"
    verbose_name = _("Previews")

    def ready(self) -> None:
        from media.models import FILE_MODELS
        from media.previews.actions import forget, want_previews

        file_ready.connect(want_previews)
        for model in FILE_MODELS:
            post_delete.connect(forget, sender=model)
