"""Forms of the library beside those of the kinds: submitting, recommending, reviewing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from resources.library.models import CheckPoint, Level, Place
from schools.models import User


class SubmitForm(forms.Form):
    """Which draft is handed in."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("A word to the editors"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def code_of(place: Place) -> str:
    """How a form names a place, ``county:5``."""
    return f"{place.level}:{place.scope.pk}" if place.scope else str(place.level)


class RecommendForm(forms.Form):
    """To which library, and a word to its editors."""

    place = forms.ChoiceField(label=_("To which library"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Why it is worth it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The editors read it: who used it, what came of it."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, targets: Iterable[tuple[Place, list[User]]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.targets = {code_of(place): place for place, editors in targets if editors}
        choices = [(code, str(place)) for code, place in self.targets.items()]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    def clean_place(self) -> Place:
        return self.targets[self.cleaned_data["place"]]


class WithdrawForm(forms.Form):
    """How far back the maker takes it."""

    HOME, ENTIRELY = "home", "entirely"

    how = forms.ChoiceField(label=_("How far"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, risen: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(self.ENTIRELY, _("Out of every library; only you see it then"))]
        if risen:
            choices.insert(0, (self.HOME, _("Back to the school library; higher ones lose it")))
        self.fields["how"].choices = choices  # type: ignore[attr-defined]
        self.fields["how"].initial = choices[0][0]


class TakeDownForm(forms.Form):
    """From which library an editor takes it down, and why."""

    level = forms.TypedChoiceField(
        label=_("From which library"), widget=forms.RadioSelect, coerce=Level
    )
    reason = forms.CharField(
        label=_("Reason, which the maker reads"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, places: list[Place], **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(place.level.value, str(place)) for place in places]
        self.fields["level"].choices = choices  # type: ignore[attr-defined]
        self.fields["level"].initial = choices[-1][0] if choices else None


class SendBackReason(models.TextChoices):
    """Reasons that come up again and again."""

    FACES = "faces", _("pupils’ faces")
    NAMES = "names", _("pupils’ names, work or voice")
    COPYRIGHT = "copyright", _("copyright unclear")
    MISTAKE = "mistake", _("a mistake in the content")
    UNFIT = "unfit", _("does not fit this library")

    @property
    def sentence(self) -> str:
        """What the maker reads: what is so and what to do."""
        return {
            SendBackReason.FACES: gettext(
                "Pupils’ faces can be recognised: cover them, or get the guardians’ "
                "written consent first."
            ),
            SendBackReason.NAMES: gettext(
                "Names, work or voices of pupils are disclosed: take them out or make them unknown."
            ),
            SendBackReason.COPYRIGHT: gettext(
                "The source of a text, picture or piece of music is missing: name it, "
                "or use one that is free."
            ),
            SendBackReason.MISTAKE: gettext("There is a mistake in the content: please check it."),
            SendBackReason.UNFIT: gettext("It does not fit this library."),
        }[self]


class ReviewForm(forms.Form):
    """What was looked at, and the decision."""

    PASS, SEND_BACK = "pass", "send_back"

    revision = forms.IntegerField(widget=forms.HiddenInput)
    checks = forms.MultipleChoiceField(
        label=_("Points of the review"),
        choices=CheckPoint.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[(PASS, _("Pass")), (SEND_BACK, _("Send back for changes"))],
        widget=forms.RadioSelect,
    )
    reasons = forms.MultipleChoiceField(
        label=_("Reasons for sending back"),
        choices=SendBackReason.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("A sentence to the maker"),
        max_length=800,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def whole_reason(self) -> str:
        """The chosen reasons, each with what to do, and the sentence as one text."""
        chosen = [SendBackReason(code).sentence for code in self.cleaned_data["reasons"]]
        return "\n".join(filter(None, [*chosen, self.cleaned_data["reason"].strip()]))
