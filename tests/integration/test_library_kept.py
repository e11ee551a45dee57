"""Counts are kept between pages, and never a moment longer than they are true."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.front import totals
from resources.library import actions
from resources.library.models import Level, Resource
from resources.library.queries import (
    counts_by_lesson,
    counts_by_volume,
    readable,
    resources_of_volume,
)
from schools import audience
from schools.audience import Reader
from schools.models import User
from schools.models.dated import today
from script.steps.shell import ROOT
from tests.conftest import ClientOf
from tests.factories import library, people
from tests.factories.catalogue import make_volume
from tests.reading import said

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


class Place:
    """A volume, a school with a teacher, one from elsewhere, and who has no account."""

    def __init__(self) -> None:
        self.volume = make_volume(lessons=["春", "济南的冬天"])
        self.chapter = self.volume.chapters.filter(is_lesson=True)[0]
        self.school = people.school()
        self.maker, self.colleague = (people.teacher(self.school) for _ in range(2))
        self.outsider = people.teacher(people.school())

    def edition(self, **description: Any) -> Resource:
        return library.edition(
            self.school, self.maker, volume=self.volume, chapter=self.chapter, **description
        )

    def seen(self) -> list[int]:
        """How many of the volume each reader is told there are; each way of counting agrees."""
        readers = (self.colleague, self.outsider, NOBODY)
        return [self._seen(again(reader)) for reader in readers]

    def _seen(self, reader: Reader) -> int:
        true = readable(reader).filter(volume=self.volume).count()
        assert counts_by_volume(reader).get(self.volume.pk, 0) == true
        assert counts_by_lesson(self.volume, reader).get(self.chapter.pk, 0) == true
        assert len(resources_of_volume(self.volume, reader, most=9)) == true
        if reader is NOBODY:
            assert totals().figures.resources == true
            assert totals().covers == ({self.volume.pk: {self.chapter.pk}} if true else {})
        return true


def again(reader: Reader) -> Reader:
    return library.again(reader) if isinstance(reader, User) else reader


def test_every_step_of_a_resource_is_counted_at_once() -> None:
    place = Place()
    assert place.seen() == [0, 0, 0]

    made = library.published(place.edition())
    assert place.seen() == [1, 0, 0]

    made = library.raised(made, Level.COUNTY, Level.PUBLIC)
    assert place.seen() == [1, 1, 1]

    actions.withdraw(library.reread(made), by=place.maker)
    assert place.seen() == [1, 0, 0]

    actions.withdraw(library.reread(made), by=place.maker, from_home=True)
    assert place.seen() == [0, 0, 0]


def test_what_an_editor_takes_down_is_not_counted_any_more() -> None:
    place = Place()
    made = library.raised(library.published(place.edition()), Level.COUNTY, Level.PUBLIC)
    other = library.published(place.edition())
    assert place.seen() == [2, 1, 1]

    editor = library.editor(made.school.region)
    actions.take_down(made, by=editor, level=Level.COUNTY, reason="出处不明")

    assert place.seen() == [2, 0, 0]
    assert other.live


def test_the_browsing_page_follows_a_withdrawal(client_of: ClientOf) -> None:
    place = Place()
    made = library.published(place.edition())
    client, address = (
        client_of(place.colleague),
        reverse("library:volume", args=[place.volume.uuid]),
    )
    assert made.title in said(client.get(address).content.decode())

    actions.withdraw(made, by=place.maker, from_home=True)

    assert made.title not in said(client.get(address).content.decode())
    assert client.get(address).context["count"] == 0


def test_a_role_that_ends_takes_its_counts_along() -> None:
    place = Place()
    library.published(place.edition())
    assert counts_by_volume(again(place.colleague)) == {place.volume.pk: 1}

    place.colleague.memberships.update(until=today() - timedelta(days=1))

    assert counts_by_volume(again(place.colleague)) == {}


def test_two_readers_never_share_a_count() -> None:
    place = Place()
    library.published(place.edition())
    asked = []

    for reader in (place.colleague, place.outsider, NOBODY, place.maker):
        with CaptureQueriesContext(connection) as queries:
            counts_by_volume(again(reader))
        asked.append(sum("audiencetoken" in query["sql"] for query in queries))

    assert asked == [1, 1, 1, 1]
    assert audience.tokens_of(place.colleague) != audience.tokens_of(place.maker)


def test_a_count_is_made_once_while_nothing_changes() -> None:
    place = Place()
    library.published(place.edition())
    first = counts_by_volume(again(place.colleague))

    with CaptureQueriesContext(connection) as queries:
        second = counts_by_volume(again(place.colleague))

    assert second == first
    assert not any("audiencetoken" in query["sql"] for query in queries)


def test_who_sees_a_resource_is_stored_only_where_the_change_is_noted_too() -> None:
    stores = re.compile(r"\bset_audience\(|AudienceToken\.objects\.bulk_create")

    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "resources").rglob("*.py")
        if stores.search(path.read_text())
    }

    assert found == {"resources/library/audience.py", "resources/importing/writer.py"}
    for name in found:
        assert "outbox.changed(SOURCE" in (ROOT / name).read_text()
