"""The embedded engine: tantivy, an index in files under `var/`, for laptops and small sites.

`CURRENT` names the directory of the index that serves; a rebuild writes a sibling directory and
replaces `CURRENT` in one step, so a reader sees the old index or the new one. The directory's
name begins with a hash of the fields: an index of an older make is not read but rebuilt.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields as fields_of
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import tantivy
from tantivy import Occur, Query

from search.documents import SearchDocument
from search.engines.base import EngineUnavailable, Indexed, Write
from search.grades import token_of, volume_word
from search.query import FACETS, Filters, Found, Sort, Step
from search.ranking import weight
from search.segment import indexed_words, normalise
from search.understanding import Word
from search.vocabulary import forms_of

_MAKE = 2
"""Raise it when the same fields are filled in another way (segmenting, weights)."""
_WORDS = {"tokenizer_name": "whitespace", "index_option": "freq"}
_CODE = {"tokenizer_name": "raw", "index_option": "basic"}
_FIELDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("id", "text", _CODE),
    ("title", "text", _WORDS),
    ("keywords", "text", _WORDS),
    ("body", "text", _WORDS),
    ("prefix", "text", {**_WORDS, "index_option": "basic"}),
    ("audience", "text", _CODE),
    *((name, "text", {**_CODE, "fast": True}) for name in FACETS),
    *(
        (name, "text", _CODE)
        for name in ("stage", "edition", "volume", "chapter", "tier", "scope", "premium")
    ),
    ("weight", "float", {"fast": True}),
    ("newest", "unsigned", {"fast": True}),
    ("used", "unsigned", {"fast": True}),
    ("uuid_high", "unsigned", {"fast": True, "indexed": True}),
    ("uuid_low", "unsigned", {"fast": True}),
    ("version", "unsigned", {"fast": True}),
    ("deleted", "boolean", {"fast": True}),
    ("stored", "bytes", {"stored": True}),
)
_KEPT = tuple(field.name for field in fields_of(SearchDocument) if field.name != "audience")
_BOOSTS = {"title": 4.0, "keywords": 2.0, "body": 1.0}
_METADATA_SCORE = 3.0
_HEAP = 64_000_000
_LOW = (1 << 64) - 1
_SLICES = 64
_PREFIX_LENGTH = 16
_BUCKETS = 1000


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name, kind, options in _FIELDS:
        getattr(builder, f"add_{kind}_field")(name, **options)
    return builder.build()


SCHEMA = _schema()
SCHEMA_NAME = hashlib.sha256(repr((_MAKE, _FIELDS)).encode()).hexdigest()[:12]


@contextmanager
def _trouble() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise EngineUnavailable(str(error)) from error
    except BaseException as error:
        # A damaged file makes the library panic, which arrives as a bare BaseException.
        if type(error).__module__ != "pyo3_runtime":
            raise
        raise EngineUnavailable(str(error)) from error


class TantivyEngine:
    """The index under `path`; one object serves all threads of a process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._opened: tuple[str, tantivy.Index, tuple[int, ...]] | None = None

    # reading

    def search(self, step: Step) -> Found:
        with _trouble():
            searcher = self._searcher()
            query = _query(step, step.filters)
            total, hits = _page(searcher, query, step)
            documents = [_stored(searcher, address) for address in hits]
            return Found(total, documents, _facets(searcher, step))

    def suggest(self, prefix: str, tokens: frozenset[str], limit: int) -> list[SearchDocument]:
        begun = _letters(prefix)[:_PREFIX_LENGTH]
        if not begun:
            return []
        with _trouble():
            searcher = self._searcher()
            query = Query.boolean_query(
                [
                    (Occur.Must, Query.const_score_query(_term("prefix", begun), 1.0)),
                    (Occur.Must, _any("audience", sorted(tokens))),
                ]
            )
            found = searcher.search(query, limit, count=False, weight_by_field="weight")
            return [_stored(searcher, address) for _score, address in found.hits]

    def ready(self) -> bool:
        try:
            with _trouble():
                self._searcher()
        except EngineUnavailable:
            return False
        return True

    def indexed(self) -> Iterator[Indexed]:
        with _trouble():
            yield from _scan(self._searcher())

    def _searcher(self) -> tantivy.Searcher:
        try:
            return self._index().searcher()
        except (OSError, ValueError):  # the files were swapped away while we opened them
            with self._lock:
                self._opened = None
            return self._index().searcher()

    def _index(self) -> tantivy.Index:
        name = self._current()
        meta = (self._path / name / "meta.json").stat()
        seen = (meta.st_ino, meta.st_mtime_ns, meta.st_size)
        with self._lock:
            if self._opened is None or self._opened[0] != name:
                self._opened = (name, tantivy.Index(SCHEMA, str(self._path / name)), ())
            _name, index, known = self._opened
            if known != seen:
                index.reload()
                self._opened = (name, index, seen)
            return index

    def _current(self) -> str:
        try:
            name = (self._path / "CURRENT").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            raise EngineUnavailable("There is no index yet") from None
        if not name.startswith(f"{SCHEMA_NAME}-"):
            raise EngineUnavailable("The index is of an older make")
        return name

    # writing

    def write(self, batch: Iterable[Write]) -> None:
        with _trouble():
            index = self._index()
            searcher = index.searcher()
            newest = {
                write.uuid: write
                for write in sorted(batch, key=lambda write: write.version)
                if write.version >= _version_held(searcher, write.uuid)
            }
            _write(index, newest.values())

    @contextmanager
    def rebuilding(self) -> Iterator[_Rebuild]:
        name = f"{SCHEMA_NAME}-{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
        with _trouble():
            self._clear_away()
            (self._path / name).mkdir(parents=True)
            rebuild = _Rebuild(self._path, name)
        try:
            yield rebuild
        finally:
            self._clear_away()

    def _clear_away(self) -> None:
        try:
            kept = (self._path / "CURRENT").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            kept = ""
        for directory in self._path.glob("*-*"):
            if directory.is_dir() and directory.name != kept:
                shutil.rmtree(directory, ignore_errors=True)


