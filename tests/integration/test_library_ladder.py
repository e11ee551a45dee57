"""Which libraries are above, and whose editors decide (逐级推荐)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from resources.library.actions import recommend
from resources.library.errors import NoReviewer, NotNow, StaleReview
from resources.library.ladder import editors_scope, regions_of
from resources.library.models import Level, Place, Shelf
from resources.library.queries import awaiting, standing, targets
from schools.models import Region
from tests.factories import library, people

pytestmark = pytest.mark.django_db
GROUP, BASE, COUNTY, CITY = Level.GROUP, Level.BASE, Level.COUNTY, Level.CITY
PROVINCE, PUBLIC = Level.PROVINCE, Level.PUBLIC


@pytest.mark.parametrize(
    ("raised_to", "above"),
    [
        ([], [GROUP, BASE, COUNTY, CITY, PROVINCE, PUBLIC]),
        ([GROUP], [BASE, COUNTY, CITY, PROVINCE, PUBLIC]),
        ([BASE], [COUNTY, CITY, PROVINCE, PUBLIC]),
        ([COUNTY], [CITY, PROVINCE, PUBLIC]),
        ([GROUP, CITY], [PROVINCE, PUBLIC]),
        ([COUNTY, PUBLIC], []),
    ],
)
def test_a_target_is_above_the_highest_library_and_steps_may_be_left_out(
    raised_to: list[Level], above: list[Level]
) -> None:
    school = people.school()
    people.education_group(school)
    people.subject_base(school)
    made = library.raised(library.published(school=school), *raised_to)

    found = [place.level for place in targets(library.reread(made))]

    assert found == above


def test_targets_contain_the_home_school() -> None:
    school = people.school()
    left = people.education_group(school)
    left.members.update(until="2020-01-01", since="2019-01-01")
    people.education_group()  # another school's

    places = targets(library.published(school=school))

    regions = regions_of(school)
    assert [place.scope for place in places] == [regions[2], regions[1], regions[0], None]


@pytest.mark.parametrize(
    ("base", "ended", "is_offered"),
    [
        ({}, False, True),
        ({"subject": "physics"}, False, False),
        ({"stage": "primary"}, False, False),
        ({}, True, False),
    ],
)
def test_a_base_is_above_for_its_subject_and_stage_while_the_school_belongs_to_it(
    base: dict[str, str], ended: bool, is_offered: bool
) -> None:
    school = people.school()
    made_base = people.subject_base(school, **base)
    if ended:
        made_base.members.update(since="2019-01-01", until="2020-01-01")

    places = targets(library.published(school=school, subject="chinese", grade=7))

    assert (Place(BASE, made_base) in places) is is_offered


def test_a_school_that_left_the_base_meanwhile_does_not_rise_to_it() -> None:
    school = people.school()
    base = people.subject_base(school)
    waiting = library.recommended(library.published(school=school), Place(BASE, base))
    base.members.update(since="2019-01-01", until="2020-01-01")

    with pytest.raises(StaleReview):
        library.passed(waiting)


def test_an_editor_of_the_base_decides_and_nobody_of_another() -> None:
    school = people.school()
    base = people.subject_base(school)
    other = library.editor(people.subject_base(school))
    waiting = library.recommended(library.published(school=school), Place(BASE, base))

    assert not awaiting(library.again(other)).exists()
    assert list(awaiting(library.editor(base))) == [waiting]


def test_a_shelf_names_exactly_what_its_level_asks_for() -> None:
    school = people.school()
    base = people.subject_base(school)
    made = library.published(school=school)

    for wrong in ({"level": BASE, "school": school}, {"level": COUNTY, "subject_base": base}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Shelf.objects.create(resource_id=made.pk, placed_by=made.maker, **wrong)


def test_a_township_has_no_library() -> None:
    county = people.county()
    town = people.region("青台乡", level=Region.Level.TOWNSHIP, parent=county)
    school = people.school(region=town)

    made = library.published(school=school)

    assert Place(Level.COUNTY, county) in targets(made)
    assert town not in [place.scope for place in targets(made)]
    assert editors_scope(Place(PUBLIC), standing(made), school) == county


def test_the_public_is_decided_by_the_highest_region_reached() -> None:
    school = people.school()
    province, city, county = regions_of(school)
    public = Place(PUBLIC)

    def deciders(*levels: Level) -> object:
        made = library.raised(library.published(school=school), *levels)
        return editors_scope(public, standing(made), school)

    assert deciders() == county
    assert deciders(COUNTY, CITY) == city
    assert deciders(PROVINCE) == province


def test_an_unpublished_resource_has_no_target() -> None:
    draft = library.edition()

    assert targets(draft) == []


def test_a_place_that_is_not_above_is_refused() -> None:
    made = library.raised(library.published(), COUNTY)
    elsewhere = people.county()
    library.editor(elsewhere)

    for place in (Place(COUNTY, made.school.region), Place(COUNTY, elsewhere)):
        with pytest.raises(NotNow):
            recommend(made, by=made.maker, place=place, revision_id=made.live_revision_id)


def test_a_place_without_another_editor_than_the_maker_is_refused() -> None:
    made = library.published()
    county = Place(COUNTY, made.school.region)
    library.editor(made.school.region, made.maker)

    with pytest.raises(NoReviewer):
        recommend(made, by=made.maker, place=county, revision_id=made.live_revision_id)
