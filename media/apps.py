"""The media app."""

from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.utils.translation import gettext_lazy as _


class MediaConfig(AppConfig):
    """Files of every kind."""

    name = "media"
    label = "media"
    verbose_name = _("Media")

    def ready(self) -> None:
        from media import notices, policies
        from media.actions import refuse_to_delete_used
        from media.models import FILE_MODELS

        policies.register()
        notices.register()
        for model in FILE_MODELS:
            pre_delete.connect(refuse_to_delete_used, sender=model)