class _Rebuild:
    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._writer = tantivy.Index(SCHEMA, str(path / name)).writer(_HEAP, 1)
        self._now = datetime.now(UTC)

    def write(self, batch: Iterable[Write]) -> None:
        with _trouble():
            for write in batch:
                self._writer.add_document(_document(write, self._now))

    def swap(self) -> None:
        with _trouble():
            self._writer.commit()
            self._writer.wait_merging_threads()
            note = self._path / f"CURRENT.{self._name}"
            note.write_text(self._name, encoding="ascii")
            note.replace(self._path / "CURRENT")


def _write(index: tantivy.Index, writes: Iterable[Write]) -> None:
    writer = index.writer(_HEAP, 1)
    try:
        now = datetime.now(UTC)
        for write in writes:
            writer.delete_documents_by_term("id", write.uuid.hex)
            writer.add_document(_document(write, now))
        writer.commit()
        writer.wait_merging_threads()
    finally:
        del writer  # frees tantivy's own lock


def _version_held(searcher: tantivy.Searcher, uuid: UUID) -> int:
    hits = searcher.search(_term("id", uuid.hex), 1, count=False).hits
    if not hits:
        return 0
    return int(searcher.fast_field_values("version", [hits[0][1]])[0] or 0)


# documents


def _document(write: Write, now: datetime) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("id", write.uuid.hex)
    made.add_unsigned("uuid_high", write.uuid.int >> 64)
    made.add_unsigned("uuid_low", write.uuid.int & _LOW)
    made.add_unsigned("version", write.version)
    made.add_boolean("deleted", write.document is None)
    if write.document is not None:
        _fill(made, write.document, now)
    return made


