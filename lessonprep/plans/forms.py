"""Forms around a plan's text: remarks, settlements, reasons."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RemarkForm(forms.Form):
    """A comment or a point; the token makes a double click count once."""

    text = forms.CharField(
        label=_("Your remark"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    is_point = forms.BooleanField(label=_("Must be settled before approval"), required=False)
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)


class SettleForm(forms.Form):
    """How a point was settled."""

    settlement = forms.CharField(label=_("How it was settled"), max_length=300, required=False)


class SendBackForm(forms.Form):
    """Why a plan is sent back."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Say what should change, and how one sees that it is done."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what should change before you send it back.")},
    )
