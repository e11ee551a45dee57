"""A document as every engine holds it (索引文档): words, codes and numbers, made once.

Segmenting, synonyms, pinyin and weight are worked out here and not in an engine, so both hold
the same tokens, and a query needs no expansion.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from search.documents import SearchDocument
from search.grades import token_of, volume_word
from search.ranking import weight
from search.segment import indexed_words, normalise
from search.topics import Topic, key_of, volume_of
from search.vocabulary import forms_of

MAKE = 5
"""Raise it when the same fields are filled in another way (segmenting, weights)."""


class Field(StrEnum):
    """Where words are looked for; a field holds tokens parted by spaces."""

    TITLE = "title"
    KEYWORDS = "keywords"
    """Metadata with all ways of writing it: kind, subject, grade, edition, chapters, tags."""
    BODY = "body"
    """The text, then that of its files."""
    BIGRAMS = "bigrams"
    """Every two neighbouring characters of the title and the lesson (`bigrams_of`)."""
    SOUND = "sound"
    """Title and lesson in pinyin: words, two neighbouring syllables, beginnings of a run."""
    INITIALS = "initials"
    """The first letters of the same: words, beginnings of a run."""


PREFIX = "prefix"
"""The beginnings of the title, in characters, pinyin and initials, for suggestions."""
CODES = (
    *("kind", "subject", "grade", "stage", "edition", "volume"),
    *("chapter", "path", "lesson", "about", "topic", "tier", "scope", "premium"),
)
"""Facets. ``chapter`` is any title of the path, ``lesson`` the same as titles are compared
(`search.topics`), ``about`` the last of these, ``path`` the way down to it (`path_of`), ``topic``
all of it with its book."""

_KEPT = tuple(field.name for field in fields_of(SearchDocument) if field.name != "audience")
_PREFIX_LENGTH = 16
_RUN_LENGTH = 12
_CODE_LENGTH = 200
_INDEXED = 200_000
"""Characters of a text that are indexed."""
_STORED = 20_000
"""Characters of a text that come back, to show a passage of."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """What an engine writes."""

    words: Mapping[str, str]
    """By `Field`, and of `PREFIX`."""
    codes: Mapping[str, tuple[str, ...]]
    """By the names of `CODES`."""
    audience: tuple[str, ...]
    weight: float
    newest: int
    """A number that sorts by the day of publication, then by uuid; below 2⁶³."""
    used: int
    stored: str
    """The document without its audience, for `unpacked`."""


def index_document(document: SearchDocument, now: datetime) -> IndexDocument:
    """`document` as it is indexed at `now`."""
    seconds = int(document.published.timestamp()) if document.published else 0
    codes = codes_of(document)
    return IndexDocument(
        words=_words(document, codes),
        codes=codes,
        audience=tuple(sorted(map(code_of, document.audience))),
        weight=weight(document, now),
        newest=_ordered(seconds, document.uuid),
        used=_ordered(document.uses, document.uuid),
        stored=_packed(document),
    )


def code_of(value: str) -> str:
    """A code as it is held and asked for: no longer than engines take it, and whole Unicode."""
    return value[:_CODE_LENGTH].encode("utf-8", "replace").decode()


def path_of(chapters: Iterable[str]) -> tuple[str, ...]:
    """The codes of ``path`` from the unit down: ``("第一单元", "第一单元 / 春")``."""
    return tuple(itertools.accumulate(chapters, lambda upper, lower: f"{upper} / {lower}"))


def topic_of(document: SearchDocument) -> Topic:
    """What the document is about, with its book."""
    return Topic(
        path=document.chapters,
        subject=document.subject,
        grade=document.grade,
        edition=document.edition,
        volume=volume_of(document.volume),
    )


def bigrams_of(text: str) -> list[str]:
    """Every two neighbouring characters that are letters or digits; one alone stands alone."""
    found: list[str] = []
    for run in re.findall(r"\w+", normalise(text)):
        found += [run] if len(run) == 1 else map("".join, itertools.pairwise(run))
    return found


def letters_of(text: str) -> str:
    """What one types to have `text` suggested, cut to what is looked for."""
    return "".join(char for char in normalise(text) if char.isalnum())[:_PREFIX_LENGTH]


def unpacked(stored: str | bytes) -> SearchDocument:
    """The document of `IndexDocument.stored`, without its audience."""
    fields = json.loads(stored)
    fields["uuid"] = UUID(fields["uuid"])
    fields["published"] = fields["published"] and datetime.fromisoformat(fields["published"])
    for name in ("keywords", "chapters", "tiers"):
        fields[name] = tuple(fields[name])
    return SearchDocument(**fields, audience=frozenset())


def _packed(document: SearchDocument) -> str:
    cut = replace(document, body=document.body[:_STORED], attached=document.attached[:_STORED])
    fields = {name: getattr(cut, name) for name in _KEPT}
    fields["uuid"] = document.uuid.hex
    fields["published"] = document.published.isoformat() if document.published else None
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace").decode()


def codes_of(document: SearchDocument) -> dict[str, tuple[str, ...]]:
    """What a document has of each facet of `CODES`."""
    codes = {
        "grade": (str(document.grade or ""),),
        "premium": ("1" if document.premium else "0",),
        "chapter": document.chapters,
        "path": path_of(document.chapters),
        "lesson": tuple(map(key_of, document.chapters)),
        "about": tuple(map(key_of, document.chapters[-1:])),
        "topic": (topic_of(document).packed(),) if document.chapters else (),
        "volume": (volume_of(document.volume),),
        "tier": document.tiers,
    }
    for name in CODES:
        values = codes[name] if name in codes else (getattr(document, name),)
        codes[name] = tuple(dict.fromkeys(code_of(value) for value in values if value))
    return codes


def _words(document: SearchDocument, codes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    named = (document.title, *document.chapters[-1:])
    sounds, initials = _pinyin(named)
    text = f"{document.body[:_INDEXED]} {document.attached[:_INDEXED]}"
    return {
        Field.TITLE: indexed_words(document.title),
        Field.KEYWORDS: indexed_words(" ".join(dict.fromkeys(_keywords(document, codes)))),
        Field.BODY: indexed_words(text),
        Field.BIGRAMS: " ".join(dict.fromkeys(two for text in named for two in bigrams_of(text))),
        Field.SOUND: " ".join(sounds),
        Field.INITIALS: " ".join(initials),
        PREFIX: " ".join(_prefixes(document.title)),
    }


def _keywords(document: SearchDocument, codes: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Metadata and synonyms as words."""
    yield from document.keywords
    yield from document.chapters
    yield document.school
    for facet, values in codes.items():
        for value in values:
            yield from forms_of(facet, value)
    if document.grade:
        yield token_of(document.grade)
    if document.volume:
        yield volume_word(document.volume)


