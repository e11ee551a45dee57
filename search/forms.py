"""Forms of the search's editors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from search.models import Synonym
from search.topics import squeezed


class SynonymForm(forms.ModelForm[Synonym]):
    """A word and what is meant by it."""

    class Meta:
        model = Synonym
        fields = ("written", "meant")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        written, meant = cleaned.get("written", ""), cleaned.get("meant", "")
        if written and len(squeezed(written)) < 2:
            raise ValidationError(_("A single character would be found in too many words."))
        if written and squeezed(written) == squeezed(meant):
            raise ValidationError(_("Both are the same word."))
        return cleaned

    def validate_unique(self) -> None:
        """A word that is there already takes the new meaning."""
