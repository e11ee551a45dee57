"""The staff pages: finding people, taking a roster, moves and rotations, lists to take away."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from schools import audience
from schools.access import Role
from schools.models import (
    AuditEntry,
    Membership,
    Notification,
    RoleGrant,
    RosterUpload,
    School,
    TeachingAssignment,
    User,
)
from schools.models.dated import today
from schools.queries import main_school
from schools.staff.access import place_of
from schools.staff.actions.bases import let_school_go, make_base, take_in_school
from schools.staff.actions.people import move_person, release_person
from schools.staff.actions.roles import end_role, grant_role
from schools.staff.actions.rotations import arrange_rotation, end_rotation
from schools.staff.errors import AlreadyThere, NotAMember, NotYours
from schools.staff.queries import Wanted, masked, people_at
from tests.factories import people

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture
def school() -> School:
    return people.school("柳泉初级中学", code="YL002")


@pytest.fixture
def head(school: School) -> User:
    return people.with_role(Role.SCHOOL_ADMIN, school)


@pytest.fixture
def officer(school: School) -> User:
    return people.with_role(Role.REGION_ADMIN, school.region)


def page_of(school: School) -> str:
    return f"/workspace/staff/school/{school.uuid}/"


# finding


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("张伟", ["张伟"]),
        ("张", ["张伟", "张娜"]),
        ("zhangwei", ["张伟"]),
        ("zw", ["张伟"]),
        ("Zhang", ["张伟", "张娜"]),
        ("1234", ["张伟"]),
        ("138 0000 1234", ["张伟"]),
        ("nobody", []),
        ("'; drop table", []),
    ],
)
def test_people_are_found_by_name_pinyin_and_number(
    school: School, words: str, found: list[str]
) -> None:
    people.teacher(school, "张伟", phone="13800001234")
    people.teacher(school, "张娜", phone="13900005678")

    names = people_at(place_of(school), Wanted(words=words)).values_list("name", flat=True)

    assert sorted(names) == sorted(found)


def test_who_sees_only_the_end_of_a_number_cannot_ask_for_more(school: School) -> None:
    people.teacher(school, "张伟", phone="13800001234")
    place = place_of(people.education_group(school))

    assert people_at(place, Wanted(words="1234"), full=False).count() == 1
    assert people_at(place, Wanted(words="01234"), full=False).count() == 0


def test_people_are_narrowed_by_what_they_teach_and_whether_they_came(school: School) -> None:
    music = people.teaches(people.member(school, people.user("王芳")), "music", 3).membership.user
    people.teaches(people.member(school, people.user("李娜")), "chinese", 7)
    came = people.teacher(school, "赵敏", last_login=timezone.now())
    place = place_of(school)

    assert list(people_at(place, Wanted(subject="music", stage="primary"))) == [music]
    assert list(people_at(place, Wanted(signed_in="yes"))) == [came]
    assert people_at(place, Wanted(signed_in="no")).count() == 2


def test_those_who_left_are_not_listed(school: School) -> None:
    people.teacher(school, until=today() - timedelta(days=1))

    assert not people_at(place_of(school)).exists()


# lists


@pytest.mark.parametrize("more", ["", "?as=xlsx"])
def test_queries_do_not_grow_with_the_people(
    school: School, officer: User, client_of: ClientOf, more: str
) -> None:
    browser = client_of(officer)
    address = f"/workspace/staff/region/{school.region.code}/{more}"

    def counted(n: int) -> int:
        for _number in range(n):
            people.teaches(people.member(school))
        with CaptureQueriesContext(connection) as few:
            browser.get(address)
        return len(few)

    counted(2)
    assert counted(1) == counted(20)


def test_a_list_goes_out_with_the_same_people_and_the_same_rule(
    school: School, client_of: ClientOf
) -> None:
    group = people.education_group(school)
    leader = people.with_role(Role.GROUP_ADMIN, group)
    people.teacher(school, "=1+1", phone="13800001234")

    answer = client_of(leader).get(f"/workspace/staff/group/{group.uuid}/?as=xlsx")

    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[2]][:3] == ["'=1+1", sheet["B2"].value, "138****1234"]
    assert sheet["A2"].data_type == "s"


def test_a_group_sees_masked_numbers_and_a_head_whole_ones(
    school: School, head: User, client_of: ClientOf
) -> None:
    group = people.education_group(school)
    leader = people.with_role(Role.GROUP_ADMIN, group)
    person = people.teacher(school, "张伟", phone="13800001234")

    for address in (
        f"/workspace/staff/group/{group.uuid}/",
        f"/workspace/staff/people/{person.uuid}/",
    ):
        text = client_of(leader).get(address).content.decode()
        assert masked(person.phone) in text
        assert "13800001234" not in text
    assert "13800001234" in client_of(head).get(page_of(school)).content.decode()


def test_an_unknown_filter_narrows_nothing(school: School, head: User, client_of: ClientOf) -> None:
    people.teacher(school, "张伟")

    answer = client_of(head).get(page_of(school) + "?subject=x&stage=%00&title=y&page=zz")

    assert "张伟" in answer.content.decode()


# a roster


def hand_in(browser: Client, text: str) -> str:
    file = SimpleUploadedFile("名册.csv", text.encode("gbk"))
    answer = browser.post("/workspace/staff/roster/", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def counts(**said: int) -> dict[str, int]:
    return {"new": 0, "changed": 0, "same": 0, "moved": 0, "refused": 0, **said}


def test_a_roster_is_looked_at_and_then_taken(
    school: School, head: User, client_of: ClientOf
) -> None:
    browser = client_of(head)
    address = hand_in(browser, "姓名,手机号,学科\n张伟,13800001234,语文\n李娜,13900005678,")

    looked = browser.get(address).content.decode()
    before = User.objects.filter(name="张伟").exists()
    taken = browser.post(address, counts(new=2))

    assert "13800001234" in looked
    assert not before
    assert taken.status_code == 302
    made = User.objects.get(phone="13800001234")
    assert main_school(made) == school
    result = browser.get(address).content.decode()
    assert "/workspace/sign-in/slips/?people=" in result
    assert RosterUpload.objects.get().rows == []


def test_a_roster_is_taken_once_however_often_it_is_sent(
    school: School, head: User, client_of: ClientOf
) -> None:
    browser = client_of(head)
    address = hand_in(browser, "姓名,手机号\n张伟,13800001234")

    answers = [browser.post(address, counts(new=1)).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert User.objects.filter(phone="13800001234").count() == 1


def test_refused_lines_stop_a_roster_unless_they_are_left_out(
    school: School, head: User, client_of: ClientOf
) -> None:
    browser = client_of(head)
    address = hand_in(browser, "姓名,手机号\n张伟,13800001234\n李娜,1")

    stopped = browser.post(address, counts(new=1, refused=1))
    nothing = not User.objects.filter(phone="13800001234").exists()
    browser.post(address, counts(new=1, refused=1) | {"keep_good": "on"})

    assert stopped.status_code == 409
    assert nothing
    assert User.objects.filter(phone="13800001234").exists()


def test_a_roster_that_comes_out_otherwise_is_shown_again(
    school: School, head: User, client_of: ClientOf
) -> None:
    browser = client_of(head)
    address = hand_in(browser, "姓名,手机号\n张伟,13800001234")
    people.teacher(school, "张伟", phone="13800001234")

    answer = browser.post(address, counts(new=1))

    assert answer.status_code == 409
    assert RosterUpload.objects.get().taken_at is None


def test_a_roster_taken_after_the_right_has_ended_takes_nothing(
    school: School, head: User, client_of: ClientOf
) -> None:
    browser = client_of(head)
    address = hand_in(browser, "姓名,手机号\n张伟,13800001234")
    RoleGrant.objects.filter(user=head).delete()

    assert browser.post(address, counts(new=1)).status_code == 404
    assert not User.objects.filter(phone="13800001234").exists()


def test_a_wrong_file_is_told_beside_the_field(
    school: School, head: User, client_of: ClientOf
) -> None:
    file = SimpleUploadedFile("名册.xlsx", b"\xd0\xcf\x11\xe0 old")

    answer = client_of(head).post("/workspace/staff/roster/", {"file": file})

    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]


def test_a_county_allows_moves_by_its_own_word(
    school: School, officer: User, client_of: ClientOf
) -> None:
    old = people.school("南关", region=school.region)
    person = people.teacher(old, "张伟", phone="13800001234")
    browser = client_of(officer)
    address = hand_in(browser, "学校,姓名,手机号\n柳泉初级中学,张伟,13800001234")

    stopped = browser.post(address, counts(refused=1) | {"keep_good": "on"})
    browser.get(address + "?move=on")
    browser.post(address, counts(moved=1) | {"move": "on"})

    assert stopped.status_code in {302, 409}
    assert main_school(User.objects.get(pk=person.pk)) == (
        school if stopped.status_code == 409 else old
    )


def test_the_empty_roster_has_headings_that_are_understood(head: User, client_of: ClientOf) -> None:
    answer = client_of(head).get("/workspace/staff/roster/empty.xlsx")

    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["学校", "姓名", "手机号"]


# moves, rotations, roles, bases


def test_a_move_ends_the_old_school_and_its_roles(school: School, officer: User) -> None:
    old = people.school("南关", region=school.region)
    person = people.with_role(Role.LIBRARY_EDITOR, old, people.teacher(old))

    move_person(person=person, to=school, by=officer)

    assert main_school(person) == school
    assert not RoleGrant.objects.on().filter(user=person).exists()
    assert Notification.objects.filter(user=person).count() == 1
    with pytest.raises(AlreadyThere):
        move_person(person=person, to=school, by=officer)


def test_one_who_is_released_has_no_school_and_can_be_taken_in(school: School, head: User) -> None:
    person = people.teacher(school)

    assert release_person(person=person, school=school, by=head)
    assert not release_person(person=person, school=school, by=head)

    assert main_school(person) is None


def test_a_rotation_gives_the_tokens_of_both_schools_while_it_runs(
    school: School, officer: User
) -> None:
    home = people.school("南关", region=school.region)
    person = people.teacher(home)
    rotation = arrange_rotation(
        person=person,
        home=home,
        host=school,
        by=officer,
        since=today() - timedelta(days=3),
        until=today() + timedelta(days=30),
    )

    during = audience.tokens_of(person)
    after = audience.tokens_of(person, today() + timedelta(days=31))
    end_rotation(rotation=rotation, by=officer)
    ended = audience.tokens_of(User.objects.get(pk=person.pk))

    both = {audience.school(home.pk), audience.school(school.pk)}
    assert both <= during
    assert main_school(person) == home
    assert audience.school(school.pk) not in after | ended
    assert Membership.objects.on().filter(user=person).count() == 1


def test_a_rotation_needs_the_home_school_and_no_second_time(school: School, officer: User) -> None:
    home = people.school("南关", region=school.region)
    person = people.teacher(home)
    dates: dict[str, Any] = {"since": today(), "until": today() + timedelta(days=9)}
    first = arrange_rotation(person=person, home=home, host=school, by=officer, **dates)

    assert arrange_rotation(person=person, home=home, host=school, by=officer, **dates) == first
    with pytest.raises(AlreadyThere):
        arrange_rotation(person=person, home=home, host=school, by=officer, since=today())
    with pytest.raises(NotAMember):
        arrange_rotation(
            person=people.teacher(school), home=home, host=school, by=officer, since=today()
        )


def test_a_head_cannot_send_anybody_to_another_school(school: School, head: User) -> None:
    with pytest.raises(NotYours):
        arrange_rotation(
            person=people.teacher(school),
            home=school,
            host=people.school(region=school.region),
            by=head,
            since=today(),
        )


def test_a_role_holds_from_its_day_and_ends_at_once(school: School, head: User) -> None:
    person = people.teacher(school)
    later = today() + timedelta(days=5)
    grant = grant_role(person=person, role=Role.LIBRARY_EDITOR, scope=school, by=head, since=later)

    assert not RoleGrant.objects.on().filter(user=person).exists()
    assert end_role(grant=grant, by=head)
    assert not end_role(grant=grant, by=head)
    assert not RoleGrant.objects.filter(user=person).exists()


def test_nobody_gives_a_role_above_their_own(school: School, head: User) -> None:
    with pytest.raises(NotYours):
        grant_role(
            person=people.teacher(school), role=Role.REGION_ADMIN, scope=school.region, by=head
        )


def test_a_county_enters_a_researcher_who_belongs_to_no_school(
    school: School, officer: User, client_of: ClientOf
) -> None:
    address = f"/workspace/staff/region/{school.region.code}/add/"
    form = {"name": "杨帆", "phone": "13600001111", "role": "researcher"}

    answer = client_of(officer).post(address, form)
    again = client_of(officer).post(address, form)

    made = User.objects.get(phone="13600001111")
    assert (answer.status_code, again.status_code) == (302, 200)
    assert (made.username, made.has_usable_password()) == ("yangfan", False)
    assert RoleGrant.objects.get(user=made).region == school.region


def test_schools_of_a_base_hold_its_token_while_they_belong(school: School, officer: User) -> None:
    lead = people.school("南关", region=school.region)
    base = make_base(
        name="物理基地",
        subject="physics",
        stage="junior",
        region=school.region,
        lead_school=lead,
        by=officer,
    )
    person = people.teacher(school)
    take_in_school(base=base, school=school, by=officer)

    assert audience.base(base.pk) in audience.tokens_of(person)
    assert let_school_go(base=base, school=school, by=officer)
    assert not let_school_go(base=base, school=lead, by=officer)
    fresh = User.objects.get(pk=person.pk)
    assert audience.base(base.pk) not in audience.tokens_of(fresh)


# forms


def test_a_stale_form_overwrites_nobody(school: School, head: User, client_of: ClientOf) -> None:
    person = people.teacher(school, "张伟", phone="13800001234")
    address = f"/workspace/staff/people/{person.uuid}/correct/"
    browser = client_of(head)

    browser.post(address, {"name": "张维", "phone": "13800001234", "base": "张伟 13800001234"})
    stale = browser.post(
        address, {"name": "章伟", "phone": "13800001234", "base": "张伟 13800001234"}
    )

    assert stale.status_code == 409
    assert User.objects.get(pk=person.pk).name == "张维"
    assert User.objects.get(pk=person.pk).pinyin == "zhangwei zw"


def test_what_a_teacher_teaches_is_changed_by_hand(
    school: School, head: User, client_of: ClientOf
) -> None:
    person = people.teacher(school, "张伟")
    membership = person.memberships.get()
    TeachingAssignment.objects.create(membership=membership, subject="chinese", grade=7)
    (old,) = membership.assignments.filter(subject="chinese", grade=7)
    others = membership.assignments.exclude(pk=old.pk).count()
    address = f"/workspace/staff/people/{person.uuid}/taught/"
    browser = client_of(head)
    said = {"ended": [old.pk], "subject": "music", "stage": "junior"}

    before = browser.get(f"/workspace/staff/people/{person.uuid}/").content.decode()
    for _twice in range(2):
        browser.post(address, said)
    wrong = browser.post(address, {"subject": "english"})
    forged = browser.post(address, {"ended": ["999999"], "subject": "english", "grade": "7"})

    now = {(each.subject, each.grade, each.stage) for each in membership.assignments.all()}
    assert address in before
    assert ("music", None, "junior") in now
    assert ("chinese", 7, "junior") not in now
    assert len(now) == others + 1
    assert wrong.context["taught"].errors["grade"]
    assert forged.context["taught"].errors["ended"]
    assert AuditEntry.objects.filter(action="person.taught", actor=head).count() == 1


def test_a_number_of_another_account_is_told_beside_the_field(
    school: School, head: User, client_of: ClientOf
) -> None:
    people.user("李娜", phone="13900005678")
    person = people.teacher(school, "张伟", phone="13800001234")

    answer = client_of(head).post(
        f"/workspace/staff/people/{person.uuid}/correct/",
        {"name": "张伟", "phone": "13900005678", "base": "张伟 13800001234"},
    )

    assert answer.context["correct"].errors["phone"]
    assert "李娜" not in answer.content.decode()


def test_nobody_ends_their_own_administration(
    school: School, head: User, client_of: ClientOf
) -> None:
    grant = RoleGrant.objects.get(user=head)

    client_of(head).post(f"/workspace/staff/roles/{grant.pk}/end/")

    assert RoleGrant.objects.on().filter(pk=grant.pk).exists()


def test_the_way_to_the_staff_pages_is_shown_to_those_who_have_any(
    school: School, head: User, client_of: ClientOf
) -> None:
    there = client_of(head).get("/workspace/me/").content.decode()
    teacher = client_of(people.teacher(school)).get("/workspace/me/").content.decode()

    assert "/workspace/staff/" in there
    assert "/workspace/staff/" not in teacher
