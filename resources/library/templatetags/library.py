"""Words for what happened to a resource, files in its form, questions on its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.translation import gettext as _

from media.models import FileRecord
from resources.library.kinds.forms import KindForm
from resources.library.kinds.items import Item, ItemType
from resources.library.words import joined, place_words
from schools.models import AuditEntry

register = template.Library()


@register.filter
def what_happened(entry: AuditEntry) -> str:
    """An audit entry of a resource as words, without the actor and the time."""
    detail: dict[str, Any] = entry.detail
    place = place_words(detail.get("place", ""))
    places = joined([place_words(row) for row in detail.get("places", [])])
    words = {
        "resource.created": _("made it"),
        "resource.edited": _("changed the draft"),
        "resource.submitted": _("submitted it to %(place)s"),
        "resource.passed": _("passed it for %(place)s"),
        "resource.published": _("passed and published it"),
        "resource.sent_back": _("sent it back for %(place)s"),
        "resource.called_back": _("called the request to %(place)s back"),
        "resource.recommended": _("recommended it to %(place)s"),
        "resource.raised": _("took it into %(place)s"),
        "resource.withdrawn": _("withdrew it: %(places)s") if places else _("withdrew it"),
        "resource.answers_let_out": _("let the answers out"),
        "resource.answers_held_back": _("held the answers back again"),
        "resource.binned": _("put it into the bin"),
        "resource.brought_back": _("took it out of the bin"),
        "resource.taken_down": _("took it down: %(places)s"),
    }
    return words.get(entry.action, entry.action) % {"place": place, "places": places}


@register.filter
def kept_file(form: KindForm, name: str) -> FileRecord | None:
    """The file of a field that this form has stored already."""
    return form.kept.get(name)


@register.filter
def present_file(form: KindForm, name: str) -> FileRecord | None:
    """The file of a field that the draft has."""
    return getattr(form.draft, name, None) if form.draft and name in form.FILES else None


@register.filter
def extension(name: str) -> str:
    """``PPTX``."""
    return name.rpartition(".")[2].upper()


@dataclass(frozen=True, slots=True)
class _Choice:
    value: str
    letter: str
    text: str
    is_given: bool


@dataclass(frozen=True, slots=True)
class _Shown:
    """A question as the page shows it to this reader; without its parts where they are held."""

    number: int
    name: str
    label: str
    points: float | None
    stem: str
    options: list[tuple[str, str]]
    choices: list[_Choice]
    takes_many: bool
    given: str
    verdict: str
    answer: str
    analysis: str


@register.inclusion_tag("library/kinds/items.html", takes_context=True)
def exercise(context: Any, items: Sequence[Item], group: int = 1) -> dict[str, Any]:
    """Questions with what the reader may see of them; `group` tells several sets on a page apart.

    `given` in the context is what was answered; a set is checked when its own button was pressed.
    """
    anchor = f"questions-{group}"
    given: QueryDict | None = context.get("given")
    is_checked = given is not None and given.get("check") == anchor
    parts_shown = bool(context.get("parts_shown"))
    answerable = bool(context.get("answerable"))
    answers = given if is_checked and answerable else None
    shown = [
        _shown(item, number, f"q{group}-{number}", answers, parts_shown)
        for number, item in enumerate(items, start=1)
    ]
    checked = [item for item in shown if item.verdict in {"right", "wrong", "open"}]
    return {
        "items": shown,
        "anchor": anchor,
        "answerable": answerable and bool(shown),
        "parts_shown": parts_shown,
        "out": context["resource"].answers_out,
        "has_parts": any(item.answer or item.analysis for item in items),
        "checked": len(checked),
        "right": sum(item.verdict == "right" for item in checked) if answers else None,
    }


def _shown(
    item: Item, number: int, name: str, answers: QueryDict | None, parts_shown: bool
) -> _Shown:
    given = [text for text in answers.getlist(name) if text.strip()] if answers else []
    return _Shown(
        number=number,
        name=name,
        label=item.label,
        points=item.points,
        stem=item.stem,
        options=item.lettered,
        choices=[
            _Choice(value, value if item.options else "", text, value in given)
            for value, text in item.choices
        ],
        takes_many=item.type == ItemType.MULTIPLE,
        given="\n".join(given)[:4000],
        verdict=_verdict(item, given) if answers is not None else "",
        answer=item.answer_words if parts_shown else "",
        analysis=item.analysis if parts_shown else "",
    )


def _verdict(item: Item, given: list[str]) -> str:
    if not given:
        return "open" if item.is_checkable else ""
    is_right = item.is_right(given)
    if is_right is None:
        return "compare"
    return "right" if is_right else "wrong"
