"""The pictures of a lesson for a document: those that the reader may see, no larger than paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image, ImageOps

from media.models import Picture
from media.queries import readable
from resources.library.word.writing import PictureFile, Pictures
from schools.audience import Reader

MOST_PIXELS = 1600
"""Of the longer side: 150 to the inch over the width of the page are 1,000."""
_MEDIA = re.compile(r'data-media="([0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12})"')


def media_in(sections: Iterable[dict[str, Any]]) -> set[UUID]:
    """The pictures that sections name."""
    return {UUID(found) for html in htmls_in(sections) for found in _MEDIA.findall(html)}


def htmls_in(sections: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Every rich text of sections."""
    for section in sections:
        value = section["value"]
        yield value.get("body") or ""
        for row in value.get("rows") or []:
            yield from (cell for cell in row["value"].values() if isinstance(cell, str))


def pictures_for(reader: Reader, sections: Iterable[dict[str, Any]]) -> Pictures:
    """Gives the pictures of `sections` that `reader` may see; one query, files read when asked."""
    wanted = media_in(sections)
    found = readable(Picture.objects.filter(uuid__in=wanted), reader) if wanted else []
    by_uuid = {picture.uuid: picture for picture in found}

    def give(media: str) -> PictureFile | None:
        try:
            picture = by_uuid.get(UUID(media))
        except ValueError:
            return None
        return None if picture is None else _for_paper(picture)

    return give


def _for_paper(picture: Picture) -> PictureFile | None:
    try:
        with picture.file.open("rb") as file, Image.open(file) as opened:
            shown = ImageOps.exif_transpose(opened)
            width, height = shown.size
            if opened.format in {"JPEG", "PNG"} and max(shown.size) <= MOST_PIXELS:
                file.seek(0)
                return PictureFile(file.read(), width, height)
            shown.thumbnail((MOST_PIXELS, MOST_PIXELS))
            out = BytesIO()
            if shown.mode in {"RGB", "L"}:
                shown.save(out, "JPEG", quality=85)
            else:
                shown.convert("RGBA").save(out, "PNG")
            return PictureFile(out.getvalue(), width, height)
    except (OSError, ValueError):  # the file is gone or damaged: the text goes on without it
        return None
