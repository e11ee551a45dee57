"""What goes into a package: texts with their light media, and every original for the ZIP."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from zipstream import ZIP_STORED, ZipStream

from media.access import readable_among
from media.models import FileRecord
from media.naming import display_name
from media.packing.cleaning import standing_alone
from media.packing.streams import Content, Inlined
from media.previews.child import WIDTHS
from media.previews.models import Captions, Form, Piece, Preview
from media.previews.queries import light_of
from schools.audience import Reader

MEGABYTE = 1024 * 1024
MOST_INLINED = 40 * MEGABYTE
"""Light media of one HTML file; a phone must open it. What comes later is only named."""
LARGEST_INLINED = 16 * MEGABYTE
MOST_PAGES = 60
_LIGHTEST = (Form.FILM_240, Form.STILLS, Form.SOUND, Form.FILM_480)


@dataclass(slots=True)
class Part:
    """One thing of a package: a plan, a resource. `html` is what its page shows of it."""

    title: str
    about: str
    html: str
    files: list[FileRecord] = field(default_factory=list)
    documents: list[tuple[str, bytes]] = field(default_factory=list)
    """Files that are made here, by name: the plan as a Word document."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as the HTML shows it."""

    title: str
    size: int
    images: list[dict[str, Any]]
    film: dict[str, Any] | None
    text: str
    left_out: bool


class Package:
    """A package for one reader: of each part only the files that this reader may read.

    All questions to the database are asked when it is made; sending it asks none.
    """

    def __init__(self, reader: Reader, title: str, parts: Iterable[Part], *, source: str) -> None:
        self.title = title
        self.parts = list(parts)
        self.source = source
        every = {file.uuid: file for part in self.parts for file in part.files}
        allowed = readable_among(reader, every.values())
        self._files = {
            uuid: file for uuid, file in every.items() if uuid in allowed and _is_there(file)
        }
        self._light = light_of(self._files)
        self._captions = {
            (each.file_uuid, each.language): each.text
            for each in Captions.objects.filter(file_uuid__in=self._files)
        }

    # one HTML file

    def html(self) -> Inlined:
        """The package as one HTML file that refers to nothing outside of itself."""
        inlining = _Inlining()
        pictures = {str(uuid): file for uuid, file in self._files.items() if _is_picture(file)}
        parts = [
            {
                "title": part.title,
                "about": part.about,
                "html": SafeString(
                    standing_alone(part.html, lambda uuid: inlining.picture(pictures.get(uuid)))
                ),
                "files": [self._shown(file, inlining) for file in self._of(part)],
            }
            for part in self.parts
        ]
        text = render_to_string(
            "packing/package.html", {"title": self.title, "source": self.source, "parts": parts}
        )
        return Inlined(text, inlining.contents, inlining.secret)

    def _of(self, part: Part) -> list[FileRecord]:
        return [self._files[file.uuid] for file in part.files if file.uuid in self._files]

    def _shown(self, file: FileRecord, inlining: _Inlining) -> Shown:
        light = self._light[file.uuid]
        images, text, film = [], "", None
        if light.pages is not None:
            images = inlining.pages(light.pages)
            text = "\n".join(_texts(light.pages))
        elif file.kind_of_file == "video":
            film = inlining.film(file, [light.pieces[f] for f in _LIGHTEST if f in light.pieces])
        elif _is_picture(file):
            source = inlining.picture(file)
            images = [{"source": source, "number": 1}] if source else []
        return Shown(file.title, file.size, images, film, text, not (images or film or text))

    # a ZIP with everything

    def zip(self) -> ZipStream:
        """Everything: the HTML file, the originals under their names, captions."""
        archive = ZipStream(sized=True, compress_type=ZIP_STORED)
        names = _Names()
        page = self.html()
        archive.add(page.pieces(), names.free(f"{self.title}.html"), size=len(page))
        for number, part in enumerate(self.parts, start=1):
            folder = display_name(f"{number:02} {part.title}") if len(self.parts) > 1 else ""
            self._add(archive, names, folder, part)
        return archive

    def _add(self, archive: ZipStream, names: _Names, folder: str, part: Part) -> None:
        def place(name: str) -> str:
            return names.free(f"{folder}/{name}" if folder else name)

        for name, content in part.documents:
            archive.add(content, place(display_name(name)))
        for file in self._of(part):
            original = Content(file.file, file.size)
            archive.add(original.pieces(), place(display_name(file.download_name)), size=file.size)
            for (uuid, language), text in self._captions.items():
                if uuid == file.uuid:
                    archive.add(text.encode(), place(f"{display_name(file.title)}.{language}.vtt"))

    @property
    def file_count(self) -> int:
        """How many originals there are."""
        return sum(len(self._of(part)) for part in self.parts)


class _Names:
    """Names within a ZIP, each once, whatever case a file system folds."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        stem, dot, extension = name.rpartition(".")
        for number in range(1, 10_000):
            tried = (
                name if number == 1 else f"{stem or name} ({number}){dot}{extension if dot else ''}"
            )
            if tried.casefold() not in self._taken:
                self._taken.add(tried.casefold())
                return tried
        raise ValueError(name)


class _Inlining:
    """Gives marks for contents as long as the HTML stays light enough for a phone."""

    def __init__(self) -> None:
        self.secret = secrets.token_hex(16)
        self.contents: dict[str, Content] = {}
        self._left = MOST_INLINED

    def _mark(self, file: Any, size: int, content_type: str) -> str:
        if size > min(self._left, LARGEST_INLINED):
            return ""
        self._left -= size
        key = str(len(self.contents))
        self.contents[key] = Content(file, size)
        return f"data:{content_type};base64,{self.secret}:{key};"

    def picture(self, picture: Any) -> str:
        """A picture in a size for a phone; empty where there is none or no room."""
        if picture is None:
            return ""
        shown = picture.get_rendition("width-640")
        kind = {"jpg": "jpeg"}.get(shown.file.name.rpartition(".")[2], "")
        kind = kind or shown.file.name.rpartition(".")[2]
        return self._mark(shown.file, shown.file.size, f"image/{kind}")

    def pages(self, preview: Preview) -> list[dict[str, Any]]:
        """The pages of a document, as many as there is room for."""
        found = []
        narrow = preview.pieces.filter(width=WIDTHS[1], number__lte=MOST_PAGES)
        for piece in narrow.order_by("number"):
            source = self._mark(piece.file, piece.size, piece.content_type)
            if not source:
                break
            found.append({"source": source, "number": piece.number})
        return found

    def film(self, file: FileRecord, light: list[Piece]) -> dict[str, Any] | None:
        """The lightest way to play a film for which there is room."""
        for content, size, kind in [
            *((piece.file, piece.size, piece.content_type) for piece in light),
            (file.file, file.size, file.content_type),
        ]:
            if source := self._mark(content, size, kind):
                return {"source": source, "is_sound": kind.startswith("audio/"), "size": size}
        return None


def _is_picture(file: FileRecord) -> bool:
    return file.kind_of_file == "picture"


def _is_there(file: FileRecord) -> bool:
    """Whether the content can be read; a package does not break off in its middle."""
    return bool(file.is_ready and file.file.storage.exists(str(file.file.name)))


def _texts(preview: Preview) -> Iterator[str]:
    texts = Preview.objects.filter(pk=preview.pk).values_list("texts", flat=True).first()
    yield from texts or []
