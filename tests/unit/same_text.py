"""Texts on which server and editor must agree to the byte: `python -m tests.unit.same_text`.

It writes what this server makes of generated texts; the editor's tests compare it with what its own
serialiser gives, and with GONGBEI_WRITE=1 add the document that the editor would write.
"""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from pycrdt import Doc, XmlFragment

from lessonprep.coediting import fragment
from lessonprep.coediting.html import serialised
from lessonprep.coediting.nodes import Child, is_blank
from tests.unit.lesson_text import trees

FILE = Path(__file__).parents[2] / "lessonprep/coediting/client/tests/same_text.json"
MANY = 60


def cases() -> list[dict[str, Any]]:
    """The cases as they are committed."""
    found: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return found


def text_in(update: str) -> XmlFragment:
    """The text in a document that was written down."""
    doc: Doc[Any] = Doc()
    doc.apply_update(base64.b64decode(update))
    return doc.get("text", type=XmlFragment)


def _case(tree: tuple[Child, ...]) -> dict[str, Any]:
    doc: Doc[Any] = Doc(client_id=1)
    text = doc.get("text", type=XmlFragment)
    with doc.transaction():
        fragment.append(text, tree)
    update = base64.b64encode(doc.get_update()).decode()
    return {"html": serialised(tree), "server": update}


def write() -> None:
    """Make the file anew."""
    made: list[dict[str, Any]] = []

    @seed(20261130)
    @settings(
        max_examples=MANY,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(trees(proposed=True))
    def collect(tree: tuple[Child, ...]) -> None:
        if not is_blank(tree):
            made.append(_case(tree))

    random.seed(20261130)
    collect()
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in made)
    FILE.write_text(f"[\n{lines}\n]\n", "utf-8")


if __name__ == "__main__":
    write()
