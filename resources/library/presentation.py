"""What a resource's page says beside its content: outline, attribution, where it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from resources.catalogue.models import Standard
from resources.catalogue.queries import lesson_path
from resources.library.models import LessonPlanEdition, Licence, Microlecture, Resource

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
    return _("“%(title)s”, %(people)s, %(school)s, Gongbei library, %(licence)s.") % {
        "title": resource.title,
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


def outline(resource: Resource) -> Outline:
    """What stands beside the content of `resource`."""
    chapter = resource.chapter
    return Outline(
        path=lesson_path(chapter) if chapter else [],
        standards=list(chapter.standards.all()) if chapter else [],
        attribution=attribution(resource),
        people=people(resource),
        licence_words=licence_words(resource.licence),
        licence_url=licence_url(resource.licence),
    )


_LEARNING_TYPES: dict[type[Resource], str] = {
    LessonPlanEdition: "lesson plan",
    Microlecture: "video lecture",
}


def json_ld(resource: Resource, url: str) -> SafeString:
    """A public resource as a schema.org LearningResource, in a script element that runs nothing."""
    chapter = resource.chapter
    standards = chapter.standards.all() if chapter else []
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": url,
        "url": url,
        "name": resource.title,
        "description": resource.summary,
        "learningResourceType": _LEARNING_TYPES.get(type(resource), ""),
        "inLanguage": "zh-Hans",
        "author": {"@type": "Person", "name": people(resource)},
        "provider": {"@type": "EducationalOrganization", "name": resource.school.name},
        "about": resource.get_subject_display(),
        "educationalLevel": resource.get_grade_display() or resource.get_stage_display(),
        "license": licence_url(resource.licence),
        "teaches": [standard.text for standard in standards],
        "datePublished": _iso(resource.first_published_at),
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
