"""What resembles a document (相似资源), as a step for any engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from search.documents import SearchDocument
from search.engines.base import Group, Step
from search.indexing import Field, path_of
from search.segment import asked_words
from search.vocabulary import forms_of

_WORDS = 24
_FIELDS = {Field.TITLE: 4.0, Field.KEYWORDS: 2.0}
_WORTH = {"path": 4.0, "subject": 1.0, "grade": 1.0, "kind": 0.3}
"""How much more than a word it counts that the metadata is the same."""


def similar_to(document: SearchDocument, tokens: frozenset[str], size: int = 6) -> Step:
    """What a reader with `tokens` may find that is like `document`, itself left out."""
    words = [Group(alternatives=((word,),)) for word in _words(document)]
    same = [
        Group(codes=((facet, value),), boost=_WORTH[facet]) for facet, value in _metadata(document)
    ]
    return Step(
        tokens=tokens,
        groups=tuple(words) or tuple(same),
        need=1,
        optional=tuple(same),
        fields=_FIELDS,
        size=size,
        facets=(),
        without=frozenset({document.uuid}),
    )


def _words(document: SearchDocument) -> Iterable[str]:
    texts = (document.title, *document.chapters[-1:], *document.keywords)
    counted = Counter(token.text for text in texts for token in asked_words(text[:200]))
    for word in _of_metadata(document):
        counted.pop(word, None)
    return [word for word, _count in counted.most_common(_WORDS)]


def _of_metadata(document: SearchDocument) -> Iterator[str]:
    """Words that say what kind of thing it is: every other lesson plan has them as well."""
    for facet, value in _metadata(document):
        for form in forms_of(facet, value):
            yield from (token.text for token in asked_words(form))


def _metadata(document: SearchDocument) -> Iterator[tuple[str, str]]:
    yield from (("path", way) for way in path_of(document.chapters)[-1:])
    given = (
        ("subject", document.subject),
        ("grade", str(document.grade or "")),
        ("kind", document.kind),
    )
    yield from ((facet, value) for facet, value in given if value)
