"""The library app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    """Shared resources."""

    name = "resources.library"
    label = "library"
    verbose_name = _("Library")

    def ready(self) -> None:
        from media.parts import register_part_readers
        from resources.library import (  # noqa: F401 - audience and cards register themselves
            audience,
            browsing,
            cards,
            notices,
            search_documents,
        )
        from resources.library.queries import with_parts_seen

        register_part_readers(with_parts_seen)
        notices.register()
        search_documents.register()
        browsing.register()
