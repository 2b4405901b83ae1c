"""
Settings, all from the environment: see docs/operate.md for what each variable means.

Without any variable set, commands that need no database (such as `backtest`) still work.
"""

import base64
import hashlib
import os
import shlex
from pathlib import Path

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL
from django.utils.translation import gettext_lazy as _

from heatmaps_project.api_settings import API_BATCH_BYTES as API_BATCH_BYTES
from heatmaps_project.api_settings import API_BODY_BYTES as API_BODY_BYTES
from heatmaps_project.api_settings import API_BYTES_PER_DAY as API_BYTES_PER_DAY
from heatmaps_project.api_settings import API_CALLS_WRITTEN_EVERY as API_CALLS_WRITTEN_EVERY
from heatmaps_project.api_settings import API_LIST_SECONDS_PER_MINUTE as API_LIST_SECONDS_PER_MINUTE
from heatmaps_project.api_settings import API_REQUESTS_PER_MINUTE as API_REQUESTS_PER_MINUTE
from heatmaps_project.api_settings import ERASURES_PER_DAY as ERASURES_PER_DAY
from heatmaps_project.api_settings import NETWORK_EVENTS_PER_DAY as NETWORK_EVENTS_PER_DAY
from heatmaps_project.api_settings import OAUTH2_PROVIDER as OAUTH2_PROVIDER
from heatmaps_project.api_settings import (
    OAUTH2_PROVIDER_APPLICATION_MODEL as OAUTH2_PROVIDER_APPLICATION_MODEL,
)
from heatmaps_project.api_settings import REST_FRAMEWORK as REST_FRAMEWORK
from heatmaps_project.api_settings import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS
from heatmaps_project.celery import REDIS_URL as REDIS_URL
from heatmaps_project.celery import TELEMETRY
from heatmaps_project.database_settings import DATABASE_ROLE as DATABASE_ROLE
from heatmaps_project.database_settings import DATABASE_ROLE_PASSWORD as DATABASE_ROLE_PASSWORD
from heatmaps_project.database_settings import DATABASES as DATABASES
from heatmaps_project.logs import LOGGING as LOGGING
from heatmaps_project.look import UNFOLD as UNFOLD
from heatmaps_project.map_settings import BASEMAP_ATTRIBUTION as BASEMAP_ATTRIBUTION
from heatmaps_project.map_settings import BASEMAP_TILES_URL as BASEMAP_TILES_URL
from heatmaps_project.map_settings import IMAGES_FROM, IN_MEMORY, TILE_CACHE
from heatmaps_project.map_settings import LEAFLET_CONFIG as LEAFLET_CONFIG
from heatmaps_project.message_settings import CUSTOMERS_TIME_ZONE as CUSTOMERS_TIME_ZONE
from heatmaps_project.message_settings import DEFAULT_FROM_EMAIL as DEFAULT_FROM_EMAIL
from heatmaps_project.message_settings import EMAIL_BACKEND as EMAIL_BACKEND
from heatmaps_project.message_settings import EMAIL_HOST as EMAIL_HOST
from heatmaps_project.message_settings import EMAIL_HOST_PASSWORD as EMAIL_HOST_PASSWORD
from heatmaps_project.message_settings import EMAIL_HOST_USER as EMAIL_HOST_USER
from heatmaps_project.message_settings import EMAIL_PORT as EMAIL_PORT
from heatmaps_project.message_settings import EMAIL_TIMEOUT as EMAIL_TIMEOUT
from heatmaps_project.message_settings import EMAIL_USE_SSL as EMAIL_USE_SSL
from heatmaps_project.message_settings import EMAIL_USE_TLS as EMAIL_USE_TLS
from heatmaps_project.message_settings import QUIET_HOURS as QUIET_HOURS
from heatmaps_project.message_settings import SMS_GATEWAY as SMS_GATEWAY
from heatmaps_project.message_settings import SMS_SENDER as SMS_SENDER
from heatmaps_project.sign_in_settings import AUTH_PASSWORD_VALIDATORS as AUTH_PASSWORD_VALIDATORS
from heatmaps_project.sign_in_settings import AUTHENTICATION_BACKENDS as AUTHENTICATION_BACKENDS
from heatmaps_project.sign_in_settings import AXES_CLIENT_IP_CALLABLE as AXES_CLIENT_IP_CALLABLE
from heatmaps_project.sign_in_settings import AXES_COOLOFF_TIME as AXES_COOLOFF_TIME
from heatmaps_project.sign_in_settings import AXES_FAILURE_LIMIT as AXES_FAILURE_LIMIT
from heatmaps_project.sign_in_settings import AXES_LOCKOUT_PARAMETERS as AXES_LOCKOUT_PARAMETERS
from heatmaps_project.sign_in_settings import (
    AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT as AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT,
)
from heatmaps_project.sign_in_settings import AXES_SENSITIVE_PARAMETERS as AXES_SENSITIVE_PARAMETERS
from heatmaps_project.sign_in_settings import AXES_VERBOSE as AXES_VERBOSE
from heatmaps_project.sign_in_settings import OIDC as OIDC
from heatmaps_project.sign_in_settings import PASSWORD_HASHERS as PASSWORD_HASHERS
from heatmaps_project.sign_in_settings import SECOND_FACTOR_ROLES as SECOND_FACTOR_ROLES

