"""How much a school may store (配额): what it has, what is on its way, what is left."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat

from media.inspection import QuotaFull
from media.models import FILE_MODELS, FileState, Quota
from schools.models import School

OnItsWay = Callable[[School], int]
"""Bytes that a school has begun to upload."""
_on_their_way: list[OnItsWay] = []


def register_on_its_way(bytes_of: OnItsWay) -> OnItsWay:
    """Have what is being uploaded count; call it in `AppConfig.ready`."""
    if bytes_of not in _on_their_way:
        _on_their_way.append(bytes_of)
    return bytes_of


def limit_of(school: School) -> int:
    """Bytes that a school may store; 0 is no limit."""
    own = Quota.objects.filter(school=school).values_list("limit", flat=True).first()
    every: int = settings.GONGBEI_SCHOOL_QUOTA
    return every if own is None else own


def used_by(school: School) -> int:
    """Bytes of the school's files; what was refused does not count."""
    sums = (
        model.objects.filter(school=school)
        .exclude(state=FileState.REFUSED)
        .aggregate(bytes=Sum("size"))["bytes"]
        for model in FILE_MODELS
    )
    return sum(found or 0 for found in sums)


def check_room(school: School | None, name: str, size: int) -> None:
    """Raises `QuotaFull` where so many bytes more would be too many.

    Call it under the lock of the school's row, so that two at once are counted one by one.
    """
    limit = limit_of(school) if school is not None else 0
    if school is None or not limit:
        return
    left = limit - used_by(school) - sum(bytes_of(school) for bytes_of in _on_their_way)
    if size > left:
        words = {"size": size, "left": max(left, 0), "limit": limit}
        said = {key: filesizeformat(value) for key, value in words.items()}
        raise QuotaFull(name, school=school.name, **said)
