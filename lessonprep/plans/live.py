"""The text of a plan while it is written together (协同编辑): co-editing knows it, plans ask here.

Co-editing stands above; it registers itself. Without it, and in every phase in which nobody writes
together, the latest revision is the text.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from wagtail.models import Revision

from lessonprep.plans.sections import Section
from schools.models import User

if TYPE_CHECKING:
    from lessonprep.plans.models import LessonPlan

Credits = dict[str, list[User]]
"""Whose words stand in each section, by the section's id."""


class Unreadable(Exception):
    """What stands in the plan's room is kept there, but this server cannot read it."""

    def __init__(self, plan: LessonPlan) -> None:
        super().__init__(str(plan))
        self.plan = plan


class Together(Protocol):
    """What is asked of the room in which a plan is written; all but `text` raise `Unreadable`."""

    def hold(self, plan: LessonPlan) -> None:
        """Nobody else adds to the room until the transaction ends."""

    def is_open(self, plan: LessonPlan) -> bool:
        """Whether the plan is being written together: others see at once what one puts in."""

    def text(self, plan: LessonPlan) -> list[Section] | None:
        """The text in the room; None where the latest revision says the same."""

    def last_change(self, plan: LessonPlan) -> tuple[User, datetime] | None:
        """Who wrote in the room after the latest revision, and when; the last one."""

    def save(self, plan: LessonPlan) -> None:
        """Make what is in the room the latest revision of the locked plan."""

    def bring(self, plan: LessonPlan, sections: list[Section], by: User) -> list[Section]:
        """Bring the room to `sections`, by differences; they are returned as they read there."""

    def saved(self, plan: LessonPlan, revision: Revision) -> None:
        """What is in the room now is what `revision` says."""

    def suggestions(self, plan: LessonPlan) -> dict[str, int]:
        """How many suggestions are open, by the section's id."""

    def settled_by(self, plan: LessonPlan) -> list[User]:
        """Who has ended suggestions that were made by others, once each."""

    def credits(self, plan: LessonPlan) -> Credits | None:
        """Whose words stand where; None where the plan was never written together."""


class Alone:
    """Nobody writes together."""

    def hold(self, plan: LessonPlan) -> None:
        """Nothing to hold."""

    def is_open(self, plan: LessonPlan) -> bool:
        """Nobody sees anything before it is saved."""
        return False

    def text(self, plan: LessonPlan) -> None:
        """The latest revision says it."""

    def last_change(self, plan: LessonPlan) -> None:
        """There is none but revisions."""

    def save(self, plan: LessonPlan) -> None:
        """Everything is in a revision."""

    def bring(self, plan: LessonPlan, sections: list[Section], by: User) -> list[Section]:
        """The sections are what is saved."""
        return sections

    def saved(self, plan: LessonPlan, revision: Revision) -> None:
        """Nobody asks."""

    def suggestions(self, plan: LessonPlan) -> dict[str, int]:
        """Nobody suggests."""
        return {}

    def settled_by(self, plan: LessonPlan) -> list[User]:
        """Nobody suggests."""
        return []

    def credits(self, plan: LessonPlan) -> None:
        """Revisions tell."""


_registered: list[Together] = [Alone()]


def register(one: Together) -> None:
    """From now on this is asked."""
    _registered[:] = [one]


def together() -> Together:
    """Who knows of the rooms."""
    return _registered[0]