# Lets generic fields, admins and querysets be written with their type.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, str(default)).lower() in {"1", "true", "yes"}


def _list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


DEBUG = _flag("DEBUG")

# Keys. A set of keys known to everybody is good enough for tests and for commands without a
# database; `check --deploy` refuses it (heatmaps_project/checks.py).
INSECURE = "insecure-for-tests-only"
SECRET_KEY = os.environ.get("SECRET_KEY", INSECURE)
TEST_KEY = base64.b64encode(hashlib.sha256(INSECURE.encode()).digest()).decode()
# "k2:BASE64,k1:BASE64": 32-byte keys; the first encrypts, every one decrypts.
DATA_KEYS = dict(pair.split(":", 1) for pair in _list("DATA_KEYS", f"test:{TEST_KEY}"))
# "p2:BASE64,BASE64": the first writes, every one is searched; one without a name is called "".
BLIND_INDEX_PEPPERS: dict[str, str] = {}
for _one in _list("BLIND_INDEX_PEPPER", TEST_KEY):
    _name, _colon, _pepper = _one.rpartition(":")
    # A name that is there already: `check` refuses what this makes of it.
    BLIND_INDEX_PEPPERS[f"{_name} again" if _name in BLIND_INDEX_PEPPERS else _name] = _pepper

ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")  # in links sent to customers
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.simple_history",
    "heatmaps_project.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.gis",
    "django.contrib.postgres",
    "axes",
    "csp",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "leaflet",
    "oauth2_provider",
    "rest_framework",
    "simple_history",
    "heatmaps_project",
    "feedback",
    "spots",
    "complaints",
]

MIDDLEWARE = [
    "heatmaps_project.accounts.client_address.ClientAddressMiddleware",
    "heatmaps_project.operations.trace.TraceMiddleware",
    *(["heatmaps_project.operations.telemetry.TelemetryMiddleware"] if TELEMETRY else []),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "heatmaps_project.accounts.middleware.StrangersMiddleware",
    "heatmaps_project.accounts.middleware.StaffPagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "heatmaps_project.accounts.calls.counting.CallsMiddleware",
    "heatmaps_project.accounts.refusals.noting.RefusalsMiddleware",
]

ROOT_URLCONF = "heatmaps_project.urls"
WSGI_APPLICATION = "heatmaps_project.wsgi.application"
# API paths answer with and without the trailing slash, never by redirect (urls.py).
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

# Data

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": IN_MEMORY,
    "tiles": TILE_CACHE,
    # Apart, and not of the usual 300: whoever comes under many names would drive counts out.
    "limits": {**IN_MEMORY, "LOCATION": "limits", "OPTIONS": {"MAX_ENTRIES": 100_000}},
}

# People

