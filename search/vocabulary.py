"""The vocabulary (词表): what the codes of documents are called and how people write them.

Apps register providers. A provider is asked once in a process, so its terms are those that the
code fixes, not rows of a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

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
    mark: str | Promise = ""
    """One character that stands for it in a list of hits."""
    asked: tuple[str, ...] = ()
    """Forms that mean it in a query only: in a text 人教 also stands for other things."""

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
        _lexicon.cache_clear()
    return provider


def unregister_vocabulary(provider: VocabularyProvider) -> None:
    """Forget a provider."""
    if provider in _providers:
        _providers.remove(provider)
        _lexicon.cache_clear()


Alike = Callable[[tuple[str, ...], frozenset[str]], tuple[str, ...]]
"""From values of a facet and the subjects asked for to the values that are meant."""
_alike: dict[str, Alike] = {}


def register_alike(facet: str, rule: Alike) -> None:
    """Say which values of a facet mean the same, where that depends on the subject."""
    _alike[facet] = rule


def alike(facet: str, values: tuple[str, ...], subjects: frozenset[str]) -> tuple[str, ...]:
    """The values that are meant by `values` when these subjects are asked for."""
    return _alike[facet](values, subjects) if facet in _alike else values


Code = tuple[str, str]
"""A facet and a value of it."""


@dataclass(frozen=True, slots=True)
class _Lexicon:
    terms: dict[Code, Term]
    forms: dict[Code, tuple[str, ...]]
    codes: dict[str, tuple[Code, ...]]


@cache
def _lexicon() -> _Lexicon:
    terms: dict[Code, Term] = {}
    forms: dict[Code, list[str]] = {}
    codes: dict[str, list[Code]] = {}
    for term in (term for provider in _providers for term in provider()):
        code = (term.facet, term.value)
        known = terms.setdefault(code, term)
        if term.asked and known is not term:
            terms[code] = replace(known, asked=(*known.asked, *term.asked))
        for form in sorted(term.written() - {*forms.setdefault(code, [])}):
            forms[code].append(form)
            codes.setdefault(form, []).append(code)
    return _Lexicon(
        terms,
        {code: tuple(written) for code, written in forms.items()},
        {form: tuple(meant) for form, meant in codes.items()},
    )


def terms_by_code() -> Mapping[Code, Term]:
    """All terms, in the order in which they are offered."""
    return _lexicon().terms


def forms_of(facet: str, value: str) -> tuple[str, ...]:
    """All ways of writing a value, normalised."""
    return _lexicon().forms.get((facet, value), ())


def asked_forms() -> Iterable[tuple[str, Term]]:
    """Every form by which a query may name a term; grades are read by `search.grades`."""
    for code, term in _lexicon().terms.items():
        if term.facet == "grade":
            continue
        for form in (*forms_of(*code), *term.asked):
            yield form, term


def codes_of(form: str) -> tuple[Code, ...]:
    """What a normalised word may mean."""
    return _lexicon().codes.get(form, ())


@register_vocabulary
def _curriculum() -> Iterable[Term]:
    yield from (Term("stage", value, label) for value, label in Stage.choices)
    yield from (Term("subject", value, label) for value, label in Subject.choices)
    yield from (Term("grade", str(value), label) for value, label in Grade.choices)
