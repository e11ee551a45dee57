"""The demonstration's city: regions, schools, people, roles and terms; all invented."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
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
    Rotation,
    School,
    SubjectBase,
    TeacherTitle,
    TeachingAssignment,
    Term,
    TermsAcceptance,
    User,
)
from schools.models.dated import today
from schools.staff.actions.bases import make_base, take_in_school
from schools.staff.actions.rotations import arrange_rotation
from schools.staff.actions.titles import enter_title
from schools.terms import TERMS_VERSION
from schools.tree import container_for_school

Level = Region.Level
Kind = School.Kind
Title = TeacherTitle.Kind
TitleLevel = TeacherTitle.Level

REGIONS = [
    ("990000", "青原省", Level.PROVINCE, None),
    ("990100", "清川市", Level.CITY, "990000"),
    ("990121", "云岭县", Level.COUNTY, "990100"),
    ("990121101", "松湾乡", Level.TOWNSHIP, "990121"),
    ("990121102", "石桥镇", Level.TOWNSHIP, "990121"),
    ("990122", "青石县", Level.COUNTY, "990100"),
    ("990122101", "望河镇", Level.TOWNSHIP, "990122"),
    ("990200", "临江市", Level.CITY, "990000"),
    ("990221", "白沙县", Level.COUNTY, "990200"),
]
SCHOOLS = [
    ("YL001", "南关实验学校", Kind.LEADING, "990121"),
    ("YL002", "柳泉初级中学", Kind.ORDINARY, "990121"),
    ("YL003", "青台学校", Kind.CENTRAL, "990121"),
    ("YL004", "松湾九年制学校", Kind.TEACHING_POINT, "990121101"),
    ("YL005", "云岭县第一小学", Kind.LEADING, "990121"),
    ("YL006", "石桥镇中心小学", Kind.CENTRAL, "990121102"),
    ("YL007", "杨家坪教学点", Kind.TEACHING_POINT, "990121102"),
    ("YL008", "城北中学", Kind.ORDINARY, "990121"),
    ("QS001", "青石县实验中学", Kind.LEADING, "990122"),
    ("QS002", "望河镇中心学校", Kind.CENTRAL, "990122101"),
    ("QS003", "青石县第二初级中学", Kind.ORDINARY, "990122"),
    ("QS004", "鹰嘴岩教学点", Kind.TEACHING_POINT, "990122101"),
    ("QS005", "青石县东街小学", Kind.ORDINARY, "990122"),
    ("BS001", "白沙第一中学", Kind.ORDINARY, "990221"),
]
ALL = ("chinese", "mathematics", "music", "history")
TEACHERS = [
    ("preparer", "陈静怡", "YL001", [("chinese", 7)]),
    ("leader", "马文涛", "YL001", [("chinese", 7)]),
    ("receiver", "李秀兰", "YL004", [("chinese", 7)]),
    ("deputy", "赵启明", "YL002", [("chinese", 7)]),
    ("member", "王雪", "YL003", [("chinese", 7)]),
    ("librarian", "周建国", "YL001", [("chinese", 7)]),
    ("head", "高志远", "YL001", [("chinese", 7)]),
    ("outsider", "何玉梅", "BS001", [("chinese", 7)]),
    ("village", "阿依古丽·买买提", "YL004", [(subject, 7) for subject in ALL]),
    ("math-leader", "蒋志明", "QS001", [("mathematics", 7)]),
    ("hanxuemei", "韩雪梅", "YL001", [("music", 7), ("music", 8)]),
    ("shenjia", "沈佳", "QS001", [("mathematics", 7)]),
]
"""Teachers who can sign in with the demonstration's password."""
COLLEAGUES = [
    ("liufang", "刘芳", "YL001", [("mathematics", 7)]),
    ("wuxiaoyan", "吴晓燕", "YL001", [("english", 7)]),
    ("zhengguoqiang", "郑国强", "YL001", [("physics", 8)]),
    ("fenglihua", "冯丽华", "YL001", [("history", 7), ("morality_law", 7)]),
    ("mengqinghua", "孟庆华", "YL002", [("mathematics", 7)]),
    ("suwenjing", "苏文静", "YL002", [("english", 7)]),
    ("tianshuqin", "田淑琴", "YL003", [("english", 3), ("music", 7)]),
    ("weidong", "魏东", "YL003", [("mathematics", 7)]),
    ("luoxiaobing", "罗小兵", "YL003", [("science", 3), ("fine_arts", 1)]),
    ("zhuxiaolin", "朱晓琳", "YL005", [("chinese", 4)]),
    ("jiangxue", "江雪", "YL005", [("english", 3)]),
    ("panwei", "潘伟", "YL005", [("science", 3)]),
    ("baijing", "白婧", "YL005", [("fine_arts", 1)]),
    ("dingxiuying", "丁秀英", "YL006", [("english", 3), ("science", 3)]),
    ("shilei", "石磊", "YL006", [("chinese", 4)]),
    ("maxiaolan", "马小兰", "YL007", [("chinese", 4), ("science", 3), ("fine_arts", 1)]),
    ("fanzhigang", "范志刚", "YL008", [("physics", 8)]),
    ("gumin", "顾敏", "YL008", [("history", 7), ("morality_law", 7)]),
    ("tangliping", "唐丽萍", "QS001", [("chinese", 7)]),
    ("xuxiaodong", "许晓东", "QS001", [("physics", 8)]),
    ("xieting", "谢婷", "QS001", [("english", 7)]),
    ("mayongfu", "马永福", "QS002", [("mathematics", 7), ("physics", 8)]),
    ("qiyulan", "祁玉兰", "QS002", [("music", 7), ("fine_arts", 1)]),
    ("dengxiaojun", "邓小军", "QS003", [("mathematics", 7)]),
    ("penghui", "彭慧", "QS003", [("history", 7)]),
    ("yangchenglin", "杨成林", "QS004", [("chinese", 4), ("science", 3), ("fine_arts", 1)]),
    ("zengli", "曾丽", "QS005", [("english", 3)]),
    ("yuanyuan", "袁媛", "QS005", [("fine_arts", 1)]),
    ("fangzhihong", "方志红", "QS005", [("chinese", 4)]),
]
"""Teachers on the roll who have not been given a password yet."""
OTHERS = [
    ("group-editor", "孙丽"),
    ("region-editor", "高敏"),
    ("city-editor", "贺岚"),
    ("researcher", "杨帆"),
    ("officer", "钱立新"),
    ("qingshi-officer", "邵云"),
    ("portal-editor", "林晓"),
    ("operator", "运维员"),
    ("judge1", "龚雪松"),
    ("judge2", "薛梅"),
    ("judge3", "万立群"),
    ("judge4", "侯桂芳"),
    ("judge5", "毕胜"),
    ("judge6", "乔玉珍"),
    ("judge7", "汤国栋"),
    ("judge8", "夏晓晴"),
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
    for username, name, code, taught in TEACHERS:
        _teacher(_account(username, name, password), code, taught)
    for username, name, code, taught in COLLEAGUES:
        _teacher(_account(username, name, None), code, taught)
    for username, name in OTHERS:
        _account(username, name, password)
    _load_roles()
    _load_term()
    _load_base()
    _load_titles()
    _load_rotation()


def _teacher(user: User, code: str, taught: list[tuple[str, int]]) -> None:
    membership, _made = Membership.objects.get_or_create(
        user=user,
        school=School.objects.get(code=code),
        defaults={"since": today() - timedelta(days=400)},
    )
    for subject, grade in taught:
        TeachingAssignment.objects.get_or_create(
            membership=membership, subject=subject, grade=grade
        )


@cache
def _hashed(password: str) -> str:
    """The hash of a password, made once: fifty times the same known one took half a minute."""
    return make_password(password)


def _account(username: str, name: str, password: str | None) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        # With its password at once: a start that is killed must leave no account without one.
        user = User.objects.create(
            username=username,
            name=name,
            is_demonstration=True,
            password=_hashed(password) if password else make_password(None),
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
    county, city = Region.objects.get(code="990121"), Region.objects.get(code="990100")
    school = School.objects.get(code="YL001")
    group = EducationGroup.objects.get(name=GROUP)
    grants: list[tuple[str, Role, dict[str, Any]]] = [
        ("librarian", Role.LIBRARY_EDITOR, {"school": school}),
        ("group-editor", Role.LIBRARY_EDITOR, {"education_group": group}),
        ("region-editor", Role.LIBRARY_EDITOR, {"region": county}),
        ("city-editor", Role.LIBRARY_EDITOR, {"region": city}),
        ("math-leader", Role.LIBRARY_EDITOR, {"school": School.objects.get(code="QS001")}),
        ("qingshi-officer", Role.REGION_ADMIN, {"region": Region.objects.get(code="990122")}),
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


BASE = "云岭县初中物理学科基地"
TITLES = [
    ("leader", Title.MASTER, TitleLevel.CITY, date(2023, 9, 10)),
    ("preparer", Title.BACKBONE, TitleLevel.CITY, date(2022, 6, 1)),
    ("deputy", Title.BACKBONE, TitleLevel.COUNTY, date(2024, 4, 18)),
    ("math-leader", Title.MASTER, TitleLevel.CITY, date(2021, 9, 10)),
    ("shenjia", Title.YOUNG_TALENT, TitleLevel.COUNTY, date(2025, 5, 4)),
    ("hanxuemei", Title.SUBJECT_LEADER, TitleLevel.COUNTY, date(2024, 9, 10)),
    ("zhengguoqiang", Title.BACKBONE, TitleLevel.COUNTY, date(2023, 4, 18)),
    ("baijing", Title.BACKBONE, TitleLevel.COUNTY, date(2022, 4, 18)),
]


def _load_base() -> None:
    """A base for physics: the junior schools of the county that share its laboratory."""
    county = Region.objects.get(code="990121")
    base = SubjectBase.objects.filter(region=county, name=BASE).first() or make_base(
        name=BASE,
        subject="physics",
        stage="junior",
        region=county,
        lead_school=School.objects.get(code="YL001"),
        by=User.objects.get(username="officer"),
    )
    for code in ("YL008", "YL002"):
        take_in_school(
            base=base,
            school=School.objects.get(code=code),
            by=User.objects.get(username="officer"),
        )
    RoleGrant.objects.get_or_create(
        user=User.objects.get(username="region-editor"),
        role=Role.LIBRARY_EDITOR,
        subject_base=base,
        defaults={"since": today() - timedelta(days=400)},
    )


def _load_titles() -> None:
    for username, kind, level, since in TITLES:
        person = User.objects.get(username=username)
        enter_title(person=person, kind=kind, level=level, since=since, by=None)


def _load_rotation() -> None:
    """A teacher of the leading school teaches at the teaching point for this school year."""
    first = Term.objects.get(region__code="990100").first_day
    home, host = School.objects.get(code="YL001"), School.objects.get(code="YL004")
    person = User.objects.get(username="liufang")
    if not Rotation.objects.filter(user=person, host_school=host).exists():
        arrange_rotation(
            person=person,
            home=home,
            host=host,
            by=User.objects.get(username="officer"),
            since=first,
            until=first + timedelta(days=300),
            subject="mathematics",
        )
