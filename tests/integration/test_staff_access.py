"""Who looks after whom: nobody acts above their own right, and what is not theirs is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from schools.access import Role
from schools.models import (
    AuditEntry,
    EducationGroup,
    Region,
    RoleGrant,
    Rotation,
    School,
    SubjectBase,
    TeacherTitle,
    User,
)
from schools.models.dated import today
from schools.staff.access import administers, covers, may_grant, people_seen
from schools.staff.actions.bases import make_base
from schools.staff.actions.rotations import arrange_rotation
from tests.factories import people

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@dataclass
class Ground:
    """Two schools of a county in one group, one of another county, and who looks after them."""

    county: Region
    ours: School
    sister: School
    far: School
    group: EducationGroup
    base: SubjectBase
    teacher: User
    theirs: User
    stranger: User
    by: dict[str, User]


@pytest.fixture
def g() -> Ground:
    city = people.region("清川市", level=Region.Level.CITY, parent=people.region())
    county = people.county(city=city)
    ours, sister = people.school("南关", region=county), people.school("柳泉", region=county)
    far = people.school("白沙", region=people.county("白沙县", city=city))
    group = people.education_group(ours, sister)
    officer = people.with_role(Role.REGION_ADMIN, county)
    base = make_base(
        name="物理基地",
        subject="physics",
        stage="senior",
        region=county,
        lead_school=ours,
        by=officer,
    )
    by = {
        "head": people.with_role(Role.SCHOOL_ADMIN, ours, people.teacher(ours, "高志远")),
        "head of sister": people.with_role(Role.SCHOOL_ADMIN, sister),
        "group": people.with_role(Role.GROUP_ADMIN, group),
        "officer": officer,
        "far officer": people.with_role(Role.REGION_ADMIN, far.region),
        "city": people.with_role(Role.REGION_ADMIN, city),
        "operator": people.with_role(Role.OPERATOR),
        "librarian": people.with_role(Role.LIBRARY_EDITOR, ours),
        "teacher": people.teacher(ours),
    }
    return Ground(
        county,
        ours,
        sister,
        far,
        group,
        base,
        people.teacher(ours, "张伟", phone="13800001234"),
        people.teacher(sister, "李娜", phone="13900005678"),
        people.teacher(far, "王芳", phone="13700009999"),
        by,
    )


WHO = [
    "head",
    "head of sister",
    "group",
    "officer",
    "far officer",
    "city",
    "operator",
    "librarian",
    "teacher",
]


def test_the_table_names_everybody(g: Ground) -> None:
    assert list(g.by) == WHO


# who covers what

COVERS = {
    "ours": {"head", "officer", "city", "operator"},
    "sister": {"head of sister", "officer", "city", "operator"},
    "far": {"far officer", "city", "operator"},
    "group": {"group", "officer", "city", "operator"},
    "county": {"officer", "city", "operator"},
    "base": {"officer", "city", "operator"},
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("scope", COVERS)
def test_who_administers_which_place(g: Ground, who: str, scope: str) -> None:
    assert covers(g.by[who], getattr(g, scope)) is (who in COVERS[scope])


SEES = {
    "teacher": {"head", "group", "officer", "city", "operator"},
    "theirs": {"head of sister", "group", "officer", "city", "operator"},
    "stranger": {"far officer", "city", "operator"},
}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("person", SEES)
def test_who_sees_whom(g: Ground, who: str, person: str) -> None:
    seen = people_seen(g.by[who]).filter(pk=getattr(g, person).pk).exists()

    assert seen is (who in SEES[person])


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("person", SEES)
def test_who_administers_whom(g: Ground, who: str, person: str) -> None:
    """A group sees the teachers of its schools; each school looks after its own."""
    assert administers(g.by[who], getattr(g, person)) is (who in SEES[person] - {"group"})


def test_nobody_administers_one_with_more_rights(g: Ground) -> None:
    people.member(g.ours, g.by["officer"])

    assert not administers(g.by["head"], g.by["officer"])
    assert administers(g.by["city"], g.by["officer"])


def test_a_guest_on_rotation_is_looked_after_at_home(g: Ground) -> None:
    arrange_rotation(
        person=g.teacher, home=g.ours, host=g.sister, by=g.by["officer"], since=today()
    )

    assert people_seen(g.by["head of sister"]).filter(pk=g.teacher.pk).exists()
    assert not administers(g.by["head of sister"], g.teacher)
    assert administers(g.by["head"], g.teacher)


# who gives which role


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("role", "scope", "givers"),
    [
        (Role.LIBRARY_EDITOR, "ours", COVERS["ours"]),
        (Role.SCHOOL_ADMIN, "ours", COVERS["ours"]),
        (Role.REGION_ADMIN, "ours", set()),
        (Role.RESEARCHER, "ours", set()),
        (Role.GROUP_ADMIN, "group", COVERS["group"]),
        (Role.LIBRARY_EDITOR, "group", COVERS["group"]),
        (Role.SCHOOL_ADMIN, "group", set()),
        (Role.REGION_ADMIN, "county", COVERS["county"]),
        (Role.RESEARCHER, "county", COVERS["county"]),
        (Role.OPERATOR, "county", set()),
        (Role.LIBRARY_EDITOR, "base", COVERS["base"]),
        (Role.OPERATOR, "", {"operator"}),
        (Role.PORTAL_EDITOR, "", {"operator"}),
    ],
)
def test_who_gives_which_role(
    g: Ground, who: str, role: Role, scope: str, givers: set[str]
) -> None:
    place = getattr(g, scope) if scope else None

    assert may_grant(g.by[who], role, place) is (who in givers)


# the doors: role × place × action


def school_page(name: str) -> Callable[[Ground], str]:
    return lambda g: f"/workspace/staff/school/{getattr(g, name).uuid}/"


def person_page(name: str, more: str = "") -> Callable[[Ground], str]:
    return lambda g: f"/workspace/staff/people/{getattr(g, name).uuid}/{more}"


READ: list[tuple[str, Callable[[Ground], str], set[str]]] = [
    ("people of ours", school_page("ours"), COVERS["ours"]),
    ("people of sister", school_page("sister"), COVERS["sister"]),
    ("people of far", school_page("far"), COVERS["far"]),
    ("roles of ours", lambda g: school_page("ours")(g) + "roles/", COVERS["ours"]),
    ("as xlsx", lambda g: school_page("ours")(g) + "?as=xlsx", COVERS["ours"]),
    ("rotations", lambda g: school_page("ours")(g) + "rotations/", COVERS["ours"]),
    ("titles", lambda g: school_page("ours")(g) + "titles/", COVERS["ours"]),
    ("bases", lambda g: school_page("ours")(g) + "bases/", COVERS["ours"]),
    ("add", lambda g: school_page("ours")(g) + "add/", COVERS["ours"]),
    ("county", lambda g: f"/workspace/staff/region/{g.county.code}/", COVERS["county"]),
    (
        "its schools",
        lambda g: f"/workspace/staff/region/{g.county.code}/schools/",
        COVERS["county"],
    ),
    ("its bases", lambda g: f"/workspace/staff/region/{g.county.code}/bases/", COVERS["county"]),
    ("group", lambda g: f"/workspace/staff/group/{g.group.uuid}/", COVERS["group"]),
    ("its roles", lambda g: f"/workspace/staff/group/{g.group.uuid}/roles/", COVERS["group"]),
    ("base", lambda g: f"/workspace/staff/bases/{g.base.uuid}/", COVERS["base"]),
    ("the site", lambda g: "/workspace/staff/site/all/", {"operator"}),
    ("its people's roles", lambda g: "/workspace/staff/site/all/roles/", {"operator"}),
    ("a person", person_page("teacher"), SEES["teacher"]),
    ("a person of theirs", person_page("theirs"), SEES["theirs"]),
    ("hand in", lambda g: "/workspace/staff/roster/", {*WHO} - {"group", "librarian", "teacher"}),
]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("address", "allowed"), [row[1:] for row in READ], ids=[r[0] for r in READ]
)
def test_a_list_opens_to_those_who_look_after_it(
    g: Ground, client_of: ClientOf, who: str, address: Callable[[Ground], str], allowed: set[str]
) -> None:
    answer = client_of(g.by[who]).get(address(g))

    assert answer.status_code == (200 if who in allowed else 404)


def grant_of(g: Ground) -> RoleGrant:
    return RoleGrant.objects.get(user=g.by["librarian"])


def title_of(g: Ground) -> TeacherTitle:
    return TeacherTitle.objects.create(user=g.teacher, kind="master", level="city")


def rotation_of(g: Ground) -> Rotation:
    return arrange_rotation(
        person=g.teacher, home=g.ours, host=g.sister, by=g.by["officer"], since=today()
    )


TEACHER_ADMINS = SEES["teacher"] - {"group"}
WRITE: list[tuple[str, Callable[[Ground], str], Callable[[Ground], Any], set[str]]] = [
    (
        "correct",
        person_page("teacher", "correct/"),
        lambda g: {"name": "张维", "phone": "13800001234", "base": "张伟 13800001234"},
        TEACHER_ADMINS,
    ),
    ("release", person_page("teacher", "release/"), lambda g: {}, TEACHER_ADMINS),
    (
        "title",
        person_page("teacher", "titles/"),
        lambda g: {"kind": "master", "level": "city", "since": "2024-09-01"},
        TEACHER_ADMINS,
    ),
    (
        "move",
        person_page("teacher", "move/"),
        lambda g: {"to": g.sister.pk},
        {"officer", "city", "operator"},
    ),
    (
        "rotate",
        person_page("teacher", "rotate/"),
        lambda g: {"host": g.sister.pk, "since": today().isoformat()},
        {"group", "officer", "city", "operator"},
    ),
    (
        "end a role",
        lambda g: f"/workspace/staff/roles/{grant_of(g).pk}/end/",
        lambda g: {},
        COVERS["ours"],
    ),
    (
        "end a title",
        lambda g: f"/workspace/staff/titles/{title_of(g).pk}/end/",
        lambda g: {},
        TEACHER_ADMINS,
    ),
    (
        "end a rotation",
        lambda g: f"/workspace/staff/rotations/{rotation_of(g).pk}/end/",
        lambda g: {},
        {"group", "officer", "city", "operator"},
    ),
    (
        "give a role",
        lambda g: school_page("ours")(g) + "roles/",
        lambda g: {"person": "13800001234", "role": "library_editor"},
        COVERS["ours"],
    ),
    (
        "make a base",
        lambda g: f"/workspace/staff/region/{g.county.code}/bases/",
        lambda g: {
            "name": "化学基地",
            "subject": "chemistry",
            "stage": "senior",
            "lead_school": g.ours.pk,
        },
        COVERS["county"],
    ),
    (
        "take a school into a base",
        lambda g: f"/workspace/staff/bases/{g.base.uuid}/",
        lambda g: {"school": g.sister.pk},
        COVERS["base"],
    ),
    (
        "enter a teacher",
        lambda g: school_page("ours")(g) + "add/",
        lambda g: {"name": "孙丽", "phone": "13600001111", "subjects": "语文", "grades": "7"},
        COVERS["ours"],
    ),
]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("address", "form", "allowed"), [row[1:] for row in WRITE], ids=[row[0] for row in WRITE]
)
def test_a_change_is_made_by_those_who_may(
    g: Ground,
    client_of: ClientOf,
    who: str,
    address: Callable[[Ground], str],
    form: Callable[[Ground], Any],
    allowed: set[str],
) -> None:
    where, said = address(g), form(g)
    before = AuditEntry.objects.count()

    answer = client_of(g.by[who]).post(where, said)

    if who in allowed:
        assert answer.status_code == 302
        assert AuditEntry.objects.count() > before
        assert AuditEntry.objects.all()[0].actor == g.by[who]
    else:
        assert answer.status_code in {200, 404}
        assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("address", "form", "allowed"), [row[1:] for row in WRITE], ids=[row[0] for row in WRITE]
)
def test_a_change_sent_twice_counts_once(
    g: Ground,
    client_of: ClientOf,
    address: Callable[[Ground], str],
    form: Callable[[Ground], Any],
    allowed: set[str],
) -> None:
    where, said = address(g), form(g)
    browser = client_of(g.by["operator"])
    browser.post(where, said)
    before = AuditEntry.objects.count()

    again = browser.post(where, said)

    assert again.status_code in {200, 302, 404}
    assert AuditEntry.objects.count() == before


def test_a_form_cannot_name_another_place_or_a_higher_role(g: Ground, client_of: ClientOf) -> None:
    browser = client_of(g.by["head"])
    page = school_page("ours")(g) + "roles/"

    forged = [
        {"person": "13800001234", "role": "region_admin"},
        {"person": "13800001234", "role": "operator"},
        {"person": "13900005678", "role": "library_editor"},
        {"person": g.by["officer"].username, "role": "library_editor"},
        {"person": "13800001234", "role": "school_admin", "subject": "chinese"},
    ]
    answers = [browser.post(page, {**form, "school": g.sister.pk}) for form in forged]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert not RoleGrant.objects.filter(granted_by=g.by["head"]).exists()


def test_a_stranger_is_sent_to_sign_in(g: Ground, client: Client) -> None:
    answer = client.get(school_page("ours")(g))

    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]
