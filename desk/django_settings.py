"""Django, set up from :mod:`desk.config`; nothing here is set twice.

SQLite: IMMEDIATE transactions (with the default, most of a worker's writes ended in "database is
locked" beside clerks), WAL, ``synchronous=FULL`` (a commit that was reported survives a power cut)
and reads outside transactions.
"""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from desk.config import Settings, current_settings, secret_key
from desk.errors import SettingsError
from ingest.mailbox.errors import SignInError
from ingest.mailbox.secret import SecretFile

PROVIDER = "plan"
"""The provider of identities, as addresses name it."""

INLET: Settings = current_settings()
"""The settings that the desk's own code reads, as ``django.conf.settings.INLET``."""


_POSTGRES = "-c jit=off -c max_parallel_workers_per_gather=0 -c random_page_cost=1.1"
"""Inlet asks much and for little: compiling a query or calling helpers for it takes longer than answering it."""


def database(settings: Settings) -> dict[str, Any]:
    """Give Django's description of the database that ``settings`` name."""
    url = settings.database_url
    if settings.uses_sqlite:
        path = url.removeprefix("sqlite:///") if url else str(settings.data_dir / "inlet.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "ATOMIC_REQUESTS": False,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA busy_timeout=20000; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "ATOMIC_REQUESTS": False,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": None,  # a new one starts with nothing known of any table
        "OPTIONS": {"options": _POSTGRES, "prepare_threshold": 2},  # for desk.records.prepared alone
    }


def storages_of(settings: Settings) -> dict[str, dict[str, Any]]:
    """Give Django's description of the storages; another backend of its interface can take a place."""

    def files(folder: str, mode: int) -> dict[str, Any]:
        options = {"location": str(settings.data_dir / folder), "file_permissions_mode": mode}
        return {"BACKEND": "desk.storage.LocalFiles", "OPTIONS": options}

    return {
        "originals": files("originals", 0o440),  # what came in is never written to again
        "derived": files("derived", 0o640),
        "default": files("derived", 0o640),
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def identity_providers(settings: Settings) -> dict[str, Any]:
    """Give allauth's description of the provider of identities that ``settings`` name, if any.

    Raises :class:`desk.errors.SettingsError` when its secret cannot be read.
    """
    sign_in = settings.sign_in
    if not sign_in.oidc_server or sign_in.oidc_secret_file is None:
        return {}
    try:
        secret = SecretFile(sign_in.oidc_secret_file).get()
    except SignInError as error:
        msg = f"sign_in.oidc_secret_file cannot be used: {error}"
        raise SettingsError(msg) from error
    app = {
        "provider_id": PROVIDER,
        "name": sign_in.oidc_name,
        "client_id": sign_in.oidc_client_id,
        "secret": secret,
        "settings": {"server_url": sign_in.oidc_server, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


SECRET_KEY = secret_key(INLET)
DEBUG = False
ALLOWED_HOSTS = list(INLET.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(INLET.trusted_origins)

INSTALLED_APPS = [
    "desk.review",  # before the admin, whose frame it dresses
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "desk.records",
]

MIDDLEWARE = [
    "desk.review.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # what the browser asks for, until somebody is signed in
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "desk.review.language.LanguageMiddleware",
    "desk.review.chosen.ChosenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "desk.review.access.AccessMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "desk.review.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["desk.review.template_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "desk.review.frame.frame",
            ],
        },
    }
]

DATABASES = {"default": database(INLET)}
CACHES = {
    # what must be counted once, whichever process answers: codes of a second factor already used, calls a minute
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "desk_counted"},
    "sums": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STORAGES = storages_of(INLET)
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the packages' own static folders are served as they lie; nothing to collect

AUTHENTICATION_BACKENDS = ["desk.review.permissions.OneLook"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

# The second factor and OpenID Connect are django-allauth's; pages, door and roles are ours.
ACCOUNT_ADAPTER = "desk.review.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
MFA_ADAPTER = "desk.review.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SOCIALACCOUNT_ADAPTER = "desk.review.adapters.IdentityAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form would be stopped by form-action on its way to the provider
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = identity_providers(INLET)

SESSION_ENGINE = "desk.review.sessions"
SESSION_COOKIE_AGE = INLET.session_minutes * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = INLET.https
CSRF_COOKIE_SECURE = INLET.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if INLET.https else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-us"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [Path(__file__).resolve().parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = INLET.time_zone

LOGGING_CONFIG = None  # desk.logs sets logging up for the whole process
