"""The page of the search index: its state, and what it did not take."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from search.engines import engine
from search.engines.base import EngineUnavailable
from search.outbox import dead_letters, waiting
from search.upkeep.access import dead_letter_or_404, operator_or_404
from search.upkeep.actions import retry

A_PAGE = 50


@login_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Whether the index answers, what it has still to be told, what it refused."""
    operator_or_404(request)
    pages = Paginator(dead_letters().order_by("queued_at", "pk"), A_PAGE)
    context = {
        "ready": _is_ready(),
        "waiting": waiting().count(),
        "oldest": waiting().order_by("queued_at").first(),
        "letters": pages.get_page(request.GET.get("page")),
    }
    return render(request, "search/upkeep.html", context)


@login_required
@require_POST
def try_one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Try one dead letter again."""
    user = operator_or_404(request)
    return _tried(request, retry(letters=[dead_letter_or_404(uuid)], by=user))


@login_required
@require_POST
def try_all(request: HttpRequest) -> HttpResponse:
    """Try again what stands on a page of the list, the oldest first."""
    user = operator_or_404(request)
    letters = dead_letters().order_by("queued_at", "pk")[:A_PAGE]
    return _tried(request, retry(letters=list(letters), by=user))


def _tried(request: HttpRequest, many: int) -> HttpResponse:
    said = ngettext("%(many)d thing is tried again.", "%(many)d things are tried again.", many)
    messages.success(request, said % {"many": many} if many else _("There was nothing to try."))
    return redirect("upkeep:index")


def _is_ready() -> bool:
    try:
        return engine().ready()
    except EngineUnavailable:
        return False
