"""The sentences of the library's notices (see `schools.notices`)."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from resources.library.words import joined, place_words, titled
from schools.notices import register_notice

TO_REVIEW = "library.to_review"
PUBLISHED = "library.published"
PASSED = "library.passed"
RAISED = "library.raised"
SENT_BACK = "library.sent_back"
STALE = "library.stale"
TAKEN_DOWN = "library.taken_down"
RECOMMENDED = "library.recommended"


def register() -> None:
    """Register all sentences; they are filled with what `actions` passes to `notify`."""
    _register(TO_REVIEW, _("%(actor)s asks you to review %(title)s for %(place)s."))
    _register(PUBLISHED, _("%(title)s has passed the review and can be read now."))
    _register(PASSED, _("%(title)s has passed at %(place)s; the next library reviews it."))
    _register(RAISED, _("%(title)s now stands in %(place)s."))
    _register(SENT_BACK, _("%(title)s was sent back by %(actor)s, for %(place)s: %(reason)s"))
    _register(
        STALE,
        _("%(title)s has a newer version, so the recommendation to %(place)s lapsed."),
    )
    _register(TAKEN_DOWN, _("%(title)s was taken down from %(place)s by %(actor)s: %(reason)s"))
    _register(RECOMMENDED, _("%(actor)s recommended your %(title)s to %(place)s."))


def _register(kind: str, sentence: str | Promise) -> None:
    register_notice(kind, sentence, _words)


def _words(data: dict[str, Any]) -> dict[str, Any]:
    """Titles in their marks, libraries by their names, in the reader's language."""
    place = data.get("place", "")
    places = joined([place_words(row) for row in place]) if isinstance(place, list) else ""
    return {
        **data,
        "title": titled(data.get("title", "")),
        "place": places or place_words(place),
    }
