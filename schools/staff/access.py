"""Who looks after which people and places; objects reach a view of the staff pages through here.

An administrator covers a place: a school's its school, a group's its group, a region's the region
with all regions, schools, groups and bases in it, an operator everything. A group's administrator
also sees the teachers of its schools, whom their own schools look after.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from schools.access import Role, Scope, grants_of
from schools.models import (
    EducationGroup,
    Membership,
    Region,
    RoleGrant,
    Rotation,
    School,
    SubjectBase,
    TeacherTitle,
    User,
)
from schools.models.dated import held_on, today
from schools.signin.access import looked_after_by

ROLES_ON: dict[str, tuple[Role, ...]] = {
    "school": (Role.SCHOOL_ADMIN, Role.LIBRARY_EDITOR),
    "group": (Role.GROUP_ADMIN, Role.LIBRARY_EDITOR),
    "region": (Role.REGION_ADMIN, Role.LIBRARY_EDITOR, Role.RESEARCHER, Role.JUDGE),
    "base": (Role.LIBRARY_EDITOR,),
    "site": (Role.OPERATOR, Role.PORTAL_EDITOR),
}
"""The roles there are on each kind of place; all of them are below its administrator's right."""


@dataclass(frozen=True, slots=True)
class Place:
    """A school, group, region or base that is looked after; the site itself has no scope."""

    kind: str
    key: str
    scope: Scope | None

    def __str__(self) -> str:
        return str(self.scope or "")

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that can be given on it."""
        return ROLES_ON[self.kind]


def place_of(scope: Scope | None) -> Place:
    """The place with its kind and the key of its address."""
    match scope:
        case School():
            return Place("school", str(scope.uuid), scope)
        case EducationGroup():
            return Place("group", str(scope.uuid), scope)
        case Region():
            return Place("region", scope.code, scope)
        case SubjectBase():
            return Place("base", str(scope.uuid), scope)
        case None:
            return Place("site", "all", None)


# grants


def _admin_grants(reader: User) -> list[RoleGrant]:
    """The reader's grants that make an administrator; one for a single subject does not."""
    return [grant for grant in grants_of(reader) if not grant.subject and not grant.stage]


def is_operator(reader: User) -> bool:
    """Whether the reader runs the whole site."""
    return any(grant.role == Role.OPERATOR for grant in _admin_grants(reader))


def _lineages(reader: User) -> list[str]:
    return [
        grant.region.lineage
        for grant in _admin_grants(reader)
        if grant.role == Role.REGION_ADMIN and grant.region is not None
    ]


def _of_role(reader: User, role: Role, column: str) -> set[int]:
    found = (getattr(grant, column) for grant in _admin_grants(reader) if grant.role == role)
    return {pk for pk in found if pk is not None}


def own_places(reader: User) -> list[Place]:
    """The places that the reader administers by name, the widest first."""
    if is_operator(reader):
        tops = Region.objects.filter(parent=None).order_by("code")
        return [place_of(None), *(place_of(region) for region in tops)]
    order = [Role.REGION_ADMIN, Role.GROUP_ADMIN, Role.SCHOOL_ADMIN]
    grants = [g for g in _admin_grants(reader) if g.role in order and g.scope is not None]
    grants.sort(key=lambda grant: (order.index(Role(grant.role)), str(grant.scope)))
    return list(dict.fromkeys(place_of(grant.scope) for grant in grants))


def is_staff(reader: User) -> bool:
    """Whether there is anybody or anything for the reader to look after."""
    admin = {Role.SCHOOL_ADMIN, Role.GROUP_ADMIN, Role.REGION_ADMIN, Role.OPERATOR}
    return any(grant.role in admin for grant in _admin_grants(reader))


# covering


def covers(reader: User, scope: Scope | None) -> bool:
    """Whether the reader administers the place or one above it; None is the site itself."""
    if is_operator(reader):
        return True
    match scope:
        case School():
            own = scope.pk in _of_role(reader, Role.SCHOOL_ADMIN, "school_id")
            return own or _covers_region(reader, scope.region)
        case EducationGroup():
            own = scope.pk in _of_role(reader, Role.GROUP_ADMIN, "education_group_id")
            return own or _covers_region(reader, scope.region)
        case SubjectBase():
            return _covers_region(reader, scope.region)
        case Region():
            return _covers_region(reader, scope)
        case None:
            return False


def _covers_region(reader: User, region: Region) -> bool:
    return any(region.lineage.startswith(lineage) for lineage in _lineages(reader))


def _any_lineage(reader: User, path: str) -> Q:
    found = Q(pk__in=[])
    for lineage in _lineages(reader):
        found |= Q(**{f"{path}lineage__startswith": lineage})
    return found


def schools_covered(reader: User) -> models.QuerySet[School]:
    """The schools whose people the reader administers."""
    if is_operator(reader):
        return School.objects.all()
    own = Q(pk__in=_of_role(reader, Role.SCHOOL_ADMIN, "school_id"))
    return School.objects.filter(own | _any_lineage(reader, "region__"))