def _fill(made: tantivy.Document, document: SearchDocument, now: datetime) -> None:
    made.add_text("title", indexed_words(document.title))
    made.add_text("keywords", indexed_words(" ".join(_keywords(document))))
    made.add_text("body", indexed_words(document.body))
    made.add_text("prefix", " ".join(_prefixes(document.title)))
    for token in document.audience:
        made.add_text("audience", token)
    for name, values in _codes(document).items():
        for value in values:
            made.add_text(name, value)
    made.add_float("weight", weight(document, now))
    seconds = int(document.published.timestamp()) if document.published else 0
    made.add_unsigned("newest", _ordered(seconds, document.uuid))
    made.add_unsigned("used", _ordered(document.uses, document.uuid))
    made.add_bytes("stored", _packed(document))


def _codes(document: SearchDocument) -> dict[str, list[str]]:
    codes = {
        "grade": [str(document.grade)] if document.grade else [],
        "premium": ["1" if document.premium else "0"],
        "chapter": list(document.chapters),
        "tier": list(document.tiers),
    }
    for name in ("kind", "subject", "stage", "edition", "volume", "scope"):
        codes[name] = [getattr(document, name)]
    return {name: [value for value in values if value] for name, values in codes.items()}


def _keywords(document: SearchDocument) -> Iterator[str]:
    """Metadata and synonyms as words, so that a query needs no expansion."""
    yield from document.keywords
    yield from document.chapters
    yield document.school
    for facet, values in _codes(document).items():
        for value in values:
            yield from forms_of(facet, value)
    if document.grade:
        yield token_of(document.grade)
    if document.volume:
        yield volume_word(document.volume)


def _prefixes(title: str) -> Iterator[str]:
    from pypinyin import lazy_pinyin  # 0.8 s and 46 MiB: only where documents are written

    plain = _letters(title)
    syllables = lazy_pinyin(plain[:_PREFIX_LENGTH])
    initials = "".join(syllable[:1] for syllable in syllables)
    for text in dict.fromkeys((plain, "".join(syllables), initials)):
        yield from itertools.accumulate(text[:_PREFIX_LENGTH])


def _letters(text: str) -> str:
    return "".join(char for char in normalise(text) if char.isalnum())


def _ordered(number: int, uuid: UUID) -> int:
    """A number that sorts by `number`, then by uuid, so that an order has no ties."""
    return min(max(number, 0), (1 << 34) - 1) << 30 | uuid.int >> 98


def _packed(document: SearchDocument) -> bytes:
    fields = {name: getattr(document, name) for name in _KEPT}
    fields["uuid"] = document.uuid.hex
    fields["published"] = document.published.isoformat() if document.published else None
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")


