"""What editors of the search see and keep: synonyms, searches in vain, reasons, gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from resources.library.gaps import Line, gaps_of
from resources.library.models import Resource
from schools.access import Role
from schools.models import AuditEntry, User
from search.actions import keep_synonym, remove_synonym
from search.asked import KEPT_FROM, note_in_vain, note_wanted, unfound, vain_by_lesson
from search.models import AskedCount, Synonym
from search.outbox import drain
from search.service import understood
from tests.factories import library, people
from tests.factories.catalogue import make_volume
from tests.factories.search import Things, document, own_index

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def things(settings: Any, tmp_path: Path) -> Iterator[Things]:
    with own_index(settings, tmp_path) as made:
        yield made


@pytest.fixture
def editor() -> User:
    return people.with_role(Role.LIBRARY_EDITOR, people.school().region)


def test_a_synonym_is_understood_at_once_and_is_on_record(
    client_of: Callable[[User], Client], editor: User, things: Things
) -> None:
    things.put(document("春", kind="microlecture"), document("春", kind="lesson_plan"))
    drain()
    words = {"written": "空中课堂", "meant": "微课"}

    answer = client_of(editor).post(reverse("search:words"), words)

    assert answer.status_code == 302
    chips = understood("空中课堂 春", people.user()).chips
    assert [(chip.facet, chip.value) for chip in chips] == [("kind", "microlecture")]
    assert AuditEntry.objects.filter(action="search.synonym_kept", actor=editor).exists()


@pytest.mark.parametrize("written", ["课", "微课", ""])
def test_a_synonym_that_cannot_be_meant_is_refused(
    client_of: Callable[[User], Client], editor: User, written: str
) -> None:
    answer = client_of(editor).post(reverse("search:words"), {"written": written, "meant": "微课"})

    assert answer.status_code == 400
    assert not Synonym.objects.exists()


def test_only_who_keeps_words_keeps_them(editor: User) -> None:
    kept = keep_synonym(written="双师", meant="微课", by=editor)

    with pytest.raises(PermissionDenied):
        keep_synonym(written="双师", meant="课件", by=people.teacher())
    with pytest.raises(PermissionDenied):
        remove_synonym(kept, by=people.teacher())

    assert Synonym.objects.get().meant == "微课"


def test_words_typed_by_few_are_not_kept() -> None:
    taken = understood("王小明的病假条 语文", people.user())
    for _number in range(KEPT_FROM - 1):
        note_in_vain(taken, people.user())
    before = unfound().get()

    note_in_vain(taken, people.user())

    assert (before.text, before.in_vain, len(before.seen)) == ("", KEPT_FROM - 1, KEPT_FROM - 1)
    assert (unfound().get().text, unfound().get().seen) == ("王小明的病假条 语文", [])


def test_one_person_who_repeats_a_search_is_one() -> None:
    somebody = people.user()
    taken = understood("王小明", somebody)

    for _number in range(KEPT_FROM + 2):
        note_in_vain(taken, somebody)

    assert (unfound().get().text, unfound().get().in_vain) == ("", KEPT_FROM + 2)


def test_a_search_in_vain_is_counted_and_one_that_finds_is_not(
    client: Client, things: Things
) -> None:
    things.put(document("春"))
    drain()

    client.get(reverse("search:page"), {"q": "春"})
    client.get(reverse("search:page"), {"q": "口风琴"})

    assert [row.in_vain for row in AskedCount.objects.all()] == [1]


def test_a_researcher_sees_the_own_subject_alone(client_of: Callable[[User], Client]) -> None:
    region = people.school().region
    researcher = people.with_role(Role.RESEARCHER, region, subject="music")
    for text in ("五年级音乐 口风琴", "五年级数学 七巧板"):
        for _number in range(KEPT_FROM):
            note_wanted(understood(text, researcher), people.user())

    html = client_of(researcher).get(reverse("search:asked")).content.decode()
    table = client_of(researcher).get(reverse("search:asked"), {"as": "xlsx"})

    assert "口风琴" in html
    assert "七巧板" not in html
    assert table["Content-Type"].endswith("spreadsheetml.sheet")


def test_it_is_said_why_a_thing_is_found(
    client_of: Callable[[User], Client], editor: User, things: Things
) -> None:
    made = things.put(document("济南的冬天", body="响晴"))
    drain()

    page = client_of(editor).get(reverse("search:why", args=[made.uuid]), {"q": "济南"})

    assert "济南" in page.content.decode()
    assert "title" in page.content.decode()


def test_recent_searches_are_one_s_own_and_can_be_cleared(
    client_of: Callable[[User], Client], client: Client, things: Things
) -> None:
    things.put(document("春"))
    drain()
    mine = client_of(people.teacher())
    mine.get(reverse("search:page"), {"q": "荷塘月色"})
    client.get(reverse("search:page"), {"q": "荷塘月色"})

    before = mine.get(reverse("search:page")).content.decode()
    mine.post(reverse("search:forget"))
    after = mine.get(reverse("search:page")).content.decode()

    assert "荷塘月色" in before
    assert "荷塘月色" not in after
    assert "荷塘月色" not in client.get(reverse("search:page")).content.decode()


def test_the_gap_table_says_what_is_missing_and_what_was_looked_for(
    client_of: Callable[[User], Client],
) -> None:
    volume = make_volume(lessons=["春", "济南的冬天"])
    teacher = people.teacher()
    for _number in range(2):
        note_in_vain(understood("济南的冬天 微课", teacher), teacher)

    lines = list(gaps_of(volume, teacher))
    page = client_of(teacher).get(reverse("library:gaps", args=[volume.uuid]))
    table = client_of(teacher).get(reverse("library:gaps", args=[volume.uuid]), {"as": "xlsx"})

    cells = {cell.kind.code: cell for cell in lines[1].cells}
    assert (cells["microlecture"].there, cells["microlecture"].in_vain) == (0, 2)
    assert vain_by_lesson({"济南冬天"}) == {("济南冬天", "microlecture"): 2}
    assert (page.status_code, table.status_code) == (200, 200)


def test_the_gap_table_counts_what_names_the_volume_and_no_lesson(
    client_of: Callable[[User], Client],
) -> None:
    volume = make_volume(lessons=["春", "济南的冬天"])
    school = people.school()
    whole, apart, unread = (library.published(school=school) for _n in range(3))
    own = {"subject": "chinese", "grade": 7}
    Resource.objects.filter(pk=whole.pk).update(volume=volume, chapter=None, **own)
    written = {"edition": "tongbian", "part": "上册", "chapter": ["第一单元", "1 春"]}
    Resource.objects.filter(pk=apart.pk).update(volume=None, textbook=written, **own)
    other = {**written, "part": "下册"}
    Resource.objects.filter(pk=unread.pk).update(volume=None, textbook=other, **own)

    lines = list(gaps_of(volume, whole.maker))
    stranger = list(gaps_of(volume, AnonymousUser()))
    page = client_of(whole.maker).get(reverse("library:gaps", args=[volume.uuid]))

    kind = whole.kind
    there = [
        (line.chapter and line.chapter.title, n) for line in lines for n in [_there(line, kind)]
    ]
    assert there == [("春", 1), ("济南的冬天", 0), (None, 1)]
    assert [_there(line, kind) for line in stranger] == [0, 0]
    assert page.context["missing"] == 2 * len(lines[0].cells) - 1


def _there(line: Line, kind: str) -> int:
    return next(cell.there for cell in line.cells if cell.kind.code == kind)
