"""Words for what happened to a resource."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from schools.models import AuditEntry

register = template.Library()


@register.filter
def what_happened(entry: AuditEntry) -> str:
    """An audit entry of a resource as words, without the actor and the time."""
    detail: dict[str, Any] = entry.detail
    place = detail.get("place", "")
    places = ", ".join(detail.get("places", []))
    words = {
        "resource.created": _("made it"),
        "resource.edited": _("changed the draft"),
        "resource.submitted": _("submitted it to %(place)s"),
        "resource.passed": _("passed it for %(place)s"),
        "resource.published": _("passed and published it"),
        "resource.sent_back": _("sent it back for %(place)s"),
        "resource.called_back": _("called the request to %(place)s back"),
        "resource.recommended": _("recommended it to %(place)s"),
        "resource.raised": _("took it into %(place)s"),
        "resource.withdrawn": _("withdrew it: %(places)s") if places else _("withdrew it"),
        "resource.taken_down": _("took it down: %(places)s"),
    }
    return words.get(entry.action, entry.action) % {"place": place, "places": places}
