"""The form of what has a video: its file, its length, its key moments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from resources.library.kinds.forms import KindForm
from resources.library.kinds.reading import clock, seconds_of
from resources.library.kinds.rows import RowForm

LONGEST = 24 * 3600


class TimeField(forms.CharField):
    """A time in a recording as people write it; seconds in Python."""

    def prepare_value(self, value: Any) -> Any:
        return clock(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        seconds = seconds_of(text)
        if seconds is None or seconds > LONGEST:
            raise ValidationError(_("Please write minutes and seconds, such as 4:36."))
        return seconds

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """A number of seconds has no length to be checked."""


class FilmForm(KindForm):
    """A video or a sound recording."""

    FILES = {"video": "video"}

    video = forms.FileField(
        label=_("Video"),
        required=False,
        help_text=_(
            "MP4 or WebM. Where an upload breaks off, choose the file again: it goes on from there."
        ),
    )
    duration = TimeField(
        label=_("Length"), required=False, help_text=_("Minutes and seconds, such as 4:36.")
    )


class MomentRow(RowForm):
    """A key moment."""

    MEANT = ("at", "label")
    LABEL = _("Key moment")
    ADD = _("Add a key moment")
    SHORT = True

    at = TimeField(label=_("Time"), help_text=_("Such as 4:36."))
    label = forms.CharField(label=_("What happens"), max_length=200)

    def value(self) -> dict[str, Any]:
        return {"at": self.cleaned_data["at"], "label": self.cleaned_data["label"]}
