"""Forms of the account: signing in, the terms of ownership, a new password."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from schools.signin.forms import PASSWORD_HELP

_PHONE = re.compile(r"(?:\+?86)?(1\d{10})")


class SignInForm(AuthenticationForm):
    """User name or phone number, and the password."""

    error_messages = {
        "invalid_login": _(
            "This name and password do not belong together. Check both; if the password is"
            " forgotten, your school's administrator can set a new one."
        ),
        "inactive": _("This account is closed. Please ask your school's administrator."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("User name or phone number")
        self.fields["username"].widget.attrs.update(autocapitalize="none", spellcheck="false")

    def clean_username(self) -> str:
        """The name as typed; a phone number without its spaces and country code."""
        typed: str = self.cleaned_data["username"]
        phone = _PHONE.fullmatch(re.sub(r"[\s-]", "", typed))
        return phone[1] if phone else typed


class TermsForm(forms.Form):
    """Consent to the terms; the box must be ticked."""

    agreed = forms.BooleanField(
        label=_("I have read the terms and agree to them."),
        error_messages={"required": _("Tick the box to agree, or sign out.")},
    )


class NewPasswordForm(PasswordChangeForm):
    """The old password once, the new one twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": _("The present password is not right. Please type it again."),
        "password_mismatch": _("The two new passwords differ. Please type the new one twice."),
    }

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request
        self.fields["old_password"].label = _("Present password")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password1"].help_text = PASSWORD_HELP
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        """The present password; wrong ones count like those of signing in."""
        typed: str = self.cleaned_data["old_password"]
        name = self.user.get_username()
        if authenticate(self._request, username=name, password=typed) != self.user:
            raise forms.ValidationError(self.error_messages["password_incorrect"])
        return typed
