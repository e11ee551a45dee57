"""What a page needs whose forms upload files in parts."""

from __future__ import annotations

from django import template
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def upload_texts() -> SafeString:
    """What the script says, in the language of the page."""
    return format_html("{}", json_script(_texts(), "upload-texts"))


def _texts() -> dict[str, str]:
    return {
        "reading": _("Reading the file…"),
        "percent": _("%(percent)s%% uploaded (%(sent)s)"),
        "speed": _("%(speed)s a second"),
        "left": _("%(time)s left"),
        "waiting": _("The line is down at %(percent)s%%. It goes on by itself."),
        "paused": _("Paused at %(percent)s%%."),
        "joining": _("Almost done…"),
        "checking": _("Uploaded. It is being checked; you can save already."),
        "done": _("Uploaded."),
        "failed": _("Not uploaded. Please choose the file again."),
        "pause": _("Pause"),
        "resume": _("Go on"),
        "discard": _("Discard the upload"),
        "remove": _("Take it out"),
        "seconds": _("%(count)s seconds"),
        "minutes": _("%(count)s minutes"),
        "hours": _("%(count)s hours"),
        "then_saved": _("It is saved as soon as the file is there."),
        "leave": _("A file is still being uploaded."),
        "begun": _("“%(name)s” (%(size)s) was not uploaded to its end. Choose it again to go on."),
        "forget": _("Discard"),
    }
