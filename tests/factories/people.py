"""Makers of people and places: users, regions, schools, groups, tenures, roles, terms.

Each makes what it needs around it unless that is given: `teacher()` alone makes a province, a
city, a county, a school with its container, a user and a membership.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

from wagtail.models import Collection, Locale, Page, Site

from portal.models import HomePage
from schools.access import Scope, field_of
from schools.models import (
    EducationGroup,
    EducationGroupMember,
    Membership,
    Region,
    RoleGrant,
    School,
    SubjectBase,
    SubjectBaseMember,
    TeachingAssignment,
    Term,
    TermsAcceptance,
    User,
)
from schools.models.dated import today
from schools.terms import TERMS_VERSION
from schools.tree import container_for_school, home

PASSWORD = "gongbei-test"
Role = RoleGrant.Role
_next = count(1)


def site_root() -> Page:
    """The site's root page; made anew where a test that commits has emptied the tables."""
    if not Locale.objects.exists():
        Locale.objects.create(language_code="zh-hans")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    if not Site.objects.filter(is_default_site=True).exists():
        root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
        page = root.add_child(instance=HomePage(title="共备", slug="home"))
        Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    return home()


def user(name: str = "", *, password: str = PASSWORD, terms: bool = True, **fields: Any) -> User:
    """An account; it has accepted the terms unless `terms` is False."""
    n = next(_next)
    made = User(**{"username": f"teacher{n}", "name": name or f"教师{n}", **fields})
    made.set_password(password)
    made.save()
    if terms:
        TermsAcceptance.objects.create(user=made, version=TERMS_VERSION)
    return made


def region(
    name: str = "", *, level: Region.Level = Region.Level.PROVINCE, parent: Region | None = None
) -> Region:
    """A region; see `county` for a chain."""
    n = next(_next)
    return Region.objects.create(name=name or f"省{n}", code=f"{n:06}", level=level, parent=parent)


def county(name: str = "云岭县", *, city: Region | None = None) -> Region:
    """A county under a city, a new one of a new province unless given."""
    city = city or region("清川市", level=Region.Level.CITY, parent=region())
    return region(name, level=Region.Level.COUNTY, parent=city)


def school(
    name: str = "",
    *,
    region: Region | None = None,
    kind: School.Kind = School.Kind.ORDINARY,
    **fields: Any,
) -> School:
    """A school with its container in the page tree."""
    site_root()
    n = next(_next)
    made = School.objects.create(
        **{
            "name": name or f"第{n}中学",
            "code": f"S{n:06}",
            "kind": kind,
            "region": region or county(),
            **fields,
        }
    )
    container_for_school(made)
    return made


def member(
    of: School,
    who: User | None = None,
    *,
    since: date | None = None,
    until: date | None = None,
    is_main: bool = True,
) -> Membership:
    """A user's time at a school, since a year ago unless said."""
    return Membership.objects.create(
        user=who or user(),
        school=of,
        since=since or today() - timedelta(days=365),
        until=until,
        is_main=is_main,
    )


def teacher(
    of: School | None = None,
    name: str = "",
    *,
    since: date | None = None,
    until: date | None = None,
    **fields: Any,
) -> User:
    """A user who belongs to a school, a new one unless given."""
    return member(of or school(), user(name, **fields), since=since, until=until).user


def teaches(membership: Membership, subject: str = "chinese", grade: int = 7) -> TeachingAssignment:
    """A subject and grade of a membership."""
    return TeachingAssignment.objects.create(membership=membership, subject=subject, grade=grade)


def with_role(
    role: RoleGrant.Role, scope: Scope | None = None, who: User | None = None, **grant: Any
) -> User:
    """A user who holds `role` on `scope`, None for a role on the whole site."""
    holder = who or user()
    where = {field_of(scope): scope} if scope is not None else {}
    grant.setdefault("since", today() - timedelta(days=30))
    RoleGrant.objects.create(user=holder, role=role, **where, **grant)
    holder.__dict__.pop("_role_grants", None)
    return holder


def education_group(lead: School | None = None, *others: School, name: str = "") -> EducationGroup:
    """A group of schools, its lead among them."""
    lead = lead or school()
    made = EducationGroup.objects.create(
        name=name or f"教育集团{next(_next)}", region=lead.region, lead_school=lead
    )
    for joined in (lead, *others):
        joins(made, joined)
    return made


def joins(group: EducationGroup, joined: School, **dated: Any) -> EducationGroupMember:
    """A school's time in a group, since a year ago unless said."""
    dated.setdefault("since", today() - timedelta(days=365))
    return EducationGroupMember.objects.create(education_group=group, school=joined, **dated)


def subject_base(
    lead: School | None = None,
    *others: School,
    subject: str = "chinese",
    stage: str = "junior",
    name: str = "",
) -> SubjectBase:
    """A base of schools for one subject, its lead among them."""
    lead = lead or school()
    made = SubjectBase.objects.create(
        name=name or f"学科基地{next(_next)}",
        region=lead.region,
        lead_school=lead,
        subject=subject,
        stage=stage,
    )
    since = today() - timedelta(days=365)
    SubjectBaseMember.objects.bulk_create(
        SubjectBaseMember(subject_base=made, school=joined, since=since)
        for joined in (lead, *others)
    )
    return made


def term(of: Region | None = None, *, first_day: date | None = None, weeks: int = 20) -> Term:
    """A region's term, begun two weeks ago unless said."""
    begins = first_day or today() - timedelta(days=14)
    return Term.objects.create(
        region=of or county(),
        year=begins.year,
        season=Term.Season.AUTUMN,
        first_day=begins,
        last_day=begins + timedelta(days=7 * weeks - 1),
    )
