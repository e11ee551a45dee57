"""What is said of previews that are not there (yet)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media.previews.models import Preview, Reason

WHY: dict[str, str | Promise] = {
    Reason.NO_PROGRAM: _("This server cannot show it here. Download it to open it."),
    Reason.DAMAGED: _(
        "The file could not be opened here; it may be damaged. Download it, open it, save it again"
        " and upload it anew."
    ),
    Reason.LOCKED: _(
        "The file has a password, so it cannot be shown here. Download it to open it."
    ),
    Reason.TOO_MUCH_WORK: _("The file is too large to be shown here. Download it to open it."),
    Reason.LOST: _(
        "The file is not in the storage any more. Please tell the people who run this site."
    ),
}


def note(preview: Preview | None) -> str | Promise:
    """Why one cannot look at it here; empty where it is ready or being made."""
    if preview is None or preview.state not in {Preview.State.FAILED, Preview.State.UNAVAILABLE}:
        return ""
    return WHY.get(preview.reason, WHY[Reason.NO_PROGRAM])
