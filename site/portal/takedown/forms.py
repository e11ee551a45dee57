"""The form of a take-down request, and the editors' decision."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.takedown.models import TakedownRequest
from portal.takedown.queries import public_page_at


class TakedownForm(forms.ModelForm[TakedownRequest]):
    """What a stranger fills in; `page` is the public page that was meant."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    address = forms.CharField(
        label=_("Address of the page"),
        max_length=500,
        help_text=_("Copy it from the browser, such as https://…/resources/…"),
    )

    ground = forms.ChoiceField(
        label=_("Ground"), choices=TakedownRequest.Ground.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = TakedownRequest
        fields = ["ground", "text", "name", "contact"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 4}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }
        help_texts = {
            "text": _("Say which picture, sentence or part, and what your right to it is."),
            "contact": _("Only the editors see it, to ask back."),
        }

    field_order = ["address", "ground", "text", "name", "contact"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "address" in cleaned:
            self.page = public_page_at(cleaned["address"])
            if self.page is None:
                self.add_error(
                    "address",
                    _("There is no public page at this address. Open the page and copy it again."),
                )
        return cleaned


class DecisionForm(forms.Form):
    """Taken down or not, and what the sender reads."""

    GRANT, REFUSE = "grant", "refuse"

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(GRANT, _("Take it down")), (REFUSE, _("Leave it"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer to the sender"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == self.REFUSE and not cleaned.get("answer", "").strip():
            self.add_error("answer", _("Please say why it stays; the sender reads it."))
        return cleaned
