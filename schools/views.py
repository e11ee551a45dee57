"""Pages of the account: signing in and out, the terms of ownership, a new password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from schools.actions import accept_terms, change_password
from schools.forms import NewPasswordForm, SignInForm, TermsForm
from schools.queries import has_accepted
from schools.signin import mail
from schools.terms import SESSION_KEY, TERMS_VERSION
from schools.users import signed_in


class SignIn(LoginView):
    """Sign in; those who are signed in already go on."""

    form_class = SignInForm
    template_name = "schools/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "has_mail": mail.is_there()}


class SignOut(LogoutView):
    """Sign out, by POST."""


class NewPassword(PasswordChangeView):
    """Change one's own password."""

    form_class = NewPasswordForm
    template_name = "schools/password_change.html"
    success_url = reverse_lazy("workspace:me")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        user = signed_in(self.request)
        change_password(by=user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("Your new password holds from now on."))
        return redirect(self.get_success_url())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest) -> HttpResponse:
    """Show the terms of ownership; accepting them leads on to where the reader was going."""
    user = signed_in(request)
    form = TermsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accept_terms(by=user, version=TERMS_VERSION)
        request.session[SESSION_KEY] = TERMS_VERSION
        return redirect(_safe_next(request))
    return render(
        request,
        "schools/terms.html",
        {
            "form": form,
            "accepted": has_accepted(user, TERMS_VERSION),
            "next": request.POST.get("next") or request.GET.get("next", ""),
            "version": TERMS_VERSION,
        },
    )


def _safe_next(request: HttpRequest) -> str:
    """Where the reader was going, if that is on this site."""
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else resolve_url("workspace:day")
