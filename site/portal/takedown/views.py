"""Pages of take-down requests: the sender's form and state, the editors' list and decision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.takedown.access import decided_by_user_or_404, sent_or_404
from portal.takedown.actions import (
    TooManyRequests,
    ask_for_takedown,
    grant_takedown,
    refuse_takedown,
)
from portal.takedown.forms import DecisionForm, TakedownForm
from portal.takedown.models import TakedownRequest
from portal.takedown.queries import address_of, for_editor
from schools.users import signed_in

A_PAGE = 20
State = TakedownRequest.State


def ask(request: HttpRequest) -> HttpResponse:
    """Ask that a public page be taken down; no account is needed."""
    form = TakedownForm(request.POST or None, initial={"address": request.GET.get("page", "")})
    if request.method == "POST" and form.is_valid() and form.page is not None:
        data = form.cleaned_data
        try:
            asked = ask_for_takedown(
                page=form.page,
                token=data["token"],
                ground=data["ground"],
                text=data["text"],
                name=data["name"],
                contact=data["contact"],
                sender=_sender(request),
            )
        except TooManyRequests:
            form.add_error(None, _("Too many requests from here. Please try again in an hour."))
        else:
            return redirect(asked)
    return render(request, "takedown/ask.html", {"form": form})


def _sender(request: HttpRequest) -> str:
    return salted_hmac("takedown", request.META.get("REMOTE_ADDR", "")).hexdigest()


@require_safe
def state(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What became of a request, for who has its address."""
    return render(request, "takedown/state.html", {"asked": sent_or_404(uuid)})


@login_required
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The requests about which the reader decides, those that wait first."""
    found = for_editor(signed_in(request)).order_by("decided_at", "asked_at", "pk")
    chosen = request.GET.get("state", State.WAITING)
    text = request.GET.get("q", "").strip()
    if chosen in State.values:
        found = found.filter(state=chosen)
    if text:
        found = found.filter(title__icontains=text)
    context = {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "states": State.choices,
        "chosen": chosen,
        "q": text,
    }
    return render(request, "takedown/requests.html", context)


@login_required
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read a request, look at the page, decide."""
    user = signed_in(request)
    asked = decided_by_user_or_404(user, uuid)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        granted = form.cleaned_data["decision"] == DecisionForm.GRANT
        verb = grant_takedown if granted else refuse_takedown
        verb(asked=asked, answer=form.cleaned_data["answer"], by=user)
        messages.success(request, _("Decided. The sender reads your answer at their address."))
        return redirect("takedown:requests")
    context = {"asked": asked, "form": form, "address": address_of(asked.page)}
    return render(request, "takedown/decide.html", context)