def schools_seen(reader: User) -> models.QuerySet[School]:
    """The schools whose people the reader sees: those covered, those of the groups led."""
    groups = _of_role(reader, Role.GROUP_ADMIN, "education_group_id")
    in_groups = School.objects.filter(
        held_on(today(), "group_memberships__"), group_memberships__education_group__in=groups
    )
    return School.objects.filter(Q(pk__in=schools_covered(reader)) | Q(pk__in=in_groups))


def may_grant(by: User | None, role: Role, scope: Scope | None) -> bool:
    """Whether `by` may give or end this role there; None is the system itself."""
    return role in place_of(scope).roles and (by is None or covers(by, scope))


# people


def people_seen(reader: User) -> models.QuerySet[User]:
    """Whom the staff pages show the reader: teachers of schools seen, and those looked after."""
    if is_operator(reader):
        return User.objects.all()
    members = Membership.objects.on(today()).filter(school__in=schools_seen(reader))
    return User.objects.filter(
        Q(pk__in=members.values("user")) | Q(pk__in=looked_after_by(reader).values("pk"))
    )


def administers(by: User, person: User) -> bool:
    """Whether `by` may correct, move or shut out the person: looks after them, is not they."""
    return looked_after_by(by).filter(pk=person.pk).exists()


# for views


def place_or_404(reader: User, kind: str, key: str) -> Place:
    """The place of an address, if the reader covers it."""
    scope = _scope_at(kind, key)
    if not covers(reader, scope):
        raise Http404
    return place_of(scope)


def _scope_at(kind: str, key: str) -> Scope | None:
    match kind:
        case "region":
            return get_object_or_404(Region, code=key)
        case "site" if key == "all":
            return None
        case "school" | "group" | "base":
            pass
        case _:
            raise Http404
    try:
        uuid = UUID(key)
    except ValueError:
        raise Http404 from None
    if kind == "school":
        return get_object_or_404(School.objects.select_related("region"), uuid=uuid)
    if kind == "group":
        return get_object_or_404(EducationGroup.objects.select_related("region"), uuid=uuid)
    return get_object_or_404(SubjectBase.objects.select_related("region"), uuid=uuid)


def person_or_404(reader: User, uuid: UUID) -> User:
    """A person whom the reader sees."""
    if not is_staff(reader):
        raise Http404
    return get_object_or_404(people_seen(reader), uuid=uuid)


def administered_or_404(reader: User, uuid: UUID) -> User:
    """A person whom the reader administers."""
    return get_object_or_404(looked_after_by(reader), uuid=uuid)


def grant_or_404(reader: User, pk: int) -> RoleGrant:
    """A role that the reader may end."""
    grants = RoleGrant.objects.select_related("user", "school__region", "education_group__region")
    grant = get_object_or_404(grants.select_related("region", "subject_base__region"), pk=pk)
    if not may_grant(reader, Role(grant.role), grant.scope):
        raise Http404
    return grant


def may_rotate(by: User, home: School, host: School) -> bool:
    """Whether `by` may send teachers from one school to the other: covers both, or leads a group
    to which both belong."""
    if covers(by, home) and covers(by, host):
        return True
    groups = _of_role(by, Role.GROUP_ADMIN, "education_group_id")
    both = EducationGroup.objects.filter(pk__in=groups)
    for school in (home, host):
        both = both.filter(
            pk__in=school.group_memberships.filter(held_on(today())).values("education_group")
        )
    return both.exists()


def rotation_or_404(reader: User, pk: int) -> Rotation:
    """A rotation that the reader may end."""
    related = ("user", "membership", "home_school__region", "host_school__region")
    rotation = get_object_or_404(Rotation.objects.select_related(*related), pk=pk)
    if not may_rotate(reader, rotation.home_school, rotation.host_school):
        raise Http404
    return rotation


def title_or_404(reader: User, pk: int) -> TeacherTitle:
    """A title of somebody whom the reader administers."""
    titles = TeacherTitle.objects.select_related("user")
    return get_object_or_404(titles, pk=pk, user__in=looked_after_by(reader))


def hosts_for(by: User, home: School) -> models.QuerySet[School]:
    """The schools to which `by` may send teachers of `home`."""
    hosts = Q(pk__in=[])
    if covers(by, home):
        hosts |= Q(pk__in=schools_covered(by).values("pk"))
    groups = EducationGroup.objects.filter(
        held_on(today(), "members__"),
        members__school=home,
        pk__in=_of_role(by, Role.GROUP_ADMIN, "education_group_id"),
    )
    members = School.objects.filter(
        held_on(today(), "group_memberships__"), group_memberships__education_group__in=groups
    )
    hosts |= Q(pk__in=members.values("pk"))
    return School.objects.filter(hosts).exclude(pk=home.pk).order_by("name", "pk")
