"""The demonstration multiplied (`--scale`): further schools, people, plans and resources.

A round adds two schools, ten teachers, a prep group with its plans, and a hundred resources over
the lessons of the catalogue. Every round has its own seed, so a run that was ended goes on with
what is missing, and two databases of one scale are alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Count, Q

from lessonprep.groups.actions import add_member, create_prep_group, create_prep_plan
from lessonprep.groups.models import PrepGroup, PrepGroupMember, PrepPlan, PrepTask
from lessonprep.groups.scheduling import Lesson, schedule
from lessonprep.plans.actions.making import open_task
from portal.demo import wording
from portal.demo.bulk import take_in
from portal.demo.prep import CITY
from resources.catalogue.models import Chapter, Edition, Volume
from resources.catalogue.normalise import edition_name
from resources.catalogue.queries import lessons_of
from resources.library.models import Resource
from schools.models import Membership, Region, School, TeachingAssignment, Term, User
from schools.models.dated import today
from schools.tree import container_for_school

MOST = 500
"""The highest scale: fifty thousand resources."""
RESOURCES, PLANS, TEACHERS = 100, 25, 10
SCOPES = [
    *(["public"] * 8 + ["county"] * 4 + ["school"] * 4),
    *(["city"] * 2 + ["province"] + ["private"]),
]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A lesson of the catalogue, in the words of an import."""

    chapter: Chapter
    path: tuple[str, ...]
    standards: tuple[str, ...]
    aims: tuple[str, ...]

    @property
    def volume(self) -> Volume:
        return self.chapter.volume


def multiply(scale: int, done: Callable[[int], object]) -> None:
    """The rounds up to `scale`; the demonstration itself is the first. `done` is told of rows."""
    places = _places()
    for number in range(2, scale + 1):
        with transaction.atomic():  # one a round: a disk is asked to be sure of each
            schools = _schools(number)
            teachers = _teachers(number, schools)
            _plans(number, schools, teachers, done)
        _resources(number, teachers, places, done)


def _places() -> list[Place]:
    lessons = Chapter.objects.filter(is_lesson=True).select_related(
        "volume", "parent__parent__parent"
    )
    found = []
    for chapter in lessons.prefetch_related("standards").order_by("volume", "position"):
        path, step = [chapter.title], chapter.parent
        while step is not None:
            path.insert(0, step.title)
            step = step.parent
        standards = list(chapter.standards.all())
        found.append(
            Place(
                chapter,
                tuple(path),
                tuple(standard.code for standard in standards),
                tuple(standard.text for standard in standards),
            )
        )
    return found


# schools and people


def _schools(number: int) -> list[School]:
    counties = Region.objects.filter(parent__code=CITY, level=Region.Level.COUNTY)
    found = []
    for county, which in zip(counties.order_by("code"), (0, 1), strict=False):
        school, made = School.objects.get_or_create(
            code=f"SC{number:03}{which}",
            defaults={
                "name": wording.school(number, which),
                "kind": School.Kind.ORDINARY if number % 3 else School.Kind.CENTRAL,
                "region": county,
            },
        )
        if made:
            container_for_school(school)
        found.append(school)
    return found


@transaction.atomic
def _teachers(number: int, schools: list[School]) -> list[Membership]:
    """People on the roll without a password; half of them at each school."""
    names = [f"scale-{number:03}-{which}" for which in range(TEACHERS)]
    if User.objects.filter(username=names[-1]).exists():
        return _memberships(names)
    users = User.objects.bulk_create(
        User(
            username=name,
            name=wording.person(number * TEACHERS + which),
            is_demonstration=True,
            password=make_password(None),
        )
        for which, name in enumerate(names)
    )
    since = today() - timedelta(days=400)
    members = Membership.objects.bulk_create(
        Membership(user=user, school=school, since=since)
        for user, school in zip(users, cycle(schools), strict=False)
    )
    volumes = list(Volume.objects.order_by("pk"))
    TeachingAssignment.objects.bulk_create(
        TeachingAssignment(
            membership=member, subject=volume.subject, grade=volume.grade, stage=volume.stage
        )
        for member, volume in zip(members, islice(cycle(volumes), number, None), strict=False)
    )
    return _memberships(names)


