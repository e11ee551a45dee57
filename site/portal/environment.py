"""The environment variables of a Gongbei server, read once and typed."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to

MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class Environment(BaseSettings):
    """What a server is told from outside; every value has a default that suits a laptop."""

    model_config = SettingsConfigDict(
        env_prefix="GONGBEI_", env_ignore_empty=True, extra="ignore", validate_default=True
    )

    mode: Literal["demo", "production"] = "demo"
    var: Path = ROOT / "var"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    allowed_hosts: str = ""
    public_url: str = ""
    secret_key: str = ""
    proxies: int | None = Field(default=None, ge=0, le=9)
    elasticsearch_url: str = ""
    elasticsearch_prefix: str = Field(default="gongbei", pattern=r"^[a-z][a-z0-9_]{0,40}$")
    elasticsearch_ca: str = ""
    email_url: str = ""
    email_from: str = ""
    icp: str = ""
    psb: str = ""
    s3_endpoint: str = ""
    s3_public_endpoint: str = ""
    s3_region: str = "us-east-1"
    s3_bucket: str = ""
    s3_prefix: str = ""
    s3_access_key: str = ""
    s3_secret_key: str = ""
    s3_style: Literal["auto", "path", "virtual"] = "auto"
    file_limit_mb: int = Field(default=5120, ge=50, le=50_000)
    school_quota_gb: int = Field(default=200, ge=0)
    clamd: str = ""
    clamd_limit_mb: int = Field(default=25, ge=1)
    redis_url: str = ""
    database_url: str = Field(default="", validation_alias="DATABASE_URL")

    @field_validator("var")
    @classmethod
    def _from_the_project(cls, value: Path) -> Path:
        return ROOT / value

    @field_validator("public_url", "s3_endpoint", "s3_public_endpoint")
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme in {"http", "https"} and parts.hostname):
            raise PydanticCustomError("address", "Write it whole, such as https://gongbei.example")
        return value.rstrip("/")

    @field_validator("elasticsearch_url")
    @classmethod
    def _whole_addresses(cls, value: str) -> str:
        for address in _listed(value):
            parts = urlsplit(address)
            if not (parts.scheme in {"http", "https"} and parts.hostname):
                raise PydanticCustomError(
                    "elasticsearch",
                    "Write it whole, such as https://user:password@es.example:9200"
                    " (several nodes are separated by commas)",
                )
        return value

    @field_validator("email_url")
    @classmethod
    def _known_mail(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme in MAIL_PORTS and parts.hostname):
            raise PydanticCustomError(
                "mail",
                "Write it as smtp+tls://user:password@host:587, smtps://user:password@host"
                " or smtp://host",
            )
        return value

    @field_validator("clamd")
    @classmethod
    def _scanner(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if value and not value.startswith("unix:/") and not (host and port.isdigit()):
            raise PydanticCustomError(
                "scanner", "Write it as host:3310, or as unix:/run/clamav/clamd.ctl"
            )
        return value

    @field_validator("redis_url")
    @classmethod
    def _known_redis(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and not (parts.scheme in {"redis", "rediss"} and parts.hostname):
            raise PydanticCustomError("redis", "Write it as redis://:password@host:6379/0")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in {"sqlite", "postgres", "postgresql"}:
            raise PydanticCustomError(
                "database",
                "Gongbei runs on postgres://user:password@host:port/name"
                " or sqlite:////full/path/file.sqlite3",
            )
        return value

    @model_validator(mode="after")
    def _production_is_told_its_address(self) -> Self:
        if self.mode == "production" and not self.public_url:
            raise PydanticCustomError(
                "production",
                "GONGBEI_MODE=production needs the address that people use, such as"
                " GONGBEI_PUBLIC_URL=https://gongbei.example"
                " (further names go into GONGBEI_ALLOWED_HOSTS, separated by commas)",
            )
        return self

    @model_validator(mode="after")
    def _bucket_is_told_whole(self) -> Self:
        told = {
            "GONGBEI_S3_BUCKET": self.s3_bucket,
            "GONGBEI_S3_ACCESS_KEY": self.s3_access_key,
            "GONGBEI_S3_SECRET_KEY": self.s3_secret_key,
        }
        missing = [name for name, value in told.items() if not value]
        if missing and (len(missing) < len(told) or self.s3_endpoint):
            raise PydanticCustomError(
                "bucket",
                "Files are to lie in a bucket, so also set {missing}"
                " (and GONGBEI_S3_ENDPOINT unless it is Amazon's)",
                {"missing": ", ".join(missing)},
            )
        return self

    def hosts(self) -> list[str]:
        """Names under which this server may be asked, loopback always among them."""
        named = _listed(self.allowed_hosts)
        if self.public_url:
            named.append(_in_brackets(urlsplit(self.public_url).hostname or ""))
        if self.host not in EVERY_ADDRESS:
            named.append(_in_brackets(self.host))
        elif not named:
            # A demonstration shown to a room: nobody can say beforehand by which of the machine's
            # addresses it will be asked. Production always has its public address.
            named.append("*")
        return [*named, "localhost", "127.0.0.1", "[::1]"]

    def proxies_in_front(self) -> int:
        """How many proxies of ours a request passes; production stands behind one."""
        return self.proxies if self.proxies is not None else int(self.mode == "production")

    def base_url(self) -> str:
        """The address that links in feeds, exports and mails begin with."""
        host = "localhost" if self.host in EVERY_ADDRESS else _in_brackets(self.host)
        return self.public_url or f"http://{host}:{self.port}"

    def database(self) -> str:
        """The database's URL: SQLite under `var/` unless one is named."""
        return self.database_url or f"sqlite:///{quote(str(self.var / 'gongbei.sqlite3'))}"

    def elasticsearch(self) -> tuple[tuple[str, ...], str, str] | None:
        """Elasticsearch's nodes, the beginning of our indices' names, and its certificates."""
        urls = tuple(_with_port(url) for url in _listed(self.elasticsearch_url))
        return (urls, self.elasticsearch_prefix, self.elasticsearch_ca) if urls else None

    def mail(self) -> dict[str, Any]:
        """Django's settings of mail; empty where the server has none."""
        if not self.email_url:
            return {}
        parts = urlsplit(self.email_url)
        return {
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or MAIL_PORTS[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_TIMEOUT": 20,
            "DEFAULT_FROM_EMAIL": self.email_from or unquote(parts.username or ""),
        }

    def bucket(self) -> dict[str, str] | None:
        """The S3 server and the private bucket of all files; None: they lie under `var/`."""
        if not self.s3_bucket:
            return None
        return {
            "endpoint": self.s3_endpoint,
            "public_endpoint": self.s3_public_endpoint,
            "region": self.s3_region,
            "bucket": self.s3_bucket,
            "prefix": self.s3_prefix.strip("/"),
            "access_key": self.s3_access_key,
            "secret_key": self.s3_secret_key,
            "style": self.s3_style,
        }

    def bucket_origins(self) -> list[str]:
        """Whence browsers may load files, and whither they may send them, beside ourselves."""
        if not self.s3_bucket:
            return []
        server = self.s3_public_endpoint or self.s3_endpoint
        if not server:
            return [
                f"https://{self.s3_bucket}.s3.{self.s3_region}.amazonaws.com",
                f"https://{self.s3_bucket}.s3.amazonaws.com",
            ]
        parts = urlsplit(server)
        origin = f"{parts.scheme}://{parts.netloc}"
        return [origin, f"{parts.scheme}://{self.s3_bucket}.{parts.netloc}"]

    def key(self) -> str:
        """The secret key, made once under `var/` where none is given."""
        return self.secret_key or _kept_key(self.var / "secret_key")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _with_port(url: str) -> str:
    """The client wants a port in every address."""
    parts = urlsplit(url)
    if parts.port:
        return url.rstrip("/")
    port = 443 if parts.scheme == "https" else 9200
    return parts._replace(netloc=f"{parts.netloc}:{port}").geturl().rstrip("/")


def _in_brackets(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _kept_key(path: Path) -> str:
    """Read the key of `path`; web and worker may come first at once, and both get the same."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as fresh:
            fresh.write(secrets.token_urlsafe(50))
            fresh.flush()
            with suppress(FileExistsError):
                os.link(fresh.name, path)  # all of it or nothing, and never over another's
    return path.read_text(encoding="ascii").strip()


def _variable(problem: ErrorDetails) -> str:
    name = "_".join(str(part) for part in problem["loc"]).upper()
    return name if name in {"", "DATABASE_URL"} else f"GONGBEI_{name}"


@cache
def environment() -> Environment:
    """Read the environment; raises `ImproperlyConfigured` that names each wrong variable."""
    try:
        return Environment()
    except ValidationError as error:
        lines = [
            "  " + ": ".join(filter(None, (_variable(problem), problem["msg"])))
            for problem in error.errors()
        ]
        hint = "Set these environment variables right, or unset them for the defaults:\n"
        raise ImproperlyConfigured(hint + "\n".join(lines)) from error
