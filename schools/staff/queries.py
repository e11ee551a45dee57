"""Reads of the staff pages: who is where, what they hold, who has signed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q

from schools.models import (
    EducationGroup,
    Membership,
    Region,
    RoleGrant,
    Rotation,
    School,
    SubjectBase,
    SubjectBaseMember,
    TeacherTitle,
    TermsAcceptance,
    User,
)
from schools.models.dated import held_on, today
from schools.signin.access import looked_after_by
from schools.staff.access import Place
from schools.terms import TERMS_VERSION

_SHOWN_DIGITS = 4
"""How much of a phone number everyone who sees the person is shown at its end."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of people is narrowed to; empty is everything."""

    words: str = ""
    subject: str = ""
    stage: str = ""
    title: str = ""
    signed_in: str = ""
    """``yes``, ``no`` (never), ``terms`` (signed in, terms not accepted), ``closed``."""


def schools_of(place: Place) -> models.QuerySet[School]:
    """The schools of a place today."""
    match place.scope:
        case School(pk=pk):
            found = Q(pk=pk)
        case EducationGroup(pk=pk):
            found = held_on(today(), "group_memberships__") & Q(
                group_memberships__education_group=pk
            )
        case SubjectBase(pk=pk):
            found = held_on(today(), "base_memberships__") & Q(base_memberships__subject_base=pk)
        case Region(lineage=lineage):
            found = Q(region__lineage__startswith=lineage)
        case None:
            found = Q()
    return School.objects.filter(found).order_by("name", "pk")


def listed_schools(place: Place, words: str = "") -> models.QuerySet[School]:
    """The schools of a place with the number of their people, and of those who signed in."""
    running = held_on(today(), "memberships__")
    schools = schools_of(place).select_related("region")
    if words:
        schools = schools.filter(Q(name__icontains=words) | Q(code__iexact=words))
    return schools.annotate(
        people=Count("memberships__user", filter=running, distinct=True),
        came=Count(
            "memberships__user",
            filter=running & Q(memberships__user__last_login__isnull=False),
            distinct=True,
        ),
    )


def _memberships_at(place: Place) -> models.QuerySet[Membership]:
    running: models.QuerySet[Membership] = Membership.objects.on()
    return running.filter(school__in=schools_of(place).order_by().values("pk"))


EVERYBODY = Wanted()


def people_at(
    place: Place, wanted: Wanted = EVERYBODY, *, full: bool = True
) -> models.QuerySet[User]:
    """The people of a place, by pinyin; of the site itself those who belong to no school.

    Without `full` a phone number is found by its last digits alone: all that is shown of it.
    """
    if place.scope is None:
        running = Membership.objects.on().filter(user=OuterRef("pk"))
        people = User.objects.exclude(Exists(running))
    else:
        here = _memberships_at(place).filter(user=OuterRef("pk"))
        here = _teaching(here, wanted)
        people = User.objects.filter(Exists(here))
    people = people.filter(_words(wanted.words, full), _signed_in(wanted.signed_in))
    if wanted.title:
        kind, _dot, level = wanted.title.partition(".")
        titles = TeacherTitle.objects.on().filter(user=OuterRef("pk"), kind=kind)
        people = people.filter(Exists(titles.filter(level=level) if level else titles))
    return people.order_by("pinyin", "pk")


def _teaching(
    memberships: models.QuerySet[Membership], wanted: Wanted
) -> models.QuerySet[Membership]:
    taught = {
        f"assignments__{column}": value
        for column, value in (("subject", wanted.subject), ("stage", wanted.stage))
        if value
    }
    return memberships.filter(**taught) if taught else memberships


def _words(words: str, full: bool) -> Q:
    """A name, its pinyin or initials, a user name, or the end of a phone number."""
    text = words.strip()
    if not text:
        return Q()
    digits = re.sub(r"[\s-]", "", text)
    if digits.isdigit():
        if not full and len(digits) > _SHOWN_DIGITS:
            return Q(pk__in=[])
        return Q(phone__endswith=digits)
    if text.isascii():
        plain = re.sub(r"[^a-z0-9]", "", text.lower())
        by_name = Q(pinyin__startswith=plain) | Q(pinyin__contains=f" {plain}") if plain else Q()
        return by_name | Q(username__iexact=text) | Q(name__icontains=text)
    return Q(name__contains="".join(text.split()))


def _signed_in(choice: str) -> Q:
    match choice:
        case "yes":
            return Q(last_login__isnull=False)
        case "no":
            return Q(last_login__isnull=True)
        case "terms":
            return Q(last_login__isnull=False) & ~Q(
                pk__in=TermsAcceptance.objects.filter(version=TERMS_VERSION).values("user")
            )
        case "closed":
            return Q(is_active=False)
        case _:
            return Q()


