"""What a title or a file's name says of the lesson (由文件名识别), to be shown for correction.

Only what is certain is taken: one volume of the catalogue, one lesson in it. The rest stays open.
"""

from __future__ import annotations

import re
from typing import Any

from resources.catalogue.models import Chapter, Volume
from resources.catalogue.normalise import Reading, Unclear, clean, read_volume
from schools.models import Membership, TeachingAssignment, User
from schools.models.dated import today

SHORTEST = 2
"""A lesson's name of fewer characters than this is met by chance; 《春》 needs its title marks."""
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}$")


def guessed(texts: list[str], maker: User) -> dict[str, Any]:
    """Chapter, volume, subject and grade as far as these texts tell them for certain."""
    text = " ".join(_EXTENSION.sub("", text) for text in texts if text)
    reading = _reading(text)
    lessons = _lessons(text, reading, maker)
    if len(lessons) == 1:
        return {"chapter": lessons[0]}
    found: dict[str, Any] = {}
    if reading.grade is not None:
        found["grade"] = reading.grade
    if reading.subject is not None:
        found["subject"] = reading.subject
    volumes = {lesson.volume for lesson in lessons}
    if len(volumes) == 1:
        found["volume"] = volumes.pop()
    return found


def _reading(text: str) -> Reading:
    try:
        return read_volume(text)
    except Unclear as unclear:
        return unclear.reading


def _lessons(text: str, reading: Reading, maker: User) -> list[Chapter]:
    """The lessons that the text names, in the volumes that it may mean."""
    subjects = [reading.subject] if reading.subject else _taught(maker)
    if not subjects:
        return []
    volumes = Volume.objects.filter(subject__in=subjects)
    for name in ("grade", "part", "edition"):
        if value := getattr(reading, name):
            volumes = volumes.filter(**{name: value})
    chapters = Chapter.objects.filter(volume__in=volumes, is_lesson=True)
    words = clean(text)
    named = [
        chapter
        for chapter in chapters.select_related("volume")
        if _is_named(chapter.title, words, text)
    ]
    longest = max((len(clean(chapter.title)) for chapter in named), default=0)
    return [chapter for chapter in named if len(clean(chapter.title)) == longest]


def _is_named(title: str, words: str, text: str) -> bool:
    cleaned = clean(title)
    if len(cleaned) < SHORTEST:
        return f"《{title}》" in text or f"“{title}”" in text or text.strip() == title
    return cleaned in words


def _taught(maker: User) -> list[str]:
    memberships = Membership.objects.on(today()).filter(user=maker)
    rows = TeachingAssignment.objects.filter(membership__in=memberships)
    return list(rows.values_list("subject", flat=True).distinct())
