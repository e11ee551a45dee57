"""How good the search is: nDCG@10, recall@100 and zero results on judged queries.

    PYTHONPATH=.:site python -m benchmarks.search.relevance [--things N] [--classes] [--worst 20]
    PYTHONPATH=.:site python -m benchmarks.search.relevance --imported --things 50000 [--peer]
    PYTHONPATH=.:site python -m benchmarks.search.relevance --imported --second --things 8000
    PYTHONPATH=.:site python -m benchmarks.search.relevance --server --peer --things 50000

Without `--imported` the rows are read as `import_resources` reads them but not written to a
database, which takes seconds a try; with it they are imported by the command without a catalogue
of their books, and asked over the API. `--peer` asks Wagtail's own search (modelsearch) for the
same on the same rows. A third of the queries is held out. `--second` takes the library and the
queries of `second`, which nothing was tuned on; with `--server` both sides ask an Elasticsearch
that is started for it.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from benchmarks.search import corpus, judged, second
from benchmarks.search.corpus import Thing
from benchmarks.search.judged import Judged

if TYPE_CHECKING:
    from search.documents import SearchDocument

Ask = Callable[[str], list[str]]
"""From a query to ids of rows, the best first, at most a hundred."""
AIM, ABOVE_PEER, MOST_ZERO = 0.92, 0.15, 0.02


def main() -> int:
    """Measure and print; 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--things", type=int, default=50_000)
    parser.add_argument("--imported", action="store_true", help="import the rows, ask the API")
    parser.add_argument("--peer", action="store_true", help="also ask modelsearch")
    parser.add_argument("--second", action="store_true", help="the library and queries set apart")
    parser.add_argument("--server", action="store_true", help="both ask an Elasticsearch")
    parser.add_argument("--classes", action="store_true", help="figures of each class")
    parser.add_argument("--worst", type=int, default=0, help="show the worst of the tuned ones")
    parser.add_argument("--var", type=Path, help="a place to keep the database for the next run")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    if options.var:
        os.environ["GONGBEI_VAR"] = str(options.var)
        return _measure(options.var, options)
    with tempfile.TemporaryDirectory(prefix="gongbei-bench-") as var:
        os.environ["GONGBEI_VAR"] = var
        return _measure(Path(var), options)


def _measure(var: Path, options: argparse.Namespace) -> int:
    import django
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "benchmarks.search.peer.apps.PeerConfig"]
    django.setup()
    _tables(var)
    with ExitStack() as ended:
        url = _server(ended) if options.server else ""
        return _compared(var, options, url)


def _server(ended: ExitStack) -> str:
    """The address of an Elasticsearch of our own, which the site then asks."""
    from django.conf import settings

    from tests.elasticsearch_server import private_elasticsearch

    (node,) = ended.enter_context(private_elasticsearch(heap="1g"))
    settings.GONGBEI_ELASTICSEARCH = ((node.url,), "relevance", "")
    return node.url


def _compared(var: Path, options: argparse.Namespace, url: str) -> int:
    made = list((second if options.second else corpus).things(options.things))
    began = time.monotonic()
    ask = _imported(var, made) if options.imported else _in_memory(made)
    print(f"{len(made)} things ready in {time.monotonic() - began:.0f} s", flush=True)
    judges = second if options.second else judged
    ours = _scores(ask, made, judges)
    _tell("ours", ours, options)
    if not options.peer:
        return 0
    from benchmarks.search.peer.database import peer
    from benchmarks.search.speed import peer_backend

    others = _scores(peer(made, peer_backend(url) if url else None), made, judges)
    _tell("modelsearch", others, options)
    mine = fmean(score.ndcg for score in ours if score.query.held_out or options.second)
    theirs = fmean(score.ndcg for score in others if score.query.held_out or options.second)
    zero = fmean(score.found == 0 for score in ours)
    which = "second" if options.second else "held out"
    print(f"{which}: {mine:.3f} against {theirs:.3f}; zero results {zero:.1%}")
    return 0 if mine >= AIM and mine - theirs >= ABOVE_PEER and zero <= MOST_ZERO else 1


def _tables(var: Path) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from tests import template

    name = Path(settings.DATABASES["default"]["NAME"])
    kept = sorted(template.FOLDER.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)
    if kept and not name.exists():  # what the tests have migrated already
        shutil.copyfile(kept[-1], name)
    call_command("migrate", verbosity=0)


# ours


def _in_memory(made: Sequence[Thing]) -> Ask:
    """The rows as documents, read as an import reads them; no database but an empty one."""
    from django.contrib.auth.models import AnonymousUser

    from search.documents import register_source
    from search.maintenance import rebuild
    from search.query import SearchQuery
    from search.service import search
    from search.topics import register_topics

    source = _Rows(made)
    register_topics(source.topics, for_everybody=False)
    source.fill()
    register_source(source)
    rebuild()

    def ask(text: str) -> list[str]:
        result = search(SearchQuery(text=text, size=100), AnonymousUser())
        for _again in range(20):  # a busy machine is no fault of the order
            if not result.degraded:
                break
            time.sleep(1.0)
            result = search(SearchQuery(text=text, size=100), AnonymousUser())
        return [hit.document.source_id for hit in result.hits]

    return ask


