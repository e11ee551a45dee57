"""Choosing a Word document."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.library.word.isolated import EXTENSIONS


class WordForm(forms.Form):
    """One document."""

    file = forms.FileField(
        label=_("Word document"),
        allow_empty_file=True,  # the reading says in its own words that there is nothing in it
        widget=forms.ClearableFileInput(
            attrs={"accept": ",".join(f".{extension}" for extension in EXTENSIONS)}
        ),
        error_messages={"required": _("Choose a document first.")},
    )