def _memberships(names: list[str]) -> list[Membership]:
    held = Membership.objects.filter(user__username__in=names, is_main=True)
    return list(held.select_related("user", "school").order_by("user__username"))


# plans


def _plans(
    number: int, schools: list[School], teachers: list[Membership], done: Callable[[int], object]
) -> None:
    """A prep group over the round's schools, its term planned and its first lessons opened."""
    lessons = Count("chapters", filter=Q(chapters__is_lesson=True))
    long_enough = Volume.objects.annotate(lessons=lessons).filter(lessons__gte=PLANS)
    volumes = list(long_enough.order_by("pk"))
    volume = volumes[number % len(volumes)]
    prep_plan = _prep_plan(_group(number, volume, schools, teachers), volume, teachers)
    leader = teachers[0].user
    tasks = PrepTask.objects.filter(prep_plan=prep_plan).select_related("prep_plan__volume")
    for task in tasks.filter(state__isnull=True).order_by("position")[: PLANS - _opened(prep_plan)]:
        open_task(task=task, by=leader)
        done(1)


def _opened(prep_plan: PrepPlan) -> int:
    return PrepTask.objects.filter(prep_plan=prep_plan, state__isnull=False).count()


@transaction.atomic
def _group(
    number: int, volume: Volume, schools: list[School], teachers: list[Membership]
) -> PrepGroup:
    name = wording.group(number, schools[0].name, volume)
    found = PrepGroup.objects.filter(name=name).first()
    if found is not None:
        return found
    found = create_prep_group(
        name=name,
        subject=volume.subject,
        stage=volume.stage,
        grade=volume.grade,
        lead=schools[0],
        receiving=schools[1:],
        by=None,
    )
    for which, member in enumerate(teachers[:5]):
        role = PrepGroupMember.Role.MEMBER if which else PrepGroupMember.Role.LEADER
        add_member(prep_group=found, user=member.user, school=member.school, role=role, by=None)
    return found


def _prep_plan(prep_group: PrepGroup, volume: Volume, teachers: list[Membership]) -> PrepPlan:
    term = Term.objects.get(region__code=CITY)
    found = PrepPlan.objects.filter(prep_group=prep_group, volume=volume, term=term).first()
    if found is not None:
        return found
    lessons = [Lesson(lesson.pk, lesson.periods) for lesson in lessons_of(volume)]
    drafts = schedule(
        lessons,
        [day for day in term.school_days() if day >= today()],
        8,
        [member.user_id for member in teachers[:5]],
        earliest=term.first_day,
    )
    return create_prep_plan(
        prep_group=prep_group,
        volume=volume,
        term=term,
        periods_per_week=8,
        drafts=drafts,
        by=teachers[0].user,
    )


# resources


def _resources(
    number: int, teachers: list[Membership], places: list[Place], done: Callable[[int], object]
) -> None:
    first = f"scale-{number:03}-"
    if Resource.objects.filter(source_id__startswith=first).count() < RESOURCES:
        take_in(list(_rows(number, teachers, places)), done)


def _rows(number: int, teachers: list[Membership], places: list[Place]) -> Iterator[Row]:
    chance = Random(number)  # noqa: S311 - a seed, so that the same round is made again
    for which in range(RESOURCES):
        place = places[(number * RESOURCES + which) * 7 % len(places)]
        owner = teachers[which % len(teachers)]
        kind = wording.KINDS[(number + which) % len(wording.KINDS)]
        scope = chance.choice(SCOPES)
        days = chance.randrange(20, 700)
        yield {
            "id": f"scale-{number:03}-{which:03}",
            "school": owner.school.code,
            "owner": owner.user.username,
            "edition": _edition(place.volume),
            "subject": place.volume.get_subject_display(),
            "volume": place.volume.title,
            "chapter": list(place.path),
            "standards": list(place.standards),
            "scope": scope,
            "difficulty": chance.randint(1, 4),
            "uses": 0 if scope == "private" else int(chance.paretovariate(1.2)) % 500,
            "quality": round(chance.uniform(0.3, 0.9), 2),
            "published": (today() - timedelta(days=days)).isoformat(),
            **wording.resource(kind, place.path, place.aims, owner.user.name, chance),
        }


def _edition(volume: Volume) -> str:
    said = str(edition_name(Edition(volume.edition)))
    return f"{said}（{volume.variant.split()[0]}）" if volume.variant else said
