"""What a reader finds: no more than they may open, whatever the index holds and is asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from schools import audience
from search.maintenance import rebuild
from search.nearby import alternatives
from search.outbox import drain
from search.query import Relaxed, SearchQuery, SearchResult, Sort
from search.service import MAX_ASKED, label_of, search, suggest
from search.vocabulary import terms_by_code
from tests.factories import people
from tests.factories.search import Things, document, own_index

pytestmark = pytest.mark.django_db
STRANGER = AnonymousUser()


@pytest.fixture(autouse=True)
def things(settings: Any, tmp_path: Path) -> Iterator[Things]:
    with own_index(settings, tmp_path) as made:
        yield made


def find(text: str = "", reader: Any = STRANGER, **query: Any) -> SearchResult:
    return search(SearchQuery(text=text, **query), reader)


def titles(result: SearchResult) -> list[str]:
    return [hit.document.title for hit in result.hits]


def counts(result: SearchResult, facet: str) -> dict[str, int]:
    return {value.value: value.count for value in result.facets[facet]}


# what is private


def test_a_private_thing_moves_no_count_no_facet_no_suggestion_and_no_mark(
    things: Things,
) -> None:
    owner = people.user()
    things.put(document("春", kind="lesson_plan", body="朱自清"))
    drain()
    before = find("春"), find(), suggest("春", STRANGER)
    things.put(
        document(
            "春天里的秘密",
            kind="microlecture",
            subject="music",
            grade=5,
            body="春",
            audience=frozenset({audience.user(owner.pk)}),
        )
    )
    drain()

    after = find("春"), find(), suggest("春", STRANGER)

    assert [replace(result, took=0) for result in before[:2]] == [
        replace(result, took=0) for result in after[:2]
    ]
    assert before[2] == after[2]
    assert find("秘密").total == 0
    assert titles(find("秘密", owner)) == ["春天里的秘密"]
    assert [found.text for found in suggest("春天", owner)] == ["春天里的秘密"]


def test_a_teacher_finds_what_is_for_their_school_and_regions(things: Things) -> None:
    school = people.school()
    teacher, other = people.teacher(school), people.teacher()
    regions = school.region.ids_upwards()
    things.put(
        document("甲", audience=frozenset({audience.school(school.pk)})),
        document("乙", audience=frozenset({audience.region(regions[0])})),
        document("丙"),
    )
    drain()

    assert sorted(titles(find(reader=teacher))) == ["丙", "乙", "甲"]
    assert titles(find(reader=other)) == ["丙"]
    assert titles(find()) == ["丙"]


def test_what_is_withdrawn_is_neither_shown_nor_counted_before_the_index_knows(
    things: Things,
) -> None:
    kept, withdrawn = document("背影"), document("背影", kind="microlecture")
    things.put(kept, withdrawn)
    drain()

    things.alter(withdrawn, audience=frozenset({"school:1"}))

    result = find("背影")
    assert [hit.document.uuid for hit in result.hits] == [kept.uuid]
    assert result.total == 1
    assert counts(result, "kind") == {"lesson_plan": 1}
    assert (
        alternatives(SearchQuery(text="背影", filters={"kind": ("microlecture",)}), STRANGER)[
            0
        ].total
        == 1
    )
    assert find("背影", reader=people.user()).total == 1
    assert [found.url for found in suggest("背影", STRANGER)] == [kept.url]


def test_what_was_changed_is_shown_as_it_is_now_before_the_index_knows(things: Things) -> None:
    made = things.put(document("背影", body="小明考了零分"))
    drain()

    things.alter(made, body="背影")

    (hit,) = find("背影").hits
    assert hit.excerpt == "<mark>背影</mark>"


def test_more_that_waits_than_is_asked_about_is_kept_out_until_the_index_knows(
    things: Things,
) -> None:
    many = [document("背影") for _number in range(MAX_ASKED + 2)]
    things.put(*many)
    drain()

    things.put(*many)

    assert find("背影").total == MAX_ASKED
    drain()
    assert find("背影").total == MAX_ASKED + 2


def test_what_can_no_longer_be_read_is_not_shown(things: Things) -> None:
    made = things.put(document("背影"))
    drain()
    things.broken.add(made.uuid)
    things.alter(made)

    assert find("背影").hits == []


def test_a_thing_that_was_deleted_is_not_shown_before_the_index_knows(things: Things) -> None:
    made = things.put(document("背影"))
    drain()

    things.remove(made)

    assert find("背影").hits == []


_TOKENS = ["public", "school:1", "school:2", "region:1", "user:7"]


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    audiences=st.lists(st.frozensets(st.sampled_from(_TOKENS)), max_size=8),
    narrowed=st.sets(st.integers(0, 7)),
    drained=st.booleans(),
)
def test_nobody_ever_sees_what_their_tokens_do_not_meet(
    things: Things, audiences: list[frozenset[str]], narrowed: set[int], drained: bool
) -> None:
    things.held.clear()
    rebuild()
    made = [document("春", audience=tokens) for tokens in audiences]
    if made:
        things.put(*made)
    drain()
    for n in narrowed & set(range(len(made))):
        made[n] = things.alter(made[n], audience=made[n].audience - {"public"})
    if drained:
        drain()

    result = find("春", size=100)

    public = {thing.uuid for thing in made if "public" in thing.audience}
    assert {hit.document.uuid for hit in result.hits} == public
    assert result.total == len(public)


# what is found


def test_words_are_let_go_of_only_when_nothing_has_them_all_and_it_is_said(
    things: Things,
) -> None:
    things.put(document("济南的冬天"), document("冬天里的春天"), document("背影"))
    drain()

    strict = find("济南 冬天")
    relaxed = find("济南 冬天 茉莉花 合唱")

    assert (titles(strict), strict.relaxed) == (["济南的冬天"], ())
    assert (titles(relaxed), relaxed.relaxed) == (["济南的冬天"], (Relaxed.SOME_WORDS,))


def test_metadata_answers_for_words_that_the_text_lacks(things: Things) -> None:
    seventh = document("春", grade=7, subject="chinese", kind="microlecture")
    things.put(seventh, document("春", grade=8, subject="chinese", kind="microlecture"))
    drain()

    result = find("初一 语文 春 微课")

    assert result.hits[0].document.uuid == seventh.uuid
    assert (result.exact, result.hits[1].relaxed) == (1, (Relaxed.KIND, Relaxed.GRADE))
    assert [chip.facet for chip in result.understood] == ["grade", "subject", "kind"]


def test_facets_are_named_in_the_reader_s_words_and_keep_what_is_chosen(things: Things) -> None:
    things.put(document(grade=7), document(grade=8))
    drain()

    result = find(filters={"grade": ("9",)})

    assert result.total == 0
    assert [(v.value, v.count, v.chosen) for v in result.facets["grade"]] == [
        ("7", 1, False),
        ("8", 1, False),
        ("9", 0, True),
    ]


def test_when_nothing_is_found_each_condition_that_is_in_the_way_is_named(
    things: Things,
) -> None:
    things.put(document("春", kind="lesson_plan", grade=7))
    drain()

    ways = alternatives(
        SearchQuery(text="春", filters={"kind": ("microlecture",), "grade": ("7",)}), STRANGER
    )

    assert [(way.facet, way.total) for way in ways] == [("kind", 1)]


def test_the_last_reachable_page_is_cut_at_the_depth(things: Things) -> None:
    things.put(*(document("春") for _ in range(3)))
    drain()

    assert find("春", page=10_000, size=100).hits == []


def test_suggestions_are_terms_and_titles_each_once(things: Things) -> None:
    things.put(document("微课：春"), document("微课：春"), document("背影"))
    drain()

    found = suggest("微课", STRANGER)

    assert [(one.text, one.facet) for one in found] == [
        (label_of("kind", "microlecture", terms_by_code()), "kind"),
        ("微课：春", ""),
    ]


# lessons, learned from the things themselves


def of_lesson(title: str, lesson: str, **fields: Any) -> Any:
    return document(title, chapters=("第一单元", lesson), **fields)


def test_a_page_is_filled_from_the_top_and_every_hit_says_what_was_let_go_of(
    things: Things,
) -> None:
    lecture = of_lesson("背影朗读", "背影", kind="microlecture", grade=8)
    plan = of_lesson("背影", "背影", kind="lesson_plan", grade=8)
    beside = of_lesson("白杨礼赞", "白杨礼赞", kind="microlecture", grade=8)
    things.put(lecture, plan, beside)
    drain()

    result = find("八年级背影微课")

    assert [(hit.document.uuid, hit.relaxed) for hit in result.hits] == [
        (lecture.uuid, ()),
        (plan.uuid, (Relaxed.KIND,)),
    ]
    assert (result.total, result.exact, result.relaxed) == (2, 1, (Relaxed.KIND,))
    assert counts(result, "kind") == {"microlecture": 1, "lesson_plan": 1}


def test_what_is_ticked_is_never_let_go_of(things: Things) -> None:
    things.put(of_lesson("背影", "背影", kind="lesson_plan"))
    drain()

    assert find("背影 微课", filters={"kind": ("microlecture",)}).total == 0


def test_pages_of_a_filled_answer_hold_each_thing_once(things: Things) -> None:
    lectures = [of_lesson(f"背影{n}", "背影", kind="microlecture") for n in range(3)]
    plans = [of_lesson(f"背影{n}", "背影", kind="lesson_plan") for n in range(9)]
    things.put(*lectures, *plans)
    drain()

    pages = [find("背影 微课", size=5, page=page) for page in (1, 2, 3)]

    found = [hit.document.uuid for page in pages for hit in page.hits]
    assert sorted(found) == sorted(made.uuid for made in (*lectures, *plans))
    assert {page.total for page in pages} == {12}
    assert set(found[:3]) == {made.uuid for made in lectures}


@pytest.mark.parametrize("typed", ["二次函树", "ercihanshu", "er ci han shu"])
def test_a_slip_is_corrected_and_it_is_said_so(things: Things, typed: str) -> None:
    things.put(of_lesson("二次函数", "22.1 二次函数"), of_lesson("一次函数", "19.2 一次函数"))
    drain()

    meant = find(typed)
    as_typed = find(typed, as_typed=True)

    assert (meant.corrected_to, titles(meant)) == ("二次函数", ["二次函数"])
    assert (as_typed.corrected_to, as_typed.exact) == (None, 0)


def test_a_lesson_that_is_not_there_is_not_taken_for_another(things: Things) -> None:
    things.put(*(of_lesson("一次函数", "一次函数") for _number in range(3)))
    drain()

    assert find("二次函数").corrected_to is None


def test_the_name_of_a_private_lesson_corrects_and_suggests_for_its_readers_alone(
    things: Things,
) -> None:
    owner = people.user()
    mine = frozenset({audience.user(owner.pk)})
    things.put(of_lesson("校本", "密室逃脱", audience=mine), of_lesson("春", "春"))
    drain()

    stranger, reader = find("mishitaotuo"), find("mishitaotuo", owner)

    assert (stranger.corrected_to, stranger.understood) == (None, ())
    assert reader.corrected_to == "密室逃脱"
    assert find("密室逃脱").understood == ()
    assert suggest("密室", STRANGER) == []
    assert [one.text for one in suggest("密室", owner)] == ["密室逃脱"]
    assert [one.text for one in suggest("mstt", owner)] == ["密室逃脱"]


# faults


def test_without_an_index_the_answer_is_empty_and_says_so(settings: Any, tmp_path: Path) -> None:
    settings.GONGBEI_VAR = tmp_path / "nothing"

    result = find("春")

    assert (result.degraded, result.total, result.hits) == (True, 0, [])
    assert suggest("春", STRANGER) == []
    assert alternatives(SearchQuery(text="春", filters={"grade": ("7",)}), STRANGER) == []


HOSTILE = [
    "春" * 10_000,
    "(" * 10_000,
    " ".join(["春"] * 5_000),
    " ".join(f"词{n}" for n in range(5_000)),
    "a" * 10_000,
    ".*" * 500 + "[" + "\\",
    "title:春 AND (body:* OR NOT *)~10 ^1e9",
    "\x00\x01\x1f\x7f春",
    "\ud800\udfff春",
    "\u202e春\u2066\ufeff\u200b",
    "\U0001f469\u200d\U0001f467\U0001f3eb" * 300,
    "'; DROP TABLE search_indexentry; --",
    "<script>alert(1)</script>",
    "%s %(x)s {0} ${jndi}",
    "İıßﬁǅ" * 100,
    "七年级" * 3_000,
    "\n\t\r ",
    "-",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_answered_quickly_and_harmlessly(
    things: Things, settings: Any, text: str
) -> None:
    settings.GONGBEI_SEARCH_LEARNS_EVERY = 30.0  # as it is where people search
    find("春")
    things.put(*(document(f"第{n}课 春", body="春天 a b c " * 50) for n in range(30)))
    drain()

    began = time.perf_counter()
    results = [find(text, sort=sort) for sort in Sort]
    suggest(text, STRANGER)
    took = time.perf_counter() - began

    assert took < 2
    assert not any(result.degraded for result in results)


def test_a_hostile_document_does_not_stop_the_others(things: Things) -> None:
    things.put(
        document("春\ud800\x00", body="\udfff" * 10, keywords=("\ud83d",), school="\x00"),
        document("秋", body="长" * 300_000, keywords=tuple(f"词{n}" for n in range(2_000))),
        document("a" * 70_000, chapters=("b" * 70_000,)),
        document(""),
        document("冬"),
    )
    drain()

    assert titles(find("冬")) == ["冬"]
    assert find().total == 5


def test_the_lesson_itself_stands_before_the_others_of_a_unit_of_its_name(things: Things) -> None:
    unit = "反比例函数"
    other = (unit, f"实际问题与{unit}")
    things.put(*(document(f"{unit} 新授", chapters=other, uses=5) for _ in range(3)))
    itself = things.put(document(f"{unit} 新授", chapters=(unit, unit)))
    drain()

    hits = search(SearchQuery(text=unit), STRANGER).hits

    assert hits[0].document.uuid == itself.uuid
    assert len(hits) == 4


def test_a_part_of_a_word_is_found_before_what_only_has_the_subject(things: Things) -> None:
    part = things.put(document("血液的组成", subject="chinese"))
    things.put(document("小蝌蚪找妈妈", subject="chinese"))
    drain()

    result = search(SearchQuery(text="语文 血液循环"), STRANGER)

    assert [hit.document.uuid for hit in result.hits] == [part.uuid]
    assert result.relaxed == (Relaxed.SOME_WORDS,)


def test_a_character_alone_is_not_some_of_the_words(things: Things) -> None:
    things.put(document("在家庭电路中"))
    salt = things.put(document("溶液的酸碱性"))
    drain()

    hits = search(SearchQuery(text="酸碱中和"), STRANGER).hits

    assert [hit.document.uuid for hit in hits] == [salt.uuid]
