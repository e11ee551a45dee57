"""What the writes about people share: the lock on a person, the end of a tenure, user names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from schools.models import User
from schools.models.dated import Dated, today
from schools.names import syllables_of


def locked(person: User) -> User:
    """The person's row, held until the transaction ends: one change at a time."""
    return User.objects.select_for_update().get(pk=person.pk)


def end(row: Dated, last_day: date | None = None) -> None:
    """End a tenure with `last_day`, at once by default: then yesterday was the last.

    One that would not have begun is taken away; the audit log keeps it.
    """
    last = last_day or today() - timedelta(days=1)
    if last < row.since:
        row.delete()
        return
    row.until = last
    row.save(update_fields=["until"])


def actor_name(by: User | None) -> str:
    """The name in a notice."""
    return by.name if by else _("The site")


def free_user_names(people: Sequence[str]) -> list[str]:
    """A user name for each of these people: the pinyin, with a number where that is taken."""
    if not people:
        return []
    taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
    last: dict[str, int] = {}
    found: list[str] = []
    for person in people:
        stem = "".join(syllables_of(person))[:50] or "teacher"
        number = last.get(stem, 0) + 1
        name = stem if number == 1 else f"{stem}{number}"
        while name in taken:
            number += 1
            name = f"{stem}{number}"
        last[stem] = number
        taken.add(name)
        found.append(name)
    return found
