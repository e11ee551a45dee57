"""Light forms of files, each behind the check of its file; looking through a document."""

from __future__ import annotations

import logging
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from media.access import readable_file_or_404
from media.models import FileRecord
from media.places import StorageDown
from media.previews.access import (
    captions_or_404,
    film_to_caption_or_404,
    piece_or_404,
)
from media.previews.actions import remove_captions, write_captions
from media.previews.child import WIDTHS
from media.previews.forms import CaptionsForm
from media.previews.models import Captions, Form, Piece, Preview
from media.previews.queries import light_of, pages_of
from media.previews.words import note
from media.responses import HEADERS, file_response, later
from schools.users import signed_in

logger = logging.getLogger(__name__)


@require_safe
def page_image(request: HttpRequest, uuid: UUID, number: int, width: int) -> HttpResponseBase:
    """A page of a document as a picture."""
    file, piece = piece_or_404(request.user, uuid, Form.PAGES, number=number, width=width)
    return _answer(request, file, piece, f"{file.title}-{number}")


@require_safe
def light_form(request: HttpRequest, uuid: UUID, form: str) -> HttpResponseBase:
    """A poster, a light film or sound; whole or in part."""
    if form not in Form.values or form == Form.PAGES:
        raise Http404
    file, piece = piece_or_404(request.user, uuid, Form(form))
    return _answer(request, file, piece, f"{file.title}-{form}")


def _answer(request: HttpRequest, file: FileRecord, piece: Piece, name: str) -> HttpResponseBase:
    extension = str(piece.file.name).rpartition(".")[2]
    try:
        return file_response(
            request,
            piece.file,
            content_type=piece.content_type,
            name=f"{name}.{extension}",
            etag=piece.sha256[:32],
            attach="download" in request.GET,
        )
    except FileNotFoundError as lost:
        logger.error("Piece %s of file %s is not in the storage", piece, file.uuid)
        raise Http404 from lost
    except StorageDown as down:
        return later(down)


@require_safe
def captions_text(request: HttpRequest, uuid: UUID, pk: int) -> HttpResponse:
    """The captions of a film as WebVTT."""
    captions = captions_or_404(request.user, uuid, pk)
    return HttpResponse(
        captions.text,
        content_type="text/vtt; charset=utf-8",
        headers=HEADERS | {"Accept-Ranges": "none"},
    )


@require_safe
def look(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A document page by page, or all of its text; says what is so where there is no preview."""
    file = readable_file_or_404(request.user, uuid)
    if file.kind_of_file != "document":
        raise Http404
    preview = Preview.objects.filter(file_uuid=file.uuid, form=Form.PAGES).first()
    context = {"file": file, "preview": preview, "note": note(preview)}
    if preview is None or preview.state != Preview.State.READY:
        return render(request, "previews/look.html", context)
    if "text" in request.GET:
        texts = list(enumerate(preview.texts, start=1))
        return render(request, "previews/text.html", {**context, "texts": texts})
    return render(request, "previews/look.html", {**context, **_leaf(request, preview)})


def _leaf(request: HttpRequest, preview: Preview) -> dict[str, object]:
    """The page that is asked for, with what stands beside it."""
    wide, narrow = (pages_of(preview, width) for width in WIDTHS)
    asked = request.GET.get("page", "1")
    last = len(wide)
    place = min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 6 else 1
    texts = preview.texts
    return {
        "page": wide[place - 1],
        "narrow": narrow[place - 1],
        "place": place,
        "last": last,
        "before": place - 1,
        "after": place + 1 if place < last else 0,
        "text": texts[place - 1] if place <= len(texts) else "",
        "has_text": any(texts),
        "text_size": sum(len(text.encode()) for text in texts),
        "places": range(1, last + 1),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def write_captions_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Captions of one's own film: from a file or typed, changed, taken away."""
    user = signed_in(request)
    film = film_to_caption_or_404(user, uuid)
    there = {captions.language: captions for captions in light_captions(film.uuid)}
    language = str(request.GET.get("language") or next(iter(there), Captions.Language.CHINESE))
    if request.method == "POST" and "remove" in request.POST:
        captions = there.get(str(request.POST["remove"]))
        if captions is not None:
            remove_captions(captions=captions, file=film, by=user)
        return redirect("previews:captions", uuid=uuid)
    shown = there.get(language)
    form = CaptionsForm(
        request.POST or None,
        request.FILES or None,
        initial={"language": language, "text": shown.text if shown else ""},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        write_captions(file=film, language=given["language"], text=given["captions"], by=user)
        return redirect("previews:captions", uuid=uuid)
    context = {
        "film": film,
        "light": light_of([film.uuid])[film.uuid],
        "form": form,
        "there": list(there.values()),
        "title": _("Captions of %(title)s") % {"title": film.title},
    }
    return render(request, "previews/captions.html", context)


def light_captions(uuid: UUID) -> list[Captions]:
    """All captions of a film."""
    return list(Captions.objects.filter(file_uuid=uuid).order_by("pk"))
