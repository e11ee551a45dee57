"""A roster is taken whole or not at all; every bad line is named with its reason."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import Workbook

from schools.access import Role
from schools.curriculum import SchoolSystem
from schools.models import (
    AuditEntry,
    Membership,
    RoleGrant,
    School,
    TeacherTitle,
    TeachingAssignment,
    User,
)
from schools.models.dated import today
from schools.rosters import Outcome, RosterPlan, plan_roster, read_roster
from schools.spreadsheets import UnreadableTable
from schools.staff.actions.rosters import RosterChanged, take_roster
from tests.factories import people

pytestmark = pytest.mark.django_db
HEADER = "学校,姓名,手机号,学科,学段,年级,称号,称号级别,称号起始,角色"
GOOD = "柳泉初级中学,张伟,13800001234,语文、历史,初中,七年级、八年级,骨干教师,县级,2023-09-01,"


@pytest.fixture(autouse=True)
def _in_english(_own_ground: None) -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def liuquan() -> School:
    return people.school("柳泉初级中学", code="YL002")


def plan(text: str, *, by: User | None = None, **more: Any) -> RosterPlan:
    return plan_roster(read_roster(io.BytesIO(text.encode())), by=by, **more)


def line(cells: str) -> str:
    return f"{HEADER}\n{cells}"


def take(text: str, *, by: User | None = None, **more: Any) -> RosterPlan:
    made = plan(text, by=by, **more)
    take_roster(plan=made, by=by)
    return made


# good rows


def test_a_line_makes_an_account_with_all_that_it_says(liuquan: School) -> None:
    take(line(GOOD))

    made = User.objects.get(phone="13800001234")
    assert (made.name, made.username, made.pinyin) == ("张伟", "zhangwei", "zhangwei zw")
    assert not made.has_usable_password()
    assert [m.school for m in made.memberships.all()] == [liuquan]
    taught = TeachingAssignment.objects.filter(membership__user=made)
    assert {(a.subject, a.grade, a.stage) for a in taught} == {
        (subject, grade, "junior") for subject in ("chinese", "history") for grade in (7, 8)
    }
    title = made.titles.get()
    assert (title.kind, title.level, str(title.since)) == ("backbone", "county", "2023-09-01")


def test_the_contracts_own_headings_and_the_school_code_are_understood(liuquan: School) -> None:
    take(
        "school,name,phone,subjects,stage,grades,title,title_level,title_from,roles\n"
        "yl002,张伟,138 0000 1234,chinese,junior,7,master,city,2024-01-01,library_editor"
    )

    made = User.objects.get(phone="13800001234")
    assert made.titles.get().kind == TeacherTitle.Kind.MASTER
    assert made.role_grants.get().school == liuquan


def test_taking_the_same_roster_twice_changes_nothing(liuquan: School) -> None:
    take(line(GOOD))
    before = AuditEntry.objects.count()

    again = take(line(GOOD))

    assert [each.outcome for each in again.lines] == [Outcome.SAME]
    assert AuditEntry.objects.count() == before
    assert User.objects.filter(phone="13800001234").count() == 1


def test_namesakes_are_two_people_told_apart_by_phone(liuquan: School) -> None:
    rows = "柳泉初级中学,张伟,13800001234,,,,,,,\n柳泉初级中学,张伟,13800005678,,,,,,,"

    made = take(line(rows))

    assert sorted(User.objects.filter(name="张伟").values_list("username", flat=True)) == [
        "zhangwei",
        "zhangwei2",
    ]
    assert all(each.notes for each in made.lines)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("张  伟", "张伟"),
        ("张\u3000伟", "张伟"),
        ("买买提・吾守尔", "买买提·吾守尔"),
        ("古丽•阿不都", "古丽·阿不都"),
        ("Maria  Rossi", "Maria Rossi"),
        ("欧阳娜娜", "欧阳娜娜"),
    ],
)
def test_names_are_kept_in_one_way(liuquan: School, written: str, kept: str) -> None:
    made = plan(line(f"柳泉初级中学,{written},13800001234,,,,,,,"))

    assert [(each.ok, each.name) for each in made.lines] == [(True, kept)]


@pytest.mark.parametrize(
    "phone", ["１３８００００１２３４", "+86 138-0000-1234", "138 0000 1234", "8613800001234"[2:]]
)
def test_a_phone_number_is_read_however_it_is_spaced(liuquan: School, phone: str) -> None:
    assert plan(line(f"柳泉初级中学,张伟,{phone},,,,,,,")).lines[0].phone == "13800001234"


@pytest.mark.parametrize(
    ("written", "system", "grades"),
    [
        ("七年级、八年级", "six_three", [7, 8]),
        ("七、八", "six_three", [7, 8]),
        ("3-5", "six_three", [3, 4, 5]),
        ("三至五年级", "six_three", [3, 4, 5]),
        ("初一", "six_three", [7]),
        ("初一", "five_four", [6]),
        ("初四", "five_four", [9]),
        ("高二", "six_three", [11]),
        ("12", "six_three", [12]),
        ("六 年级", "six_three", [6]),
    ],
)
def test_grades_are_read_as_schools_write_them(
    liuquan: School, written: str, system: str, grades: list[int]
) -> None:
    School.objects.update(system=SchoolSystem(system))

    made = plan(line(f"柳泉初级中学,张伟,13800001234,语文,,{written},,,,"))

    assert [grade for _subject, grade, _stage in made.lines[0].taught] == grades


@pytest.mark.parametrize(
    ("title", "level", "kind", "at"),
    [
        ("名师", "市级", "master", "city"),
        ("市级骨干教师", "", "backbone", "city"),
        ("县区级骨干", "县级", "backbone", "county"),
        ("省学科带头人", "", "subject_leader", "province"),
        ("特级教师", "省", "special_grade", "province"),
    ],
)
def test_titles_are_read_with_their_level(
    liuquan: School, title: str, level: str, kind: str, at: str
) -> None:
    made = plan(line(f"柳泉初级中学,张伟,13800001234,,,,{title},{level},2023年9月,"))

    assert [(t.kind, t.level, str(t.since)) for t in made.lines[0].titles] == [
        (kind, at, "2023-09-01")
    ]


def test_a_subject_without_grades_is_kept_with_its_stage(liuquan: School) -> None:
    take(line("柳泉初级中学,张伟,13800001234,音乐,初中,,,,,"))

    taught = TeachingAssignment.objects.get()
    assert (taught.grade, taught.stage) == (None, "junior")


# bad rows


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (",张伟,13800001234,,,,,,,", "school is missing"),
        ("没有的学校,张伟,13800001234,,,,,,,", "没有的学校"),
        ("柳泉初级中学,,13800001234,,,,,,,", "name is missing"),
        ("柳泉初级中学,张3,13800001234,,,,,,,", "张3"),
        ("柳泉初级中学,张,13800001234,,,,,,,", "张"),
        ("柳泉初级中学,<script>,13800001234,,,,,,,", "script"),
        ("柳泉初级中学," + "张" * 41 + ",13800001234,,,,,,,", "张"),
        ("柳泉初级中学,张伟,,,,,,,,", "number is missing"),
        ("柳泉初级中学,张伟,1380000123,,,,,,,", "10"),
        ("柳泉初级中学,张伟,138000012345,,,,,,,", "12"),
        ("柳泉初级中学,张伟,23800001234,,,,,,,", "23800001234"),
        ("柳泉初级中学,张伟,1380000123X,,,,,,,", "X"),
        ("柳泉初级中学,张伟,1.38E+10,,,,,,,", "1.38E+10"),
        ("柳泉初级中学,张伟,13800001234,算术,,,,,,", "算术"),
        ("柳泉初级中学,张伟,13800001234,语文,幼儿园,,,,,", "幼儿园"),
        ("柳泉初级中学,张伟,13800001234,语文,,十三年级,,,,", "十三年级"),
        ("柳泉初级中学,张伟,13800001234,语文,,初四,,,,", "初四"),
        ("柳泉初级中学,张伟,13800001234,语文,小学,七年级,,,,", "Grade 7"),
        ("柳泉初级中学,张伟,13800001234,语文,,5-3,,,,", "5-3"),
        ("柳泉初级中学,张伟,13800001234,语文,,2024-05-03,,,,", "2024-05-03"),
        ("柳泉初级中学,张伟,13800001234,,,七年级,,,,", ""),
        ("柳泉初级中学,张伟,13800001234,,,,优秀教师,市级,2023-09-01,", "优秀教师"),
        ("柳泉初级中学,张伟,13800001234,,,,名师,,2023-09-01,", "名师"),
        ("柳泉初级中学,张伟,13800001234,,,,名师,宇宙级,2023-09-01,", "宇宙级"),
        ("柳泉初级中学,张伟,13800001234,,,,,市级,,", ""),
        ("柳泉初级中学,张伟,13800001234,,,,市级名师,县级,2023-09-01,", "市级名师"),
        ("柳泉初级中学,张伟,13800001234,,,,名师,市级,2999-01-01,", "2999-01-01"),
        ("柳泉初级中学,张伟,13800001234,,,,名师,市级,2023-02-30,", "2023-02-30"),
        ("柳泉初级中学,张伟,13800001234,,,,名师,市级,去年,", "去年"),
        ("柳泉初级中学,张伟,13800001234,,,,名师,市级,2024.1,", "2024.1"),
        ("柳泉初级中学,张伟,13800001234,,,,名师,市级,1900-01-01,", "1900-01-01"),
        ("柳泉初级中学,张伟,13800001234,,,,,,,校长大人", "校长大人"),
        ("柳泉初级中学,张伟,13800001234,,,,,,,运维", "Operator"),
        ("柳泉初级中学,张伟,13800001234,,,,,,,门户编辑", "Portal editor"),
        ("柳泉初级中学,张伟,13800001234,,,,,,,,多了一格", ""),
        ("柳泉初级中学,张伟,13800001234," + "语" * 10_001 + ",,,,,,", "10001"),
    ],
)
def test_a_wrong_line_is_refused_with_its_reason(liuquan: School, cells: str, reason: str) -> None:
    made = plan(line(f"{cells}\n{GOOD.replace('13800001234', '13900001111')}"))

    bad, good = made.lines
    assert (bad.line, bad.ok, good.ok) == (2, False, True)
    assert bad.reason
    assert reason in bad.reason


def test_a_phone_number_twice_in_the_file_names_the_first_line(liuquan: School) -> None:
    made = plan(line(f"{GOOD}\n{GOOD}"))

    assert [each.ok for each in made.lines] == [True, False]
    assert "2" in made.lines[1].reason


def test_a_number_that_belongs_to_another_name_is_refused(liuquan: School) -> None:
    people.teacher(liuquan, "李娜", phone="13800001234")

    made = plan(line(GOOD))

    assert "李娜" in made.refused[0].reason


def test_a_closed_account_is_not_opened_by_a_roster(liuquan: School) -> None:
    people.teacher(liuquan, "张伟", phone="13800001234", is_active=False)

    assert len(plan(line(GOOD)).refused) == 1


def test_two_schools_of_one_name_need_the_code(liuquan: School) -> None:
    people.school("柳泉初级中学", code="YL009")

    assert "柳泉初级中学" in plan(line(GOOD)).refused[0].reason
    assert plan(line(GOOD.replace("柳泉初级中学", "YL009"))).lines[0].ok


# people who are there already


def test_a_changed_school_is_never_a_silent_move(liuquan: School) -> None:
    person = people.teacher(people.school("南关"), "张伟", phone="13800001234")

    made = plan(line(GOOD))

    assert "南关" in made.refused[0].reason
    assert person.memberships.count() == 1


def test_a_move_that_is_allowed_ends_the_old_school(liuquan: School) -> None:
    old = people.school("南关")
    person = people.with_role(
        Role.LIBRARY_EDITOR, old, people.teacher(old, "张伟", phone="13800001234")
    )

    take(line(GOOD), move=True)

    assert [m.school for m in Membership.objects.on().filter(user=person)] == [liuquan]
    assert not RoleGrant.objects.on().filter(user=person).exists()
    assert person.memberships.get(school=old).until == today() - timedelta(days=1)


def test_what_is_taught_is_replaced_by_what_the_line_says(liuquan: School) -> None:
    take(line(GOOD))

    take(line(GOOD.replace("七年级、八年级", "九年级")))

    assert set(TeachingAssignment.objects.values_list("grade", flat=True)) == {9}


def test_a_line_without_subjects_leaves_what_is_taught(liuquan: School) -> None:
    take(line(GOOD))

    take(line("柳泉初级中学,张伟,13800001234,,,,,,,"))

    assert TeachingAssignment.objects.count() == 4


# rights


@pytest.mark.parametrize(
    ("role", "taken"),
    [("学校管理员", True), ("资源库编辑", True), ("教研员", False), ("区域管理员", False)],
)
def test_a_head_gives_no_role_above_the_school(liuquan: School, role: str, taken: bool) -> None:
    head = people.with_role(Role.SCHOOL_ADMIN, liuquan)

    made = plan(line(f"柳泉初级中学,张伟,13800001234,语文,,,,,,{role}"), by=head)

    assert made.lines[0].ok is taken


def test_an_officer_gives_roles_of_the_county(liuquan: School) -> None:
    officer = people.with_role(Role.REGION_ADMIN, liuquan.region)

    take(line("柳泉初级中学,张伟,13800001234,语文,初中,,,,,教研员"), by=officer)

    grant = RoleGrant.objects.get(role=Role.RESEARCHER)
    assert (grant.region, grant.subject, grant.stage) == (liuquan.region, "chinese", "junior")
    assert grant.granted_by == officer


def test_a_head_takes_in_nobody_for_another_school(liuquan: School) -> None:
    head = people.with_role(Role.SCHOOL_ADMIN, people.school("南关"))

    assert len(plan(line(GOOD), by=head).refused) == 1


def test_a_head_may_leave_the_school_out(liuquan: School) -> None:
    head = people.with_role(Role.SCHOOL_ADMIN, liuquan)
    rows = read_roster(io.BytesIO("姓名,手机号\n张伟,13800001234".encode()), of_one_school=True)

    assert plan_roster(rows, by=head).lines[0].school == liuquan


def test_a_head_learns_neither_name_nor_school_of_a_stranger(liuquan: School) -> None:
    head = people.with_role(Role.SCHOOL_ADMIN, liuquan)
    people.teacher(people.school("南关"), "李娜", phone="13800001234")
    people.teacher(people.school("北关"), "王芳", phone="13800005678")

    made = plan(line(f"{GOOD}\n柳泉初级中学,王芳,13800005678,,,,,,,"), by=head, move=True)

    assert len(made.refused) == 2
    assert not any(word in each.reason for each in made.refused for word in ("李娜", "北关"))


def test_a_head_takes_in_nobody_with_roles_above(liuquan: School) -> None:
    head = people.with_role(Role.SCHOOL_ADMIN, liuquan)
    people.with_role(Role.REGION_ADMIN, liuquan.region, people.user("张伟", phone="13800001234"))

    assert len(plan(line(GOOD), by=head).refused) == 1


# all or nothing


def test_an_account_made_meanwhile_undoes_the_whole_roster(liuquan: School) -> None:
    made = plan(line(f"{GOOD}\n柳泉初级中学,李娜,13800005678,,,,,,,"))
    people.user("李娜", phone="13800005678")

    with pytest.raises(RosterChanged):
        take_roster(plan=made, by=None)

    assert not User.objects.filter(phone="13800001234").exists()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "名册.csv"


def run(file: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("import_roster", str(file), stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_the_command_takes_every_encoding(liuquan: School, file: Path, encoding: str) -> None:
    file.write_bytes(line(GOOD).encode(encoding))

    run(file)

    assert User.objects.filter(phone="13800001234").exists()


def test_one_bad_line_stops_the_whole_file(liuquan: School, file: Path) -> None:
    file.write_text(line(f"{GOOD}\n柳泉初级中学,李娜,1,,,,,,,"), "utf-8")

    with pytest.raises(CommandError):
        run(file)

    assert not User.objects.filter(phone="13800001234").exists()


def test_the_good_lines_are_kept_where_that_is_asked(
    liuquan: School, file: Path, tmp_path: Path
) -> None:
    file.write_text(line(f"{GOOD}\n柳泉初级中学,李娜,1,,,,,,,"), "utf-8")

    run(file, keep_good=True, report=tmp_path / "out.jsonl")

    report = [json.loads(row) for row in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [(row["line"], row["ok"]) for row in report] == [(2, True), (3, False)]
    assert report[0]["username"] == "zhangwei"
    assert report[0]["grades"] == [7, 8]
    assert report[0]["school"] == "YL002"
    assert User.objects.filter(name="张伟").exists()


def test_a_trial_writes_nothing(liuquan: School, file: Path) -> None:
    file.write_text(line(GOOD), "utf-8")

    run(file, dry_run=True)

    assert not User.objects.filter(phone="13800001234").exists()


def test_the_command_keeps_to_the_right_of_the_one_named(liuquan: School, file: Path) -> None:
    file.write_text(line(GOOD), "utf-8")
    outsider = people.with_role(Role.SCHOOL_ADMIN, people.school())

    with pytest.raises(CommandError):
        run(file, by=outsider.username)
    with pytest.raises(CommandError):
        run(file, by="nobody")

    assert not User.objects.filter(phone="13800001234").exists()


def workbook(*rows: list[Any]) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_workbook_is_taken_with_numbers_as_numbers(liuquan: School, file: Path) -> None:
    file.write_bytes(
        workbook(
            ["学校", "姓名", "手机号", "年级", "学科"],
            ["柳泉初级中学", "张伟", 13800001234, 7, "语文"],
        )
    )

    run(file)

    assert TeachingAssignment.objects.get().grade == 7


def test_a_formula_in_a_line_is_named_and_nothing_is_taken(liuquan: School, file: Path) -> None:
    file.write_bytes(
        workbook(
            ["学校", "姓名", "手机号"],
            ["柳泉初级中学", "=A1", 13800001234],
            ["柳泉初级中学", "李娜", 13800005678],
        )
    )

    with pytest.raises(CommandError):
        run(file)

    assert not User.objects.filter(phone="13800005678").exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a .doc",
        "姓名,手机号\n张伟,13800001234".encode(),
        b"<html><table>",
        b"",
        (line(GOOD) + '\n"x').encode(),
        (line("柳泉初级中学," + "张" * 4_000_000 + ",1")).encode(),
    ],
)
def test_a_file_that_is_no_roster_is_refused_whole(file: Path, raw: bytes) -> None:
    file.write_bytes(raw)

    with pytest.raises(CommandError):
        run(file)
    with pytest.raises(UnreadableTable):
        read_roster(file)


def test_queries_do_not_grow_with_the_lines(
    liuquan: School, django_assert_max_num_queries: Any
) -> None:
    rows = "\n".join(f"柳泉初级中学,张伟,138{number:08},语文,,七年级,,,," for number in range(200))

    with django_assert_max_num_queries(30):
        take(line(rows))

    assert Membership.objects.filter(school=liuquan).count() == 200
