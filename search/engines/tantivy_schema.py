"""The fields of the embedded index, and a document in them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import tantivy

from search.engines.base import Write
from search.indexing import CODES, MAKE, PREFIX, Field, IndexDocument, index_document

_LOW = (1 << 64) - 1
_WORDS = {"tokenizer_name": "whitespace", "index_option": "freq"}
_CODE = {"tokenizer_name": "raw", "index_option": "basic"}
_FIELDS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("id", "text", _CODE),
    *((name.value, "text", _WORDS) for name in Field),
    (PREFIX, "text", {**_WORDS, "index_option": "basic"}),
    ("audience", "text", _CODE),
    *((name, "text", {**_CODE, "fast": True}) for name in CODES),
    ("weight", "float", {"fast": True}),
    ("newest", "unsigned", {"fast": True}),
    ("used", "unsigned", {"fast": True}),
    ("uuid_high", "unsigned", {"fast": True, "indexed": True}),
    ("uuid_low", "unsigned", {"fast": True}),
    ("version", "unsigned", {"fast": True}),
    ("deleted", "boolean", {"fast": True}),
    ("stored", "bytes", {"stored": True}),
)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name, kind, options in _FIELDS:
        getattr(builder, f"add_{kind}_field")(name, **options)
    return builder.build()


SCHEMA = _schema()
SCHEMA_NAME = hashlib.sha256(repr((MAKE, _FIELDS)).encode()).hexdigest()[:12]


def filled(write: Write, now: datetime) -> tantivy.Document:
    """What is added for `write`: the document, or the mark of what is gone."""
    made = tantivy.Document()
    made.add_text("id", write.uuid.hex)
    made.add_unsigned("uuid_high", write.uuid.int >> 64)
    made.add_unsigned("uuid_low", write.uuid.int & _LOW)
    made.add_unsigned("version", write.version)
    made.add_boolean("deleted", write.document is None)
    if write.document is not None:
        _fill(made, index_document(write.document, now))
    return made


def _fill(made: tantivy.Document, document: IndexDocument) -> None:
    for name, words in document.words.items():
        made.add_text(name, words)
    for token in document.audience:
        made.add_text("audience", token)
    for name, values in document.codes.items():
        for value in values:
            made.add_text(name, value)
    made.add_float("weight", document.weight)
    made.add_unsigned("newest", document.newest)
    made.add_unsigned("used", document.used)
    made.add_bytes("stored", document.stored.encode())
