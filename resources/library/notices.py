"""The sentences of the library's notices (see `schools.notices`)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

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
    register_notice(TO_REVIEW, _("%(actor)s asks you to review “%(title)s” for %(place)s."))
    register_notice(PUBLISHED, _("“%(title)s” has passed the review and can be read now."))
    register_notice(PASSED, _("“%(title)s” has passed at %(place)s; the next library reviews it."))
    register_notice(RAISED, _("“%(title)s” now stands in %(place)s."))
    register_notice(
        SENT_BACK, _("“%(title)s” was sent back by %(actor)s, for %(place)s: %(reason)s")
    )
    register_notice(
        STALE,
        _("“%(title)s” has a newer version, so the recommendation to %(place)s lapsed."),
    )
    register_notice(
        TAKEN_DOWN, _("“%(title)s” was taken down from %(place)s by %(actor)s: %(reason)s")
    )
    register_notice(RECOMMENDED, _("%(actor)s recommended your “%(title)s” to %(place)s."))