AUTH_USER_MODEL = "heatmaps_project.User"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "home"
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))  # in front, each of ours
# customers whose phone or e-mail address one person may look at within an hour
REVEAL_QUOTA_PER_HOUR = int(os.environ.get("REVEAL_QUOTA_PER_HOUR", "30"))
# texts with codes for customers' own pages within a day, of all together: anybody may ask for them,
# each is paid for, and each is five guesses at what opens a page
OWN_PAGE_TEXTS_PER_DAY = int(os.environ.get("OWN_PAGE_TEXTS_PER_DAY", "5000"))
# messages within a day to customers whom nobody has named but anybody: a form, or a letter
STRANGERS_TOLD_PER_DAY = int(os.environ.get("STRANGERS_TOLD_PER_DAY", "5000"))
# lookups of one person within an hour: many more than the busiest agent has callers
LOOKUP_QUOTA_PER_HOUR = int(os.environ.get("LOOKUP_QUOTA_PER_HOUR", "300"))
SESSION_ENGINE = "heatmaps_project.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
# after which an agent, before whom callers' data stand, signs in again (ASVS 7.3.1)
SESSION_IDLE_SECONDS = 60 * int(os.environ.get("SESSION_IDLE_MINUTES", "15"))
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True

# Languages and time

LANGUAGE_CODE = os.environ.get("LANGUAGE_CODE", "ru")
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "unfold"]
USE_I18N = True
FORMAT_MODULE_PATH = "heatmaps_project.formats"
USE_TZ = True
TIME_ZONE = os.environ.get("TIME_ZONE", "Europe/Moscow")  # where a reader has no zone of their own

# Files

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / ".run" / "static"
WHITENOISE_USE_FINDERS = _flag("STATIC_FROM_SOURCE")  # without `collectstatic`: for tests
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # bytes of one request's body
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Of a form that comes from anybody: a complaint, an answer, a password. What a web form takes is
# 40 KB where each letter is a face.
STRANGERS_FORM_BYTES = 64 * 1024
# Of one that is written as an address is (%41), whoever sends it: read, it takes eighty times as
# much. A form with more to say is one of parts: multipart/form-data.
FORM_BYTES = 1024 * 1024
UPLOAD_BYTES = 60 * 1024 * 1024  # of one request's body with files
# A command that reads an attached file, and ends with 0 if it is clean, 1 if it is not.
UPLOAD_SCANNER = shlex.split(os.environ.get("UPLOAD_SCANNER", ""))
# Views to which whoever has a permission sends more: bytes
LARGE_UPLOADS = {
    "admin:complaints_complaintimport_add": ("complaints.add_complaintimport", 500 * 1024 * 1024)
}
FILE_UPLOAD_HANDLERS = [
    "complaints.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "complaints.uploads.RoomUploadHandler",
]

# Hosts of the brands' own, over https, from which articles may show films: video.example.org
VIDEO_HOSTS = _list("VIDEO_HOSTS")

# Security headers

_HTTPS = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(health|metrics)/"]  # probes come from within, without a proxy
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # Alpine, which Unfold is built on, evaluates expressions; nothing else needs it.
        "script-src": [SELF, NONCE, UNSAFE_EVAL],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", *IMAGES_FROM],
        "media-src": [SELF, *(f"https://{host}" for host in VIDEO_HOSTS)],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# API

# Webhooks go to public addresses by https; a CRM in the operator's own network has to be allowed.
WEBHOOK_HTTP = _flag("WEBHOOK_HTTP")
WEBHOOK_PRIVATE_NETWORKS = _list("WEBHOOK_PRIVATE_NETWORKS")  # 10.1.0.0/16
PHONE_REGION = os.environ.get("PHONE_REGION", "RU")  # of phone numbers without a country code

# Operations

# what Prometheus says as a bearer; empty: there is no such page
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")

# Maps

GDAL_LIBRARY_PATH = os.environ.get("GDAL_LIBRARY_PATH") or None
SILENCED_SYSTEM_CHECKS = [
    "gis.W001",  # GDAL 3.6 of Debian 12 serves; Django only warns that 3.1-3.9 were its last tried
]
