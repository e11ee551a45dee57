"""The second step: who has to have one, what a session without it gets, what a code is good for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from schools.access import Scope
from schools.models import AuditEntry, RememberedBrowser, User
from schools.signin import second_step
from tests.conftest import ClientOf
from tests.factories import people
from tests.factories.signin import (
    KEY,
    backup_codes,
    code,
    sign_in,
    telephone,
    wait_is_over,
    wrong_code,
)

pytestmark = pytest.mark.django_db
DAY = "/workspace/"
CODE = "/workspace/sign-in/code/"
SET_UP = "/workspace/sign-in/set-up/"
CODES = "/workspace/sign-in/codes/"
Role = people.Role


@pytest.fixture
def production(settings: Any) -> None:
    settings.GONGBEI_MODE = "production"


def half(user: User) -> Client:
    """A browser that has shown the password only."""
    return sign_in(user.username)[0]


def through(client: Client, typed: str, **more: str) -> Any:
    return client.post(CODE, {"code": typed, **more})


ROLES: list[tuple[Role, str, bool]] = [
    (Role.SCHOOL_ADMIN, "school", True),
    (Role.GROUP_ADMIN, "group", True),
    (Role.REGION_ADMIN, "region", True),
    (Role.PORTAL_EDITOR, "", True),
    (Role.OPERATOR, "", True),
    (Role.LIBRARY_EDITOR, "school", False),
    (Role.RESEARCHER, "region", False),
    (Role.JUDGE, "region", False),
]


@pytest.mark.parametrize("mode", ["demo", "production"])
@pytest.mark.parametrize(("role", "scope", "staff"), ROLES)
def test_in_production_staff_must_set_it_up_at_their_next_sign_in(
    settings: Any, mode: str, role: Role, scope: str, staff: bool
) -> None:
    settings.GONGBEI_MODE = mode
    school = people.school()
    group = people.education_group(school)
    places: dict[str, Scope] = {"school": school, "group": group, "region": school.region}
    client = half(people.with_role(role, places.get(scope)))

    answer = client.get(DAY)

    must = staff and mode == "production"
    assert answer.status_code == (302 if must else 200)
    if must:
        assert answer["Location"] == f"{SET_UP}?next=%2Fworkspace%2F"


ANYWHERE = [
    "/",
    "/en/",
    DAY,
    "/workspace/me/",
    "/workspace/sign-in/",
    "/workspace/sign-in/codes/",
    "/workspace/nothing/",
    "/admin/",
    "/accounts/password/",
    "/accounts/terms/",
    "/search/",
    "/library/",
    "/feed/",
    "/sitemap.xml",
]


@pytest.mark.parametrize("address", ANYWHERE)
def test_a_session_without_its_second_step_gets_nothing_else(address: str) -> None:
    user = people.with_role(Role.OPERATOR)
    telephone(user)
    client = half(user)

    seen, sent = client.get(address), client.post(address)

    prefix = "/en" if address.startswith("/en") else ""
    assert seen.status_code == sent.status_code == 302
    assert seen["Location"].startswith(f"{prefix}{CODE}?next=")
    assert sent["Location"] == prefix + CODE


def test_it_gets_nothing_from_the_api_and_no_other_page_of_signing_in() -> None:
    user = people.user()
    telephone(user)
    client = half(user)

    api = client.get("/api/v1/resources")
    others = [
        client.get(address).status_code for address in (SET_UP, "/workspace/sign-in/password/")
    ]

    assert api.status_code == 403
    assert api.json()["error"]["code"] == "second_step_missing"
    assert others == [302, 302]


def test_the_right_code_leads_on_to_where_one_was_going() -> None:
    user = people.user()
    telephone(user)
    client = half(user)
    before = client.session.session_key

    answer = through(client, code(), next="/workspace/me/")

    assert answer["Location"] == "/workspace/me/"
    assert client.session.session_key != before
    assert client.get("/workspace/me/").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_a_code_never_leads_off_the_site(elsewhere: str) -> None:
    user = people.user()
    telephone(user)

    answer = through(half(user), code(), next=elsewhere)

    assert answer["Location"] == DAY


@pytest.mark.parametrize(
    ("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_half_a_minute_off(steps: int, good: bool) -> None:
    for _again in range(3):
        shown = code()
        user = people.user()
        telephone(user)
        client = half(user)

        through(client, code(steps=steps))
        answer = client.get(DAY)
        if code() == shown:
            break  # no half minute has ended in between

    assert (answer.status_code == 200) is good


def test_a_code_is_good_once() -> None:
    user = people.user()
    telephone(user)
    now = code()
    first, second = half(user), half(user)

    through(first, now)
    refused = through(second, now)

    assert first.get(DAY).status_code == 200
    assert refused.status_code == 200
    assert second.get(DAY).status_code == 302


def test_a_backup_code_is_good_once_however_it_is_typed() -> None:
    user = people.user()
    telephone(user)
    first_code, second_code, *rest = backup_codes(user)

    answers = []
    for typed in (first_code.upper().replace("-", " "), first_code, second_code):
        wait_is_over(user)
        client = half(user)
        through(client, typed)
        answers.append(client.get(DAY).status_code)

    assert answers == [200, 302, 200]
    assert second_step.backup_codes_left(user) == len(rest)


def test_backup_codes_are_not_in_the_database() -> None:
    from django_otp.plugins.otp_static.models import StaticToken

    codes = backup_codes(people.user())

    kept = set(StaticToken.objects.values_list("token", flat=True))

    assert len(kept) == 10
    assert not kept & ({*codes} | {each.replace("-", "") for each in codes})


def test_each_wrong_code_doubles_the_wait_and_the_right_one_waits_too() -> None:
    user = people.user()
    telephone(user)
    client = half(user)
    for _ in range(6):
        wait_is_over(user)
        through(client, wrong_code())

    told = client.post("/en" + CODE, {"code": code()}).content.decode()

    assert "try again in" in told
    assert client.get(DAY).status_code == 302
    assert second_step.wait_of(user) > 25


@pytest.mark.parametrize(
    "typed", ["", "x", "12345", "1234567", "١٢٣٤٥٦", "-00001", "9" * 21, "a\x00b", "１２３４５６"]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    user = people.user()
    telephone(user)
    client = half(user)

    answer = through(client, typed)

    assert answer.status_code == 200
    assert client.get(DAY).status_code == 302


def test_the_code_of_another_user_opens_nothing() -> None:
    user, other = people.user(), people.user()
    telephone(user)
    telephone(other, "b2" * 20)
    client = half(user)

    through(client, code("b2" * 20))

    assert client.get(DAY).status_code == 302


# setting up


def test_setting_up_shows_the_key_and_takes_its_first_code(production: None) -> None:
    user = people.with_role(Role.OPERATOR)
    client = half(user)
    page = client.get(SET_UP).content.decode()
    key = client.session[second_step.PENDING_KEY]

    wrong = client.post(SET_UP, {"code": wrong_code(key)})
    right = client.post(SET_UP, {"code": code(key)}, follow=True)

    assert "<svg" in page
    assert second_step.spelt(key) in page
    assert wrong.status_code == 200
    assert right.redirect_chain[-1][0] == CODES
    assert TOTPDevice.objects.get(user=user).key == key
    assert AuditEntry.objects.filter(action="second_step.set_up", actor=user).count() == 1
    assert client.get(DAY).status_code == 200


def test_the_code_that_set_it_up_does_not_sign_in_elsewhere(production: None) -> None:
    user = people.with_role(Role.OPERATOR)
    client = half(user)
    client.get(SET_UP)
    used = code(client.session[second_step.PENDING_KEY])
    client.post(SET_UP, {"code": used})
    other = half(user)

    through(other, used)

    assert other.get(DAY).status_code == 302


def test_backup_codes_are_shown_until_put_away_and_then_never_again(client_of: ClientOf) -> None:
    client = client_of(people.user())
    client.get(SET_UP)
    client.post(SET_UP, {"code": code(client.session[second_step.PENDING_KEY])})

    shown = client.get(CODES)
    put_away = client.post(CODES)
    afterwards = client.get(CODES)

    assert shown.content.decode().count("<code>") == 10
    assert put_away.status_code == afterwards.status_code == 302


def test_setting_up_sent_twice_makes_one_telephone(client_of: ClientOf) -> None:
    user = people.user()
    client = client_of(user)
    client.get(SET_UP)
    key = client.session[second_step.PENDING_KEY]
    step = second_step.fits(key, code(key))
    assert step is not None

    first = second_step.keep_device(user, key, step)
    second = second_step.keep_device(user, key, step)

    assert (first, second) == (True, False)
    assert TOTPDevice.objects.filter(user=user).count() == 1


def test_a_key_in_the_form_is_ignored(client_of: ClientOf) -> None:
    user = people.user()
    client = client_of(user)
    client.get(SET_UP)

    client.post(SET_UP, {"code": code(KEY), "key": KEY, "user": "1"})

    assert not TOTPDevice.objects.exists()


def test_setting_up_ends_the_sessions_elsewhere(client_of: ClientOf) -> None:
    user = people.user()
    elsewhere, client = client_of(user), client_of(user)
    client.get(SET_UP)

    client.post(SET_UP, {"code": code(client.session[second_step.PENDING_KEY])})

    assert client.get(DAY).status_code == 200
    assert elsewhere.get(DAY).status_code == 302


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", SET_UP),
        ("post", SET_UP),
        ("post", "/workspace/sign-in/turn-off/"),
        ("post", "/workspace/sign-in/codes/new/"),
    ],
)
def test_an_old_session_types_the_password_before_it_changes_the_second_step(
    client_of: ClientOf, method: str, address: str
) -> None:
    user = people.user()
    client = client_of(user)
    session = client.session
    session["password_at"] = 0
    session.save()

    refused = getattr(client, method)(address)
    client.post("/workspace/sign-in/password/", {"password": people.PASSWORD})
    allowed = client.get(SET_UP)

    assert refused["Location"].startswith("/workspace/sign-in/password/?next=")
    assert allowed.status_code == 200


@pytest.mark.parametrize(("mode", "left"), [("demo", 0), ("production", 1)])
def test_who_must_have_it_cannot_turn_it_off(settings: Any, mode: str, left: int) -> None:
    settings.GONGBEI_MODE = mode
    user = people.with_role(Role.OPERATOR)
    telephone(user)
    client = half(user)
    through(client, code())

    client.post("/workspace/sign-in/turn-off/")

    assert TOTPDevice.objects.filter(user=user).count() == left


def test_new_backup_codes_replace_the_old_ones() -> None:
    user = people.user()
    telephone(user)
    old = backup_codes(user)[0]
    client = half(user)
    through(client, code())

    shown = client.post("/workspace/sign-in/codes/new/", follow=True)
    through(fresh := half(user), old)

    assert shown.content.decode().count("<code>") == 10
    assert fresh.get(DAY).status_code == 302


# remembered browsers


def test_a_remembered_browser_is_not_asked_for_a_month() -> None:
    user = people.user()
    telephone(user)
    client = half(user)
    through(client, code(), remember="on")
    client.post("/accounts/logout/")

    client.post("/accounts/login/", {"username": user.username, "password": people.PASSWORD})
    within = client.get(DAY).status_code
    RememberedBrowser.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"username": user.username, "password": people.PASSWORD})

    assert within == 200
    assert client.get(DAY).status_code == 302


def test_a_remembered_browser_is_remembered_for_one_user_only() -> None:
    user, other = people.user(), people.user()
    telephone(user)
    telephone(other, "b2" * 20)
    client = half(user)
    through(client, code(), remember="on")
    client.post("/accounts/logout/")

    client.post("/accounts/login/", {"username": other.username, "password": people.PASSWORD})

    assert client.get(DAY).status_code == 302


def test_a_forged_cookie_is_no_memory() -> None:
    user = people.user()
    telephone(user)
    client = half(user)
    client.cookies[second_step.COOKIE] = f"{user.pk}.nonsense"

    assert client.get(DAY).status_code == 302


def test_signing_out_everywhere_forgets_the_browsers_too() -> None:
    user = people.user()
    telephone(user)
    client = half(user)
    through(client, code(), remember="on")

    client.post("/workspace/sign-in/elsewhere/")

    assert not RememberedBrowser.objects.exists()
    assert client.get(DAY).status_code == 200


# lost


def test_who_looks_after_the_account_takes_a_lost_telephone_away(client_of: ClientOf) -> None:
    school = people.school()
    teacher = people.teacher(school)
    officer = people.with_role(Role.REGION_ADMIN, school.region)
    telephone(teacher)
    client = half(teacher)
    through(client, code())

    client_of(officer).post(f"/workspace/sign-in/people/{teacher.uuid}/reset-second-step/")

    assert not TOTPDevice.objects.filter(user=teacher).exists()
    assert client.get(DAY).status_code == 302
    assert AuditEntry.objects.get(action="second_step.reset").actor == officer


def test_the_operator_takes_it_away_by_command() -> None:
    user = people.with_role(Role.OPERATOR)
    telephone(user)

    call_command("let_in", user.username, "--without-second-step")

    assert not TOTPDevice.objects.exists()


def test_sessions_of_staff_are_short(production: None) -> None:
    staff, teacher = people.with_role(Role.OPERATOR), people.user()
    telephone(staff)
    short = half(staff)
    through(short, code())
    long = half(teacher)
    long.get(DAY)

    assert 0 <= 12 * 3600 - short.session.get_expiry_age() < 60
    assert long.session.get_expiry_age() == 14 * 24 * 3600


def test_a_signed_in_reader_costs_no_query_for_it(
    client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(people.user())
    client.get(DAY)

    with django_assert_max_num_queries(3) as asked:
        client.get("/about/")

    assert not any("otp_" in query["sql"] for query in asked.captured_queries)
