"""From the scope that a row asks for (共享范围) to the libraries in which the resource stands.

Never wider than was asked: where the school has no such library, the resource stays in the
highest one below, and a note says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from resources.library.ladder import bases_of, groups_of, regions_of
from resources.library.models.places import REGIONAL, Level, Place
from schools.models import School

Taught = tuple[str, str]
"""A subject and a stage."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The libraries from the school up, and what was said on the way."""

    places: tuple[Place, ...]
    notes: tuple[str, ...] = ()

    @property
    def scope(self) -> str:
        """The scope in the words of a row."""
        return str(self.places[-1].level) if self.places else "private"


class Ladders:
    """The libraries of each school, asked once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int | str, str, Taught], Standing] = {}

    def standing(self, school: School, scope: str, taught: Taught = ("", "")) -> Standing:
        """Where a resource of `school` with this scope stands; a base asks what is taught."""
        about = taught if scope == "base" else ("", "")
        key = (school.pk or school.code, scope, about)
        if key not in self._kept:
            self._kept[key] = _standing(school, scope, about)
        return self._kept[key]


def _standing(school: School, scope: str, taught: Taught) -> Standing:
    if scope == "private":
        return Standing(())
    if scope == "prep_group":
        note = _("“%(scope)s” names no group; only its owner sees it") % {"scope": scope}
        return Standing((), (note,))
    home = Place(Level.SCHOOL, school)
    if scope == "group":
        return _in_a_group(home, school)
    if scope == "base":
        return _in_a_base(home, school, taught)
    level = Level(scope)
    places = (home, *(place for place in _regional(school) if place.rank <= level.rank))
    if level == Level.PUBLIC:
        return Standing((*places, Place(Level.PUBLIC)))
    if level not in {place.level for place in places}:
        return Standing(places, (_("the school has no such library above it; it stays below"),))
    return Standing(places)


def _in_a_group(home: Place, school: School) -> Standing:
    groups = groups_of(school) if school.pk else []
    if len(groups) == 1:
        return Standing((home, Place(Level.GROUP, groups[0])))
    note = _("the school is not in exactly one group; it stays in the school’s library")
    return Standing((home,), (note,))


def _in_a_base(home: Place, school: School, taught: Taught) -> Standing:
    subject, stage = taught
    bases = bases_of(school, subject=subject, stage=stage) if school.pk else []
    if len(bases) == 1:
        return Standing((home, Place(Level.BASE, bases[0])))
    note = _("the school is not in exactly one base for this; it stays in the school’s library")
    return Standing((home,), (note,))


def _regional(school: School) -> Sequence[Place]:
    if school.region.pk is None:  # a school that is still to be made, like its region
        return [Place(level) for level in REGIONAL]
    found = [region for region in regions_of(school) if region.level in REGIONAL]
    return sorted(
        (Place(Level(region.level), region) for region in found), key=lambda place: place.rank
    )
