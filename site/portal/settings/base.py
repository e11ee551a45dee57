"""Settings of every Gongbei server; what differs between servers is read by `environment`."""

from __future__ import annotations

import logging
from datetime import timedelta

import dj_database_url
from django.utils.translation import gettext_lazy as _

from portal.environment import ROOT, environment

ENV = environment()
PRODUCTION = ENV.mode == "production"

BASE_DIR = ROOT
DEBUG = False
SECRET_KEY = ENV.key()
ALLOWED_HOSTS = ENV.hosts()
CSRF_TRUSTED_ORIGINS = [ENV.public_url.rstrip("/")] if ENV.public_url else []
GONGBEI_MODE = ENV.mode
GONGBEI_VAR = ENV.var
GONGBEI_ELASTICSEARCH = ENV.elasticsearch()

INSTALLED_APPS = [
    "portal",
    "lessonprep.meetings",
    "lessonprep.coediting",
    "lessonprep.versions",
    "lessonprep.plans.word",
    "lessonprep.plans",
    "lessonprep.groups",
    "resources.importing",
    "resources.library",
    "resources.catalogue",
    "search",
    "media.packing",
    "media.previews",
    "media.uploads",
    "media",
    "schools",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.admin",
    "wagtail",
    "wagtailmedia",
    "modelsearch",
    "modelcluster",
    "taggit",
    "treebeard",
    "ninja",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.middleware.ChineseIsMarked",  # within the one that says how long an answer is
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "schools.middleware.SecondStepMiddleware",
    "schools.middleware.AcceptTermsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.PrivateWhenSignedIn",
    "axes.middleware.AxesMiddleware",  # last: it puts the lock-out's page in an answer's place
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "portal.templatetags.gongbei",
            ],
        },
    }
]

DATABASES = {"default": dj_database_url.parse(ENV.database())}
_OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    _OPTIONS |= {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # Under ASGI a kept connection a thread runs the server out of connections: pool instead.
    _OPTIONS["pool"] = {"min_size": 1, "max_size": 8}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "schools.User"
AUTHENTICATION_BACKENDS = [
    "schools.backends.LockOutBackend",
    "schools.backends.NameOrPhoneBackend",
    "portal.backends.RolePermissionsBackend",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "phone", "name", "email")},
    },
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": "schools.signin.passwords.CommonHereValidator"},
    {"NAME": "schools.signin.passwords.OwnNameValidator"},
]
SESSION_ENGINE = "schools.signin.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 60 * 60  # with a role of staff: `schools.signin.second_step`

# Lock-out: five wrong passwords of a name at an address, fifty at an address, within the time.
# Who has to wait is not made to wait longer by trying. How it counts: `schools.signin.lockout`.
AXES_HANDLER = "schools.signin.lockout.LockOut"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_FAILURE_LIMIT = 5
GONGBEI_ADDRESS_FAILURE_LIMIT = 50
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "schools.signin.lockout.client_address"
AXES_LOCKOUT_CALLABLE = "schools.signin.lockout.locked_out"
GONGBEI_PROXIES = ENV.proxies_in_front()

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "workspace:day"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
# The second fills the gaps of Wagtail's own Chinese on the screens that editors use.
LOCALE_PATHS = [ROOT / "site" / "portal" / name for name in ("locale", "locale_wagtail")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENV.var / "static"
# Files have no address of their own: each passes the checked download view. MEDIA_URL stays unset.
MEDIA_ROOT = ENV.var / "media"
GONGBEI_S3 = ENV.bucket()
STORAGES = {
    "default": {
        "BACKEND": "media.storage.BucketStorage"
        if GONGBEI_S3
        else "django.core.files.storage.FileSystemStorage"
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# How large one file may be, how much a school may store (0: no limit), who looks for viruses.
GONGBEI_FILE_LIMIT = ENV.file_limit_mb * 1024**2
GONGBEI_SCHOOL_QUOTA = ENV.school_quota_gb * 1024**3
GONGBEI_CLAMD, GONGBEI_CLAMD_LIMIT = ENV.clamd, ENV.clamd_limit_mb * 1024**2
# Tells other web processes at once that a room has news; without it they look every second.
GONGBEI_REDIS_URL = ENV.redis_url

# Where reminders to chats are posted; a robot's address never decides it.
GONGBEI_ROBOT_BASES = {
    "wecom": "https://qyapi.weixin.qq.com",
    "dingtalk": "https://oapi.dingtalk.com",
}

# Previews have a worker of their own: a film may take an hour, and nothing waits behind it.
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "previews"],
    }
}

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
# /admin/ has its own, in `portal.admin_door`.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", *ENV.bucket_origins()],
        "media-src": ["'self'", *ENV.bucket_origins()],
        "connect-src": ["'self'", *ENV.bucket_origins()],
        "style-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'"],
    }
}
if PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Without a mail server nothing is sent, and no page offers it.
GONGBEI_MAIL = bool(ENV.mail())
globals().update(ENV.mail())

# The numbers under which the site is filed (备案), shown at the foot of public pages.
GONGBEI_ICP, GONGBEI_PSB = ENV.icp, ENV.psb

WAGTAIL_SITE_NAME = "共备"
WAGTAILADMIN_BASE_URL = ENV.base_url()
WAGTAIL_I18N_ENABLED = False
GONGBEI_SEARCH_LEARNS_EVERY = 30.0
"""Seconds after which the search looks again for names of lessons in what it holds."""
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database"}}
WAGTAILIMAGES_IMAGE_MODEL = "media.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "media.forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "media.StoredDocument"
WAGTAILMEDIA = {"MEDIA_MODEL": "media.Video"}
WAGTAIL_FINISH_WORKFLOW_ACTION = "schools.finish.publish_approved"
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_AUTOSAVE_INTERVAL = 5000
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []


def _is_news(line: logging.LogRecord) -> bool:
    """Two lines a task say nothing; the worker sets the level of its loggers itself."""
    return line.levelno >= logging.WARNING or not line.name.startswith("django_tasks")


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"news": {"()": "django.utils.log.CallbackFilter", "callback": _is_news}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["news"]}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # Its line a page says nothing that the audit log does not.
    "loggers": {
        "wagtail": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "elastic_transport": {"level": "ERROR"},  # a search that fails is told by the breaker
    },
}
