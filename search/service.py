"""Searching and suggesting for a reader: the one entry of page, API and tests.

The index answers with what the reader's tokens allow; what is shown is asked of the database
again, so an index that lags behind reveals nothing.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from schools.audience import Reader, tokens_of
from search import outbox
from search.browsing import browse
from search.climbing import Asking, Climbed, climb, siblings_of
from search.correcting import corrections
from search.documents import SearchDocument, UnknownSource, source_named
from search.engines import engine
from search.engines.base import EngineUnavailable, Explained
from search.engines.patience import patience
from search.grades import volume_word
from search.highlight import excerpt, marked
from search.ladder import Rung, rungs
from search.learned import lexicon_for
from search.lexicon import CHAPTER, Lexicon
from search.models import IndexEntry
from search.query import FacetValue, Filters, Hit, Relaxed, SearchQuery, SearchResult
from search.segment import normalise
from search.similar import similar_to
from search.understanding import Understood, understand, words_to_mark
from search.vocabulary import FACET_LABELS, Code, Term, forms_of, terms_by_code

SUGGESTIONS = 8
MAX_ASKED = 500
_BROWSED = frozenset({"kind", "subject", "grade", "stage"})
"""What is understood of a query and asked of the database too."""
_FEW, _VERY_FEW = 10, 3
"""Below so many hits a slip of the pen is thought of: one that sounds alike, any."""


@patience()
def search(query: SearchQuery, reader: Reader) -> SearchResult:
    """What the reader finds; never fails because of the index, but says `degraded`."""
    began = time.perf_counter()
    tokens = tokens_of(reader)
    lexicon = lexicon_for(tokens)
    taken = understand(query.text, lexicon)
    try:
        asking = Asking(query, tokens, outdated(reader))
        climbed = climb(asking, taken, lexicon)
        meant = None if query.as_typed else _as_meant(asking, taken, climbed, lexicon)
    except EngineUnavailable:
        return _browsed(query, taken, reader)
    if meant is not None:
        taken, climbed = meant
    hits = _hits(climbed, taken, reader)
    hidden = len(climbed.documents) - len(hits)
    return SearchResult(
        query=query,
        total=climbed.total - hidden,
        exact=max(min(climbed.exact, climbed.total - hidden), 0),
        hits=hits,
        facets=_facets(climbed.facets, query.filters),
        understood=taken.chips,
        corrected_to=taken.text if meant else None,
        relaxed=tuple(what for what in Relaxed if what in climbed.relaxed),
        took=time.perf_counter() - began,
    )


def _browsed(query: SearchQuery, taken: Understood, reader: Reader) -> SearchResult:
    """What the database finds while the index cannot be asked."""
    by_column = [chip for chip in taken.chips if chip.facet in _BROWSED]
    in_title = [chip.text for chip in taken.chips if chip.facet == "chapter"]
    in_title += [taken.text[start:end].strip() for start, end in taken.left]
    meant = {chip.facet: chip.values or (chip.value,) for chip in by_column}
    asked = replace(query, text=" ".join(in_title), filters={**meant, **query.filters})
    browsed = browse(asked, reader)
    words = asked.text.split()
    return SearchResult(
        query=query,
        total=browsed.total,
        hits=[
            Hit(document, marked(document.title, words), excerpt(document.body, words))
            for document in browsed.documents
        ],
        facets=_facets(browsed.facets, query.filters),
        understood=taken.chips,
        degraded=True,
    )


def _as_meant(
    asking: Asking, typed: Understood, climbed: Climbed, lexicon: Lexicon
) -> tuple[Understood, Climbed] | None:
    """The query without its slip, where little was found as it was typed and more is so."""
    if (climbed.strict >= _FEW and not typed.mixed) or not typed.left:
        return None
    sounds_only = climbed.strict >= _VERY_FEW
    for text in corrections(typed, lexicon, sounds_only=sounds_only):
        meant = understand(text, lexicon)
        better = climb(asking, meant, lexicon)
        if better.sure > climbed.strict or (typed.mixed and better.exact):
            return meant, better
    return None


def _hits(climbed: Climbed, taken: Understood, reader: Reader) -> list[Hit]:
    relaxed = {d.uuid: what for d, what in zip(climbed.documents, climbed.let_go, strict=True)}
    words = words_to_mark(taken)
    return [
        Hit(
            document,
            marked(document.title, words),
            excerpt(document.body or document.attached, words),
            relaxed[document.uuid],
        )
        for document in _readable_now(climbed.documents, reader)
    ]


def understood(text: str, reader: Reader) -> Understood:
    """What a text is taken for."""
    return understand(text, lexicon_for(tokens_of(reader)))


def similar(document: SearchDocument, reader: Reader) -> list[SearchDocument]:
    """Things like one that the reader looks at, which they may open as well."""
    step = similar_to(document, tokens_of(reader))
    try:
        found = engine().search(replace(step, without=step.without | outdated(reader)))
    except EngineUnavailable:
        return []
    return _readable_now(found.documents, reader)


def explained(query: SearchQuery, reader: Reader, uuid: UUID) -> list[tuple[Rung, Explained]]:
    """Why the reader finds a thing: the rungs that find it, and what counts on each."""
    tokens = tokens_of(reader)
    lexicon = lexicon_for(tokens)
    taken = understand(query.text, lexicon)
    asking = Asking(query, tokens, outdated(reader))
    found = []
    for rung in rungs(taken, siblings_of(taken, lexicon)):
        reasons = engine().explain(asking.step(rung), uuid)
        if reasons is not None:
            found.append((rung, reasons))
    return found


def outdated(reader: Reader) -> frozenset[UUID]:
    """What the index may still show although the reader may not open it any more.

    Totals and facets are counted by the index, so these are kept out before it counts. Beyond
    the first `MAX_ASKED` that wait, things come back when the index has been told of them.
    """
    by_source: dict[str, list[UUID]] = defaultdict(list)
    left: list[UUID] = []
    for place, (uuid, source) in enumerate(outbox.told_and_changed_since()):
        (by_source[source] if place < MAX_ASKED else left).append(uuid)
    hidden = set(left)
    for source, uuids in by_source.items():
        hidden |= set(uuids).difference(_allowed(source, uuids, reader))
    return frozenset(hidden)


def _readable_now(documents: list[SearchDocument], reader: Reader) -> list[SearchDocument]:
    """Those that the reader may open now; what has changed since is read afresh."""
    changed = IndexEntry.objects.filter(
        pk__in=[document.uuid for document in documents], queued_at__isnull=False
    )
    fresh, failures = outbox.current_documents(dict(changed.values_list("pk", "source")))
    by_source: dict[str, list[UUID]] = defaultdict(list)
    for document in documents:
        by_source[document.source].append(document.uuid)
    allowed = {uuid for name, uuids in by_source.items() for uuid in _allowed(name, uuids, reader)}
    outdated = {entry.pk for entry in changed}
    return [
        fresh[document.uuid] if document.uuid in outdated else document
        for document in documents
        if document.uuid in allowed
        and document.uuid not in failures
        and (document.uuid not in outdated or document.uuid in fresh)
    ]


def _allowed(source: str, uuids: list[UUID], reader: Reader) -> Iterable[UUID]:
    try:
        return source_named(source).readable(uuids, reader)
    except UnknownSource:
        return ()


def _facets(
    counted: Mapping[str, Mapping[str, int]], filters: Filters
) -> dict[str, list[FacetValue]]:
    known = terms_by_code()
    order = {code: place for place, code in enumerate(known)}
    facets = {}
    for name, counts in counted.items():
        chosen = filters.get(name, ())
        values = {*counts, *chosen}
        facets[name] = [
            FacetValue(value, label_of(name, value, known), counts.get(value, 0), value in chosen)
            for value in sorted(values, key=lambda v: (order.get((name, v), len(order)), v))
        ]
    return facets


def label_of(facet: str, value: str, known: Mapping[Code, Term]) -> str:
    """What a value is called; the code itself where the vocabulary does not know it."""
    term = known.get((facet, value))
    if term is not None:
        return str(term.label)
    if facet == "volume":
        return volume_word(value)
    return str(FACET_LABELS["premium"]) if facet == "premium" else value


# suggesting


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion of what is being typed: a term of the vocabulary, or a title with its page."""

    text: str
    facet: str = ""
    value: str = ""
    url: str = ""


def suggest(prefix: str, reader: Reader, limit: int = SUGGESTIONS) -> list[Suggestion]:
    """Completions of `prefix`, from the vocabulary and from titles that the reader may see."""
    begun = "".join(normalise(prefix[:60]).split())
    if not begun:
        return []
    found = [
        Suggestion(str(term.label), term.facet, term.value)
        for code, term in terms_by_code().items()
        if any(form.startswith(begun) for form in forms_of(*code))
    ][: limit // 2]
    lexicon = lexicon_for(tokens_of(reader))
    found += [
        Suggestion(lexicon.of(key)[0].label, CHAPTER, lexicon.of(key)[0].label)
        for key in lexicon.lessons_begun(begun, limit // 2)
    ]
    try:
        documents = engine().suggest(begun, tokens_of(reader), 2 * limit)
    except EngineUnavailable:
        return found
    titles = {
        document.title: Suggestion(document.title, url=document.url)
        for document in reversed(_readable_now(documents, reader))
    }
    known = {suggestion.text for suggestion in found}
    rest = [one for one in reversed(titles.values()) if one.text not in known]
    return [*found, *rest][:limit]
