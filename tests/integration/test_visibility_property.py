"""What search shows is what opens: for organisations, people and scopes of every shape.

After the outbox is drained, the pages of an empty query hold exactly what answers 200 to that
reader, and totals and facets count just that; before, nothing is shown that may not be.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Draw
from hypothesis import strategies as st

from lessonprep.groups.actions import add_member
from lessonprep.groups.models import PrepGroupMember
from lessonprep.plans.models import LessonPlan
from resources.library import actions
from resources.library.audience import refresh_audience
from resources.library.models import Level, Resource, Shelf
from resources.library.models.places import scope_fields
from resources.library.queries import standing, targets
from schools import audience
from schools.access import Role
from schools.curriculum import Subject
from schools.models import EducationGroup, Membership, Region, School, SubjectBase, User
from schools.models.dated import today
from search.outbox import drain
from tests.factories import lessonprep, library, people
from tests.factories.doors import Phase, plan_in, settle_in

pytestmark = pytest.mark.django_db
A_PAGE = 4
STRANGER: User | None = None

# what is drawn: numbers alone, so that hypothesis can make an example smaller

small = st.integers(0, 3)
spans = st.sampled_from(["now", "ended", "to come", "ends today"])
subjects = st.sampled_from(Subject.values[:3])
LEVELS = [None, *Level]
PLACES = ["school", "group", "base", "region", "above"]


@dataclass(frozen=True)
class Shape:
    """One organisation with its people and things, as numbers that wrap around what there is."""

    counties: list[int]
    schools: list[int]
    groups: list[list[int]]
    bases: list[tuple[str, list[int]]]
    people: list[tuple[int, str]]
    editors: list[tuple[str, int]]
    things: list[tuple[int, int, Level | None, str, bool]]
    """School, maker, the highest library, subject, whether the steps between are left out."""
    ended: int
    withdrawn: int
    lowered: int
    members: list[int]


shapes = st.builds(
    Shape,
    counties=st.lists(small, min_size=1, max_size=3),
    schools=st.lists(small, min_size=2, max_size=4),
    groups=st.lists(st.lists(small, min_size=1, max_size=3), max_size=2),
    bases=st.lists(st.tuples(subjects, st.lists(small, min_size=1, max_size=3)), max_size=2),
    people=st.lists(st.tuples(small, spans), min_size=2, max_size=4),
    editors=st.lists(
        st.tuples(st.sampled_from(PLACES), small),
        max_size=2,
    ),
    things=st.lists(
        st.tuples(small, small, st.sampled_from(LEVELS), subjects, st.booleans()),
        min_size=1,
        max_size=5,
    ),
    ended=small,
    withdrawn=small,
    lowered=small,
    members=st.lists(small, max_size=2),
)


@dataclass
class Made:
    """What came of a shape, beside a prep group with plans in several phases and no edition."""

    world: lessonprep.World
    plans: list[LessonPlan]
    schools: list[School] = field(default_factory=list)
    groups: list[EducationGroup] = field(default_factory=list)
    bases: list[SubjectBase] = field(default_factory=list)
    readers: list[User | None] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)


def make(shape: Shape, world: lessonprep.World, plans: list[LessonPlan]) -> Made:
    """The organisation, its people, and its things in the libraries."""
    made = Made(world=world, plans=plans)
    province = people.region()
    cities = [people.region(level=Region.Level.CITY, parent=province) for _ in range(2)]
    counties = [
        people.county(f"县{number}", city=_of(cities, pick))
        for number, pick in enumerate(shape.counties)
    ]
    made.schools = [people.school(region=_of(counties, pick)) for pick in shape.schools]
    for picks in shape.groups:
        lead, *rest = dict.fromkeys(_of(made.schools, pick) for pick in picks)
        made.groups.append(people.education_group(lead, *rest))
    for subject, picks in shape.bases:
        lead, *rest = dict.fromkeys(_of(made.schools, pick) for pick in picks)
        made.bases.append(people.subject_base(lead, *rest, subject=subject))
    made.readers = [_teacher(_of(made.schools, pick), span) for pick, span in shape.people]
    made.readers += [_editor(made, where, pick) for where, pick in shape.editors]
    for number, thing in enumerate(shape.things):
        made.resources.append(_thing(made, number, *thing))
    made.resources.append(_by_the_real_way(made))
    _members(made, shape)
    made.readers.append(STRANGER)
    return made


def _of(things: list[Any], pick: int) -> Any:
    return things[pick % len(things)]


def _teacher(school: School, span: str) -> User:
    day = today()
    since, until = {
        "now": (day - timedelta(days=9), None),
        "ended": (day - timedelta(days=9), day - timedelta(days=1)),
        "to come": (day + timedelta(days=1), None),
        "ends today": (day - timedelta(days=9), day),
    }[span]
    return people.teacher(school, since=since, until=until)


def _editor(made: Made, where: str, pick: int) -> User:
    school = _of(made.schools, pick)
    scope: Any = {
        "school": school,
        "group": _of(made.groups, pick) if made.groups else school,
        "base": _of(made.bases, pick) if made.bases else school,
        "region": school.region,
        "above": school.region.parent,
    }[where]
    return people.with_role(Role.LIBRARY_EDITOR, scope)


def _thing(
    made: Made,
    number: int,
    school_pick: int,
    maker_pick: int,
    highest: Level | None,
    subject: str,
    skips: bool,
) -> Resource:
    """A resource in the libraries up to `highest`; None is a draft."""
    school = _of(made.schools, school_pick)
    maker = _of([reader for reader in made.readers if reader], maker_pick)
    resource: Resource = library.edition(school, maker, f"教案{number}", subject=subject)
    if highest is None:
        return resource
    fields = {"live": True, "live_revision": resource.latest_revision_id}
    Resource.objects.filter(pk=resource.pk).update(**fields, first_published_at=timezone.now())
    resource = library.reread(resource)
    _shelve(resource, Level.SCHOOL, school, maker)
    for place in targets(resource):
        at_top = place.level == highest
        between = place.rank < highest.rank and not skips
        if (at_top or between) and place.level not in {p.level for p in standing(resource)}:
            _shelve(resource, place.level, place.scope, maker)
    refresh_audience(resource)
    return resource


def _shelve(resource: Resource, level: Level, scope: Any, by: User) -> None:
    Shelf.objects.create(resource_id=resource.pk, level=level, placed_by=by, **scope_fields(scope))


def _by_the_real_way(made: Made) -> Resource:
    school = made.schools[0]
    return library.raised(library.published(library.edition(school, title="真教案")), "county")


def _members(made: Made, shape: Shape) -> None:
    """Some readers are members of the prep group."""
    made.readers.append(made.world.receiver)
    readers = [reader for reader in made.readers if reader and reader != made.world.receiver]
    for reader in dict.fromkeys(_of(readers, pick) for pick in shape.members):
        add_member(
            prep_group=made.world.prep_group,
            user=reader,
            school=made.world.lead,
            role=PrepGroupMember.Role.MEMBER,
            by=None,
        )


# what readers see


def _browser(reader: User | None) -> Client:
    client = Client()
    if reader is not None:
        client.force_login(reader)
    return client


Seen = dict[UUID, tuple[str, str]]


def opens(client: Client, made: Made) -> Seen:
    """Kind and subject of all whose page answers 200, by uuid."""
    things = [
        (thing.uuid, reverse("library:resource", args=[thing.uuid]), thing.kind, thing.subject)
        for thing in made.resources
    ]
    things += [
        (plan.uuid, plan.get_absolute_url(), "lesson_plan", plan.subject) for plan in made.plans
    ]
    return {
        uuid: (kind, subject)
        for uuid, address, kind, subject in things
        if client.get(address).status_code == 200
    }


def shown(client: Client) -> tuple[list[UUID], list[dict[str, Any]]]:
    """The ids on all pages of an empty query, and the pages."""
    address = reverse("api:resources")
    pages = [client.get(address, {"size": A_PAGE, "page": 1}).json()]
    while pages[-1]["items"] and len(pages) < 10:
        pages.append(client.get(address, {"size": A_PAGE, "page": len(pages) + 1}).json())
    return [UUID(item["id"]) for page in pages for item in page["items"]], pages


def counted(seen: Seen) -> dict[str, Counter[str]]:
    return {
        "kind": Counter(kind for kind, _subject in seen.values()),
        "subject": Counter(subject for _kind, subject in seen.values()),
    }


Opening = list[tuple[Client, Seen]]


def all_open(made: Made) -> Opening:
    """What opens to each reader."""
    browsers = [_browser(reader) for reader in made.readers]
    return [(browser, opens(browser, made)) for browser in browsers]


def agree(opening: Opening) -> None:
    """Search and pages say the same to everyone."""
    for client, seen in opening:
        ids, pages = shown(client)

        assert sorted(ids) == sorted(seen)
        assert pages[0]["total"] == len(seen)
        facets = pages[0]["facets"]
        for name, counts in counted(seen).items():
            assert {row["value"]: row["count"] for row in facets[name]} == counts, name


def nothing_too_much(opening: Opening) -> None:
    """Before the drain: what is shown may be too little, never too much."""
    for client, seen in opening:
        ids, _pages = shown(client)
        suggested = client.get(reverse("api:suggest"), {"q": "教"}).json()["items"]
        named = {thing["url"] for thing in suggested if thing["url"]}

        assert set(ids) <= set(seen)
        assert all(any(str(uuid) in url for uuid in seen) for url in named)


def change(made: Made, shape: Shape) -> None:
    """A withdrawal, a taking down, and the end of a membership and of a place in the group."""
    live = [thing for thing in made.resources if standing(thing)]
    gone = _of(live, shape.withdrawn)
    actions.withdraw(library.reread(gone), by=gone.maker, from_home=True)
    lowered = library.reread(_of(live, shape.lowered))
    if there := standing(lowered):
        top = there[-1]
        from resources.library.ladder import editors_scope

        editor = library.editor(editors_scope(top, there, lowered.school))
        actions.take_down(lowered, by=editor, level=top.level, reason="出处不明")
    leaver = _of([reader for reader in made.readers if reader], shape.ended)
    yesterday = today() - timedelta(days=1)
    for model in (Membership, PrepGroupMember):
        held = model.objects.on(today()).filter(user=leaver)
        held.filter(since__lt=yesterday).update(until=yesterday)


@contextmanager
def _undone(django_settings: Any) -> Iterator[None]:
    """An empty index, and a database that forgets what is done."""
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        django_settings.GONGBEI_VAR = Path(folder)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def holds(settings: Any) -> Callable[[Shape], None]:
    """The rule for one shape; the prep group is made once for all of them."""
    settle_in()
    phases = [Phase.FIRST_DRAFT, Phase.DISCUSSION, Phase.IN_REVIEW, Phase.APPROVED]
    world = lessonprep.world(lessons=len(phases))
    plans = [plan_in(world, phase, number) for number, phase in enumerate(phases)]

    def rule(shape: Shape) -> None:
        with _undone(settings):
            made = make(shape, world, plans)
            drain()
            agree(all_open(made))

            change(made, shape)
            opening = all_open(made)
            nothing_too_much(opening)
            drain()
            agree(opening)

    return rule


QUIET = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]


@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    database=None,
    # Each example is seconds of work: one that fails is told as it is, not made smaller.
    phases=[Draw.explicit, Draw.generate],
    suppress_health_check=QUIET,
)
@given(shape=shapes)
def test_search_shows_exactly_what_opens(holds: Callable[[Shape], None], shape: Shape) -> None:
    holds(shape)


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=QUIET)
@given(shape=shapes)
def test_search_shows_what_opens_at_length(holds: Callable[[Shape], None], shape: Shape) -> None:
    holds(shape)


@pytest.mark.parametrize("span", ["now", "ended", "to come", "ends today"])
def test_the_tokens_of_a_membership_hold_on_its_days(span: str) -> None:
    school = people.school()

    tokens = audience.tokens_of(_teacher(school, span))

    assert (audience.school(school.pk) in tokens) == (span in {"now", "ends today"})
