"""Signing in, the terms of ownership, notices: what each person's account does and guards."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from schools.models import AuditEntry, Notification, TermsAcceptance
from schools.notices import notify, register_notice
from schools.terms import SESSION_KEY, TERMS_VERSION
from tests.conftest import ClientOf
from tests.factories import people

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
TERMS = "/accounts/terms/"
DAY = "/workspace/"
ELSEWHERE = [
    "https://evil.example/workspace/",
    "//evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
]

register_notice("test.told", "%(name)s was told")


def sign_in(name: str, password: str = people.PASSWORD, **more: str) -> tuple[Client, str]:
    """A client that has tried to sign in, and where it was sent."""
    client = Client()
    answer = client.post(LOGIN, {"username": name, "password": password, **more})
    return client, answer.headers.get("Location", "")


@pytest.mark.parametrize(
    "typed",
    ["jingyi", "13800138000", " 138 0013 8000 ", "+86 138-0013-8000", "１３８００１３８０００"],
)
def test_one_signs_in_by_name_or_by_phone_number_however_it_is_typed(typed: str) -> None:
    user = people.user(username="jingyi", phone="13800138000")

    client, sent_to = sign_in(typed)

    assert sent_to == DAY
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    ("name", "password"),
    [("jingyi", "wrong"), ("nobody", people.PASSWORD), ("closed", people.PASSWORD)],
)
def test_a_failed_sign_in_keeps_the_name_and_tells_nothing_of_the_account(
    name: str, password: str
) -> None:
    people.user(username="jingyi")
    people.user(username="closed", is_active=False)

    answer = Client().post("/en" + LOGIN, {"username": name, "password": password})

    assert answer.status_code == 200
    assert f'value="{name}"' in answer.content.decode()
    assert "do not belong together" in answer.content.decode()


def test_the_name_of_one_may_be_the_number_of_another_and_neither_is_shut_out() -> None:
    named = people.user(username="13800138000")
    people.user(phone="13800138000")

    client, _ = sign_in("13800138000")

    assert client.session["_auth_user_id"] == str(named.pk)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_signing_in_never_leads_off_the_site(elsewhere: str) -> None:
    people.user(username="jingyi")

    _, sent_to = sign_in("jingyi", next=elsewhere)

    assert sent_to == DAY


def test_signing_in_leads_on_to_the_page_that_asked_for_it() -> None:
    people.user(username="jingyi")
    asked = Client().get("/workspace/me/").headers["Location"]

    _, sent_to = sign_in("jingyi", next="/workspace/me/")

    assert asked == f"{LOGIN}?next=/workspace/me/"
    assert sent_to == "/workspace/me/"


def test_signing_out_takes_a_post(client_of: ClientOf) -> None:
    client = client_of(people.user())

    by_link = client.get("/accounts/logout/")
    by_button = client.post("/accounts/logout/")

    assert (by_link.status_code, by_button.status_code) == (405, 302)
    assert "_auth_user_id" not in client.session


def test_the_other_language_of_the_sign_in_page_keeps_where_one_was_going() -> None:
    page = Client().get(f"{LOGIN}?next=/workspace/me/").content.decode()

    assert 'href="/en/accounts/login/?next=%2Fen%2Fworkspace%2Fme%2F"' in page
    assert '<html lang="zh-Hans"' in page


@pytest.mark.parametrize("address", [DAY, "/workspace/me/", "/en/workspace/", "/about/"])
def test_who_has_not_accepted_the_terms_sees_them_first(client_of: ClientOf, address: str) -> None:
    client = client_of(people.user(terms=False))

    answer = client.get(address)

    prefix = "/en" if address.startswith("/en") else ""
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{prefix}{TERMS}?next=")


def test_a_form_sent_before_the_terms_are_accepted_does_nothing(client_of: ClientOf) -> None:
    user = people.user(terms=False)
    notify([user], "test.told", name="甲")

    answer = client_of(user).post("/workspace/notices/read/")

    assert answer.headers["Location"] == TERMS
    assert Notification.objects.filter(read_at__isnull=True).count() == 1


def test_a_script_is_told_of_the_terms_in_json(client_of: ClientOf) -> None:
    client = client_of(people.user(terms=False))

    answer = client.get(DAY, headers={"Accept": "application/json"})

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "terms_not_accepted"


@pytest.mark.parametrize("address", [TERMS, "/accounts/logout/"])
def test_the_terms_and_the_way_out_stay_open(client_of: ClientOf, address: str) -> None:
    client = client_of(people.user(terms=False))

    answer = client.get(address)

    assert answer.status_code in {200, 405}


def test_the_terms_are_accepted_once_whatever_is_pressed_twice(client_of: ClientOf) -> None:
    user = people.user(terms=False)
    client = client_of(user)

    first = client.post(TERMS, {"agreed": "on", "next": "/workspace/me/"})
    second = client.post(TERMS, {"agreed": "on", "next": "/workspace/me/"})

    assert first.headers["Location"] == second.headers["Location"] == "/workspace/me/"
    assert TermsAcceptance.objects.filter(user=user, version=TERMS_VERSION).count() == 1
    assert AuditEntry.objects.filter(action="terms.accepted", actor=user).count() == 1
    assert client.get("/workspace/me/").status_code == 200


def test_the_terms_ask_for_the_tick(client_of: ClientOf) -> None:
    user = people.user(terms=False)

    answer = client_of(user).post("/en" + TERMS, {"next": "/workspace/me/"})

    assert "Tick the box" in answer.content.decode()
    assert 'value="/workspace/me/"' in answer.content.decode()
    assert not user.terms_acceptances.exists()


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_accepting_the_terms_never_leads_off_the_site(client_of: ClientOf, elsewhere: str) -> None:
    client = client_of(people.user(terms=False))

    answer = client.post(TERMS, {"agreed": "on", "next": elsewhere})

    assert answer.headers["Location"] == DAY


def test_new_terms_are_asked_for_again(client_of: ClientOf) -> None:
    user = people.user(terms=False)
    TermsAcceptance.objects.create(user=user, version="of long ago")
    client = client_of(user)
    session = client.session
    session[SESSION_KEY] = "of long ago"
    session.save()

    answer = client.get(DAY)

    assert answer.headers["Location"].startswith(TERMS)


def test_the_gate_of_the_terms_asks_the_database_once_a_session(
    client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(people.user())
    client.get(TERMS)
    client.get(DAY)

    with django_assert_max_num_queries(3) as asked:
        client.get("/about/")

    assert not any("termsacceptance" in query["sql"] for query in asked.captured_queries)


def test_a_new_password_holds_and_is_on_record(client_of: ClientOf) -> None:
    user = people.user(username="jingyi")
    client = client_of(user)
    typed = {
        "old_password": people.PASSWORD,
        "new_password1": "yun-ling-2026",
        "new_password2": "yun-ling-2026",
    }

    first = client.post("/accounts/password/", typed)
    second = client.post("/accounts/password/", typed)

    assert first.headers["Location"] == "/workspace/me/"
    assert second.status_code == 200
    assert AuditEntry.objects.filter(action="password.changed", actor=user).count() == 1
    assert client.get(DAY).status_code == 200
    assert sign_in("jingyi", "yun-ling-2026")[1] == DAY


def test_a_notice_is_read_when_it_is_opened_and_leads_to_its_page(client_of: ClientOf) -> None:
    user = people.user()
    notify([user], "test.told", url="/en/workspace/me/", name="甲")
    notice = Notification.objects.get(user=user)

    answer = client_of(user).post(f"/workspace/notices/{notice.pk}/")

    notice.refresh_from_db()
    assert answer.headers["Location"] == "/workspace/me/"
    assert notice.read_at is not None


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_notice_never_leads_off_the_site(client_of: ClientOf, elsewhere: str) -> None:
    user = people.user()
    notify([user], "test.told", url=elsewhere, name="甲")

    answer = client_of(user).post(f"/workspace/notices/{Notification.objects.get().pk}/")

    assert answer.headers["Location"] == "/workspace/notices/"


def test_nobody_opens_or_marks_the_notices_of_another(client_of: ClientOf) -> None:
    owner, other = people.user(), people.user()
    notify([owner], "test.told", url="/workspace/me/", name="甲")
    notice = Notification.objects.get(user=owner)
    client = client_of(other)

    opened = client.post(f"/workspace/notices/{notice.pk}/")
    client.post("/workspace/notices/read/")

    notice.refresh_from_db()
    assert opened.status_code == 404
    assert notice.read_at is None
    assert "甲" not in client.get("/workspace/notices/").content.decode()


def test_all_notices_are_marked_read_at_once_and_stay_so(client_of: ClientOf) -> None:
    user = people.user()
    for name in ("甲", "乙"):
        notify([user], "test.told", name=name)
    client = client_of(user)

    client.post("/workspace/notices/read/")
    read = list(Notification.objects.order_by("pk").values_list("read_at", flat=True))
    client.post("/workspace/notices/read/")

    assert None not in read
    assert list(Notification.objects.order_by("pk").values_list("read_at", flat=True)) == read


def test_the_list_of_notices_is_paged_and_a_wrong_page_is_the_last(client_of: ClientOf) -> None:
    user = people.user()
    for number in range(25):
        notify([user], "test.told", name=f"第{number}条")

    page = client_of(user).get("/workspace/notices/?page=99").content.decode()

    assert "第0条" in page
    assert "第24条" not in page
    assert 'href="?page=1"' in page


def test_the_account_page_names_schools_and_roles_with_their_dates(client_of: ClientOf) -> None:
    school = people.school("南关实验学校")
    user = people.teacher(school, "陈静怡", phone="13800138000")
    people.with_role(people.Role.LIBRARY_EDITOR, school, user, subject="chinese")

    page = client_of(user).get("/en/workspace/me/").content.decode()

    for expected in ("陈静怡", "南关实验学校", "13800138000", "Library editor", "Chinese", "since"):
        assert expected in page


@pytest.mark.parametrize(
    "name",
    [
        "workspace:day",
        "workspace:notices",
        "workspace:me",
        "workspace:design",
        "terms",
        "password_change",
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_stranger_is_sent_to_sign_in_from_every_page_of_the_account(
    name: str, language: str
) -> None:
    with override(language):
        address, login = reverse(name), reverse("login")

    answer = Client().get(address)

    assert answer.headers["Location"] == f"{login}?next={address}"
