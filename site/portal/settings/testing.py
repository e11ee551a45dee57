"""Settings of the tests: the real stack, with a quick password hash and files in a place apart."""

from __future__ import annotations

import tempfile
from pathlib import Path

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, INSTALLED_APPS, STORAGES

_APART = Path(tempfile.mkdtemp(prefix="gongbei-test-"))

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
GONGBEI_VAR = _APART
GONGBEI_ELASTICSEARCH = None  # a test that means Elasticsearch says so
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A run without any test that asks for tables must not open the developer's own.
    DATABASES["default"]["NAME"] = str(_APART / "gongbei.sqlite3")
MEDIA_ROOT = _APART / "media"
STATIC_ROOT = _APART / "static"
STATIC_ROOT.mkdir()
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.ninth_kind"]
# A test that sends to a chat says to which server of its own; no other is ever asked.
GONGBEI_ROBOT_BASES = {"wecom": "http://127.0.0.1:9", "dingtalk": "http://127.0.0.1:9"}
GONGBEI_SEARCH_LEARNS_EVERY = 0.0
