"""Small pure parts of the library: the ladder's order, rich text as it is shown."""

from __future__ import annotations

import pytest

from resources.library.ladder import places_above
from resources.library.models import Level, Place
from resources.library.richtext import from_plain, lines
from resources.library.templatetags.lessons import lesson_html, video_length
from schools.models import EducationGroup, Region, SubjectBase

PICTURE = "5f0d1b9a-7d0f-4d64-8f4b-7b3b6b1d7c10"


@pytest.mark.parametrize("rank", range(-1, 7))
def test_places_above_come_in_the_order_of_the_ladder_and_never_lower(rank: int) -> None:
    regions = [Region(pk=pk, level=level) for pk, level in enumerate(Region.Level, start=1)]
    groups = [EducationGroup(pk=1), EducationGroup(pk=2)]
    bases = [SubjectBase(pk=1)]

    above = places_above(rank, groups=groups, bases=bases, regions=regions)
    ranks = [place.rank for place in above]

    assert ranks == sorted(ranks)
    assert all(found > rank for found in ranks)
    assert (Place(Level.PUBLIC).rank in ranks) is (rank < Place(Level.PUBLIC).rank)


def test_each_place_has_the_token_of_its_readers() -> None:
    assert Place(Level.PUBLIC).token == "public"
    assert Place(Level.GROUP, EducationGroup(pk=3)).token == "group:3"
    assert Place(Level.BASE, SubjectBase(pk=4)).token == "base:4"
    assert Place(Level.CITY, Region(pk=5)).token == "region:5"


def test_levels_rise_as_the_scopes_of_search_do() -> None:
    assert Level.values == ["school", "group", "base", "county", "city", "province", "public"]


def test_pictures_of_a_lesson_get_their_checked_address() -> None:
    html = lesson_html(f'<p><img data-media="{PICTURE}" src="https://elsewhere.example/x.png"></p>')

    assert f'src="/files/{PICTURE}/w640/"' in html
    assert "elsewhere" not in html


@pytest.mark.parametrize(
    "bad", ["<script>x</script>", '<p onclick="x">', '<a href="javascript:x">']
)
def test_what_is_shown_is_clean_whatever_is_stored(bad: str) -> None:
    html = lesson_html(f"{bad}好")

    assert "好" in html
    assert "script" not in html
    assert "onclick" not in html


def test_a_formula_can_be_read_before_or_without_its_drawing() -> None:
    html = lesson_html('<p>当<span data-latex="a&lt;b &amp; &quot;c&quot;"></span>时</p>')

    source = "a&lt;b &amp; &quot;c&quot;"
    assert html == f'<p>当<span class="formula" data-latex="{source}">{source}</span>时</p>'


@pytest.mark.parametrize("text", ["", "一段", "一段\n二段", "1 < 2 & 3"])
def test_typed_lines_come_back_as_typed(text: str) -> None:
    assert lines(from_plain(text)) == text


@pytest.mark.parametrize(("seconds", "words"), [(None, ""), (5, "0:05"), (276, "4:36")])
def test_a_length_is_read_in_minutes(seconds: int | None, words: str) -> None:
    assert video_length(seconds) == words
