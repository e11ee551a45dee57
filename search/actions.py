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
    kept, made = Synonym.objects.select_for_update().get_or_create(
        written=written, defaults={"meant": meant}
    )
    if not made:
        if kept.meant == meant:
            return kept  # sent twice
        kept.meant = meant
        kept.save()
    record("search.synonym_kept", kept, by=by, written=written, meant=meant)
    transaction.on_commit(partial(learned.forget))
    return kept


@transaction.atomic
def remove_synonym(synonym: Synonym, *, by: User) -> None:
    """Take a synonym out of the table; twice is no error."""
    must_keep_words(by)
    held = Synonym.objects.select_for_update().filter(pk=synonym.pk).first()
    if held is None:
        return
    record("search.synonym_removed", held, by=by, written=held.written, meant=held.meant)
    held.delete()
    transaction.on_commit(partial(learned.forget))
