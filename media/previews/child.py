"""The process that draws the pages of a PDF: ``python -m media.previews.child FOLDER``.

`in.pdf` goes in; page images in two widths and, last, `pages.json` come out. It limits itself
before it reads anything and knows no settings, no secrets and no network. PDFium is built without
a JavaScript engine.
"""

from __future__ import annotations

import json
import os
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any

from media.isolation.limits import MEGABYTE, leave_network, limit_this_process

MEMORY = 1_500 * MEGABYTE
CPU_SECONDS = 240
OUTPUT = 32 * MEGABYTE
WIDTHS = (1280, 640)
TALLEST = 4096
MOST_PAGES = 200
MOST_TEXT = 300_000
LONGEST_PAGE = 20_000
_QUALITY = 70
_SPACES = re.compile(r"[ \t\u3000]{2,}")


def outcome(folder: Path) -> dict[str, Any]:
    """What became of the document; its page images are written beside it."""
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(folder / "in.pdf")
    except pdfium.PdfiumError as refused:
        return {"reason": "locked" if "assword" in str(refused) else "damaged"}
    count = len(document)
    pages, texts, left = [], [], MOST_TEXT
    for number in range(1, min(count, MOST_PAGES) + 1):
        try:
            page = document[number - 1]
            sizes = _drawn(page, folder, number)
            words = _words(page)[: min(LONGEST_PAGE, left)]
        except (pdfium.PdfiumError, ValueError, OSError):
            continue  # a broken page; the others are shown
        pages += sizes
        texts.append(words)
        left -= len(words)
    return {"count": count, "pages": pages, "texts": texts} if pages else {"reason": "damaged"}


def _drawn(page: Any, folder: Path, number: int) -> list[list[int]]:
    """The page as WebP in every width; number, width and height of each."""
    wide, high = (max(1.0, min(float(side), 1e6)) for side in page.get_size())
    scale = min(WIDTHS[0] / wide, TALLEST / high)
    image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    found = []
    for width in WIDTHS:
        height = max(1, round(image.height * width / WIDTHS[0]))
        size = (max(1, round(image.width * width / WIDTHS[0])), height)
        shown = image if size == image.size else image.resize(size)
        shown.save(folder / f"page-{number}-{width}.webp", "WEBP", quality=_QUALITY, method=3)
        found.append([number, width, *shown.size])
    return found


def _words(page: Any) -> str:
    raw = page.get_textpage().get_text_bounded()
    lines = (_SPACES.sub(" ", _seen(line)).strip() for line in raw.splitlines())
    return "\n".join(filter(None, lines))


def _seen(text: str) -> str:
    normal = unicodedata.normalize("NFC", text)
    return "".join(mark for mark in normal if unicodedata.category(mark)[0] != "C" or mark == "\t")


def main() -> None:
    """Draw what the folder of the first argument holds."""
    leave_network()
    limit_this_process(memory=MEMORY, cpu_seconds=CPU_SECONDS, output=OUTPUT)
    os.nice(5)
    folder = Path(sys.argv[1])
    try:
        found = outcome(folder)
    except MemoryError:
        found = {"reason": "too_much_work"}
    (folder / "pages.json").write_text(json.dumps(found, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main()
