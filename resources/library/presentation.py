"""What a resource's page says beside its content: outline, attribution, where it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from media.previews.queries import light_of
from media.queries import files_named
from resources.catalogue.models import Standard
from resources.catalogue.queries import lesson_path
from resources.library.models import Licence, Resource
from resources.library.words import titled

CREATIVE_COMMONS = "https://creativecommons.org/licenses/{}/4.0/"
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def licence_words(licence: str) -> str:
    """What the licence means, in one sentence."""
    return {
        Licence.BY_NC_SA: _(
            "May be adapted and used in class: name the makers, take no money, pass it on alike."
        ),
        Licence.BY_SA: _("May be adapted and used: name the makers, pass it on alike."),
        Licence.BY: _("May be adapted and used: name the makers."),
        Licence.ALL_RIGHTS: _("May be read and shown in class; ask the makers for anything else."),
    }[Licence(licence)]


def licence_url(licence: str) -> str:
    """The address of the licence's text, empty where there is none."""
    return "" if licence == Licence.ALL_RIGHTS else CREATIVE_COMMONS.format(licence)


def attribution(resource: Resource) -> str:
    """The line to copy beside one's own use of it."""
    return _("%(title)s, %(people)s, %(school)s, Gongbei library, %(licence)s.") % {
        "title": titled(resource.title),
        "people": people(resource),
        "school": resource.school,
        "licence": Licence(resource.licence).label,
    }


def people(resource: Resource) -> str:
    """Everyone who made it, the maker first."""
    between = pgettext("between names in a list", ", ")
    others = resource.contributors.strip()
    if not others or resource.maker.name in others:
        return others or resource.maker.name
    return f"{resource.maker.name}{between}{others}"


@dataclass(frozen=True, slots=True)
class Outline:
    """The aside of a resource's page."""

    path: list[str]
    standards: list[Standard]
    attribution: str
    people: str
    licence_words: str
    licence_url: str


def standards_of(resource: Resource) -> list[Standard]:
    """The standards it serves: those it names, else those of its lesson."""
    named = list(resource.standards.all())
    return named or (list(resource.chapter.standards.all()) if resource.chapter else [])


def outline(resource: Resource) -> Outline:
    """What stands beside the content of `resource`."""
    chapter = resource.chapter
    return Outline(
        path=lesson_path(chapter) if chapter else [],
        standards=standards_of(resource),
        attribution=attribution(resource),
        people=people(resource),
        licence_words=licence_words(resource.licence),
        licence_url=licence_url(resource.licence),
    )


@dataclass(frozen=True, slots=True)
class Attached:
    """A further file of a resource."""

    title: str
    name: str
    url: str
    size: int
    is_answers: bool
    look: str = ""
    """Where one looks through it without a download; empty where that is not possible (yet)."""


def attached(resource: Resource, *, with_parts: bool) -> list[Attached]:
    """The further files of a resource in their order; those of answers where parts are shown."""
    held = {*resource.answer_files}
    wanted = [uuid for uuid in resource.attachments if with_parts or uuid not in held]
    found = {str(file.uuid): file for file in files_named(wanted)} if wanted else {}
    light = light_of(file.uuid for file in found.values())
    return [
        Attached(
            file.title,
            file.download_name,
            file.url,
            file.size,
            str(file.uuid) in held,
            reverse("previews:look", args=[file.uuid]) if light[file.uuid].pages else "",
        )
        for file in map(found.get, wanted)
        if file is not None
    ]


def json_ld(resource: Resource, url: str) -> SafeString:
    """A public resource as a schema.org LearningResource, in a script element that runs nothing."""
    standards = standards_of(resource)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": url,
        "url": url,
        "name": resource.title,
        "description": resource.summary,
        "learningResourceType": resource.kind_of.learning_type,
        "inLanguage": "zh-Hans",
        "author": {"@type": "Person", "name": people(resource)},
        "provider": {"@type": "EducationalOrganization", "name": resource.school.name},
        "about": resource.get_subject_display(),
        "educationalLevel": resource.get_grade_display() or resource.get_stage_display(),
        "license": licence_url(resource.licence),
        "teaches": [standard.text for standard in standards],
        "datePublished": _iso(resource.first_published_at),
        "keywords": list(resource.tags),
        "isBasedOn": resource.link,
        "dateModified": _iso(resource.last_published_at),
        "isAccessibleForFree": True,
    }
    told = {key: str(value) if _is_text(value) else value for key, value in data.items() if value}
    text = json.dumps(told, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


def _iso(moment: Any) -> str:
    return moment.isoformat() if moment else ""


def _is_text(value: Any) -> bool:
    return not isinstance(value, (dict, list, bool))
