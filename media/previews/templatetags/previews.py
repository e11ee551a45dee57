"""A film with its light forms, the pages of a document: components of other apps' pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media.models import FileRecord
from media.previews.access import may_caption
from media.previews.child import WIDTHS
from media.previews.models import Form
from media.previews.queries import Light, light_of, pages_of
from media.previews.words import note
from media.storage import BLOBS

register = template.Library()
_FILMS = (Form.FILM_480, Form.FILM_240, Form.STILLS, Form.SOUND)
_NAMES = {
    Form.FILM_480: _("480p"),
    Form.FILM_240: _("240p, for thin lines"),
    Form.STILLS: _("Sound with stills"),
    Form.SOUND: _("Light sound"),
}
SPEEDS = ("0.75", "1", "1.25", "1.5", "2")
SHOWN_PAGES = 4


@dataclass(frozen=True, slots=True)
class Source:
    """One way to play a film: its name, address, weight."""

    form: str
    name: str | Promise
    url: str
    size: int
    content_type: str


@register.inclusion_tag("previews/film.html", takes_context=True)
def film(
    context: Any,
    video: FileRecord,
    moments: Iterable[Any] | None = None,
    duration: int | None = None,
) -> dict[str, Any]:
    """A player of a film or a sound; without script a plain one with links to the light forms."""
    light = light_of([video.uuid])[video.uuid]
    sources = _sources(video, light)
    request = context.get("request")
    user = getattr(request, "user", None)
    return {
        "video": video,
        "is_sound": video.content_type.startswith("audio/"),
        "poster": light.pieces.get(Form.POSTER),
        "sources": sources,
        "first": sources[0],
        "captions": light.captions,
        "working": light.unfinished,
        "percent": _percent(light),
        "note": next(filter(None, map(note, light.previews.values())), ""),
        "moments": list(moments or ()),
        "duration": duration or light.seconds,
        "speeds": SPEEDS,
        "reader": getattr(user, "pk", None) or "",
        "lasts": BLOBS.lasts,
        "may_caption": may_caption(user, video),  # type: ignore[arg-type]
    }


def _sources(video: FileRecord, light: Light) -> list[Source]:
    """The light forms that are ready, the best first, and the film as it was stored."""
    found = [
        Source(
            form,
            _NAMES[form],
            reverse("light:form", args=[video.uuid, form]),
            light.pieces[form].size,
            light.pieces[form].content_type,
        )
        for form in _FILMS
        if form in light.pieces
    ]
    whole = Source("original", _("Original"), video.url, video.size, video.content_type)
    return [*found, whole]


def _percent(light: Light) -> int:
    every = list(light.previews.values())
    done = sum(each.progress if each in light.unfinished else 100 for each in every)
    return done // len(every) if every else 0


@register.inclusion_tag("previews/pages.html")
def pages(document: FileRecord) -> dict[str, Any]:
    """The first pages of a document, which lead to looking through it."""
    light = light_of([document.uuid])[document.uuid]
    ready = light.pages
    return {
        "document": document,
        "preview": ready,
        "unfinished": light.unfinished,
        "percent": _percent(light),
        "note": note(light.preview(Form.PAGES)),
        "shown": pages_of(ready, WIDTHS[1])[:SHOWN_PAGES] if ready else [],
    }
