"""What the script of an upload asks for, in JSON (分片上传接口)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import IO, Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from media.inspection import FileRefused
from media.models import FileState
from media.places import PartsMissing, StorageDown
from media.uploads import actions
from media.uploads.access import school_or_404, upload_or_404
from media.uploads.actions import UploadError
from media.uploads.models import Upload
from media.uploads.queries import open_uploads
from media.uploads.tasks import ask_for_check
from schools.users import signed_in

AT_MOST = 64
"""Parts whose addresses are given at once."""
SLOW = timedelta(minutes=5)
"""After this the check is asked for once more: its worker may have been killed."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def told(view: View[P]) -> View[P]:
    """Say to the script what went wrong, in the user's language."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except (FileRefused, UploadError) as refused:
            return JsonResponse({"error": str(refused)}, status=HTTPStatus.BAD_REQUEST)
        except PartsMissing as missing:
            return JsonResponse({"missing": missing.numbers}, status=HTTPStatus.CONFLICT)
        except StorageDown as down:
            return JsonResponse({"error": str(down)}, status=HTTPStatus.SERVICE_UNAVAILABLE)

    return cast("View[P]", answer)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@told
def uploads(request: HttpRequest) -> HttpResponse:
    """The reader's uploads that were begun and not finished; POST begins one or takes it up."""
    user = signed_in(request)
    if request.method != "POST":
        waiting = [
            {"id": str(one.uuid), "name": one.name, "size": one.size, "begun": one.started_at}
            for one in open_uploads(user)
        ]
        return JsonResponse({"uploads": waiting})
    school = school_or_404(user, request.POST.get("school", ""))
    name, fingerprint = request.POST.get("name", ""), request.POST.get("fingerprint", "")
    try:
        size = int(request.POST.get("size", ""))
        head = base64.b64decode(request.POST.get("head", ""), validate=True)
    except (ValueError, binascii.Error):
        size, head = -1, b""
    if not (0 <= size < 2**53 and name and fingerprint):
        return JsonResponse({"error": _("This upload cannot be read.")}, status=400)
    begun = actions.start(
        by=user,
        school=school,
        name=name[:1000],
        size=size,
        head=head,
        fingerprint=fingerprint,
        model=request.POST.get("model", ""),
    )
    return _state(begun)


@login_required
@require_safe
@told
def upload(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far an upload is."""
    return _state(upload_or_404(signed_in(request), uuid))


def _state(upload: Upload) -> JsonResponse:
    file = actions.file_of(upload)
    state, reason = str(upload.state), upload.why_refused
    if reason:
        state = "refused"
    elif file is not None:
        state, reason = str(file.state), file.why_refused
        if state == FileState.QUARANTINE and upload.touched_at < timezone.now() - SLOW:
            ask_for_check(file)
    answer: dict[str, Any] = {
        "id": str(upload.uuid),
        "state": state,
        "size": upload.size,
        "part_size": upload.part_size,
        "parts": actions.parts_there(upload),
        "file": str(file.uuid) if file is not None else None,
        "title": file.title if file is not None else upload.name,
        "reason": reason,
    }
    return JsonResponse(answer)


@login_required
@require_POST
@told
def parts(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where the script sends these parts."""
    found = upload_or_404(signed_in(request), uuid)
    asked = [number for number in request.POST.getlist("number") if number.isdecimal()]
    numbers = [int(number) for number in asked[:AT_MOST] if len(number) < 6]
    links = actions.part_links(upload=found, numbers=numbers)
    addresses = {
        number: link or reverse("uploads:part", args=[found.uuid, number])
        for number, link in links.items()
    }
    return JsonResponse({"links": addresses})


@login_required
@require_http_methods(["PUT"])
@told
def part(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """A part that comes through us."""
    found = upload_or_404(signed_in(request), uuid)
    actions.take_part(upload=found, number=number, content=cast("IO[bytes]", request))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@login_required
@require_POST
@told
def complete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """All parts are there."""
    user = signed_in(request)
    return _state(actions.complete(upload=upload_or_404(user, uuid), by=user))


@login_required
@require_POST
@told
def abort(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Discard what has been uploaded so far."""
    user = signed_in(request)
    actions.abort(upload=upload_or_404(user, uuid), by=user)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
