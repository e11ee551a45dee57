"""What waits for an editor's decision, and the decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from resources.library import actions
from resources.library.access import Action, can, may_decide, review_or_404
from resources.library.errors import LibraryError, StaleReview
from resources.library.forms import ReviewForm
from resources.library.models import CheckPoint, Submission
from resources.library.presentation import outline
from resources.library.queries import (
    content_of,
    decided_by,
    editor_grants,
    open_shelves,
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
            "decided": decided_by(user)[:DECIDED],
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


def _context(form: ReviewForm, submission: Submission, user: User) -> dict[str, Any]:
    content = content_of(submission)
    resource = submission.resource
    decides = may_decide(user, submission)
    return {
        # What was decided on may have been changed or withdrawn since.
        "shows_content": decides
        or (
            resource.live_revision_id == submission.revision_id and can(user, Action.READ, resource)
        ),
        "form": form,
        "submission": submission,
        "resource": content,
        "outline": outline(content),
        "shelves": open_shelves(resource),
        "past": submissions_of(resource).exclude(pk=submission.pk),
        "may_decide": decides,
        "points": len(CheckPoint),
    }
