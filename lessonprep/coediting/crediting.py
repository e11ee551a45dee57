"""Whose words stand in each section (署名), from what the log knows of clients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lessonprep.coediting.attribution import clients_by_place
from lessonprep.coediting.document import standing_places
from lessonprep.coediting.models import Room
from lessonprep.coediting.store import document_of, load
from lessonprep.plans.live import Credits
from schools.models import User


def credits_in(room: Room, first: Sequence[int] = ()) -> Credits:
    """The people of whom a word stands, by section; `first` before the others, then by account.

    A server that wrote for somebody bears that person's name; the text with which the room began
    bears those who had written it by then.
    """
    loaded = load(room)
    doc = document_of(loaded)
    standing = standing_places(doc)
    by_section: dict[str, set[int]] = defaultdict(set)
    begun: set[str] = set()
    for place, clients in clients_by_place(bytes(doc.get_update())).items():
        section = standing.get(place)
        if section is None:
            continue
        for client in clients:
            owner = loaded.owners.get(client)
            if owner is None:
                begun.add(section)
            else:
                by_section[section].add(owner)
    for section, users in _who_began(room, begun).items():
        by_section[section] |= users
    return _named(by_section, first)


def _who_began(room: Room, sections: Iterable[str]) -> dict[str, set[int]]:
    wanted = set(sections)
    rows = room.beginnings.filter(section__in=wanted) if wanted else []
    began: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        began[str(row.section)].add(row.user_id)
    return began


def _named(by_section: dict[str, set[int]], first: Sequence[int]) -> Credits:
    users = User.objects.in_bulk({pk for pks in by_section.values() for pk in pks})

    def in_order(pks: Iterable[int]) -> list[User]:
        known = sorted(pk for pk in pks if pk in users)
        return [users[pk] for pk in sorted(known, key=lambda pk: pk not in first)]

    return {section: in_order(pks) for section, pks in by_section.items() if pks}