def with_details(people: models.QuerySet[User], place: Place) -> models.QuerySet[User]:
    """The people with what a list shows of them, in a fixed number of queries."""
    memberships = Membership.objects.on().order_by("-is_main", "since")
    if place.scope is not None:
        memberships = memberships.filter(school__in=schools_of(place).order_by().values("pk"))
    accepted = TermsAcceptance.objects.filter(user=OuterRef("pk"), version=TERMS_VERSION)
    return people.annotate(accepted=Exists(accepted)).prefetch_related(
        Prefetch(
            "memberships",
            memberships.select_related("school").prefetch_related("assignments"),
            to_attr="here",
        ),
        Prefetch("titles", TeacherTitle.objects.on(), to_attr="held_titles"),
    )


def administered_among(reader: User, people: models.QuerySet[User]) -> set[int]:
    """Of these people the ids of those whom the reader administers."""
    theirs = looked_after_by(reader).filter(pk__in=people.order_by().values("pk"))
    return set(theirs.values_list("pk", flat=True))


def masked(phone: str | None) -> str:
    """``138****1234``: enough to tell namesakes apart."""
    return f"{phone[:3]}****{phone[-_SHOWN_DIGITS:]}" if phone else ""


def grants_at(place: Place) -> models.QuerySet[RoleGrant]:
    """The roles on a place itself, running or to come."""
    where: dict[str, Any] = {
        f"{column}__isnull": True for column in ("school", "education_group", "region")
    }
    where["subject_base__isnull"] = True
    match place.scope:
        case School(pk=pk):
            where = {"school": pk}
        case EducationGroup(pk=pk):
            where = {"education_group": pk}
        case Region(pk=pk):
            where = {"region": pk}
        case SubjectBase(pk=pk):
            where = {"subject_base": pk}
    grants: models.QuerySet[RoleGrant] = RoleGrant.objects.exclude(until__lt=today())
    return (
        grants.filter(**where)
        .select_related("user", "granted_by")
        .order_by("role", "user__pinyin", "pk")
    )


def rotations_at(place: Place) -> models.QuerySet[Rotation]:
    """Rotations from or to the schools of a place, the newest first."""
    schools = schools_of(place).order_by().values("pk")
    rotations: models.QuerySet[Rotation] = Rotation.objects.filter(
        Q(home_school__in=schools) | Q(host_school__in=schools)
    )
    return rotations.select_related("user", "home_school", "host_school").order_by("-since", "-pk")


def titles_at(place: Place) -> models.QuerySet[TeacherTitle]:
    """The titles held by the people of a place, the highest level first."""
    titles: models.QuerySet[TeacherTitle] = TeacherTitle.objects.on().filter(
        user__in=_memberships_at(place).values("user")
    )
    order = models.Case(
        *(
            models.When(level=level, then=rank)
            for rank, level in enumerate(TeacherTitle.Level.values)
        )
    )
    return titles.select_related("user").order_by(order.desc(), "kind", "user__pinyin", "pk")


def bases_at(place: Place) -> models.QuerySet[SubjectBase]:
    """The subject bases of a region, or those that a school belongs to."""
    bases: models.QuerySet[SubjectBase] = SubjectBase.objects.select_related(
        "region", "lead_school"
    ).annotate(schools=Count("members", filter=held_on(today(), "members__"), distinct=True))
    if isinstance(place.scope, Region):
        bases = bases.filter(region__lineage__startswith=place.scope.lineage)
    elif place.scope is not None:
        schools = schools_of(place).order_by().values("pk")
        member = SubjectBaseMember.objects.on().filter(
            subject_base=OuterRef("pk"), school__in=schools
        )
        bases = bases.filter(Exists(member))
    return bases.order_by("stage", "subject", "name")


def groups_at(place: Place) -> models.QuerySet[EducationGroup]:
    """The education groups of a region."""
    groups: models.QuerySet[EducationGroup] = EducationGroup.objects.none()
    if isinstance(place.scope, Region):
        groups = EducationGroup.objects.filter(region__lineage__startswith=place.scope.lineage)
    elif place.scope is None:
        groups = EducationGroup.objects.all()
    return groups.select_related("lead_school").order_by("name", "pk")


def regions_below(place: Place) -> models.QuerySet[Region]:
    """The regions right below a region."""
    if isinstance(place.scope, Region):
        return Region.objects.filter(parent=place.scope).order_by("code")
    return Region.objects.none()


def times_of(person: User) -> models.QuerySet[Membership]:
    """All times of a person at schools, the newest first."""
    return (
        person.memberships.select_related("school__region")
        .prefetch_related("assignments")
        .order_by("-since", "-pk")
    )
