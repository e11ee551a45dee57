"""The demonstration's county: regions, schools, people, roles and terms; all invented."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from schools.access import Role
from schools.models import (
    EducationGroup,
    EducationGroupMember,
    Holiday,
    Membership,
    Region,
    RoleGrant,
    School,
    TeachingAssignment,
    Term,
    TermsAcceptance,
    User,
)
from schools.models.dated import today
from schools.terms import TERMS_VERSION
from schools.tree import container_for_school

Level = Region.Level
Kind = School.Kind

REGIONS = [
    ("990000", "青原省", Level.PROVINCE, None),
    ("990100", "清川市", Level.CITY, "990000"),
    ("990121", "云岭县", Level.COUNTY, "990100"),
    ("990121101", "松湾乡", Level.TOWNSHIP, "990121"),
    ("990200", "临江市", Level.CITY, "990000"),
    ("990221", "白沙县", Level.COUNTY, "990200"),
]
SCHOOLS = [
    ("YL001", "南关实验学校", Kind.LEADING, "990121"),
    ("YL002", "柳泉初级中学", Kind.ORDINARY, "990121"),
    ("YL003", "青台学校", Kind.CENTRAL, "990121"),
    ("YL004", "松湾九年制学校", Kind.TEACHING_POINT, "990121101"),
    ("BS001", "白沙第一中学", Kind.ORDINARY, "990221"),
]
TEACHERS = [
    ("preparer", "陈静怡", "YL001"),
    ("leader", "马文涛", "YL001"),
    ("receiver", "李秀兰", "YL004"),
    ("deputy", "赵启明", "YL002"),
    ("member", "王雪", "YL003"),
    ("librarian", "周建国", "YL001"),
    ("head", "高志远", "YL001"),
    ("outsider", "何玉梅", "BS001"),
]
OTHERS = [
    ("group-editor", "孙丽"),
    ("region-editor", "高敏"),
    ("researcher", "杨帆"),
    ("officer", "钱立新"),
    ("portal-editor", "林晓"),
    ("operator", "运维员"),
    *((f"judge{number}", f"评委{number}") for number in range(1, 9)),
]
GROUP = "南关教育集团"
GROUP_SCHOOLS = ["YL001", "YL003", "YL004"]


def load_people(password: str) -> None:
    """Everyone and every place, once; accounts that are made get `password`."""
    for code, name, level, parent in REGIONS:
        above = Region.objects.get(code=parent) if parent else None
        Region.objects.get_or_create(
            code=code, defaults={"name": name, "level": level, "parent": above}
        )
    for code, name, kind, region in SCHOOLS:
        school, _made = School.objects.get_or_create(
            code=code,
            defaults={"name": name, "kind": kind, "region": Region.objects.get(code=region)},
        )
        container_for_school(school)
    _load_group()
    for username, name, code in TEACHERS:
        user = _account(username, name, password)
        membership, _made = Membership.objects.get_or_create(
            user=user,
            school=School.objects.get(code=code),
            defaults={"since": today() - timedelta(days=400)},
        )
        TeachingAssignment.objects.get_or_create(membership=membership, subject="chinese", grade=7)
    for username, name in OTHERS:
        _account(username, name, password)
    _load_roles()
    _load_term()


def _account(username: str, name: str, password: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        # With its password at once: a start that is killed must leave no account without one.
        user = User.objects.create(
            username=username,
            name=name,
            is_demonstration=True,
            password=make_password(password),
        )
    TermsAcceptance.objects.get_or_create(user=user, version=TERMS_VERSION)
    return user


def _load_group() -> None:
    group, _made = EducationGroup.objects.get_or_create(
        name=GROUP,
        defaults={
            "region": Region.objects.get(code="990121"),
            "lead_school": School.objects.get(code="YL001"),
        },
    )
    for code in GROUP_SCHOOLS:
        EducationGroupMember.objects.get_or_create(
            education_group=group,
            school=School.objects.get(code=code),
            defaults={"since": today() - timedelta(days=400)},
        )


def _load_roles() -> None:
    county = Region.objects.get(code="990121")
    school = School.objects.get(code="YL001")
    group = EducationGroup.objects.get(name=GROUP)
    grants: list[tuple[str, Role, dict[str, Any]]] = [
        ("librarian", Role.LIBRARY_EDITOR, {"school": school}),
        ("group-editor", Role.LIBRARY_EDITOR, {"education_group": group}),
        ("region-editor", Role.LIBRARY_EDITOR, {"region": county}),
        ("researcher", Role.RESEARCHER, {"region": county, "subject": "chinese"}),
        ("officer", Role.REGION_ADMIN, {"region": county}),
        ("head", Role.SCHOOL_ADMIN, {"school": school}),
        ("portal-editor", Role.PORTAL_EDITOR, {}),
        ("operator", Role.OPERATOR, {}),
        *((f"judge{number}", Role.JUDGE, {"region": county}) for number in range(1, 9)),
    ]
    for username, role, scope in grants:
        RoleGrant.objects.get_or_create(
            user=User.objects.get(username=username),
            role=role,
            **scope,
            defaults={"since": today() - timedelta(days=30)},
        )


@transaction.atomic
def _load_term() -> None:
    """A term that is in its third week today, so that the days on the pages are of this week."""
    city = Region.objects.get(code="990100")
    if Term.objects.filter(region=city).exists():
        return
    first = today() - timedelta(days=today().weekday() + 14)
    autumn = first.month >= 7
    term = Term.objects.create(
        region=city,
        year=first.year,
        season=Term.Season.AUTUMN if autumn else Term.Season.SPRING,
        first_day=first,
        last_day=first + timedelta(weeks=20, days=-3),
    )
    rest: date = first + timedelta(weeks=6)
    Holiday.objects.create(
        term=term, name="期中放假", first_day=rest, last_day=rest + timedelta(days=1)
    )
