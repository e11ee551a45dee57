"""The schools app: who."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolsConfig(AppConfig):
    """People, places and the rules about them."""

    name = "schools"
    verbose_name = _("Schools")

    def ready(self) -> None:
        from schools import audience  # noqa: F401 - registers the providers of this app
        from schools.signin import notices, sessions  # noqa: F401 - sentences; a signal
        from schools.staff import notices as staff_notices  # noqa: F401 - sentences
