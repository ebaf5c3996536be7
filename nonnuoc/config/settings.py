"""Django's settings, from the environment and NONNUOC_HOME. docs/RUNNING.md tells each variable."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from nonnuoc.config import home, neighbours, postgres

BASE = Path(__file__).resolve().parent.parent
HOME = home.path()

DEBUG = False
SECRET_KEY = home.secret("django")
ALLOWED_HOSTS = os.environ.get("NONNUOC_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = os.environ.get("NONNUOC_HTTPS", "0") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "procrastinate.contrib.django",
    "nonnuoc.records.places",
    "nonnuoc.records.accounts",
    "nonnuoc.records.accounts.entrance",
    "nonnuoc.records.monitoring",
    "nonnuoc.records.outbox",
    "nonnuoc.records.registers.pattern",
    "nonnuoc.records.registers.waters",
    "nonnuoc.records.registers.nature",
    "nonnuoc.records.registers.law",
    "nonnuoc.records.registers.facilities",
    "nonnuoc.records.registers.waste",
    "nonnuoc.records.registers.land",
    "nonnuoc.records.registers.licences",
    "nonnuoc.records.alerts",
    "nonnuoc.records.inspections",
    "nonnuoc.records.plans",
    "nonnuoc.records.warnings",
    "nonnuoc.ingest",
    "nonnuoc.exchange",
    "nonnuoc.look",
    "nonnuoc.portal",
    "nonnuoc.desk",
    "nonnuoc.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "nonnuoc.look.csp.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "nonnuoc.look.language.Language",
    "nonnuoc.look.maintenance.Maintenance",
    "nonnuoc.look.errors.PagesForErrors",
    "nonnuoc.look.origin.Origin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "nonnuoc.desk.present.Present",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "nonnuoc.config.urls"
WSGI_APPLICATION = "nonnuoc.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
FORM_RENDERER = "nonnuoc.look.forms.FormRenderer"


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = {"connect_timeout": "5"} | dict(parse_qsl(parts.query))  # a page that waits longer helps nobody
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": options.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or postgres.url(HOME))}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

AUTH_USER_MODEL = "accounts.Person"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "nonnuoc.records.accounts.entrance.passwords.GuessedWords"},
]
PASSWORD_RESET_TIMEOUT = 3600
SECOND_FACTOR_REQUIRED = True  # of administrators, and of everybody where they choose so
SESSION_IDLE = timedelta(hours=1)
SESSION_LONGEST = timedelta(hours=12)  # a working day
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
OIDC = neighbours.oidc()
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "desk"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},  # a .gz beside what shrinks
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[\w-]{8}\.\w+$"  # Vite's names change with their content
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = HOME / "media"

_HOST_ONLY = "__Host-" if HTTPS else ""  # no other host, no other path and nothing without TLS can set such a cookie
SESSION_COOKIE_NAME = f"{_HOST_ONLY}sessionid"
CSRF_COOKIE_NAME = f"{_HOST_ONLY}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_HOST_ONLY}django_language"
DEVICE_COOKIE_NAME = f"{_HOST_ONLY}nonnuoc_device"
LANGUAGE_COOKIE_AGE = 31_536_000
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
CSRF_FAILURE_VIEW = "nonnuoc.look.errors.stale_form"
PROXIES = neighbours.proxies(https=HTTPS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True  # the site has a name of its own (docs/SECURITY.md)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 52 * 1024 * 1024  # a delivery of 50 MB and its envelope

SITE = os.environ.get("NONNUOC_SITE", "http://127.0.0.1:8000")  # where the pages are, until somebody chooses an address

API_LIMITS = neighbours.api_limits()
API_QUOTAS = HOME / "quotas"  # what was asked in the last minute; may be deleted at any time

_POST = neighbours.mail()
MAIL = bool(_POST.host)  # whether letters can be sent
EMAIL_HOST, EMAIL_PORT = _POST.host, _POST.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _POST.user, _POST.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _POST.starttls, _POST.tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("NONNUOC_MAIL_FROM", "Non Nước <nonnuoc@localhost>")

LOGGING = {  # to standard error; `nonnuoc up` writes it to log/ and tells problems on the terminal
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"short": {"()": "nonnuoc.look.unreachable.Short"}},
    "formatters": {"line": {"()": "nonnuoc.look.log_lines.Line"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"level": "WARNING"},
        "django.request": {"level": "ERROR", "filters": ["short"]},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # strangers knocking; whoever asks is told why
        "procrastinate": {"level": "WARNING"},
        "pyogrio": {"level": "WARNING"},  # tells every 5,000 rows it writes
    },
}