def _stored(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> SearchDocument:
    fields = json.loads(bytes(searcher.doc(address)["stored"][0]))
    fields["uuid"] = UUID(fields["uuid"])
    fields["published"] = fields["published"] and datetime.fromisoformat(fields["published"])
    fields["keywords"] = tuple(fields["keywords"])
    fields["chapters"] = tuple(fields["chapters"])
    fields["tiers"] = tuple(fields["tiers"])
    return SearchDocument(**fields, audience=frozenset())


# queries


def _term(field: str, value: str) -> Query:
    option = "freq" if field in _BOOSTS else "basic"
    return Query.term_query(SCHEMA, field, value, option)


def _any(field: str, values: Iterable[str]) -> Query:
    """Any of the values, without a say in the score; faster than a term set."""
    terms = [(Occur.Should, _term(field, value)) for value in values]
    return Query.const_score_query(Query.boolean_query(terms), 0.0)


def _query(step: Step, filters: Filters) -> Query:
    """`step` as a query; also the base of a facet's counts, then with other `filters`."""
    parts = [(Occur.Must, _any("audience", sorted(step.tokens)))]
    parts += [(Occur.Must, _any(name, values)) for name, values in filters.items() if values]
    if step.without:
        gone = [uuid.hex for uuid in step.without]
        parts.append((Occur.MustNot, Query.term_set_query(SCHEMA, "id", gone)))
    if step.words:
        words = [(Occur.Should, _word(word)) for word in step.words]
        parts.append((Occur.Must, Query.boolean_query(words, step.need)))
    return Query.boolean_query(parts)


def _word(word: Word) -> Query:
    in_text = Query.boolean_query([(Occur.Must, _in_text(token)) for token in word.tokens])
    if not word.facet:
        return in_text
    in_metadata = Query.const_score_query(_term(word.facet, word.value), _METADATA_SCORE)
    if not word.tokens:
        return in_metadata
    return Query.disjunction_max_query([in_metadata, in_text], 0.1)


def _in_text(token: str) -> Query:
    return Query.disjunction_max_query(
        [Query.boost_query(_term(field, token), boost) for field, boost in _BOOSTS.items()], 0.1
    )


def _page(
    searcher: tantivy.Searcher, query: Query, step: Step
) -> tuple[int, list[tantivy.DocAddress]]:
    """The total and the addresses of the page's hits."""
    if step.sort == Sort.RELEVANCE and step.words:
        return _page_by_score(searcher, query, step.offset, step.size)
    order = "used" if step.sort == Sort.USED else "newest"
    found = searcher.search(query, step.size, offset=step.offset, order_by_field=order)
    return _count(found), [address for _key, address in found.hits]


def _page_by_score(
    searcher: tantivy.Searcher, query: Query, offset: int, size: int
) -> tuple[int, list[tantivy.DocAddress]]:
    """The page by falling score; equal scores stand in the order of their uuids.

    The engine orders equal scores by where they happen to lie, so a tie that reaches over the
    page's edge is fetched whole and ordered here.
    """
    limit = offset + size + 1
    while True:
        found = searcher.search(query, limit, weight_by_field="weight")
        hits = found.hits
        if len(hits) < limit or hits[-1][0] < hits[offset + size - 1][0]:
            break
        limit *= 2
    if len(hits) <= offset:
        return _count(found), []
    first = next(n for n, hit in enumerate(hits) if hit[0] == hits[offset][0])
    last_score = hits[min(offset + size, len(hits)) - 1][0]
    part = [hit for hit in hits[first:] if hit[0] >= last_score]
    uuids = searcher.fast_field_values("uuid_high", [address for _score, address in part])
    ordered = sorted(
        zip(part, uuids, strict=True), key=lambda row: (-float(row[0][0]), row[1] or 0)
    )
    page = ordered[offset - first : offset - first + size]
    return _count(found), [hit[1] for hit, _uuid in page]


def _count(found: tantivy.SearchResult) -> int:
    total: int = found.count  # type: ignore[attr-defined]  # missing in the library's stubs
    return total


def _facets(searcher: tantivy.Searcher, step: Step) -> dict[str, dict[str, int]]:
    free = [name for name in step.facets if not step.filters.get(name)]
    counted = _counts(searcher, _query(step, step.filters), free)
    for name in step.facets:
        if name not in counted:
            others = {key: values for key, values in step.filters.items() if key != name}
            counted |= _counts(searcher, _query(step, others), [name])
    return counted


def _counts(searcher: tantivy.Searcher, query: Query, names: list[str]) -> dict[str, Any]:
    if not names:
        return {}
    asked = {name: {"terms": {"field": name, "size": _BUCKETS}} for name in names}
    answer = searcher.aggregate(query, asked)
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
        for name in names
    }


def _scan(searcher: tantivy.Searcher) -> Iterator[Indexed]:
    width = (1 << 64) // _SLICES
    for number in range(_SLICES):
        lowest = number * width
        query = Query.range_query(
            SCHEMA, "uuid_high", tantivy.FieldType.Unsigned, lowest, lowest + width - 1
        )
        found = searcher.search(query, max(searcher.num_docs, 1), count=False)
        addresses = [address for _score, address in found.hits]
        columns = (
            searcher.fast_field_values(name, addresses)
            for name in ("uuid_high", "uuid_low", "version", "deleted")
        )
        rows = (
            Indexed(UUID(int=int(high or 0) << 64 | int(low or 0)), int(version or 0), bool(gone))
            for high, low, version, gone in zip(*columns, strict=True)
        )
        yield from sorted(rows, key=lambda row: row.uuid)
