"""The page of a resource, for everyone whom its libraries reach."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from media.queries import downloads_of
from resources.library.access import may_see_parts, offers, readable_or_404
from resources.library.models import Level
from resources.library.presentation import attached, json_ld, outline
from resources.library.queries import of_same_lesson, open_shelves
from resources.library.search_documents import bare_document
from search.service import similar

SAME_LESSON = 6
SIMILAR = 4


@require_safe
def resource(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The live content of a resource; answers that were given in its form are checked."""
    shown = readable_or_404(request.user, uuid)
    shelves = list(open_shelves(shown))
    is_public = any(shelf.level == Level.PUBLIC for shelf in shelves)
    parts_shown = may_see_parts(request.user, shown)
    same_lesson = list(of_same_lesson(shown, request.user)[:SAME_LESSON])
    url = request.build_absolute_uri(shown.get_absolute_url())
    offered = offers(request.user, shown) if request.user.is_authenticated else set()
    return render(
        request,
        "library/resource.html",
        {
            "resource": shown,
            "outline": outline(shown),
            "attached": attached(shown, with_parts=parts_shown),
            "parts_shown": parts_shown,
            "answerable": parts_shown and shown.answers_out,
            "given": request.GET if "check" in request.GET else None,
            "shelves": shelves,
            "same_lesson": same_lesson,
            "similar": [
                found
                for found in similar(bare_document(shown), request.user)
                if found.uuid not in {other.uuid for other in same_lesson}
            ][:SIMILAR],
            "offers": {action.value for action in offered},
            "downloads": downloads_of(shown) if offered else None,
            "json_ld": json_ld(shown, url) if is_public else "",
        },
    )
