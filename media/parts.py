"""Files that are parts of a page (答案文件): whoever owns the page says who sees its parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from schools.audience import Reader

PartReaders = Callable[[Reader], QuerySet[Any]]
"""The pages of which a reader, who may see them, sees the parts too."""
_owners: list[PartReaders] = []


def register_part_readers(owner: PartReaders) -> PartReaders:
    """Add an owner of pages with parts; call it in `AppConfig.ready`, or use as a decorator."""
    if owner not in _owners:
        _owners.append(owner)
    return owner


def parts_are_seen(reader: Reader) -> Q:
    """The condition on uses that the reader sees the parts of their page; nobody's by default."""
    seen = (Q(page__in=owner(reader).values("pk")) for owner in _owners)
    return reduce(or_, seen, Q(pk__in=[]))
