"""Makers of volumes with lessons, and of standards."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from resources.catalogue.models import Chapter, Standard, Volume

_next = count(2000)


def make_volume(*, lessons: Sequence[str] = ("春", "济南的冬天"), **fields: Any) -> Volume:
    """A volume of Chinese for grade 7 with one unit of `lessons`; each call makes another issue."""
    volume = Volume.objects.create(
        **{
            "stage": "junior",
            "grade": 7,
            "subject": "chinese",
            "edition": "tongbian",
            "issue_year": next(_next),
            "title": "七年级上册",
            "part": "上",
            **fields,
        }
    )
    unit = Chapter.objects.create(volume=volume, position=1, title="第一单元")
    for number, title in enumerate(lessons, start=1):
        Chapter.objects.create(
            volume=volume,
            parent=unit,
            position=number + 1,
            number=str(number),
            title=title,
            is_lesson=True,
        )
    return volume


def make_standard(*, code: str | None = None, **fields: Any) -> Standard:
    """A standard of Chinese for the junior stage; each call makes another code."""
    return Standard.objects.create(
        **{
            "code": code or f"T-{next(_next)}",
            "subject": "chinese",
            "stage": "junior",
            "domain": "阅读与鉴赏",
            "text": "读得懂。",
            **fields,
        }
    )
