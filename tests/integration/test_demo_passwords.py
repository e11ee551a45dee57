"""The demonstration's passwords: one that is known on loopback, others where others come in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from portal.demo.accounts import KNOWN, USERNAMES
from portal.environment import environment
from tests.factories import people

pytestmark = pytest.mark.django_db

StartOn = Callable[[str], str]


@pytest.fixture
def start_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[StartOn]:
    """`start_on(host)`: load the demonstration as a start on that host does; what it prints."""
    people.site_root()

    def start(host: str) -> str:
        monkeypatch.setenv("GONGBEI_HOST", host)
        environment.cache_clear()
        out = StringIO()
        call_command("load_demo", stdout=out)
        return out.getvalue()

    yield start
    environment.cache_clear()


def printed(said: str) -> dict[str, str]:
    """User names and passwords, as printed one a line."""
    return dict(re.findall(r"^  (\S+)  (\S+)$", said, re.MULTILINE))


def opened_by(passwords: dict[str, str]) -> set[str]:
    return {
        name
        for name, password in passwords.items()
        if authenticate(username=name, password=password)
    }


def test_the_known_password_opens_no_account_where_others_can_reach_the_server(
    start_on: StartOn,
) -> None:
    start_on("127.0.0.1")
    assert opened_by(dict.fromkeys(USERNAMES, KNOWN)) == set(USERNAMES)

    passwords = printed(start_on("0.0.0.0"))

    assert opened_by(dict.fromkeys(USERNAMES, KNOWN)) == set()
    assert opened_by(passwords) == set(USERNAMES)
    assert len(set(passwords.values())) == len(USERNAMES)


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_a_later_start_changes_no_password_and_says_where_they_were_shown(
    start_on: StartOn, host: str
) -> None:
    passwords = printed(start_on("0.0.0.0"))

    said = start_on(host)

    assert not printed(said)
    assert KNOWN not in said
    assert "changepassword" in said
    assert opened_by(passwords) == set(USERNAMES)
