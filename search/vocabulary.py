"""The vocabulary (词表): what the codes of documents are called and how people write them.

Apps register providers; a provider is asked at every search, so it answers from memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from schools.curriculum import Grade, Stage, Subject
from search.segment import normalise


@dataclass(frozen=True, slots=True)
class Term:
    """A value of a facet, its name, and other ways in which it is written."""

    facet: str
    """``kind``, ``subject``, ``scope`` …"""
    value: str
    """The code, as in `SearchDocument`."""
    label: str | Promise
    forms: tuple[str | Promise, ...] = ()

    def written(self) -> set[str]:
        """All its ways of writing, in every language of the site, normalised."""
        found = set()
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                found |= {normalise(str(form)).strip() for form in (self.label, *self.forms)}
        return found - {""}


VocabularyProvider = Callable[[], Iterable[Term]]
_providers: list[VocabularyProvider] = []

FACET_LABELS: dict[str, str | Promise] = {
    "kind": _("Kind"),
    "subject": _("Subject"),
    "grade": _("Grade"),
    "stage": _("Stage"),
    "edition": _("Edition"),
    "volume": _("Volume"),
    "chapter": _("Chapter"),
    "tier": _("Tier"),
    "scope": _("Library"),
    "premium": _("Premium"),
}


def register_vocabulary(provider: VocabularyProvider) -> VocabularyProvider:
    """Add terms; call it in `AppConfig.ready`, or use as a decorator."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def unregister_vocabulary(provider: VocabularyProvider) -> None:
    """Forget a provider."""
    if provider in _providers:
        _providers.remove(provider)


def terms() -> list[Term]:
    """All terms, in the order in which they are offered."""
    return [term for provider in _providers for term in provider()]


def terms_by_code() -> dict[tuple[str, str], Term]:
    """All terms by facet and value."""
    return {(term.facet, term.value): term for term in terms()}


@register_vocabulary
def _curriculum() -> Iterable[Term]:
    yield from (Term("stage", value, label) for value, label in Stage.choices)
    yield from (Term("subject", value, label) for value, label in Subject.choices)
    yield from (Term("grade", str(value), label) for value, label in Grade.choices)
