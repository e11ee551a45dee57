"""Who comes into a prep group, who goes, who leads; who sets one up (备课组成员)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from lessonprep.groups.access import Action, can
from lessonprep.groups.actions import add_member
from lessonprep.groups.actions.members import (
    LeadsTheGroup,
    NotOfTheGroup,
    SchoolHasMembers,
    add_school,
    end_membership,
    give_role,
    hand_over_leadership,
    invite,
    remove_school,
)
from lessonprep.groups.models import PrepGroup, PrepGroupMember
from lessonprep.groups.queries import former_members_of, members_of
from schools.access import Role as Staff
from schools.models import AuditEntry, Notification, User
from schools.models.dated import today
from tests.conftest import ClientOf
from tests.factories import people
from tests.factories.lessonprep import World, world

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Role = PrepGroupMember.Role


@pytest.fixture
def w() -> World:
    made = world(lessons=2)
    PrepGroupMember.objects.update(since=today() - timedelta(days=40))
    return made


def _member(w: World, user: User) -> PrepGroupMember:
    member: PrepGroupMember = members_of(w.prep_group).get(user=user)
    return member


def _reader(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_one_who_is_put_out_sees_nothing_from_that_moment_and_stays_on_record(
    w: World, client_of: ClientOf
) -> None:
    client = client_of(w.receiver)
    assert client.get(reverse("groups:group", args=[w.prep_group.uuid])).status_code == 200

    end_membership(member=_member(w, w.receiver), by=w.leader)

    assert client.get(reverse("groups:group", args=[w.prep_group.uuid])).status_code == 404
    assert client.get(reverse("plans:board", args=[w.prep_plan.uuid])).status_code == 404
    assert [one.user for one in former_members_of(w.prep_group)] == [w.receiver]
    assert Notification.objects.filter(user=w.receiver, kind="groups.put_out").count() == 1


def test_one_who_was_put_out_can_be_taken_in_again(w: World) -> None:
    end_membership(member=_member(w, w.receiver), by=w.leader)

    invite(prep_group=w.prep_group, user=w.receiver, school=w.receiving, by=w.leader)
    invite(prep_group=w.prep_group, user=w.receiver, school=w.receiving, by=w.leader)

    assert members_of(w.prep_group).filter(user=w.receiver).count() == 1
    assert former_members_of(w.prep_group).count() == 1


def test_a_tenure_of_no_day_leaves_its_line_in_the_audit_log(w: World) -> None:
    came = people.teacher(w.lead)
    member = invite(prep_group=w.prep_group, user=came, school=w.lead, by=w.leader)

    end_membership(member=member, by=w.leader)

    assert not can(_reader(came), Action.SEE, w.prep_group)
    assert AuditEntry.objects.filter(action="prep_group.member_left").count() == 1


def test_only_teachers_of_the_groups_schools_are_taken_in(w: World, client_of: ClientOf) -> None:
    elsewhere, gone = people.teacher(), people.teacher(w.lead, until=today() - timedelta(days=1))

    for user in (elsewhere, gone):
        with pytest.raises(NotOfTheGroup):
            invite(prep_group=w.prep_group, user=user, school=w.lead, by=w.leader)
    membership = elsewhere.memberships.get()
    client_of(w.leader).post(
        reverse("groups:invite", args=[w.prep_group.uuid]), {"membership": membership.pk}
    )

    assert members_of(w.prep_group).count() == 4


def test_the_leader_hands_over_first(w: World, client_of: ClientOf) -> None:
    leader = _member(w, w.leader)

    with pytest.raises(LeadsTheGroup):
        end_membership(member=leader, by=w.leader)
    with pytest.raises(LeadsTheGroup):
        give_role(member=leader, role=Role.MEMBER, by=w.leader)
    client_of(w.leader).post(reverse("groups:leave", args=[w.prep_group.uuid]))

    assert can(_reader(w.leader), Action.MANAGE, w.prep_group)


def test_handing_over_keeps_one_leader_and_both_tenures(w: World) -> None:
    heir = _member(w, w.preparer)

    for _ in range(2):
        hand_over_leadership(prep_group=w.prep_group, to=heir, by=w.leader)

    roles = {one.user: one.role for one in members_of(w.prep_group)}
    assert roles[w.preparer] == Role.LEADER
    assert roles[w.leader] == Role.DEPUTY
    assert list(roles.values()).count(Role.LEADER) == 1
    assert {one.user for one in former_members_of(w.prep_group)} == {w.preparer, w.leader}
    assert not can(_reader(w.leader), Action.MANAGE, w.prep_group)


def test_a_new_role_begins_a_new_tenure(w: World) -> None:
    give_role(member=_member(w, w.receiver), role=Role.DEPUTY, by=w.leader)

    now = _member(w, w.receiver)
    assert (now.role, now.since, now.school) == (Role.DEPUTY, today(), w.receiving)
    assert former_members_of(w.prep_group).get().role == Role.MEMBER


@pytest.mark.parametrize("role", ["leader", "nonsense", ""])
def test_the_role_form_makes_no_leader(w: World, client_of: ClientOf, role: str) -> None:
    member = _member(w, w.receiver)
    address = reverse("groups:role", args=[w.prep_group.uuid, member.pk])

    answer = client_of(w.leader).post(address, {"role": role})

    assert answer.status_code == 404
    assert _member(w, w.receiver).role == Role.MEMBER


def test_a_member_of_another_group_is_not_changed_through_this_one(
    w: World, client_of: ClientOf
) -> None:
    other = world(lessons=1)
    foreign = members_of(other.prep_group).get(user=other.receiver)
    for name in ("put_out", "hand_over"):
        address = reverse(f"groups:{name}", args=[w.prep_group.uuid, foreign.pk])
        assert client_of(w.leader).post(address).status_code == 404

    assert members_of(other.prep_group).count() == 4


def test_a_school_leaves_only_without_members(w: World) -> None:
    with pytest.raises(SchoolHasMembers):
        remove_school(prep_group=w.prep_group, school=w.receiving, by=w.leader)
    end_membership(member=_member(w, w.receiver), by=w.leader)

    remove_school(prep_group=w.prep_group, school=w.receiving, by=w.leader)
    remove_school(prep_group=w.prep_group, school=w.lead, by=w.leader)

    assert [end.school for end in w.prep_group.ends.all()] == [w.lead]


# rights


def _cast(w: World) -> dict[str, User]:
    county = w.lead.region
    return {
        **{name: getattr(w, name) for name in ("leader", "deputy", "preparer", "receiver")},
        "outsider": people.teacher(w.lead),
        "head": people.with_role(Staff.SCHOOL_ADMIN, w.lead),
        "head of the receiving end": people.with_role(Staff.SCHOOL_ADMIN, w.receiving),
        "officer": people.with_role(Staff.REGION_ADMIN, county),
        "officer of another county": people.with_role(Staff.REGION_ADMIN, people.county()),
        "city officer": people.with_role(Staff.REGION_ADMIN, county.parent),
        "researcher": people.with_role(Staff.RESEARCHER, county, subject="chinese"),
        "researcher of music": people.with_role(Staff.RESEARCHER, county, subject="music"),
        "librarian": people.with_role(Staff.LIBRARY_EDITOR, w.lead),
    }


MAY = {
    "leader": "see plan manage",
    "deputy": "see plan",
    "preparer": "see",
    "receiver": "see",
    "head": "manage",
    "officer": "manage",
    "city officer": "manage",
    "researcher": "manage",
}


def test_who_may_do_what_with_a_group(w: World) -> None:
    found = {
        name: " ".join(a.value for a in Action if can(_reader(user), a, w.prep_group))
        for name, user in _cast(w).items()
    }

    assert {name: may for name, may in found.items() if may} == MAY


def test_who_opens_the_people_of_a_group(w: World, client_of: ClientOf) -> None:
    address = reverse("groups:members", args=[w.prep_group.uuid])

    opens = {n for n, u in _cast(w).items() if client_of(u).get(address).status_code == 200}

    assert opens == {name for name, may in MAY.items() if "manage" in may}


def _form(w: World, leader: User, **more: object) -> dict[str, object]:
    return {
        "name": "八年级音乐组",
        "subject": "music",
        "stage": "junior",
        "grade": 8,
        "lead": w.lead.pk,
        "receiving": [w.receiving.pk],
        "leader": leader.username,
        **more,
    }


FOUNDS = {"head", "officer", "city officer", "researcher of music"}


def test_who_sets_up_a_group_over_which_schools(w: World, client_of: ClientOf) -> None:
    for name, user in _cast(w).items():
        form = _form(w, w.preparer, name=f"音乐组 {name}")
        if name == "head":
            form["receiving"] = []
        client_of(user).post(reverse("groups:new"), form)

    made = {group.name.removeprefix("音乐组 ") for group in PrepGroup.objects.all()}
    assert made - {w.prep_group.name} == FOUNDS


def test_a_group_set_up_twice_is_one_with_one_leader(w: World, client_of: ClientOf) -> None:
    client = client_of(people.with_role(Staff.REGION_ADMIN, w.lead.region))

    for _ in range(2):
        client.post(reverse("groups:new"), _form(w, w.preparer))

    made = PrepGroup.objects.get(name="八年级音乐组")
    assert [(one.user, one.role) for one in members_of(made)] == [(w.preparer, Role.LEADER)]


def test_the_leader_of_a_new_group_is_of_its_lead_end_and_nobody_learns_who_is(
    w: World, client_of: ClientOf
) -> None:
    client = client_of(people.with_role(Staff.REGION_ADMIN, w.lead.region))
    elsewhere = people.teacher()

    answers = [
        client.post("/en/workspace/prep-groups/new/", {**_form(w, elsewhere), "leader": typed})
        for typed in (elsewhere.username, "nobody-at-all")
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    words = "No teacher of the lead end has this user name or phone number."
    assert all(words in answer.content.decode() for answer in answers)


def test_a_leader_takes_in_no_school_of_others(w: World, client_of: ClientOf) -> None:
    school = people.school(region=w.lead.region)
    address = reverse("groups:add_school", args=[w.prep_group.uuid])

    client_of(w.leader).post(address, {"school": school.pk})
    by_leader = w.prep_group.ends.count()
    officer = people.with_role(Staff.REGION_ADMIN, w.lead.region)
    client_of(officer).post(address, {"school": school.pk})
    add_school(prep_group=w.prep_group, school=school, by=officer)

    assert (by_leader, w.prep_group.ends.count()) == (2, 3)


def test_members_are_found_by_name_and_paged(w: World, client_of: ClientOf) -> None:
    for number in range(25):
        user = people.teacher(w.lead, name=f"成员{number:02}")
        add_member(prep_group=w.prep_group, user=user, school=w.lead, by=None)
    client = client_of(w.leader)
    address = reverse("groups:members", args=[w.prep_group.uuid])

    first = client.get(address).context["page"]
    found = client.get(address, {"q": "成员07"}).context["page"]

    assert (len(first.object_list), first.paginator.count) == (20, 29)
    assert [one.user.name for one in found] == ["成员07"]
