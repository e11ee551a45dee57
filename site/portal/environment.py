"""The environment variables of a Gongbei server, read once and typed."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Literal

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Environment(BaseSettings):
    """What a server is told from outside; every value has a default that suits a laptop."""

    model_config = SettingsConfigDict(env_prefix="GONGBEI_", extra="ignore")

    mode: Literal["demo", "production"] = "demo"
    var: Path = ROOT / "var"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    allowed_hosts: str = ""
    public_url: str = ""
    secret_key: str = ""
    database_url: str = Field(default="", validation_alias="DATABASE_URL")

    def hosts(self) -> list[str]:
        """Names under which this server may be asked, loopback always among them."""
        asked = [name.strip() for name in self.allowed_hosts.split(",") if name.strip()]
        own = [self.host] if self.host not in {"0.0.0.0", "::"} else []  # noqa: S104
        return [*asked, *own, "localhost", "127.0.0.1", "[::1]"]

    def base_url(self) -> str:
        """The address that links in feeds, exports and mails begin with."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    def database(self) -> str:
        """The database's URL: SQLite under `var/` unless one is named."""
        return self.database_url or f"sqlite:///{self.var / 'gongbei.sqlite3'}"

    def key(self) -> str:
        """The secret key, made once under `var/` where none is given."""
        if self.secret_key:
            return self.secret_key
        kept = self.var / "secret_key"
        if not kept.exists():
            self.var.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(50), encoding="ascii")
        return kept.read_text(encoding="ascii").strip()


@cache
def environment() -> Environment:
    """Read the environment; raises `ImproperlyConfigured` that names each wrong variable."""
    try:
        return Environment()
    except ValidationError as error:
        lines = [
            f"  GONGBEI_{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors()
        ]
        hint = "Set these environment variables right, or unset them for the defaults:\n"
        raise ImproperlyConfigured(hint + "\n".join(lines)) from error
