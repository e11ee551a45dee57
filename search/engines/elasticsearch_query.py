"""A step as a request to Elasticsearch, and its answer: hits, counts, reasons."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from elasticsearch.dsl import Search, query
from elasticsearch.dsl.query import Query

from search.documents import SearchDocument
from search.engines.base import CODE_SCORE, TIE, Explained, Found, Group, Matched, Step
from search.indexing import PREFIX, Field, code_of, letters_of, unpacked
from search.query import Filters, Sort

Body = dict[str, Any]
# Lucene leaves out the constant k1 + 1 of BM25, so a word would count less beside a code.
_TEXT = 2.2
_LOG2 = math.log2(10)
"""The server's log2p is the decimal logarithm of 2 + weight."""
_BY_SCORE: list[Body] = [{"_score": {"order": "desc"}}, {"id": {"order": "asc"}}]


def request(step: Step) -> Body:
    """The whole question in one request.

    Filters on a facet that is counted come after the counting, for a facet is counted under
    all filters but its own.
    """
    late = {name: step.filters[name] for name in step.facets if step.filters.get(name)}
    early = {name: values for name, values in step.filters.items() if name not in late}
    search = Search().query(_weighted(step, _query(step, early)))
    search = search.sort(*_order(step)).source(["stored"]).extra(track_total_hits=True)
    search = search[step.offset : step.offset + step.size]
    if late:
        search = search.post_filter(query.Bool(filter=_filters(late)))
    body: Body = search.to_dict()
    if step.facets:
        body["aggs"] = {name: _counting(name, late, step.buckets) for name in step.facets}
    return body


def answer(response: Mapping[str, Any]) -> Found:
    """What came back for `request`."""
    hits = response["hits"]
    facets = {
        name: {
            bucket["key"]: bucket["doc_count"] for bucket in given.get("values", given)["buckets"]
        }
        for name, given in response.get("aggregations", {}).items()
    }
    return Found(hits["total"]["value"], documents(response), facets)


def documents(response: Mapping[str, Any]) -> list[SearchDocument]:
    """The documents of a page of hits."""
    return [unpacked(hit["_source"]["stored"]) for hit in response["hits"]["hits"]]


def beginning_request(prefix: str, tokens: frozenset[str], limit: int) -> Body | None:
    """Documents whose title begins so, the weightiest first; None if nothing was typed."""
    begun = letters_of(prefix)
    if not begun:
        return None
    same = query.Bool(filter=[query.Term(**{PREFIX: begun}), _any("audience", sorted(tokens))])
    weighted = _by_weight(query.ConstantScore(filter=same))
    body: Body = Search().query(weighted).sort(*_BY_SCORE).source(["stored"])[:limit].to_dict()
    return body


# queries


def _query(step: Step, filters: Filters) -> Query:
    parts: Body = {"filter": [_any("audience", sorted(step.tokens)), *_filters(filters)]}
    if step.without:
        gone = sorted(uuid.hex for uuid in step.without)
        parts["must_not"] = [query.Terms(id=gone)]
    if step.groups:
        groups = [_group(group, step.fields) for group in step.groups]
        need = len(groups) if step.need is None else step.need
        parts["must"] = [query.Bool(should=groups, minimum_should_match=need)]
    if step.optional:
        parts["should"] = [_group(group, step.fields) for group in step.optional]
        parts["minimum_should_match"] = 0
    return query.Bool(**parts)


def _any(field: str, values: Iterable[str]) -> Query:
    return query.Terms(field, [code_of(value) for value in values])


def _filters(filters: Filters) -> list[Query]:
    return [_any(name, values) for name, values in filters.items() if values]


def _group(group: Group, fields: Mapping[Field, float]) -> Query:
    where = fields if group.fields is None else group.fields
    ways = [_in_text(tokens, where, group.boost) for tokens in group.alternatives]
    ways += [_code(facet, value, group.boost) for facet, value in group.codes]
    return ways[0] if len(ways) == 1 else query.DisMax(queries=ways, tie_breaker=TIE)


def _code(facet: str, value: str, boost: float, **named: str) -> Query:
    same = query.Term(**{facet: code_of(value)})
    return query.ConstantScore(filter=same, boost=CODE_SCORE * boost, **named)


def _in_text(tokens: Iterable[str], fields: Mapping[Field, float], boost: float) -> Query:
    each = [
        query.DisMax(
            queries=[_word(field, token, worth * boost) for field, worth in fields.items()],
            tie_breaker=TIE,
        )
        for token in tokens
    ]
    return each[0] if len(each) == 1 else query.Bool(must=each)


def _word(field: str, token: str, boost: float, **named: str) -> Query:
    return query.Term(**{field: {"value": token, "boost": _TEXT * boost, **named}})


def _weighted(step: Step, asked: Query) -> Query:
    return _by_weight(asked) if _is_ranked(step) else query.Bool(filter=[asked])


def _by_weight(asked: Query) -> Query:
    factor = {"field": "weight", "modifier": "log2p", "missing": 0}
    return query.FunctionScore(query=asked, field_value_factor=factor, boost_mode="multiply")


def _is_ranked(step: Step) -> bool:
    return step.sort == Sort.RELEVANCE and bool(step.groups or step.optional)


def _order(step: Step) -> list[Body]:
    if _is_ranked(step):
        return _BY_SCORE
    return [{"used" if step.sort == Sort.USED else "newest": {"order": "desc"}}]


def _counting(name: str, late: Filters, buckets: int) -> Body:
    terms = {"terms": {"field": name, "size": buckets}}
    others = {facet: values for facet, values in late.items() if facet != name}
    if not others:
        return terms
    under = query.Bool(filter=_filters(others)).to_dict()
    return {"filter": under, "aggs": {"values": terms}}


# reasons


def explaining_requests(step: Step, uuid: UUID) -> tuple[Body, Body]:
    """The step itself, and each of its tokens and codes by itself, about one document."""
    this = query.Term(id=uuid.hex)
    whole = query.Bool(filter=[this], must=[_weighted(step, _query(step, step.filters))])
    named = [_named(number, part) for number, part in enumerate(_parts(step))]
    apart = query.Bool(filter=[this], should=named, minimum_should_match=0)
    asked = Search().query(whole).source(False).extra(docvalue_fields=["weight"])
    return asked.to_dict(), Search().query(apart).source(False).to_dict()


def explained(step: Step, whole: Mapping[str, Any], apart: Mapping[str, Any]) -> Explained | None:
    """What came back for `explaining_requests`."""
    hits = whole["hits"]["hits"]
    if not hits:
        return None
    scores = apart["hits"]["hits"][0].get("matched_queries", {})
    matched = [
        Matched(where, what, scores[str(number)])
        for number, (where, what, _boost, _is_code) in enumerate(_parts(step))
        if str(number) in scores
    ]
    weight = hits[0].get("fields", {}).get("weight", [0.0])[0]
    return Explained(hits[0]["_score"] * _LOG2, weight, matched)


_Part = tuple[str, str, float, bool]


def _parts(step: Step) -> Iterator[_Part]:
    for group in (*step.groups, *step.optional):
        fields = step.fields if group.fields is None else group.fields
        for token in dict.fromkeys(token for tokens in group.alternatives for token in tokens):
            yield from ((field, token, fields[field] * group.boost, False) for field in fields)
        yield from ((facet, value, group.boost, True) for facet, value in group.codes)


def _named(number: int, part: _Part) -> Query:
    where, what, boost, is_code = part
    return (_code if is_code else _word)(where, what, boost, _name=str(number))
