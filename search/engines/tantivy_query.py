"""A step as a query of the embedded index, and its answer: hits, counts, reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import tantivy
from tantivy import Occur, Query

from search.documents import SearchDocument
from search.engines.base import CODE_SCORE, TIE, Explained, Found, Group, Indexed, Matched, Step
from search.engines.tantivy_schema import SCHEMA
from search.indexing import PREFIX, Field, code_of, letters_of, unpacked
from search.query import Filters, Sort

_WORD_FIELDS = frozenset(Field)
_SLICES = 64


def answer(searcher: tantivy.Searcher, step: Step) -> Found:
    """The hits, the total and the facets of one step."""
    query = _query(step, step.filters)
    total, hits = _page(searcher, query, step) if step.size else (_total(searcher, query), [])
    return Found(total, [_stored(searcher, hit) for hit in hits], _facets(searcher, step))


def begun_with(
    searcher: tantivy.Searcher, prefix: str, tokens: frozenset[str], limit: int
) -> list[SearchDocument]:
    """Documents whose title begins so, the weightiest first."""
    begun = letters_of(prefix)
    if not begun:
        return []
    same = Query.const_score_query(_term(PREFIX, begun), 1.0)
    query = Query.boolean_query(
        [(Occur.Must, same), (Occur.Must, _any("audience", sorted(tokens)))]
    )
    hits = _page_by_score(searcher, query, 0, limit)[1]
    return [_stored(searcher, address) for address in hits]


def version_held(searcher: tantivy.Searcher, uuid: UUID) -> int:
    """The version of a thing, 0 if the index does not know it."""
    hits = searcher.search(_term("id", uuid.hex), 1, count=False).hits
    if not hits:
        return 0
    return int(searcher.fast_field_values("version", [hits[0][1]])[0] or 0)


def scan(searcher: tantivy.Searcher) -> Iterator[Indexed]:
    """All that is held, in the order of uuids, a slice at a time."""
    width = (1 << 64) // _SLICES
    for number in range(_SLICES):
        lowest = number * width
        query = Query.range_query(
            SCHEMA, "uuid_high", tantivy.FieldType.Unsigned, lowest, lowest + width - 1
        )
        # A limit is room that is made at once, so it is no larger than what is there.
        found = searcher.search(query, max(_total(searcher, query), 1), count=False)
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


def _stored(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> SearchDocument:
    return unpacked(bytes(searcher.doc(address)["stored"][0]))


# queries


def _term(field: str, value: str) -> Query:
    return Query.term_query(SCHEMA, field, value, "freq" if field in _WORD_FIELDS else "basic")


def _any(field: str, values: Iterable[str]) -> Query:
    """Any of the values, without a say in the score; faster than a term set."""
    terms = [(Occur.Should, _term(field, code_of(value))) for value in values]
    return Query.const_score_query(Query.boolean_query(terms), 0.0)


def _query(step: Step, filters: Filters) -> Query:
    """`step` as a query; also the base of a facet's counts, then with other `filters`."""
    parts = [(Occur.Must, _any("audience", sorted(step.tokens)))]
    parts += [(Occur.Must, _any(name, values)) for name, values in filters.items() if values]
    if step.without:
        gone = [uuid.hex for uuid in step.without]
        parts.append((Occur.MustNot, Query.term_set_query(SCHEMA, "id", gone)))
    if step.groups:
        groups = [(Occur.Should, _group(group, step.fields)) for group in step.groups]
        need = len(groups) if step.need is None else step.need
        parts.append((Occur.Must, Query.boolean_query(groups, need)))
    parts += [(Occur.Should, _group(group, step.fields)) for group in step.optional]
    return Query.boolean_query(parts)


def _group(group: Group, fields: Mapping[Field, float]) -> Query:
    where = fields if group.fields is None else group.fields
    ways = [_in_text(tokens, where, group.boost) for tokens in group.alternatives]
    ways += [_code(facet, value, group.boost) for facet, value in group.codes]
    return ways[0] if len(ways) == 1 else Query.disjunction_max_query(ways, TIE)


def _code(facet: str, value: str, boost: float) -> Query:
    return Query.const_score_query(_term(facet, code_of(value)), CODE_SCORE * boost)


def _in_text(tokens: Iterable[str], fields: Mapping[Field, float], boost: float) -> Query:
    return Query.boolean_query(
        [
            (
                Occur.Must,
                Query.disjunction_max_query(
                    [
                        Query.boost_query(_term(field, token), worth * boost)
                        for field, worth in fields.items()
                    ],
                    TIE,
                ),
            )
            for token in tokens
        ]
    )


# answers


def _page(
    searcher: tantivy.Searcher, query: Query, step: Step
) -> tuple[int, list[tantivy.DocAddress]]:
    """The total and the addresses of the page's hits."""
    if step.sort == Sort.RELEVANCE and (step.groups or step.optional):
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


def _total(searcher: tantivy.Searcher, query: Query) -> int:
    return _count(searcher.search(query, 1))


def _count(found: tantivy.SearchResult) -> int:
    total: int = found.count  # type: ignore[attr-defined]  # missing in the library's stubs
    return total


def _facets(searcher: tantivy.Searcher, step: Step) -> dict[str, dict[str, int]]:
    free = [name for name in step.facets if not step.filters.get(name)]
    counted = _counts(searcher, _query(step, step.filters), free, step.buckets)
    for name in step.facets:
        if name not in counted:
            others = {key: values for key, values in step.filters.items() if key != name}
            counted |= _counts(searcher, _query(step, others), [name], step.buckets)
    return counted


def _counts(
    searcher: tantivy.Searcher, query: Query, names: list[str], buckets: int
) -> dict[str, Any]:
    if not names:
        return {}
    asked = {name: {"terms": {"field": name, "size": buckets}} for name in names}
    answered = searcher.aggregate(query, asked)
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answered[name]["buckets"]}
        for name in names
    }


# reasons


def explained(searcher: tantivy.Searcher, step: Step, uuid: UUID) -> Explained | None:
    """Why `step` finds the document: each token and code asked about by itself."""
    this = Query.const_score_query(_term("id", uuid.hex), 0.0)
    whole = _asked_of(searcher, this, _query(step, step.filters), weighted=True)
    if whole is None:
        return None
    score, address = whole
    weight = float(searcher.fast_field_values("weight", [address])[0] or 0.0)
    return Explained(score, weight, list(_matched(searcher, this, step)))


def _matched(searcher: tantivy.Searcher, this: Query, step: Step) -> Iterator[Matched]:
    for where, what, query in _parts(step):
        found = _asked_of(searcher, this, query)
        if found is not None:
            yield Matched(where, what, found[0])


def _parts(step: Step) -> Iterator[tuple[str, str, Query]]:
    for group in (*step.groups, *step.optional):
        fields = step.fields if group.fields is None else group.fields
        for token in dict.fromkeys(token for tokens in group.alternatives for token in tokens):
            for field, worth in fields.items():
                yield field, token, Query.boost_query(_term(field, token), worth * group.boost)
        for facet, value in group.codes:
            yield facet, value, _code(facet, value, group.boost)


def _asked_of(
    searcher: tantivy.Searcher, this: Query, query: Query, *, weighted: bool = False
) -> tuple[float, tantivy.DocAddress] | None:
    both = Query.boolean_query([(Occur.Must, this), (Occur.Must, query)])
    weight = "weight" if weighted else None
    hits = searcher.search(both, 1, count=False, weight_by_field=weight).hits
    return (float(hits[0][0]), hits[0][1]) if hits else None
