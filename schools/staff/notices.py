"""Sentences of notices to people whose place or rights were changed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from schools.notices import register_notice

ROLE_GRANTED = "staff.role_granted"
ROLE_ENDED = "staff.role_ended"
CORRECTED = "staff.corrected"
MOVED = "staff.moved"
RELEASED = "staff.released"
ROTATION = "staff.rotation"
ROTATION_ENDED = "staff.rotation_ended"
TITLE = "staff.title"

register_notice(ROLE_GRANTED, _("%(actor)s gave you the role %(role)s for %(place)s."))
register_notice(ROLE_ENDED, _("%(actor)s ended your role %(role)s for %(place)s."))
register_notice(CORRECTED, _("%(actor)s corrected your name or phone number: %(what)s."))
register_notice(MOVED, _("%(actor)s entered your move from %(old)s to %(new)s."))
register_notice(RELEASED, _("%(actor)s ended your time at %(school)s."))
register_notice(
    ROTATION, _("%(actor)s entered your rotation from %(home)s to %(host)s since %(since)s.")
)
register_notice(ROTATION_ENDED, _("%(actor)s ended your rotation to %(host)s on %(until)s."))
register_notice(TITLE, _("%(actor)s entered your title: %(title)s."))
