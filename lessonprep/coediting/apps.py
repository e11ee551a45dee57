"""The co-editing app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoeditingConfig(AppConfig):
    """Rooms in which a plan is written together: log, sockets, presence."""

    name = "lessonprep.coediting"
    label = "coediting"
    verbose_name = _("Co-editing")

    def ready(self) -> None:
        from lessonprep.coediting import cards, materialising, signals  # noqa: F401 - cards register
        from lessonprep.coediting.live import InRooms
        from lessonprep.coediting.page import live_page
        from lessonprep.plans.live import register
        from lessonprep.plans.live_pages import register_live_page

        register(InRooms())
        register_live_page(live_page)
        signals.room_emptied.connect(materialising.when_emptied)
        signals.room_worked_in.connect(materialising.when_worked_in)
