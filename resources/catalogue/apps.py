"""The catalogue app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    """What is taught."""

    name = "resources.catalogue"
    label = "catalogue"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from resources.catalogue.vocabulary import editions_meant, names, topics
        from search.topics import register_topics
        from search.vocabulary import register_alike, register_vocabulary

        register_vocabulary(names)
        register_alike("edition", editions_meant)
        register_topics(topics)
