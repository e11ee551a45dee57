"""Lock-out: who has to wait after wrong passwords, who does not, and who lets them in at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone

from schools.models import AuditEntry
from schools.signin import lockout
from tests.conftest import ClientOf
from tests.factories import people
from tests.factories.signin import LOGIN, sign_in

pytestmark = pytest.mark.django_db
LIMIT = settings.AXES_FAILURE_LIMIT
DAY = "/workspace/"
HERE: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.5"}
THERE: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.77"}


def fail(name: str, times: int = LIMIT, **meta: Any) -> Any:
    """The last answer to so many wrong passwords."""
    answers = [sign_in(name, "wrong", **meta)[1] for _ in range(times)]
    return answers[-1]


def test_after_five_wrong_passwords_the_right_one_has_to_wait_too() -> None:
    people.user(username="jingyi")

    fourth = fail("jingyi", LIMIT - 1)
    fifth = fail("jingyi", 1)
    client, right = sign_in("jingyi")

    assert (fourth.status_code, fifth.status_code, right.status_code) == (200, 429, 429)
    assert "15" in fifth.content.decode()
    assert fifth["Retry-After"] == "900"
    assert "_auth_user_id" not in client.session


def test_the_page_of_the_lockout_is_in_the_readers_language() -> None:
    for _ in range(LIMIT):
        answer = Client().post("/en" + LOGIN, {"username": "nobody", "password": "x"})

    assert "You can try again in 15 minutes" in answer.content.decode()


def test_an_unknown_name_is_locked_like_a_known_one() -> None:
    people.user(username="jingyi")

    known, unknown = fail("jingyi"), fail("nobody")

    assert known.status_code == unknown.status_code == 429
    assert known.content.replace(b"jingyi", b"") == unknown.content.replace(b"nobody", b"")


def test_only_the_name_at_that_address_waits() -> None:
    people.user(username="jingyi")
    people.user(username="wangxue")
    fail("jingyi", **HERE)

    answers = {
        "elsewhere": sign_in("jingyi", **THERE)[1].status_code,
        "somebody else": sign_in("wangxue", **HERE)[1].status_code,
        "the same": sign_in("jingyi", **HERE)[1].status_code,
    }

    assert answers == {"elsewhere": 302, "somebody else": 302, "the same": 429}


def test_another_browser_at_the_address_is_the_same_address() -> None:
    people.user(username="jingyi")
    for number in range(LIMIT):
        sign_in("jingyi", "wrong", **HERE, HTTP_USER_AGENT=f"browser {number}")

    assert sign_in("jingyi", **HERE, HTTP_USER_AGENT="fresh")[1].status_code == 429


def test_an_address_that_tries_many_names_waits_whatever_it_tries(settings: Any) -> None:
    settings.GONGBEI_ADDRESS_FAILURE_LIMIT = 6
    people.user(username="jingyi")
    for number in range(6):
        sign_in(f"teacher-{number}", "gongbei", **HERE)

    here, there = sign_in("jingyi", **HERE)[1], sign_in("jingyi", **THERE)[1]

    assert (here.status_code, there.status_code) == (429, 302)


def test_signing_in_well_forgets_the_own_failures_and_nobody_elses() -> None:
    people.user(username="jingyi", phone="13800138000")
    fail("jingyi", LIMIT - 1)
    fail("13800138000", LIMIT - 1)
    fail("wangxue", LIMIT - 1)

    sign_in("jingyi")

    assert {attempt.username for attempt in AccessAttempt.objects.all()} == {"wangxue"}
    assert fail("jingyi", LIMIT - 1).status_code == 200


def test_the_wait_ends_and_trying_meanwhile_does_not_lengthen_it() -> None:
    people.user(username="jingyi")
    fail("jingyi")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    meanwhile = fail("jingyi", 3)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    _, afterwards = sign_in("jingyi")

    assert (meanwhile.status_code, afterwards.status_code) == (429, 302)


def test_the_record_of_failures_holds_no_password() -> None:
    sign_in("jingyi", "my-secret-word")

    attempt = AccessAttempt.objects.get()

    assert "my-secret-word" not in attempt.post_data + attempt.get_data


@pytest.mark.parametrize("name", ["x" * 5000, "a\x00b", "<script>", "' OR 1=1 --", "\ud83d\ude00"])
def test_a_hostile_name_is_refused_and_nothing_breaks(name: str) -> None:
    name = name.encode("utf-16", "surrogatepass").decode("utf-16")

    _, answer = sign_in(name, "wrong")

    assert answer.status_code == 200


def test_sign_ins_are_on_record_with_their_address() -> None:
    people.user(username="jingyi")

    sign_in("jingyi", **HERE)

    assert AccessLog.objects.get().ip_address == "203.0.113.5"


ADDRESSES: list[tuple[int, str, str, str | None]] = [
    (0, "203.0.113.5", "", "203.0.113.5"),
    (0, "203.0.113.5", "198.51.100.1", "203.0.113.5"),
    (1, "10.0.0.2", "198.51.100.1", "198.51.100.1"),
    (1, "10.0.0.2", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
    (2, "10.0.0.2", "1.1.1.1, 198.51.100.1, 10.0.0.9", "198.51.100.1"),
    (1, "10.0.0.2", "", "10.0.0.2"),
    (2, "10.0.0.2", "198.51.100.1", "10.0.0.2"),
    (1, "10.0.0.2", "made up", None),
    (0, "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
    (0, "::ffff:203.0.113.5", "", "203.0.113.5"),
    (0, "", "", None),
]


@pytest.mark.parametrize(("proxies", "remote", "passed", "expected"), ADDRESSES)
def test_the_address_is_what_our_own_proxy_saw(
    settings: Any, proxies: int, remote: str, passed: str, expected: str | None
) -> None:
    settings.GONGBEI_PROXIES = proxies
    more: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": passed} if passed else {}

    request = RequestFactory().get("/", REMOTE_ADDR=remote, **more)

    assert lockout.client_address(request) == expected


def test_behind_the_proxy_a_made_up_address_does_not_get_round_the_limit(settings: Any) -> None:
    settings.GONGBEI_PROXIES = 1
    people.user(username="jingyi")
    for number in range(LIMIT):
        sign_in("jingyi", "wrong", HTTP_X_FORWARDED_FOR=f"1.1.1.{number}, 198.51.100.1")

    answer = sign_in("jingyi", HTTP_X_FORWARDED_FOR="9.9.9.9, 198.51.100.1")[1]

    assert answer.status_code == 429


def test_the_schools_administrator_lets_in_at_once(client_of: ClientOf) -> None:
    school = people.school()
    head = people.with_role(people.Role.SCHOOL_ADMIN, school, people.teacher(school))
    teacher = people.teacher(school, username="jingyi", phone="13800138000")
    fail("jingyi")
    fail("13800138000", **THERE)
    client = client_of(head)

    seen = client.get(f"/en/workspace/sign-in/people/{teacher.uuid}/").content.decode()
    client.post(f"/workspace/sign-in/people/{teacher.uuid}/unlock/")

    assert "Locked for a while" in seen
    assert sign_in("jingyi")[1].status_code == 302
    assert AuditEntry.objects.get(action="signin.unlocked").actor == head


def test_the_operator_lets_in_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    people.user(username="jingyi", phone="13800138000")
    fail("jingyi")

    call_command("let_in", "13800138000")

    assert sign_in("jingyi")[1]["Location"] == DAY


def test_guessing_the_present_password_in_a_session_counts_too(client_of: ClientOf) -> None:
    client = client_of(people.user(username="jingyi"))
    form = {"old_password": "wrong", "new_password1": "x", "new_password2": "x"}

    answers = [client.post("/accounts/password/", form).status_code for _ in range(LIMIT)]
    again = client.post("/workspace/sign-in/password/", {"password": people.PASSWORD})

    assert answers[-1] == 429
    assert again.status_code == 429


def test_a_key_of_the_api_is_not_stopped_by_the_lockout() -> None:
    from schools.api_tokens import issue_api_token

    user = people.user(username="jingyi")
    _, key = issue_api_token(user=user, by=None, name="test")
    fail("jingyi")

    answer = Client().get("/api/v1/resources", headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == 200


def test_the_admin_has_no_sign_in_of_its_own() -> None:
    asked = Client().get("/admin/")
    its_own = Client().post("/admin/login/", {"username": "a", "password": "b"})

    assert asked["Location"].startswith(LOGIN)
    assert its_own.status_code == 302
    assert its_own["Location"].startswith(LOGIN)
