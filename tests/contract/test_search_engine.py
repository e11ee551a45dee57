"""What every engine does: the same totals, counts, order and versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from search.documents import SearchDocument
from search.engines.base import Engine, EngineUnavailable, Found, Group, Indexed, Step, Write
from search.engines.elasticsearch import ElasticsearchEngine, Server
from search.engines.elasticsearch_document import MAPPING
from search.engines.tantivy import TantivyEngine
from search.indexing import CODES, PREFIX, Field
from search.ladder import rungs
from search.learned import lexicon_of
from search.query import Sort
from search.similar import similar_to
from search.understanding import understand
from tests.factories.search import document

PUBLIC = frozenset({"public"})
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["tantivy", "elasticsearch"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "tantivy":
        return embedded(tmp_path)
    urls, prefix, _ca = request.getfixturevalue("emptied_elasticsearch")
    return ElasticsearchEngine(Server(urls, prefix))


def embedded(path: Path) -> Engine:
    made = TantivyEngine(path)
    with made.rebuilding() as fresh:
        fresh.swap()
    return made


@pytest.fixture(params=["tantivy", "elasticsearch"])
def without_index(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    if request.param == "tantivy":
        return TantivyEngine(tmp_path)
    url: str = request.getfixturevalue("elasticsearch_url")
    return ElasticsearchEngine(Server((url,), "none"))


def write(engine: Engine, *documents: SearchDocument, version: int = 1) -> None:
    assert engine.write([Write(made.uuid, version, made) for made in documents]) == {}


def ask(engine: Engine, text: str = "", **step: Any) -> Found:
    return engine.search(asked(text, **step))


def asked(text: str, **step: Any) -> Step:
    strict = [rung for rung in rungs(understand(text, lexicon_of([]))) if rung.is_strict]
    groups = strict[-1].groups
    return Step(**{"groups": groups, "tokens": PUBLIC, **step})


def uuids(found: Found) -> list[UUID]:
    return [hit.uuid for hit in found.documents]


def numbered(count: int, **fields: Any) -> list[SearchDocument]:
    return [
        document(f"第{n}课 春", published=NEW_YEAR + timedelta(days=n), **fields)
        for n in range(count)
    ]


def test_a_document_comes_back_as_it_was_written_but_without_its_audience(engine: Engine) -> None:
    made = document(
        "雨的四季",
        body="我喜欢雨",
        keywords=("刘湛秋",),
        subject="chinese",
        stage="junior",
        grade=7,
        edition="tongbian",
        volume="上",
        chapters=("第一单元", "雨的四季"),
        school="南关实验学校",
        scope="county",
        premium=True,
        quality=0.8,
        uses=3,
        published=NEW_YEAR,
        source_id="x-1",
    )

    write(engine, made)

    assert ask(engine).documents == [replace(made, audience=frozenset())]


def test_every_word_must_be_in_title_keywords_or_body(engine: Engine) -> None:
    both = document("济南的冬天", body="朗读与比较")
    one = document("济南的冬天")
    write(engine, both, one)

    assert uuids(ask(engine, "济南 朗读")) == [both.uuid]
    assert set(uuids(ask(engine, "济南 朗读", need=1))) == {both.uuid, one.uuid}


@pytest.mark.parametrize("asked", ["七年级", "初一", "七上", "7年级上册", "七年级上", "初一上"])
def test_a_grade_is_found_however_it_is_written(engine: Engine, asked: str) -> None:
    seventh = document("春", grade=7, volume="上")
    written = document("初一语文上册期末复习")
    eighth = document("背影", grade=8, volume="上")
    write(engine, seventh, written, eighth)

    assert set(uuids(ask(engine, asked))) == {seventh.uuid, written.uuid}


def test_a_title_outweighs_a_body(engine: Engine) -> None:
    mentioned = document("散步", body="与背影比较，再读背影")
    named = document("背影")
    write(engine, mentioned, named)

    assert uuids(ask(engine, "背影")) == [named.uuid, mentioned.uuid]


def test_a_thing_of_higher_quality_stands_first_among_equals(engine: Engine) -> None:
    plain = document("背影")
    rated = document("背影", quality=0.9, uses=200)
    write(engine, plain, rated)

    assert uuids(ask(engine, "背影")) == [rated.uuid, plain.uuid]


def test_only_what_meets_the_tokens_is_found_or_counted(engine: Engine) -> None:
    public = document("背影")
    ours = document("背影", audience=frozenset({"school:1", "region:2"}), kind="microlecture")
    nobodys = document("背影", audience=frozenset())
    write(engine, public, ours, nobodys)

    stranger = ask(engine, "背影")
    colleague = ask(engine, "背影", tokens=frozenset({"public", "school:1", "user:3"}))
    nobody = ask(engine, "背影", tokens=frozenset())

    assert (stranger.total, stranger.facets["kind"]) == (1, {"lesson_plan": 1})
    assert set(uuids(colleague)) == {public.uuid, ours.uuid}
    assert colleague.facets["kind"] == {"lesson_plan": 1, "microlecture": 1}
    assert nobody.total == 0


def test_what_is_to_be_left_out_is_neither_found_nor_counted(engine: Engine) -> None:
    kept, gone = document("春", kind="lesson_plan"), document("春", kind="microlecture")
    write(engine, kept, gone)

    found = ask(engine, "春", without=frozenset({gone.uuid}))

    assert uuids(found) == [kept.uuid]
    assert found.total == 1
    assert found.facets["kind"] == {"lesson_plan": 1}


def test_a_facet_is_counted_under_all_filters_but_its_own(engine: Engine) -> None:
    write(
        engine,
        document("春", kind="lesson_plan", grade=7, subject="chinese"),
        document("春", kind="microlecture", grade=7, subject="chinese"),
        document("春", kind="microlecture", grade=8, subject="chinese"),
        document("春", kind="courseware", grade=8, subject="music"),
    )

    found = ask(engine, "春", filters={"kind": ("microlecture",), "grade": ("8",)})

    assert found.total == 1
    assert found.facets["kind"] == {"microlecture": 1, "courseware": 1}
    assert found.facets["grade"] == {"7": 1, "8": 1}
    assert found.facets["subject"] == {"chinese": 1}


def test_values_of_one_filter_are_alternatives(engine: Engine) -> None:
    plan, lecture = document(kind="lesson_plan"), document(kind="microlecture")
    write(engine, plan, lecture, document(kind="courseware"))

    found = ask(engine, filters={"kind": ("lesson_plan", "microlecture")})

    assert set(uuids(found)) == {plan.uuid, lecture.uuid}


@pytest.mark.parametrize(
    ("name", "value", "fields"),
    [
        ("stage", "junior", {"stage": "junior"}),
        ("edition", "tongbian", {"edition": "tongbian"}),
        ("volume", "上", {"volume": "上"}),
        ("chapter", "第一单元 四季", {"chapters": ("第一单元 四季", "春")}),
        ("tier", "basic", {"tiers": ("stretch", "basic")}),
        ("scope", "county", {"scope": "county"}),
        ("premium", "1", {"premium": True}),
    ],
)
def test_every_filter_keeps_only_its_own(
    engine: Engine, name: str, value: str, fields: dict[str, Any]
) -> None:
    kept = document(**fields)
    write(engine, kept, document())

    assert uuids(ask(engine, filters={name: (value,)})) == [kept.uuid]


def test_without_words_the_newest_stand_first_and_every_page_is_exact(engine: Engine) -> None:
    made = numbered(57)
    write(engine, *made)

    pages = [ask(engine, offset=offset, size=10) for offset in range(0, 60, 10)]

    assert {page.total for page in pages} == {57}
    assert [uuid for page in pages for uuid in uuids(page)] == [d.uuid for d in reversed(made)]


def test_equal_scores_are_paged_without_gaps_or_repeats_in_the_order_of_uuids(
    engine: Engine,
) -> None:
    made = [document("春") for _ in range(53)]
    for part in range(0, 53, 9):
        write(engine, *made[part : part + 9])

    pages = [uuids(ask(engine, "春", offset=offset, size=7)) for offset in range(0, 56, 7)]

    assert [uuid for page in pages for uuid in page] == sorted(d.uuid for d in made)


def test_a_page_beyond_the_last_is_empty_and_keeps_the_total(engine: Engine) -> None:
    write(engine, *numbered(3))

    found = ask(engine, "春", offset=20, size=10)

    assert (found.total, found.documents) == (3, [])


def test_most_used_stand_first_when_asked(engine: Engine) -> None:
    made = [document("春", uses=uses) for uses in (5, 0, 90)]
    write(engine, *made)

    found = ask(engine, "春", sort=Sort.USED)

    assert [hit.uses for hit in found.documents] == [90, 5, 0]


def test_writing_again_replaces(engine: Engine) -> None:
    made = document("春")
    write(engine, made)

    write(engine, replace(made, title="秋"), version=2)

    assert ask(engine, "春").total == 0
    assert ask(engine, "秋").total == ask(engine).total == 1


def test_an_older_version_never_takes_the_place_of_a_newer_one(engine: Engine) -> None:
    made = document("秋")
    write(engine, made, version=5)

    write(engine, replace(made, title="春"), version=4)

    assert [hit.title for hit in ask(engine).documents] == ["秋"]


def test_of_one_batch_the_newest_version_stays(engine: Engine) -> None:
    made = document("春")
    newer = replace(made, title="秋")

    engine.write([Write(made.uuid, 2, newer), Write(made.uuid, 1, made)])

    assert [hit.title for hit in ask(engine).documents] == ["秋"]


def test_a_late_write_does_not_bring_back_what_is_gone(engine: Engine) -> None:
    made = document("春")
    write(engine, made, version=1)
    engine.write([Write(made.uuid, 3, None)])

    write(engine, made, version=2)

    assert ask(engine).total == 0
    assert list(engine.indexed()) == [Indexed(made.uuid, 3, deleted=True)]


def test_what_is_indexed_comes_in_the_order_of_uuids(engine: Engine) -> None:
    made = [document() for _ in range(30)]
    made.append(document(uuid=UUID(int=0)))
    made.append(document(uuid=UUID(int=(1 << 128) - 1)))
    write(engine, *made, version=7)

    listed = list(engine.indexed())

    assert [row.uuid for row in listed] == sorted(d.uuid for d in made)
    assert {(row.version, row.deleted) for row in listed} == {(7, False)}


@pytest.mark.parametrize("typed", ["济南", "《济南", "jinan", "jndd", "JiNanDe"])
def test_titles_are_suggested_by_characters_pinyin_and_initials(engine: Engine, typed: str) -> None:
    write(engine, document("《济南的冬天》教学设计"), document("背影"))

    titles = [found.title for found in engine.suggest(typed, PUBLIC, 5)]

    assert titles == ["《济南的冬天》教学设计"]


def test_a_title_that_the_reader_may_not_see_is_not_suggested(engine: Engine) -> None:
    write(engine, document("济南的冬天", audience=frozenset({"school:1"})))

    assert engine.suggest("济南", PUBLIC, 5) == []
    assert engine.suggest("", frozenset({"school:1"}), 5) == []
    assert len(engine.suggest("济南", frozenset({"school:1"}), 5)) == 1


def test_another_object_on_the_same_index_sees_each_commit(tmp_path: Path) -> None:
    writer, reader = embedded(tmp_path), TantivyEngine(tmp_path)

    totals = []
    for _ in range(3):
        write(writer, document("春"))
        totals.append(ask(reader, "春").total)

    assert totals == [1, 2, 3]


def test_the_old_index_serves_until_the_new_one_is_swapped_in(engine: Engine) -> None:
    old, new = document("春"), document("秋")
    write(engine, old)

    with engine.rebuilding() as fresh:
        fresh.write([Write(new.uuid, 1, new)])
        during = uuids(ask(engine))
        fresh.swap()

    assert during == [old.uuid]
    assert uuids(ask(engine)) == [new.uuid]


def test_a_rebuild_that_never_swaps_leaves_the_old_index_serving(engine: Engine) -> None:
    old = document("春")
    write(engine, old)

    with engine.rebuilding() as fresh:
        fresh.write([Write(uuid4(), 1, document("秋"))])

    assert uuids(ask(engine)) == [old.uuid]


def test_without_an_index_the_engine_says_that_it_cannot_be_asked(without_index: Engine) -> None:
    assert not without_index.ready()
    with pytest.raises(EngineUnavailable):
        ask(without_index)
    with pytest.raises(EngineUnavailable):
        write(without_index, document())
    with pytest.raises(EngineUnavailable):
        list(without_index.indexed())


def test_an_index_of_an_older_make_is_not_read(tmp_path: Path) -> None:
    engine = embedded(tmp_path)
    current = tmp_path / "CURRENT"
    current.write_text("0123456789ab-" + current.read_text().split("-", 1)[1])

    assert not engine.ready()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe"])
def test_a_damaged_index_is_reported_and_not_served(tmp_path: Path, content: bytes) -> None:
    engine = embedded(tmp_path)
    write(engine, document())
    directory = tmp_path / (tmp_path / "CURRENT").read_text()
    (directory / "meta.json").write_bytes(content)

    assert not TantivyEngine(tmp_path).ready()
    with pytest.raises(EngineUnavailable):
        ask(engine)


# fields, groups, reasons


@pytest.mark.parametrize(
    ("where", "token", "found"),
    [
        (Field.BIGRAMS, "的冬", True),
        (Field.BIGRAMS, "冬的", False),
        (Field.SOUND, "dongtian", True),
        (Field.SOUND, "jinandedongtian", True),
        (Field.SOUND, "nande", True),
        (Field.INITIALS, "jndd", True),
        (Field.INITIALS, "dt", True),
        (Field.TITLE, "老舍", False),
        (Field.KEYWORDS, "老舍", True),
        (Field.BODY, "朗读", True),
        (Field.BODY, "附件", True),
    ],
)
def test_a_step_looks_in_the_fields_it_names(
    engine: Engine, where: Field, token: str, found: bool
) -> None:
    write(
        engine,
        document("济南的冬天", keywords=("老舍",), body="朗读", attached="附件"),
        document("背影"),
    )

    step = Step(tokens=PUBLIC, groups=(Group(alternatives=((token,),)),), fields={where: 1.0})

    assert engine.search(step).total == int(found)


def test_a_group_is_met_by_any_of_its_alternatives_or_codes(engine: Engine) -> None:
    by_word, by_sound, by_code = document("背影"), document("辈英"), document("春", grade=8)
    write(engine, by_word, by_sound, by_code, document("夏", grade=7))
    group = Group(
        alternatives=(("背影",), ("beiying",)),
        codes=(("grade", "8"),),
        fields={Field.TITLE: 4.0, Field.SOUND: 1.0},
    )

    found = engine.search(Step(tokens=PUBLIC, groups=(group,)))

    assert set(uuids(found)) == {by_word.uuid, by_sound.uuid, by_code.uuid}
    assert uuids(found)[0] == by_word.uuid


def test_what_is_optional_raises_and_keeps_nothing_out(engine: Engine) -> None:
    seventh, eighth = document("春", grade=7), document("春", grade=8)
    write(engine, seventh, eighth)

    for grade, first in (("7", seventh), ("8", eighth)):
        wish = Group(codes=(("grade", grade),))
        found = ask(engine, "春", optional=(wish,))
        assert (found.total, uuids(found)[0]) == (2, first.uuid)


def test_of_size_nothing_only_counts_come(engine: Engine) -> None:
    write(engine, *numbered(3, chapters=("第一单元", "春")))

    found = ask(engine, "春", size=0, facets=("chapter", "path"))

    assert (found.total, found.documents) == (3, [])
    assert found.facets["chapter"] == {"第一单元": 3, "春": 3}
    assert found.facets["path"] == {"第一单元": 3, "第一单元 / 春": 3}


def test_several_steps_are_answered_like_each_alone(engine: Engine) -> None:
    write(engine, *numbered(5), document("背影", kind="microlecture"))
    steps = [asked("春"), asked("背影"), asked("", size=2)]

    assert engine.search_many(steps) == [engine.search(step) for step in steps]


def test_it_is_said_why_a_document_is_found(engine: Engine) -> None:
    made = document("济南的冬天", body="济南 冬天 冬天", grade=7, quality=0.5)
    other = document("背影")
    write(engine, made, other)
    word = Group(alternatives=(("济南",),))
    grade = Group(alternatives=(("grade7",),), codes=(("grade", "7"),))
    step = Step(tokens=PUBLIC, groups=(word, grade), need=1)

    reasons = engine.explain(step, made.uuid)

    assert reasons is not None
    assert {(m.where, m.what) for m in reasons.matched} == {
        ("title", "济南"),
        ("body", "济南"),
        ("keywords", "grade7"),
        ("grade", "7"),
    }
    assert reasons.score > 0
    assert reasons.weight == pytest.approx(1.0)
    assert engine.explain(step, other.uuid) is None


def test_what_resembles_a_document_is_found_for_its_reader_alone(engine: Engine) -> None:
    one = document("《背影》教学设计", chapters=("第四单元", "背影"), subject="chinese")
    same_lesson = document("朱自清散文一课", chapters=("第四单元", "背影"), subject="chinese")
    by_title = document("背影 微课", subject="chinese")
    hidden = document("背影", audience=frozenset({"school:1"}))
    write(engine, one, same_lesson, by_title, hidden, document("浮力"))

    found = engine.search(similar_to(one, PUBLIC))

    assert set(uuids(found)) == {same_lesson.uuid, by_title.uuid}
    assert engine.search(similar_to(one, PUBLIC | {"school:1"})).total == 3


def test_a_rebuild_that_was_cut_off_is_taken_up_where_it_was_kept(engine: Engine) -> None:
    kept, lost = document("春"), document("秋")
    with engine.rebuilding() as fresh:
        fresh.write([Write(kept.uuid, 1, kept)])
        fresh.keep("things 1")
        fresh.write([Write(lost.uuid, 1, lost)])

    with engine.rebuilding() as fresh:
        position = fresh.position
        fresh.write([Write(lost.uuid, 1, lost), Write(kept.uuid, 1, kept)])
        fresh.swap()

    assert position == "things 1"
    assert sorted(uuids(ask(engine))) == sorted([kept.uuid, lost.uuid])
    with engine.rebuilding() as fresh:
        assert fresh.position == ""


def test_the_server_s_mapping_has_a_field_for_all_that_is_indexed() -> None:
    numbers = {"weight", "newest", "used"}

    assert set(MAPPING["properties"]) == {
        *("id", "audience", "deleted", "stored"),
        *(PREFIX, *Field, *CODES, *numbers),
    }
