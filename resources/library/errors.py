"""What the library refuses; each says what is so and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from resources.library.models import CheckPoint, Place, Resource
from schools.workflow import StaleReview

__all__ = [
    "ChecksMissing",
    "InReview",
    "Incomplete",
    "LibraryError",
    "NoReviewer",
    "NotNow",
    "ReasonMissing",
    "StaleDraft",
    "StaleReview",
]


class LibraryError(Exception):
    """Something that cannot be done now; its text is for the reader."""


class NotNow(LibraryError):
    """The resource's state does not allow it; another page or person was quicker."""

    def __init__(self, resource: Resource) -> None:
        super().__init__(resource)
        self.resource = resource

    def __str__(self) -> str:
        return _("This cannot be done as things stand now. Please look at the present state.")


class InReview(NotNow):
    """A draft is locked while editors look at it."""

    def __str__(self) -> str:
        return _("It is being reviewed and cannot be changed. Call it back first.")


class Incomplete(NotNow):
    """What is to be shown to others lacks something."""

    def __init__(self, resource: Resource, missing: list[str]) -> None:
        super().__init__(resource)
        self.missing = missing

    def __str__(self) -> str:
        missing = get_text_list(self.missing, _("and"))
        return _("Something is still missing: %(missing)s. Add it, then submit again.") % {
            "missing": missing
        }


class NoReviewer(NotNow):
    """Nobody could review it."""

    def __init__(self, resource: Resource, place: Place) -> None:
        super().__init__(resource)
        self.place = place

    def __str__(self) -> str:
        return _(
            "Nobody can review it for %(place)s yet: a library editor other than you is needed. "
            "Ask the administrator to name one."
        ) % {"place": self.place}


class StaleDraft(LibraryError):
    """The draft was saved elsewhere since the form was opened."""

    def __init__(self, resource: Resource, theirs: Any) -> None:
        super().__init__(resource)
        self.resource = resource
        self.theirs = theirs
        """The latest draft, as an object."""

    def __str__(self) -> str:
        return _("The draft was saved elsewhere meanwhile. Both texts are below; nothing is lost.")


class ReasonMissing(LibraryError):
    """A decision against someone's work needs a reason."""

    def __str__(self) -> str:
        return _("Please write the reason: the maker will read it.")


class ChecksMissing(LibraryError):
    """Not every point of the review was ticked."""

    def __init__(self, missing: Iterable[CheckPoint]) -> None:
        self.missing = list(missing)
        super().__init__(self.missing)

    def __str__(self) -> str:
        return _("%(count)s points are not ticked yet, so it cannot pass.") % {
            "count": len(self.missing)
        }
