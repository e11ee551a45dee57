"""Choosing curriculum standards (课程标准) in the form: those of the lesson, others by a word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from resources.catalogue.models import Standard

MOST_FOUND, MOST_CHOSEN = 20, 50


class StandardsField(forms.ModelMultipleChoiceField[Standard]):
    """Standards as checkboxes; `offer` says which."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.domain}　{obj.text}"


def standards_offered(
    *, chapter: Any, chosen: Iterable[Any], words: str, subject: str
) -> QuerySet[Standard]:
    """Those chosen, those of the lesson, and those in which all `words` stand, a few at most.

    `chapter` and `chosen` are keys as a form has them; what is no number names nothing.
    """
    wanted = Q(pk__in=_keys(chosen)[:MOST_CHOSEN]) | Q(chapters__in=_keys([chapter]))
    return Standard.objects.filter(wanted | Q(pk__in=_found(words, subject))).distinct()


def _found(words: str, subject: str) -> list[int]:
    asked = words.split()[:5]
    if not asked:
        return []
    found = Standard.objects.filter(Q(subject=subject) if subject else Q())
    for word in asked:
        found = found.filter(
            Q(text__icontains=word) | Q(domain__icontains=word) | Q(code__iexact=word)
        )
    return list(found.values_list("pk", flat=True)[:MOST_FOUND])


def _keys(values: Iterable[Any]) -> list[int]:
    texts = [str(value) for value in values]
    return [int(text) for text in texts if text.isdecimal() and len(text) < 12]