class _Rows:
    """A source of documents over rows."""

    name = "rows"

    def __init__(self, made: Sequence[Thing]) -> None:
        self.bare = {found.uuid: found for found in (_document(thing) for thing in made)}
        self.held: dict[Any, SearchDocument] = {}

    def topics(self) -> Iterable[Any]:
        from search.indexing import topic_of

        written = (topic_of(document) for document in self.bare.values() if document.chapters)
        return list(dict.fromkeys(written))

    def fill(self) -> None:
        from search.learned import lexicon_of_everything
        from search.reading import completed

        lexicon = lexicon_of_everything()
        self.held = {uuid: completed(each, lexicon) for uuid, each in sorted(self.bare.items())}

    def uuids(self) -> Any:
        return iter(self.held)

    def documents(self, uuids: Any) -> Any:
        return [self.held[uuid] for uuid in uuids]

    def readable(self, uuids: Any, reader: Any) -> Any:
        return set(uuids)


def _document(thing: Thing) -> SearchDocument:
    from resources.importing.planning import _spellings
    from resources.importing.records import read_record
    from resources.importing.words import read_textbook
    from search.documents import SearchDocument

    if not _kinds:
        _kinds.update(_spellings())
    record = read_record(thing.row, kinds=_kinds)
    book = read_textbook(record.textbook)
    return SearchDocument(
        uuid=record.uuid,
        source="rows",
        kind=record.kind,
        title=record.title,
        url="/",
        audience=frozenset({"public"}),
        body=f"{record.summary} {_plain(record.body)}",
        keywords=(record.contributors, *record.tags),
        subject=str(book.subject or ""),
        stage=str(book.stage or ""),
        grade=book.grade,
        edition=str(book.edition or ""),
        volume=book.part,
        chapters=tuple(record.chapter),
        quality=record.quality,
        uses=record.uses,
        published=record.published,
        source_id=record.source_id,
    )


_kinds: dict[str, str] = {}


def _plain(html: str) -> str:
    import re

    return re.sub(r"<[^>]+>", " ", html)


def _imported(var: Path, made: Sequence[Thing]) -> Ask:
    """Rows that `import_resources` wrote, asked over the API like any program asks."""
    from django.core.management import call_command
    from django.test import Client

    path = var / "rows.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for thing in made:
            out.write(json.dumps(thing.row, ensure_ascii=False) + "\n")
    call_command("import_resources", str(path), create_schools=True, verbosity=0)
    call_command("rebuild_index", verbosity=0)
    client = Client()

    def ask(text: str) -> list[str]:
        answer = client.get("/api/v1/resources", {"q": text, "size": "100"})
        return [item["source_id"] for item in answer.json()["items"]]

    return ask


# figures


class Score:
    """How one query came out."""

    def __init__(
        self,
        query: Judged,
        found: list[str],
        by_id: dict[str, Thing],
        gain: Callable[[Judged, Thing], int],
    ) -> None:
        gains = [gain(query, by_id[name]) for name in found]
        best = sorted((gain(query, thing) for thing in by_id.values()), reverse=True)
        good = sum(each >= 2 for each in best)
        self.query, self.found, self.gains = query, len(found), gains
        self.ndcg = _dcg(gains[:10]) / (_dcg(best[:10]) or 1.0)
        self.recall = sum(each >= 2 for each in gains[:100]) / max(min(good, 100), 1)


def _dcg(gains: Sequence[int]) -> float:
    return sum((2**each - 1) / math.log2(place + 2) for place, each in enumerate(gains))


def _scores(ask: Ask, made: Sequence[Thing], judges: Any) -> list[Score]:
    by_id = {thing.row["id"]: thing for thing in made}
    # In a small library there may be nothing at all for a query.
    asked = (q for q in judges.queries() if any(judges.gain(q, thing) for thing in made))
    return [Score(query, ask(query.text), by_id, judges.gain) for query in asked]


def _tell(name: str, scores: list[Score], options: argparse.Namespace) -> None:
    for held_out in (False, True):
        part = [score for score in scores if score.query.held_out == held_out]
        if not part:
            continue
        _line(f"{name}, {'held out' if held_out else 'tuned'}", part)
    if options.classes:
        of_class: dict[str, list[Score]] = defaultdict(list)
        for score in scores:
            of_class[score.query.sort].append(score)
        for sort, part in of_class.items():
            _line(f"  {sort}", part)
    tuned = sorted((s for s in scores if not s.query.held_out), key=lambda score: score.ndcg)
    for score in tuned[: options.worst]:
        print(f"  {score.ndcg:.2f} {score.query.sort}: {score.query.text} {score.gains[:10]}")


def _line(name: str, part: list[Score]) -> None:
    ndcg, recall = fmean(s.ndcg for s in part), fmean(s.recall for s in part)
    zero = sum(s.found == 0 for s in part)
    print(f"{name:34} nDCG@10 {ndcg:.3f}  recall@100 {recall:.3f}  zero {zero} of {len(part)}")


if __name__ == "__main__":
    raise SystemExit(main())
