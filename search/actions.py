"""Keeping the table of synonyms (同义词)."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from schools.audit import record
from schools.models import User
from search import learned
from search.access import must_keep_words
from search.models import Synonym


@transaction.atomic
def keep_synonym(*, written: str, meant: str, by: User) -> Synonym:
    """Let `written` stand for `meant`; a word that is there already takes the new meaning."""
    must_keep_words(by)
    kept, _made = Synonym.objects.update_or_create(written=written, defaults={"meant": meant})
    record("search.synonym_kept", kept, by=by, written=written, meant=meant)
    transaction.on_commit(partial(learned.forget))
    return kept


@transaction.atomic
def remove_synonym(synonym: Synonym, *, by: User) -> None:
    """Take a synonym out of the table; twice is no error."""
    must_keep_words(by)
    record("search.synonym_removed", synonym, by=by, written=synonym.written, meant=synonym.meant)
    Synonym.objects.filter(pk=synonym.pk).delete()
    transaction.on_commit(partial(learned.forget))