def _prefixes(title: str) -> Iterator[str]:
    plain = letters_of(title)
    syllables = _syllables(plain)
    initials = "".join(syllable[:1] for syllable in syllables)
    for text in dict.fromkeys((plain, "".join(syllables), initials)):
        yield from itertools.accumulate(text[:_PREFIX_LENGTH])


@lru_cache(maxsize=50_000)  # words come again and again, and this is half the work of a document
def _syllables(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # 0.8 s and 46 MiB: only where documents are written

    return tuple(lazy_pinyin(text))


def _pinyin(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """The tokens of `Field.SOUND` and of `Field.INITIALS`."""
    sounds: dict[str, None] = {}
    initials: dict[str, None] = {}
    for text in texts:
        plain = normalise(text)
        for run in _HAN.findall(plain):
            syllables = _syllables(run)
            begun = itertools.accumulate(syllables[:_RUN_LENGTH])
            sounds |= dict.fromkeys([*begun, *map("".join, itertools.pairwise(syllables))])
            letters = (syllable[:1] for syllable in syllables[:_RUN_LENGTH])
            initials |= dict.fromkeys(itertools.accumulate(letters))
        for word in filter(_HAN.fullmatch, indexed_words(plain).split()):
            syllables = _syllables(word)
            sounds["".join(syllables)] = None
            initials["".join(syllable[:1] for syllable in syllables)] = None
    return list(sounds), [token for token in initials if len(token) > 1]


def _ordered(number: int, uuid: UUID) -> int:
    """Rises with `number`, then falls with the uuid, so that an order has no ties."""
    high = min(max(number, 0), (1 << 33) - 1)
    return high << 30 | ((1 << 30) - 1 - (uuid.int >> 98))
