"""The ladder (逐级推荐): which libraries are above the present one, and whose editors decide."""

from __future__ import annotations

from collections.abc import Iterable

from resources.library.models.places import REGIONAL, Level, Place
from schools.access import Scope
from schools.models import EducationGroup, Region, School, SubjectBase
from schools.models.dated import held_on, today


def places_above(
    rank: int,
    *,
    groups: Iterable[EducationGroup],
    bases: Iterable[SubjectBase],
    regions: Iterable[Region],
) -> list[Place]:
    """Every library above `rank` for a school of these places, the lowest first."""
    places = [
        *(Place(Level.GROUP, group) for group in groups),
        *(Place(Level.BASE, base) for base in bases),
        *(Place(Level(region.level), region) for region in regions if region.level in REGIONAL),
        Place(Level.PUBLIC),
    ]
    return sorted((place for place in places if place.rank > rank), key=lambda place: place.rank)


def groups_of(school: School) -> list[EducationGroup]:
    """The education groups to which the school belongs today."""
    dated = held_on(today(), "members__")
    return list(EducationGroup.objects.filter(dated, members__school=school).order_by("name", "pk"))


def bases_of(school: School, *, subject: str, stage: str) -> list[SubjectBase]:
    """The bases for this subject and stage to which the school belongs today."""
    dated = held_on(today(), "members__")
    found = SubjectBase.objects.filter(dated, members__school=school, subject=subject, stage=stage)
    return list(found.order_by("name", "pk"))


def regions_of(school: School) -> list[Region]:
    """The regions in which the school lies, the province first."""
    ids = school.region.ids_upwards()
    return sorted(Region.objects.filter(pk__in=ids), key=lambda region: ids.index(region.pk))


def editors_scope(place: Place, standing: Iterable[Place], school: School) -> Scope:
    """Whose editors decide about `place`: its own, for the public the highest region reached.

    Where no region is reached the county of the home school decides, or the lowest region above
    that has a library.
    """
    if place.scope is not None:
        return place.scope
    reached = [there.scope for there in standing if there.level in REGIONAL and there.scope]
    if reached:
        return reached[-1]
    return [region for region in regions_of(school) if region.level in REGIONAL][-1]
