"""The reading process: a folder with `in.docx` goes in, `out.json` and pictures come out.

Run as ``python -m resources.library.word.child FOLDER``. It limits itself before it reads anything,
knows no settings, no secrets and no network, and what it dies of is told by its absence of output.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from media.isolation.limits import limit_this_process
from resources.library.word.archive import refuse_unsafe
from resources.library.word.lines import words_of
from resources.library.word.package import Package
from resources.library.word.placing import as_data, pieces_of
from resources.library.word.reading import read
from resources.library.word.reasons import Reason, Unreadable

MEMORY = 1_500 * 1024 * 1024
CPU_SECONDS = 20
LARGEST_OUTPUT = 64 * 1024 * 1024
MOST_CHARACTERS = 300_000
DEEPEST_CALLS = 6_000


def outcome(folder: Path) -> dict[str, Any]:
    """What became of the document in `folder`; its pictures are written there."""
    asked: dict[str, Any] = json.loads((folder / "asked.json").read_text("utf-8"))
    content = (folder / "in.docx").read_bytes()
    try:
        refuse_unsafe(content)
        document = read(Package(content))
        flows = [document.flow, *(beside.flow for beside in document.beside)]
        words = sum(len(line) for flow in flows for line in words_of(flow))
        if words > MOST_CHARACTERS:
            raise Unreadable(Reason.TOO_LONG)
        pieces = pieces_of(document, asked["headings"])
        if not any(piece.html or piece.steps for piece in pieces):
            raise Unreadable(Reason.NOTHING_IN_IT)
    except Unreadable as refused:
        return {"reason": refused.reason.value}
    except RecursionError:
        return {"reason": Reason.TOO_DEEP.value}
    except MemoryError:
        return {"reason": Reason.TOO_MUCH_WORK.value}
    for number, picture in enumerate(document.pictures):
        (folder / f"picture-{number}").write_bytes(picture.content)
    return {
        "pieces": as_data(pieces),
        "pictures": [
            {"name": picture.name, "known": picture.known} for picture in document.pictures
        ],
        "notes": sorted(document.notes),
        "is_ours": document.is_ours,
        "characters": words,
    }


def main() -> None:
    """Read what the folder of the first argument holds."""
    limit_this_process(memory=MEMORY, cpu_seconds=CPU_SECONDS, output=LARGEST_OUTPUT)
    sys.setrecursionlimit(DEEPEST_CALLS)
    folder = Path(sys.argv[1])
    text = json.dumps(outcome(folder), ensure_ascii=False)
    (folder / "out.json").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
