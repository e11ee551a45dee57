"""What waits for an editor's decision, and the decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from resources.library import actions
from resources.library.access import Action, can, may_decide, may_see_parts, review_or_404
from resources.library.errors import LibraryError, StaleReview
from resources.library.forms import ReviewForm
from resources.library.models import CheckPoint, Submission
from resources.library.presentation import attached, outline
from resources.library.queries import (
    content_of,
    decided_by,
    editor_grants,
    open_shelves,
    readable,
    review_queue,
    submissions_of,
)
from resources.library.views.moves import changed_meanwhile
from schools.models import User
from schools.users import signed_in

A_PAGE = 20
DECIDED = 10


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Publications and recommendations that wait for the reader."""
    user = signed_in(request)
    return render(
        request,
        "library/reviews.html",
        {
            "page": Paginator(review_queue(user), A_PAGE).get_page(request.GET.get("page")),
            "decided": [*_told(decided_by(user)[:DECIDED], user)],
            "grants": editor_grants(user),
        },
    )


@login_required
def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """See it as its readers will, tick what was looked at, decide."""
    user = signed_in(request)
    submission = review_or_404(user, uuid)
    form = ReviewForm(
        request.POST or None,
        initial={"revision": submission.revision_id, "checks": submission.checks},
    )
    if request.method == "POST" and form.is_valid():
        answer = _decide(request, form, submission, user)
        if answer is not None:
            return answer
    return render(request, "library/review.html", _context(form, submission, user))


def _decide(
    request: HttpRequest, form: ReviewForm, submission: Submission, user: User
) -> HttpResponse | None:
    data = form.cleaned_data
    try:
        if data["decision"] == ReviewForm.PASS:
            actions.accept(submission, by=user, revision_id=data["revision"], checks=data["checks"])
            messages.success(request, _("Passed. The maker is told."))
        else:
            actions.send_back(
                submission, by=user, revision_id=data["revision"], reason=form.whole_reason()
            )
            messages.success(request, _("Sent back. The maker is told why."))
    except StaleReview:
        messages.error(request, changed_meanwhile())
        return redirect("library:reviews")
    except LibraryError as refused:
        form.add_error(None, str(refused))
        return None
    return redirect("library:reviews")


def _told(decided: Iterable[Submission], user: User) -> Iterator[dict[str, Any]]:
    """Each with the title that the editor saw, empty where the resource is not open any more."""
    rows = list(decided)
    open_ones = set(
        readable(user).filter(pk__in=[row.resource_id for row in rows]).values_list("pk", flat=True)
    )
    for row in rows:
        is_told = _is_told(row, row.resource_id in open_ones)
        yield {"submission": row, "title": row.revision.object_str if is_told else ""}


def _is_told(submission: Submission, is_open: bool) -> bool:
    """What was sent back is known to who sent it back; what was withdrawn is nobody's business."""
    sent_back = submission.state == Submission.State.SENT_BACK
    return is_open or (sent_back and submission.resource.binned_at is None)


def _context(form: ReviewForm, submission: Submission, user: User) -> dict[str, Any]:
    content = content_of(submission)
    resource = submission.resource
    decides = may_decide(user, submission)
    # What was decided on may have been changed or withdrawn since.
    is_live = resource.live_revision_id == submission.revision_id
    shows = decides or (is_live and can(user, Action.READ, resource))
    parts_shown = decides or may_see_parts(user, resource)
    return {
        "shows_content": shows,
        "parts_shown": parts_shown,
        "attached": attached(content, with_parts=parts_shown) if shows else [],
        "shows_title": shows or _is_told(submission, shows),
        "title": content.title,
        "has_parts": content.has_parts,
        "form": form,
        "submission": submission,
        "resource": content,
        "outline": outline(content) if shows else None,
        "shelves": open_shelves(resource),
        "past": submissions_of(resource).exclude(pk=submission.pk),
        "may_decide": decides,
        "points": len(CheckPoint),
    }
