"""The plans app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Lesson plans on their way from first drafts to approval."""

    name = "lessonprep.plans"
    label = "plans"
    verbose_name = _("Lesson plans")

    def ready(self) -> None:
        from lessonprep.plans import (  # noqa: F401 - they register what they are
            cards,
            choices,
        )
        from lessonprep.plans.search_documents import PlanSource
        from lessonprep.versions.queries import credited_names
        from resources.library.credit import register_credits
        from search.documents import register_source

        register_source(PlanSource())
        register_credits(credited_names)
