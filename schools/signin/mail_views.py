"""Pages of e-mail in signing in: one's own address, and a way back in by it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.signin import mail
from schools.signin.views import get_or_post, password_first
from schools.users import signed_in

View = Callable[..., HttpResponse]


class AddressForm(forms.Form):
    """An address."""

    address = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=200,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autocapitalize": "none"}),
    )


def where_there_is_mail(view: View) -> View:
    """`view` on a server that can send mail; elsewhere there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not mail.is_there():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@login_required
@where_there_is_mail
@get_or_post
def own_address(request: HttpRequest) -> HttpResponse:
    """Enter an address, or forget it; it is used once its link was opened."""
    user = signed_in(request)
    if (again := password_first(request, reverse("signin:mail"))) is not None:
        return again
    if request.method == "POST" and "forget" in request.POST:
        mail.forget(user=user)
        messages.success(request, _("No address is kept any more."))
        return redirect("signin:mine")
    form = AddressForm(request.POST or None, initial={"address": user.email})
    if request.method == "POST" and form.is_valid():
        mail.ask_to_confirm(user=user, address=form.cleaned_data["address"])
        messages.success(request, _("A link was sent there. Open it within three days."))
        return redirect("signin:mine")
    return render(request, "schools/signin/mail.html", {"form": form})


@login_required
@where_there_is_mail
@get_or_post
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Take over the address that the link was sent to; looking at it changes nothing."""
    if request.method == "POST":
        try:
            address = mail.confirm(user=signed_in(request), token=token)
        except mail.LinkGone:
            messages.error(
                request,
                _("This link is too old or another account's. Enter the address again."),
            )
        except mail.AddressTaken:
            messages.error(request, _("Another account has this address. Please use another one."))
        else:
            messages.success(
                request, _("%(address)s lets you back in from now on.") % {"address": address}
            )
        return redirect("signin:mine")
    return render(request, "schools/signin/mail_confirm.html")


@where_there_is_mail
@get_or_post
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link that sets a new password; the answer is the same for every address."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mail.ask_for_way_in(form.cleaned_data["address"])
        return render(request, "schools/signin/forgotten_sent.html")
    return render(request, "schools/signin/forgotten.html", {"form": form})
