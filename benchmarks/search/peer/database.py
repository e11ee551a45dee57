"""modelsearch's database or Elasticsearch backend, asked for the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.search.corpus import KINDS, Thing


def peer(made: Sequence[Thing], backend: Any = None) -> Callable[[str], list[str]]:
    """Index the rows; the way to ask. Both sides get words that are already cut."""
    from django.db import connection
    from modelsearch.backends import get_search_backend

    from benchmarks.search.peer.models import PeerThing
    from search.segment import asked_words

    with connection.schema_editor() as editor:
        editor.create_model(PeerThing)
    asked = backend or get_search_backend()
    index = asked.get_index_for_model(PeerThing)
    if backend:  # a server wants its index made first
        index.put()
    index.add_model(PeerThing)
    for start in range(0, len(made), 1000):
        batch = made[start : start + 1000]
        index.add_items(PeerThing, PeerThing.objects.bulk_create([_row(each) for each in batch]))
    index.refresh()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def ask(text: str) -> list[str]:
        words = " ".join(token.text for token in asked_words(text))
        found = asked.search(words, PeerThing.objects.all())[:100] if words else []
        return [thing.source_id for thing in found]

    return ask


def _row(thing: Thing) -> object:
    from benchmarks.search.peer.models import PeerThing
    from search.segment import indexed_words

    row = thing.row
    told = [str(row.get(name, "")) for name in ("subject", "grade", "edition", "volume", "chapter")]
    return PeerThing(
        source_id=row["id"],
        title=indexed_words(row["title"]),
        described=indexed_words(" ".join([*told, *KINDS[thing.kind], *row.get("tags", ())])),
        body=indexed_words(f"{row.get('summary', '')} {row.get('body', '')}"),
    )
