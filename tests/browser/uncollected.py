"""Settings of a real server that serves static files from where they are written."""

from portal.settings.base import *  # noqa: F403 - the same but for two
from portal.settings.base import STORAGES

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
