"""What a query is taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.correcting import corrections
from search.learned import lexicon_of
from search.lexicon import Lexicon
from search.topics import Topic, key_of
from search.understanding import MAX_CHARACTERS, MAX_WORDS, Understood, understand

LESSONS = (
    ("chinese", 7, "第一单元", "2 济南的冬天"),
    ("chinese", 7, "第一单元", "1 春"),
    ("chinese", 8, "第四单元", "14 背影"),
    ("chinese", 7, "第一单元", "语文园地"),
    ("chinese", 8, "第三单元", "12 与朱元思书"),
    ("mathematics", 3, "四 两位数乘两位数", "两位数乘一位数"),
    ("mathematics", 6, "五 圆", "圆的周长"),
    ("mathematics", 9, "第二十二章 二次函数", "22.1 二次函数的图象和性质"),
    ("mathematics", 9, "第二十二章 二次函数", "二次函数"),
    ("mathematics", 8, "第十九章", "一次函数"),
    ("mathematics", 8, "第十九章", "函数"),
    ("physics", 8, "第十章 浮力", "第1节 浮力"),
    ("mathematics", 3, "一 测量", "测量"),
    ("english", 7, "Unit 1 My name's Gina", "Section A"),
)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    topics = [Topic(path=(u, t), subject=s, grade=g) for s, g, u, t in LESSONS]
    return lexicon_of(topics, [("双师", "分层作业"), ("小猪佩奇", "卡通 形象")])


def said(understood: Understood) -> list[tuple[str, str]]:
    return [(chip.facet, chip.value) for chip in understood.chips]


def words(understood: Understood) -> list[str]:
    return [token for word in understood.words for token in word.tokens]


GRADE_3, UPPER, MATHS = ("grade", "3"), ("volume", "上"), ("subject", "mathematics")
PLAN, HOMEWORK, LECTURE = (("kind", k) for k in ("lesson_plan", "tiered_homework", "microlecture"))


@pytest.mark.parametrize(
    ("text", "chips", "left"),
    [
        (
            "三上数学 两位数乘一位数 分层作业",
            [GRADE_3, UPPER, MATHS, ("chapter", "两位数乘一位数"), HOMEWORK],
            [],
        ),
        (
            "三年级上册数学两位数乘一位数分层作业",
            [GRADE_3, UPPER, MATHS, ("chapter", "两位数乘一位数"), HOMEWORK],
            [],
        ),
        ("背影 朱自清 教案", [("chapter", "背影"), PLAN], ["朱自清"]),
        ("背影教案", [("chapter", "背影"), PLAN], []),
        ("圆周长", [("chapter", "圆的周长")], []),
        ("圆的周长", [("chapter", "圆的周长")], []),
        (
            "初二物理浮力微课",
            [("grade", "8"), ("subject", "physics"), ("chapter", "浮力"), LECTURE],
            [],
        ),
        ("五四制初二", [("grade", "7")], []),
        ("初二", [("grade", "8")], []),
        ("语文园地", [("chapter", "语文园地")], []),
        ("语文天地", [], ["语文", "天地"]),
        ("微课堂", [], ["微", "课堂"]),
        ("提高一点", [], ["提高", "一点"]),
        ("二次函数", [("chapter", "二次函数")], []),
        ("三次函数", [], ["三次", "函数"]),
        ("谈谈你对与朱元思书的理解", [("chapter", "与朱元思书")], ["谈谈", "你", "对", "理解"]),
        ("我想找一份背影的教学设计", [("chapter", "背影"), PLAN], []),
        ("怎样认识测量", [], ["怎样", "认识", "测量"]),
        ("背影 第一课时", [("chapter", "背影")], ["第一", "课时"]),
        ("两位数 乘 一位数", [("chapter", "两位数乘一位数")], []),
        ("人教版语文春", [("edition", "tongbian"), ("subject", "chinese"), ("chapter", "春")], []),
        ("人教版数学", [("edition", "renjiao"), MATHS], []),
        ("背影 人教版", [("chapter", "背影"), ("edition", "tongbian")], []),
        ("春游活动", [], ["春游", "活动"]),
        ("必修第一册 数学", [("volume", "必修1"), MATHS], []),
        ("背影 双师", [("chapter", "背影"), HOMEWORK], []),
        ("my name's gina", [("chapter", "My name's Gina")], []),
        ("测量仪器", [], ["测量", "仪器"]),
        ("数学测量", [MATHS, ("chapter", "测量")], []),
        ("基础层作业", [("tier", "basic"), HOMEWORK], []),
    ],
)
def test_a_query_is_taken_apart(
    lexicon: Lexicon, text: str, chips: list[tuple[str, str]], left: list[str]
) -> None:
    understood = understand(text, lexicon)

    assert said(understood) == chips
    assert words(understood) == left


def test_renjiao_means_tongbian_only_where_that_is_true(lexicon: Lexicon) -> None:
    assert understand("人教版语文", lexicon).values("edition") == ("tongbian", "renjiao")
    assert understand("人教版物理", lexicon).values("edition") == ("renjiao",)
    assert understand("统编版语文", lexicon).values("edition") == ("tongbian",)


def test_words_beside_a_lesson_may_be_missing_and_others_may_not(lexicon: Lexicon) -> None:
    assert all(word.optional for word in understand("背影 朱自清", lexicon).words)
    assert not any(word.optional for word in understand("散步 莫怀戚", lexicon).words)


def test_what_was_understood_can_be_taken_out(lexicon: Lexicon) -> None:
    understood = understand("七上 语文 济南的冬天 教案", lexicon)

    assert [chip.without for chip in understood.chips] == [
        "语文 济南的冬天 教案",
        "语文 济南的冬天 教案",
        "七上 济南的冬天 教案",
        "七上 语文 教案",
        "七上 语文 济南的冬天",
    ]


def test_an_editor_s_word_that_is_no_name_stands_for_other_words(lexicon: Lexicon) -> None:
    (word,) = understand("小猪佩奇", lexicon).words

    assert word.others == (("卡通", "形象"),)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("beiying", "背影"),
        ("bei ying", "背影"),
        ("beiying jiaoan", "背影 教案"),
        ("jndd", ""),
        ("jndt", "济南的冬天"),
        ("二次函树", "二次函数"),
        ("背景 教案", ""),
        ("背影 教按", "背影 教案"),
        ("两味数乘一位数", "两位数乘一位数"),
        ("三次函数", ""),
        ("四次函数", ""),
        ("济南东天", "济南的冬天"),
        ("朱元思", "与朱元思书"),
    ],
)
def test_a_slip_is_seen_and_another_lesson_is_none(lexicon: Lexicon, text: str, meant: str) -> None:
    found = corrections(understand(text, lexicon), lexicon, sounds_only=False)

    assert ([key_of(one) for one in found[:1]] or [""]) == [key_of(meant) if meant else ""]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2* 济南的冬天", "济南的冬天"),
        ("《圆的周长》", "圆周长"),
        ("第一单元 四季", "四季"),
        ("22.1 二次函数", "二次函数"),
    ],
)
def test_titles_are_compared_without_what_only_print_adds(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_a_long_query_is_cut_and_its_words_are_few(lexicon: Lexicon) -> None:
    understood = understand(" ".join(f"词{n}" for n in range(5000)), lexicon)

    assert len(understood.text) == MAX_CHARACTERS
    assert len(understood.words) <= MAX_WORDS


@given(st.text(max_size=400))
def test_any_text_is_a_query(lexicon: Lexicon, text: str) -> None:
    understood = understand(text, lexicon)

    assert all(len(chip.without) < max(len(text), 1) for chip in understood.chips)
    corrections(understood, lexicon, sounds_only=False)
