"""Where the editor sends a picture (插图) that somebody puts into their text."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from lessonprep.plans.access import Action, plan_or_404
from lessonprep.plans.actions.pictures import store_picture
from lessonprep.plans.models import LessonPlan
from lessonprep.plans.views.edge import deed, json_error
from media.inspection import FileRefused
from schools.users import signed_in


@deed
def store_picture_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A picture for the group's text."""
    return _store(request, plan_or_404(request.user, uuid, Action.EDIT), is_draft=False)


@deed
def store_draft_picture_view(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A picture for one's own first draft."""
    return _store(request, plan_or_404(request.user, uuid), is_draft=True)


def _store(request: HttpRequest, plan: LessonPlan, *, is_draft: bool) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return json_error(400, "invalid", _("Choose a picture first."), field="file")
    try:
        picture = store_picture(plan=plan, is_draft=is_draft, file=file, by=signed_in(request))
    except FileRefused as refused:
        return json_error(400, "invalid", str(refused), field="file")
    return JsonResponse({"media": str(picture.uuid)})
