"""Where the server has mail, a forgotten password is a matter of minutes; elsewhere of a slip."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail as outbox_of_mail
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from schools.models import AuditEntry, User
from schools.signin import mail
from tests.conftest import ClientOf
from tests.factories import people

pytestmark = pytest.mark.django_db
ADDRESS = "chen@example.org"


@pytest.fixture(autouse=True)
def with_mail(settings: Any) -> None:
    settings.GONGBEI_MAIL = True
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def teacher() -> User:
    return people.teacher()


def link_in_mail() -> str:
    """The path of the link in the newest mail."""
    found = re.search(r"https?://[^/\s]+(/\S+)", str(outbox_of_mail.outbox[-1].body))
    assert found is not None
    return found[1]


def has_address(user: User) -> str:
    return User.objects.get(pk=user.pk).email


def test_an_address_is_used_once_its_link_was_opened_and_pressed(
    teacher: User, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    client = client_of(teacher)
    with django_capture_on_commit_callbacks(execute=True):
        mail.ask_to_confirm(user=teacher, address=ADDRESS)
    link = link_in_mail()

    client.get(link)
    assert has_address(teacher) == ""
    client.post(link)

    assert has_address(teacher) == ADDRESS


def test_a_link_is_no_good_to_another_account_nor_changed(
    teacher: User, client_of: ClientOf, django_capture_on_commit_callbacks: Any
) -> None:
    other = people.teacher()
    with django_capture_on_commit_callbacks(execute=True):
        mail.ask_to_confirm(user=teacher, address=ADDRESS)
    link = link_in_mail()

    client_of(other).post(link)
    client_of(teacher).post(link[:-4] + "xyz/")

    assert [has_address(user) for user in (teacher, other)] == ["", ""]


def test_an_address_belongs_to_one_account(
    teacher: User, django_capture_on_commit_callbacks: Any
) -> None:
    people.user(email=ADDRESS.upper())
    with django_capture_on_commit_callbacks(execute=True):
        mail.ask_to_confirm(user=teacher, address=ADDRESS)

    with pytest.raises(mail.AddressTaken):
        mail.confirm(user=teacher, token=link_in_mail().strip("/").split("/")[-1])


def test_who_forgot_the_password_sets_a_new_one_by_mail(
    teacher: User, django_capture_on_commit_callbacks: Any
) -> None:
    User.objects.filter(pk=teacher.pk).update(email=ADDRESS)

    with django_capture_on_commit_callbacks(execute=True):
        Client().post(reverse("forgotten"), {"address": ADDRESS.upper()})
    new = "chunri-2026-beike"
    Client().post(link_in_mail(), {"new_password1": new, "new_password2": new})

    assert Client().login(username=teacher.username, password=new)


def test_the_answer_is_the_same_for_an_address_that_nobody_has(
    teacher: User, django_capture_on_commit_callbacks: Any
) -> None:
    User.objects.filter(pk=teacher.pk).update(email=ADDRESS)

    with django_capture_on_commit_callbacks(execute=True):
        known, unknown = (
            Client().post(reverse("forgotten"), {"address": address})
            for address in (ADDRESS, "nobody@example.org")
        )

    assert known.content == unknown.content
    assert [message.to for message in outbox_of_mail.outbox] == [[ADDRESS]]


def test_a_mailbox_is_not_flooded(teacher: User, django_capture_on_commit_callbacks: Any) -> None:
    User.objects.filter(pk=teacher.pk).update(email=ADDRESS)

    with django_capture_on_commit_callbacks(execute=True):
        for _number in range(3):
            Client().post(reverse("forgotten"), {"address": ADDRESS})

    assert len(outbox_of_mail.outbox) == 1
    assert AuditEntry.objects.filter(action=mail.ASKED).count() == 1


def test_a_closed_account_gets_no_way_in(
    teacher: User, django_capture_on_commit_callbacks: Any
) -> None:
    User.objects.filter(pk=teacher.pk).update(email=ADDRESS, is_active=False)

    with django_capture_on_commit_callbacks(execute=True):
        Client().post(reverse("forgotten"), {"address": ADDRESS})

    assert outbox_of_mail.outbox == []


def test_without_a_mail_server_no_page_offers_it(
    settings: Any, teacher: User, client_of: ClientOf
) -> None:
    settings.GONGBEI_MAIL = False

    assert Client().get(reverse("forgotten")).status_code == 404
    assert reverse("forgotten") not in Client().get(reverse("login")).content.decode()
    assert client_of(teacher).get(reverse("signin:mail")).status_code == 404
    assert not DBTaskResult.objects.exists()
