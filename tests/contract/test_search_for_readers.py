"""With every engine: nobody finds what they may not see, and any text is a query."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from search.engines import engine
from search.engines.base import Group, Step
from search.indexing import Field
from search.maintenance import compare, rebuild
from search.outbox import drain
from search.query import SearchQuery, Sort
from search.service import search, suggest
from search.similar import similar_to
from tests.factories.search import Things, document, own_index

pytestmark = pytest.mark.django_db
STRANGER = AnonymousUser()
TOKENS = ["public", "school:1", "school:2", "region:1", "prepgroup:3", "user:7"]


@pytest.fixture(params=["tantivy", "elasticsearch"])
def things(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[Things]:
    if request.param == "elasticsearch":
        settings.GONGBEI_ELASTICSEARCH = request.getfixturevalue("emptied_elasticsearch")
    with own_index(settings, tmp_path) as made:
        if not engine().ready():
            rebuild()
        yield made


_audiences = st.lists(st.frozensets(st.sampled_from(TOKENS)), min_size=1, max_size=8)


@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(audiences=_audiences, reader=st.frozensets(st.sampled_from(TOKENS)), data=st.data())
def test_a_reader_finds_and_counts_exactly_what_their_tokens_meet(
    things: Things, audiences: list[frozenset[str]], reader: frozenset[str], data: st.DataObject
) -> None:
    for thing in list(things.held.values()):
        things.remove(thing)
    made = [document("春", audience=tokens, chapters=("春",)) for tokens in audiences]
    things.put(*made)
    drain()
    for number in data.draw(st.sets(st.integers(0, len(made) - 1))):
        made[number] = things.alter(made[number], audience=made[number].audience - {"public"})
    drain()

    asked = Group(alternatives=(("春",), ("chun",)), fields={Field.TITLE: 1, Field.SOUND: 1})
    found = engine().search(Step(tokens=reader, groups=(asked,), facets=("kind", "chapter")))
    near = engine().search(similar_to(made[0], reader, size=10))

    visible = {thing.uuid for thing in made if thing.audience & reader}
    counted = {"lesson_plan": len(visible)} if visible else {}
    assert {hit.uuid for hit in found.documents} == visible
    assert (found.total, found.facets["kind"]) == (len(visible), counted)
    assert sum(found.facets["chapter"].values()) == len(visible)
    assert {hit.uuid for hit in near.documents} == visible - {made[0].uuid}
    assert {hit.uuid for hit in engine().suggest("春", reader, 20)} == visible
    assert compare().faults == 0


PIECES = [
    *("春", "背影", "七年级上册", "教案", " ", "\u3000", "\t", "\n", "\x00", "\ud800", "\u202e"),
    *("\u200b", "\ufeff", "👩‍👧‍🏫", "🏫", "İ", "ß", "ﬁ", "é", "%", "_", "\\", "/", "'", '"', "`"),
    *("“", "”", "《", "》", "(", ")", "[", "]", "{", "}", "*", "?", "~2", "^9", "+", "-", "!"),
    *(" AND ", " OR ", " NOT ", "title:", "_id:", "*:*", "[a TO b]", "&&", "||", "..", "<>"),
    *("'; DROP TABLE x; --", "1=1", "(a+)+$", ".*", "[^]", "$where", "{{7*7}}", "<script>", "%s"),
    *("beiying", "jndd", "a" * 300, "9" * 40, "一" * 200, "二次函数"),
]


def hostile(count: int, seed: int = 6) -> Iterator[str]:
    """Strings that nobody types by accident, the same ones every time."""
    draw = random.Random(seed)
    for number in range(count):
        if number % 10 == 0:
            yield draw.choice(PIECES) * draw.randint(1, 3_000)
        else:
            yield "".join(draw.choices(PIECES, k=draw.randint(1, 40)))[:10_000]


def answers_all(things: Things, count: int) -> None:
    things.put(*(document(f"第{n}课 春", body="春天 a b c " * 20, grade=7) for n in range(30)))
    drain()
    sorts = list(Sort)

    for number, text in enumerate(hostile(count)):
        query = SearchQuery(
            text=text,
            sort=sorts[number % 3],
            filters={"chapter": (text[:100],)} if number % 7 == 0 else {},
        )
        assert not search(query, STRANGER).degraded, repr(text[:200])
        if number % 5 == 0:
            suggest(text, STRANGER)


def test_any_text_is_answered(things: Things) -> None:
    answers_all(things, 60)


@pytest.mark.long
def test_ten_thousand_hostile_texts_are_answered(things: Things) -> None:
    answers_all(things, 10_000)


def test_a_hostile_document_does_not_stop_the_others(things: Things) -> None:
    things.put(
        document("春\ud800\x00", body="\udfff" * 10, keywords=("\ud83d",), school="\x00"),
        document("秋", body="长" * 300_000, keywords=tuple(f"词{n}" for n in range(2_000))),
        document("a" * 70_000, chapters=("b" * 70_000,), attached="x" * 70_000),
        document(
            "", volume="\ud800", edition="z" * 5_000, audience=frozenset({"public", "\udc00"})
        ),
        document("冬"),
    )

    done = drain()

    assert (done.written, done.failed) == (5, 0)
    assert search(SearchQuery(), STRANGER).total == 5
    assert compare().faults == 0
