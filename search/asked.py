"""What was looked for and not found (未找到的检索): numbers a week, of no person.

Words are kept only once `KEPT_FROM` people have typed the same in one week; until then a row
holds what the vocabulary understood of them. Who typed is told apart by a mark that is made with
a key of the week and thrown away with the third.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import date, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from schools.audience import Reader
from schools.models import User
from search.lexicon import CHAPTER
from search.models import AskedCount
from search.topics import squeezed
from search.understanding import Understood

logger = logging.getLogger(__name__)

KEPT_FROM = 3
KEPT_WEEKS = 52
MOST_A_WEEK = 20_000
_LONGEST = 60


def note_in_vain(understood: Understood, reader: Reader) -> None:
    """Count a search that found nothing that fits; never fails the search."""
    try:
        _count(understood, reader, "in_vain")
    except DatabaseError:
        logger.exception("A search in vain was not counted")


def note_wanted(understood: Understood, reader: Reader) -> None:
    """Count that somebody needs what was not found."""
    _count(understood, reader, "wanted")


def unfound(subjects: tuple[str, ...] = (), *, weeks: int = 12) -> QuerySet[AskedCount]:
    """What was looked for in vain in the last weeks, the newest and commonest first."""
    rows = AskedCount.objects.filter(week__gte=_monday() - timedelta(weeks=weeks))
    if subjects:
        rows = rows.filter(subject__in=subjects)
    found: QuerySet[AskedCount] = rows.order_by("-week", "-wanted", "-in_vain", "pk")
    return found


def vain_by_lesson(keys: set[str], *, weeks: int = 26) -> dict[tuple[str, str], int]:
    """How often lessons (by key) and kinds were looked for in vain."""
    rows = unfound(weeks=weeks).filter(chapter__in=keys).order_by().values("chapter", "kind")
    return {
        (row["chapter"], row["kind"]): row["vain"] + row["wish"]
        for row in rows.annotate(vain=Sum("in_vain"), wish=Sum("wanted"))
    }


def _count(understood: Understood, reader: Reader, what: str) -> None:
    text = " ".join(understood.text.split())[:_LONGEST]
    if not squeezed(text):
        return
    week = _monday()
    digest = hashlib.blake2b(squeezed(text).encode(), digest_size=16).hexdigest()
    with transaction.atomic():
        of_week = AskedCount.objects.filter(week=week)
        if not of_week.filter(digest=digest).exists() and of_week.count() >= MOST_A_WEEK:
            return  # a machine is asking; nobody reads so many
        row, is_new = AskedCount.objects.select_for_update().get_or_create(
            week=week, digest=digest, defaults=_described(understood)
        )
        if is_new:
            AskedCount.objects.filter(week__lt=week - timedelta(weeks=KEPT_WEEKS)).delete()
        _tell_apart(row, text, reader)
        row.save(update_fields=["text", "seen"])
        AskedCount.objects.filter(pk=row.pk).update(**{what: F(what) + 1})


def _described(understood: Understood) -> dict[str, object]:
    def first(facet: str) -> str:
        return next(iter(understood.values(facet)), "")

    grade = first("grade")
    return {
        "subject": first("subject"),
        "grade": int(grade) if grade else None,
        "chapter": first(CHAPTER)[:_LONGEST],
        "kind": first("kind"),
    }


def _tell_apart(row: AskedCount, text: str, reader: Reader) -> None:
    """Note one more person; with the third the words are kept, and the marks are not."""
    if row.text:
        return
    who = str(reader.pk) if isinstance(reader, User) else ""
    mark = salted_hmac(f"search.asked.{row.week}.{row.digest}", who).hexdigest()[:12]
    row.seen = sorted({*row.seen, mark})
    if len(row.seen) >= KEPT_FROM:
        row.text, row.seen = text, []


def _monday() -> date:
    today = timezone.localdate()
    return today - timedelta(days=today.weekday())
