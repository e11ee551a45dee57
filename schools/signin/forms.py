"""Forms of signing in: a code, a password again, the first password of an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from schools.models import User

PASSWORD_HELP = _(
    "At least 8 characters, not digits alone; not your name, and nothing that many people use."
)


class CodeForm(forms.Form):
    """A code of the telephone or a backup code."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    remember = forms.BooleanField(
        label=_("Do not ask on this device for 30 days"),
        help_text=_("Not on a computer that others use."),
        required=False,
    )


class SetUpForm(forms.Form):
    """The first code of a new telephone."""

    code = forms.CharField(
        label=_("The six digits that the app shows now"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
        ),
    )


class PasswordAgainForm(forms.Form):
    """The present password, asked for before something that guards the account is changed.

    Wrong ones count like those of signing in.
    """

    password = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, request: HttpRequest, user: User, *args: Any) -> None:
        super().__init__(*args)
        self._request, self._user = request, user

    def clean_password(self) -> str:
        """The password, if it is the user's."""
        typed: str = self.cleaned_data["password"]
        found = authenticate(self._request, username=self._user.username, password=typed)
        if found is None or found.pk != self._user.pk:
            raise forms.ValidationError(
                _("The present password is not right. Please type it again.")
            )
        return typed


class FirstPasswordForm(SetPasswordForm):  # type: ignore[type-arg]  # not so at run time
    """A new password, twice."""

    error_messages = {
        "password_mismatch": _("The two new passwords differ. Please type the new one twice."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = PASSWORD_HELP
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""
