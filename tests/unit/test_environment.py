"""A server says which variable is wrong, and stands at any path."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.environment import Environment, environment

NAMES = ("MODE", "VAR", "HOST", "PORT", "ALLOWED_HOSTS", "PUBLIC_URL", "SECRET_KEY")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", *(f"GONGBEI_{name}" for name in NAMES)):
        monkeypatch.delenv(name, raising=False)


def read() -> Environment:
    """The environment as it is now, past what the process has remembered."""
    return environment.__wrapped__()


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("GONGBEI_PORT", "abc", "integer"),
        ("GONGBEI_PORT", "0", "greater than or equal to 1"),
        ("GONGBEI_PORT", "70000", "less than or equal to 65535"),
        ("GONGBEI_MODE", "live", "'demo' or 'production'"),
        ("GONGBEI_PUBLIC_URL", "gongbei.example", "https://gongbei.example"),
        ("GONGBEI_ELASTICSEARCH_URL", "es.example:9200", "https://user:password@es.example:9200"),
        ("GONGBEI_ELASTICSEARCH_PREFIX", "gongbei-*", "pattern"),
        ("DATABASE_URL", "mysql://db/gongbei", "postgres://"),
        ("DATABASE_URL", "/srv/gongbei.sqlite3", "sqlite:////full/path"),
    ],
)
def test_wrong_value_is_refused_with_the_name_of_its_variable_and_a_hint(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, hint: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured) as refusal:
        read()

    assert f"  {name}: " in str(refusal.value)
    assert hint in str(refusal.value)


def test_every_wrong_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBEI_PORT", "abc")
    monkeypatch.setenv("DATABASE_URL", "oracle://db")

    with pytest.raises(ImproperlyConfigured) as refusal:
        read()

    assert "GONGBEI_PORT" in str(refusal.value)
    assert "DATABASE_URL" in str(refusal.value)


def test_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBEI_PORT", "")

    assert read().port == 8000


def test_production_is_refused_without_its_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBEI_MODE", "production")

    with pytest.raises(ImproperlyConfigured) as refusal:
        read()

    assert "GONGBEI_PUBLIC_URL=" in str(refusal.value)
    assert "GONGBEI_ALLOWED_HOSTS" in str(refusal.value)


def test_production_answers_to_its_public_address_and_to_no_unnamed_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GONGBEI_MODE", "production")
    monkeypatch.setenv("GONGBEI_HOST", "0.0.0.0")
    monkeypatch.setenv("GONGBEI_PUBLIC_URL", "https://gongbei.example:8443/")
    monkeypatch.setenv("GONGBEI_ALLOWED_HOSTS", "jb.school.example, 10.0.0.5")

    told = read()

    assert told.base_url() == "https://gongbei.example:8443"
    assert told.hosts()[:3] == ["jb.school.example", "10.0.0.5", "gongbei.example"]
    assert "*" not in told.hosts()


def test_demonstration_on_every_address_answers_whatever_it_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GONGBEI_HOST", "0.0.0.0")

    told = read()

    assert "*" in told.hosts()
    assert told.base_url() == "http://localhost:8000"


def test_ipv6_address_stands_in_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBEI_HOST", "::1")

    told = read()

    assert told.hosts()[0] == "[::1]"
    assert told.base_url() == "http://[::1]:8000"


@pytest.mark.parametrize("folder", ["共备 测试", "100%25 了", "a#b?c", "plus+and&", "%E5"])
def test_database_under_var_stands_at_any_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str
) -> None:
    monkeypatch.setenv("GONGBEI_VAR", str(tmp_path / folder))

    parsed = dj_database_url.parse(read().database())

    assert parsed["NAME"] == str(tmp_path / folder / "gongbei.sqlite3")


def test_database_url_written_with_spaces_and_chinese_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////srv/path with 空格/g.sqlite3")

    parsed = dj_database_url.parse(read().database())

    assert parsed["NAME"] == "/srv/path with 空格/g.sqlite3"


def test_relative_var_is_under_the_project_wherever_the_command_was_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GONGBEI_VAR", "var/other")

    assert read().var == Path(__file__).resolve().parents[2] / "var" / "other"


def test_secret_key_is_made_once_for_its_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GONGBEI_VAR", str(tmp_path / "var"))

    first, second = read().key(), read().key()

    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("mode", "told", "proxies"),
    [("demo", "", 0), ("production", "", 1), ("production", "2", 2), ("production", "0", 0)],
)
def test_production_stands_behind_one_proxy_unless_it_is_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, mode: str, told: str, proxies: int
) -> None:
    monkeypatch.setenv("GONGBEI_MODE", mode)
    monkeypatch.setenv("GONGBEI_PUBLIC_URL", "https://gongbei.example")
    monkeypatch.setenv("GONGBEI_PROXIES", told)

    assert read().proxies_in_front() == proxies


def test_without_elasticsearch_none_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGBEI_ELASTICSEARCH_URL", raising=False)

    assert read().elasticsearch() is None


def test_nodes_of_elasticsearch_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBEI_ELASTICSEARCH_URL", "http://es1, https://u:p@es2.example/")
    monkeypatch.setenv("GONGBEI_ELASTICSEARCH_PREFIX", "county")

    assert read().elasticsearch() == (
        ("http://es1:9200", "https://u:p@es2.example:443"),
        "county",
        "",
    )
