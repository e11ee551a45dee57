"""A maker's own resources: list and bin, draft, preview, history."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from media.queries import downloads_of
from resources.library.access import Action, home_school, offers, own_or_404
from resources.library.actions.common import latest
from resources.library.forms import SubmitForm
from resources.library.models import KINDS
from resources.library.presentation import attached, outline
from resources.library.queries import (
    ResourceState,
    counts_by,
    history_of,
    made_by,
    open_shelves,
    submissions_of,
)
from schools.users import signed_in

A_PAGE = 20
HISTORY = 50


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """The reader's own resources by state and kind."""
    user = signed_in(request)
    everything = made_by(user).filter(binned_at__isnull=True)
    found, state = _asked(request, everything), request.GET.get("state", "")
    if state in ResourceState.values:
        found = found.filter(state=state)
    counts = counts_by(everything, "state")
    return render(
        request,
        "library/mine.html",
        {
            **_of_list(request, found, everything),
            "state": state,
            "states": [(choice, counts.get(choice.value, 0)) for choice in ResourceState],
            "total": sum(counts.values()),
            "school": home_school(user),
            "binned": made_by(user).filter(binned_at__isnull=False).count(),
        },
    )


@login_required
def bin_of_mine(request: HttpRequest) -> HttpResponse:
    """The drafts that the reader has put into the bin."""
    everything = made_by(signed_in(request)).filter(binned_at__isnull=False).order_by("-binned_at")
    found = _asked(request, everything)
    context = {**_of_list(request, found, everything), "total": everything.count()}
    return render(request, "library/bin.html", context)


def _asked(request: HttpRequest, everything: QuerySet[Any]) -> QuerySet[Any]:
    """Those that fit the word and the kind in the address."""
    asked, model = request.GET.get("q", "").strip(), KINDS.get(request.GET.get("kind", ""))
    if asked:
        everything = everything.filter(draft_title__icontains=asked)
    if model is not None:
        everything = everything.filter(content_type=ContentType.objects.get_for_model(model))
    return everything


def _of_list(
    request: HttpRequest, found: QuerySet[Any], everything: QuerySet[Any]
) -> dict[str, Any]:
    counts = counts_by(everything, "content_type")
    of_kinds = [
        (model.KIND, counts.get(ContentType.objects.get_for_model(model).pk, 0))
        for model in KINDS.values()
    ]
    return {
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
        "q": request.GET.get("q", "").strip(),
        "kind": request.GET.get("kind", ""),
        "kinds": [(kind, count) for kind, count in of_kinds if count],
    }


@login_required
def own(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One own resource: its state, what can be done, what happened."""
    user = signed_in(request)
    found = own_or_404(user, uuid)
    offered = offers(user, found)
    draft = latest(found)
    return render(
        request,
        "library/own.html",
        {
            "resource": found,
            "draft": draft,
            "outline": outline(draft),
            "has_parts": draft.has_parts or found.has_parts,
            "missing": draft.missing(),
            "row": made_by(user).get(pk=found.pk),
            "shelves": open_shelves(found),
            "submissions": submissions_of(found)[:HISTORY],
            "history": history_of(found)[:HISTORY],
            "offers": {action.value for action in offered},
            "downloads": downloads_of(found),
            "calls_back": Action.CALL_BACK in offered,
            "submit_form": SubmitForm(initial={"revision": found.latest_revision_id}),
        },
    )


@login_required
def preview(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The draft as its readers will see it."""
    found = own_or_404(signed_in(request), uuid)
    draft = latest(found)
    return render(
        request,
        "library/preview.html",
        {
            "resource": draft,
            "page_of": found,
            "outline": outline(draft),
            "attached": attached(draft, with_parts=True),
            "parts_shown": True,
        },
    )
