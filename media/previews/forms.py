"""The form of a film's captions: typed, or a file of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from media.previews.captions import LONGEST_TEXT, NotCaptions, settled
from media.previews.models import Captions

_ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")


class CaptionsForm(forms.Form):
    """Captions in one language."""

    language = forms.ChoiceField(label=_("Language"), choices=Captions.Language.choices)
    file = forms.FileField(
        label=_("File of captions"),
        required=False,
        help_text=_(".vtt or .srt, as programs for cutting films write them."),
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,text/vtt"}),
    )
    text = forms.CharField(
        label=_("Or write them here"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        help_text=_(
            "A time and below it the words, an empty line between: 00:01.000 --> 00:04.000"
        ),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        upload = given.get("file")
        text = _decoded(upload) if upload else given.get("text", "")
        place = "file" if upload else "text"
        if not text.strip():
            raise ValidationError({place: _("Please choose a file of captions or write some.")})
        try:
            given["captions"] = settled(text)
        except NotCaptions as wrong:
            raise ValidationError({place: str(wrong)}) from wrong
        return given


def _decoded(upload: Any) -> str:
    if upload.size > 4 * LONGEST_TEXT:
        raise ValidationError({"file": _("The captions are too long for one film.")})
    content: bytes = upload.read()
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError({"file": _("The file is not a text. Please choose a .vtt or .srt file.")})
