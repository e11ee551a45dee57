"""The portal app: composition root of the site."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Home page, shell of the workspace and the admin's scope."""

    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from portal import admin_policy, publishing
        from portal.takedown import cards  # noqa: F401 - registers itself

        admin_policy.register()
        publishing.connect()
