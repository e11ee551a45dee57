"""Forms around a plan's text: remarks, settlements, reasons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from lessonprep.groups.models import PrepGroup
from lessonprep.plans.designs import design_hash
from lessonprep.plans.models import DesignModel
from schools.models import Region


class RemarkForm(forms.Form):
    """A comment or a point; the token makes a double click count once."""

    text = forms.CharField(
        label=_("Your remark"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    is_point = forms.BooleanField(label=_("Must be settled before approval"), required=False)
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DecideForm(forms.Form):
    """What was agreed on a difference: `take` is a variant's digest, or empty for typed words."""

    key = forms.CharField(max_length=64)
    base = forms.CharField(max_length=32, required=False)
    token = forms.UUIDField()
    take = forms.CharField(max_length=32, required=False)
    text = forms.CharField(max_length=20_000, required=False)

    def key_sent(self) -> str:
        """The difference that is meant, also where the form is not valid."""
        return str(self.data.get("key", ""))

    def first_error(self) -> str:
        """Why the form is not valid."""
        return next(str(error) for errors in self.errors.values() for error in errors)


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


class NewDesignForm(forms.Form):
    """For whom a design model is made, and from which one."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)
    name = forms.CharField(label=_("Name of the model"), max_length=60)
    owner = forms.ChoiceField(label=_("Made for"))
    source: Any = forms.ModelChoiceField(
        DesignModel.objects.none(), label=_("Begin with"), to_field_name="code", empty_label=None
    )

    def __init__(
        self,
        *args: Any,
        owners: Mapping[str, Region | PrepGroup],
        sources: models.QuerySet[DesignModel],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.choices = [(key, str(place)) for key, place in owners.items()]
        self.fields["source"].queryset = sources  # type: ignore[attr-defined]


class DesignForm(forms.Form):
    """A design model's own fields; its sections are read by `designs.typed_entries`."""

    name = forms.CharField(label=_("Name of the model"), max_length=60)
    note = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    base = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)

    @classmethod
    def of(cls, design: DesignModel) -> DesignForm:
        """The form of a model as it is."""
        base = design_hash(design)
        return cls(initial={"name": design.name, "note": design.note, "base": base})
