"""Invitations: a link sets a password once; who may make one; slips; ended sessions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from schools.models import AuditEntry, Invitation, Session, User
from schools.signin import actions
from schools.signin.links import token_of
from schools.signin.queries import ids_of
from tests.conftest import ClientOf
from tests.factories import people
from tests.factories.signin import NEW, invited, link, passwords, sign_in, telephone

pytestmark = pytest.mark.django_db
DAY = "/workspace/"
Role = people.Role


def of(user: User) -> str:
    return f"/workspace/sign-in/people/{user.uuid}/"


def without_password(user: User) -> User:
    user.set_unusable_password()
    user.save()
    return user


def test_an_invitation_lets_its_user_set_a_password_and_in() -> None:
    user = without_password(people.user(username="jingyi", terms=False))
    address = actions.invite(user=user, by=None)
    client = Client()
    path = address.removeprefix(address[: address.index("/accounts/")])

    opened = client.get(path)
    answer = client.post(path, passwords())

    assert opened.status_code == 200
    assert answer["Location"] == DAY
    assert client.get(DAY)["Location"].startswith("/accounts/terms/")
    assert sign_in("jingyi", NEW)[1].status_code == 302
    assert AuditEntry.objects.filter(action="signin.invitation_used", actor=user).count() == 1


def test_looking_at_an_invitation_uses_nothing_up_and_is_kept_by_nobody() -> None:
    invitation = invited()

    answers = [Client().get(link(invitation)) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {200}
    assert answers[0]["Cache-Control"] == "private, no-store"
    assert answers[0]["Referrer-Policy"] == "same-origin"
    assert Invitation.objects.get().used_at is None


def test_an_invitation_is_good_once() -> None:
    invitation = invited()
    Client().post(link(invitation), passwords())
    replayed = Client()

    seen = replayed.get("/en" + link(invitation))
    sent = replayed.post(link(invitation), passwords("another-2026-word"))

    assert seen.status_code == sent.status_code == 410
    assert "used already" in seen.content.decode()
    assert "_auth_user_id" not in replayed.session
    assert User.objects.get(pk=invitation.user_id).check_password(NEW)


GONE: list[tuple[str, Callable[[Invitation], Any], str]] = [
    ("too old", lambda i: _set(i, expires_at=timezone.now()), "two weeks are over"),
    ("revoked", lambda i: _set(i, revoked_at=timezone.now()), "taken back"),
    ("closed", lambda i: User.objects.filter(pk=i.user_id).update(is_active=False), "taken back"),
]


def _set(invitation: Invitation, **fields: Any) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(**fields)


@pytest.mark.parametrize(("why", "becomes", "told"), GONE, ids=[row[0] for row in GONE])
def test_what_no_longer_holds_says_why_and_sets_nothing(
    why: str, becomes: Callable[[Invitation], Any], told: str
) -> None:
    invitation = invited()
    becomes(invitation)

    seen = Client().get("/en" + link(invitation))
    sent = Client().post(link(invitation), passwords())

    assert (seen.status_code, sent.status_code) == (410, 410)
    assert told in seen.content.decode()
    assert not User.objects.get(pk=invitation.user_id).has_usable_password()


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1] + ("0" if token[-1] != "0" else "1"),
        lambda token: token[:16],
        lambda token: "0" * 48,
        lambda token: "f" * 16 + token[16:],
        lambda token: token + "0",
        lambda token: token.upper(),
        lambda token: "x" * 400,
    ],
)
def test_a_guessed_token_is_no_invitation(forge: Callable[[str], str]) -> None:
    invitation = invited(key="abcdef0123456789")

    answer = Client().post(f"/accounts/invitation/{forge(token_of(invitation))}/", passwords())

    assert answer.status_code == 404
    assert not User.objects.get(pk=invitation.user_id).has_usable_password()


def test_a_forged_user_in_the_form_is_ignored() -> None:
    other = people.user(username="other")
    invitation = invited()

    client = Client()
    client.post(link(invitation), {**passwords(), "user": other.pk, "username": "other"})

    assert client.session["_auth_user_id"] == str(invitation.user_id)
    assert User.objects.get(pk=other.pk).check_password(people.PASSWORD)


WEAK = ["short1", "12345678", "woaini1314", "Laoshi123!!", "chenjingyi2026", "cjy20261122"]


@pytest.mark.parametrize("password", WEAK)
def test_a_weak_password_is_refused_and_the_invitation_stays(password: str) -> None:
    invitation = invited(without_password(people.user("陈静怡")))

    answer = Client().post(link(invitation), passwords(password))

    assert answer.status_code == 200
    assert Invitation.objects.get().used_at is None


def test_who_is_signed_in_as_somebody_else_is_told_and_signed_out_by_going_on(
    client_of: ClientOf,
) -> None:
    client = client_of(people.user("王雪"))
    invitation = invited()

    seen = client.get(link(invitation)).content.decode()
    client.post(link(invitation), passwords())

    assert "王雪" in seen
    assert client.session["_auth_user_id"] == str(invitation.user_id)


def test_an_invitation_is_no_way_round_the_second_step() -> None:
    invitation = invited()
    telephone(invitation.user)
    client = Client()

    client.post(link(invitation), passwords())

    assert client.get(DAY)["Location"].startswith("/workspace/sign-in/code/")


def test_inviting_twice_makes_one_invitation() -> None:
    user = without_password(people.user())

    first, second = actions.invite(user=user, by=None), actions.invite(user=user, by=None)

    assert first == second
    assert Invitation.objects.count() == 1


def test_a_user_has_one_open_invitation_whatever_code_does() -> None:
    invitation = invited()

    with pytest.raises(IntegrityError), transaction.atomic():
        invited(invitation.user)


def test_the_link_of_an_invitation_is_not_in_the_database() -> None:
    invitation = invited()

    token = token_of(invitation)

    assert token not in str(Invitation.objects.values().get())
    assert token.startswith(invitation.key)


# those who look after people


WHO: list[tuple[str, str, bool]] = [
    ("head", "teacher", True),
    ("head", "second head", True),
    ("head", "librarian of the school", True),
    ("head", "researcher of the county", False),
    ("head", "officer who teaches here", False),
    ("head", "operator who teaches here", False),
    ("head", "teacher elsewhere", False),
    ("head", "teacher who left", False),
    ("head", "head", False),
    ("officer", "teacher", True),
    ("officer", "head", True),
    ("officer", "researcher of the county", True),
    ("officer", "teacher elsewhere", False),
    ("officer", "operator who teaches here", False),
    ("operator", "teacher", True),
    ("operator", "teacher elsewhere", True),
    ("operator", "officer who teaches here", True),
    ("teacher", "second head", False),
    ("librarian of the school", "teacher", False),
    ("researcher of the county", "teacher", False),
]


@pytest.fixture
def cast() -> dict[str, User]:
    school = people.school()
    county = school.region
    yesterday = timezone.localdate() - timedelta(days=1)
    admin = Role.SCHOOL_ADMIN
    return {
        "teacher": people.teacher(school),
        "head": people.with_role(admin, school, people.teacher(school)),
        "second head": people.with_role(admin, school, people.teacher(school)),
        "librarian of the school": people.with_role(
            Role.LIBRARY_EDITOR, school, people.teacher(school)
        ),
        "researcher of the county": people.with_role(
            Role.RESEARCHER, county, people.teacher(school)
        ),
        "officer": people.with_role(Role.REGION_ADMIN, county),
        "officer who teaches here": people.with_role(
            Role.REGION_ADMIN, county, people.teacher(school)
        ),
        "operator": people.with_role(Role.OPERATOR),
        "operator who teaches here": people.with_role(Role.OPERATOR, None, people.teacher(school)),
        "teacher elsewhere": people.teacher(),
        "teacher who left": people.teacher(school, until=yesterday),
    }


@pytest.mark.parametrize(("by", "whom", "may"), WHO)
def test_nobody_looks_after_one_with_more_rights(
    client_of: ClientOf, cast: dict[str, User], by: str, whom: str, may: bool
) -> None:
    client, user = client_of(cast[by]), cast[whom]

    seen = client.get(of(user)).status_code
    done = client.post(f"{of(user)}new-password/").status_code

    assert (seen, done) == ((200, 302) if may else (404, 404))
    user.refresh_from_db()
    assert user.has_usable_password() is not may


def test_setting_back_ends_password_and_sessions_and_is_told(
    client_of: ClientOf, cast: dict[str, User]
) -> None:
    teacher, head = cast["teacher"], cast["head"]
    signed_in = client_of(teacher)

    for _ in range(2):
        client_of(head).post(f"{of(teacher)}new-password/")

    assert signed_in.get(DAY).status_code == 302
    assert sign_in(teacher.username)[1].status_code == 200
    assert AuditEntry.objects.filter(action="password.set_back", actor=head).count() == 1
    assert teacher.notifications.filter(kind="signin.set_back").count() == 1
    assert Invitation.objects.get().is_open


def test_closing_shuts_everything_at_once_and_opening_brings_it_back(
    client_of: ClientOf, cast: dict[str, User]
) -> None:
    teacher, client = cast["teacher"], client_of(cast["head"])
    signed_in, invitation = client_of(teacher), invited(teacher)

    client.post(f"{of(teacher)}close/")
    shut = (signed_in.get(DAY).status_code, Client().get(link(invitation)).status_code)
    refused = sign_in(teacher.username)[1].status_code
    client.post(f"{of(teacher)}reopen/")

    assert shut == (302, 410)
    assert refused == 200
    assert sign_in(teacher.username)[1].status_code == 302


def test_there_is_no_other_deed(client_of: ClientOf, cast: dict[str, User]) -> None:
    answer = client_of(cast["head"]).post(f"{of(cast['teacher'])}delete/")

    assert answer.status_code == 404


def test_a_new_password_of_ones_own_ends_other_sessions_and_an_open_invitation(
    client_of: ClientOf,
) -> None:
    user = people.user()
    here, elsewhere, invitation = client_of(user), client_of(user), invited(user)

    here.post("/accounts/password/", {"old_password": people.PASSWORD, **passwords()})

    assert here.get(DAY).status_code == 200
    assert elsewhere.get(DAY).status_code == 302
    assert Client().get(link(invitation)).status_code == 410


def test_signing_out_everywhere_leaves_this_browser_alone(client_of: ClientOf) -> None:
    user, other = people.user(), people.user()
    here, there, stranger = client_of(user), client_of(user), client_of(other)

    here.post("/workspace/sign-in/elsewhere/")

    assert here.get(DAY).status_code == stranger.get(DAY).status_code == 200
    assert there.get(DAY).status_code == 302
    assert Session.objects.filter(user=user).count() == 1


def test_the_command_prints_a_link_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    user = people.user(username="jingyi")

    call_command("let_in", "jingyi", "--new-password")

    address = capsys.readouterr().out.strip()
    path = address[address.index("/accounts/") :]
    assert sign_in("jingyi")[1].status_code == 200
    assert Client().post(path, passwords()).status_code == 302
    assert user.invitations.count() == 1


# slips


def test_slips_are_for_those_one_looks_after_and_hold_no_password(
    client_of: ClientOf, cast: dict[str, User]
) -> None:
    mine, foreign = without_password(cast["teacher"]), without_password(cast["teacher elsewhere"])
    client = client_of(cast["head"])
    address = actions.slips_url([mine, foreign])

    before = client.get(address).content.decode()
    client.post(address)
    page = client.get(address).content.decode()

    assert "<svg" not in before
    assert page.count("<svg") == 1
    assert mine.name in page
    assert foreign.name not in page
    assert Invitation.objects.get().user == mine
    assert token_of(Invitation.objects.get()) not in page


def test_slips_leave_passwords_that_are_there_alone(
    client_of: ClientOf, cast: dict[str, User]
) -> None:
    teacher = cast["teacher"]

    client_of(cast["head"]).post(actions.slips_url([teacher]))

    teacher.refresh_from_db()
    assert teacher.check_password(people.PASSWORD)
    assert not Invitation.objects.exists()


def test_the_number_of_queries_of_slips_does_not_grow(
    client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    school = people.school()
    client = client_of(people.with_role(Role.SCHOOL_ADMIN, school))
    all_of_them = [invited(without_password(people.teacher(school))).user for _ in range(12)]
    client.get(DAY)

    with django_assert_max_num_queries(100) as few:
        client.get(actions.slips_url(all_of_them[:2]))
    with django_assert_max_num_queries(len(few)):
        client.get(actions.slips_url(all_of_them))


def test_slips_are_paged(client_of: ClientOf) -> None:
    school = people.school()
    client = client_of(people.with_role(Role.SCHOOL_ADMIN, school))
    everyone = [invited(without_password(people.teacher(school))).user for _ in range(98)]

    pages = [
        client.get(actions.slips_url(everyone) + more).content.decode().count("<svg")
        for more in ("", "&page=2")
    ]

    assert pages == [96, 2]


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ("3-5.9", [3, 4, 5, 9]),
        ("", []),
        ("x.-.1-.2", [1, 2]),
        ("9-3", []),
        ("-5", []),
        ("１２", []),
        ("99999999999999999999", []),
    ],
)
def test_people_are_written_short_and_nonsense_is_left_out(written: str, ids: list[int]) -> None:
    assert ids_of(written) == ids


def test_a_huge_range_is_cut() -> None:
    assert len(ids_of("1-999999999999.5-888888888888")) <= 5000


# at once


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_invitation_used_twice_at_the_same_moment_sets_one_password() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite in memory refuses a second writer instead of letting it wait")
    people.site_root()
    invitation = invited()
    together = Barrier(2, timeout=20)

    def use(password: str) -> int:
        client = Client()
        together.wait()
        try:
            return client.post(link(invitation), passwords(password)).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(use, ["first-word-2026", "second-word-2026"]))

    user = User.objects.get(pk=invitation.user_id)
    assert sorted(answers) == [302, 410]
    assert user.check_password("first-word-2026") == (answers[0] == 302)
    assert AuditEntry.objects.filter(action="signin.invitation_used").count() == 1
