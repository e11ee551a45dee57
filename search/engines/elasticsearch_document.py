"""A document of the Elasticsearch index: its mapping, its settings, and a write as an action."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import partial
from typing import Any

from elasticsearch.dsl import Boolean, Document, Float, Keyword, Long, MetaField, Text

from search.engines.base import Write
from search.indexing import MAKE, PREFIX, Field, index_document
from search.query import MAX_DEPTH, MAX_SIZE

# Words come segmented. The whitespace analyzer is built in; one of our own could not name it.
_Words = partial(Text, analyzer="whitespace", index_options="freqs")
_WORD_FIELDS = (*(field.value for field in Field), PREFIX)


class ThingDocument(Document):
    """What is found, as the server keeps it; the names are those of `search.indexing`."""

    id = Keyword()
    title = _Words()
    keywords = _Words()
    body = _Words()
    bigrams = _Words()
    sound = _Words()
    initials = _Words()
    prefix = Text(analyzer="whitespace", index_options="docs", norms=False)
    audience = Keyword(doc_values=False)
    kind = Keyword()
    subject = Keyword()
    grade = Keyword()
    stage = Keyword()
    edition = Keyword()
    volume = Keyword()
    chapter = Keyword()
    path = Keyword()
    lesson = Keyword()
    about = Keyword()
    topic = Keyword()
    tier = Keyword()
    scope = Keyword()
    premium = Keyword()
    weight = Float()
    newest = Long()
    used = Long()
    deleted = Boolean()
    stored = Keyword(index=False, doc_values=False)

    class Meta:
        dynamic = MetaField("strict")
        # Tokens are of no use to a reader, and the document is made anew for every write.
        source = MetaField(excludes=list(_WORD_FIELDS))


MAPPING: dict[str, Any] = ThingDocument._doc_type.mapping.to_dict()
SETTINGS: dict[str, Any] = {
    "number_of_shards": 1,
    "max_result_window": MAX_DEPTH + MAX_SIZE,
    "max_terms_count": 1_000_000,
}
LOADING = {"refresh_interval": "-1", "number_of_replicas": 0}
"""While it is built nobody reads it, and it need not survive its machine."""
SERVING = {"refresh_interval": "1s", "auto_expand_replicas": "0-1"}
SCHEMA_NAME = hashlib.sha256(
    json.dumps([MAKE, MAPPING, SETTINGS], sort_keys=True).encode()
).hexdigest()[:12]


def action(write: Write, index: str, now: datetime) -> dict[str, Any]:
    """`write` as an action of a bulk request; the server refuses it if it has a newer version.

    What is gone stays as a mark, since the server forgets the version of what is deleted
    after a minute.
    """
    return {
        "_op_type": "index",
        "_index": index,
        "_id": write.uuid.hex,
        "version": write.version,
        "version_type": "external_gte",
        "_source": _source(write, now),
    }


def _source(write: Write, now: datetime) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": write.uuid.hex, "deleted": write.document is None}
    if write.document is None:
        return fields
    made = index_document(write.document, now)
    numbers = {"weight": made.weight, "newest": made.newest, "used": made.used}
    return {
        **fields,
        **made.words,
        **made.codes,
        **numbers,
        "audience": made.audience,
        "stored": made.stored,
    }
