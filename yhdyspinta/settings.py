"""Settings of the portal. Everything that differs between places comes from the environment."""

import logging
import os
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from yhdyspinta import addresses, production, sentry

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # what a running demo or test keeps: databases, sockets, mail; never committed


def from_environment(name: str, default: str | None = None) -> str:
    """The environment variable, or its default; an empty one counts as missing, since compose files pass such on.

    A missing one without default stops with a sentence.
    """
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(
            f"Set the environment variable {name}, or start the demo with: python3 run.py demo"
        )
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """An on/off environment variable: 1 or 0, nothing else."""
    value = os.environ.get(name) or ("1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"The environment variable {name} must be 1 or 0, not {value!r}.")
    return value == "1"


DEMO = flag("YHDYSPINTA_DEMO")
"""Demo mode: demo people sign in with one click, every page says that the content is demo content."""

DEBUG = flag("DEBUG")
PRODUCTION = not (DEMO or DEBUG or flag("YHDYSPINTA_TEST"))
"""Neither the demo nor a test: nothing that matters has a default, and answers go over HTTPS only."""

if PRODUCTION:
    production.require(os.environ)
SECRET_KEY = from_environment("SECRET_KEY", "demo-only-not-secret" if DEMO or DEBUG else None)
ALLOWED_HOSTS = from_environment("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
if DEMO and not set(ALLOWED_HOSTS) <= LOOPBACK_HOSTS:
    raise ImproperlyConfigured(
        "YHDYSPINTA_DEMO=1 lets anyone sign in as anyone, so ALLOWED_HOSTS may name loopback only."
    )
CSRF_TRUSTED_ORIGINS = addresses.origins("CSRF_TRUSTED_ORIGINS", os.environ)

INSTALLED_APPS = [
    "yhdyspinta.apps.YhdyspintaConfig",
    "agreements.apps.AgreementsConfig",
    "services.apps.ServicesConfig",
    "collaboration.apps.CollaborationConfig",
    "rest_framework",
    "drf_spectacular",
    "guardian",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "collaboration.language.LanguageMiddleware",
    "yhdyspinta.headers.NotProxiedMiddleware",
    "django.middleware.common.CommonMiddleware",
    "collaboration.made_for.MadeForMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "collaboration.signing_in.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "yhdyspinta.urls"
ASGI_APPLICATION = "yhdyspinta.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ]
            if not DEBUG
            else [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yhdyspinta.context.portal",
            ],
            "builtins": ["collaboration.templatetags.made_for"],  # every {% csrf_token %} also says for whom
        },
    }
]

ADDRESS, HOW_TO_CONNECT = addresses.database(
    from_environment("DATABASE_URL", "postgresql://portal@127.0.0.1:54320/portal")
)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "yhdyspinta.database",
        "CONN_MAX_AGE": 600,  # seconds; each thread keeps its connection
        "ATOMIC_REQUESTS": False,
        **ADDRESS,
    }
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},  # counts of throttles
    "pages": {  # public pages by the digest of what they show; apart, so that they never push a count out
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
        "TIMEOUT": 86_400,
    },
    "searches": {  # what residents search; apart, so that no outsider's searches push a page out
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "searches",
        "OPTIONS": {"MAX_ENTRIES": 300},
        "TIMEOUT": 86_400,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "collaboration.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "collaboration.passwords.LocalPasswordValidator"},
]
ANONYMOUS_USER_NAME = None  # guardian: no row stands for people who have not signed in
LOGIN_URL = "collaboration:sign_in"
CSRF_FAILURE_VIEW = "collaboration.views.kept_posts.expired_form"
LOGIN_REDIRECT_URL = "front_page"
LOGOUT_REDIRECT_URL = "front_page"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not (DEBUG or DEMO)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "yhdyspinta.formats"
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
LEMMAS_FOLDER = VAR_DIR / "lemmas"  # made by manage.py lemmas, the same for whoever runs this version
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or DEMO
        else "yhdyspinta.static_files.StaticFiles"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or DEMO

SITE_URL = from_environment("SITE_URL", "http://127.0.0.1:8000")  # where the links of a mail lead
DEFAULT_FROM_EMAIL = addresses.email(
    "DEFAULT_FROM_EMAIL", from_environment("DEFAULT_FROM_EMAIL", "yhdyspinta@localhost")
)
EMAIL_BACKEND = from_environment(
    "EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend"
    if DEMO
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
MAIL_OFFICE_HOURS = flag("MAIL_OFFICE_HOURS", default=not (DEMO or DEBUG))
"""Mail goes from 8 to 16 on working days, apart from what is urgent. In the demo it goes at any time: somebody is looking."""

MAIL_GATHERED = timedelta(minutes=production.number("MAIL_GATHER_MINUTES", 0 if DEMO or DEBUG else 10))
"""So long the first of a person's news waits for others that go in the same mail."""
EMAIL_HOST = from_environment("EMAIL_HOST", "localhost")
EMAIL_PORT = production.number("EMAIL_PORT", 25, least=1, most=addresses.HIGHEST_PORT)

CELERY_BROKER_URL = addresses.redis(from_environment("REDIS_URL", "redis://127.0.0.1:63790/0"))
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"  # interval schedules in UTC stand still on no night of the year
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "mail the notifications": {"task": "collaboration.tasks.mail_notifications", "schedule": 60.0},
    "ask about the actions": {"task": "collaboration.tasks.ask_about_actions", "schedule": 3600.0},
    "sweep the escalations": {"task": "services.tasks.sweep_escalations", "schedule": 300.0},
    "sweep the exports": {"task": "collaboration.tasks.sweep_exports", "schedule": 60.0},
    "forget the handled feedback": {"task": "services.tasks.forget_feedback", "schedule": 86_400.0},
    "forget the answered messages": {
        "task": "collaboration.tasks.forget_messages",
        "schedule": 86_400.0,
    },
    "clear the expired sessions": {
        "task": "collaboration.tasks.clear_expired_sessions",
        "schedule": 86_400.0,
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "collaboration.api.authentication.BearerToken",
        "collaboration.api.authentication.BrowserSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "collaboration.api.authentication.ScopeAllows",
    ],
    "DEFAULT_RENDERER_CLASSES": ["collaboration.api.rendering.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["collaboration.api.parsing.BoundedJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": [
        "collaboration.api.throttling.OutsiderThrottle",
        "collaboration.api.throttling.PersonThrottle",
        "collaboration.api.throttling.TokenThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {  # counted in each web process by itself: with n processes up to n times as many
        "anon": production.rate("API_RATE_ANON", "120/min"),
        "person": production.rate("API_RATE_PERSON", "1200/min"),
        "token": production.rate("API_RATE_TOKEN", "600/min"),
    },
    "NUM_PROXIES": 0,  # REMOTE_ADDR is the browser's: yhdyspinta/web.py has read what the proxies say
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "collaboration.api.documentation.OperationSchema",
    "EXCEPTION_HANDLER": "collaboration.api.problems.as_problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Yhdyspinta",
    "DESCRIPTION": "The portal's own data, for the programs of its people. docs/api.md tells how to begin.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2"},
    "CONTACT": {"name": "The organisation that runs this installation"},
    "TAGS": [
        {"name": "areas", "description": "Wellbeing services counties, regions and employment areas"},
        {"name": "aspects", "description": "The nine questions on every interface"},
        {"name": "comments", "description": "What is said of a subject"},
        {"name": "interfaces", "description": "Where services meet"},
        {"name": "map-templates", "description": "What a new map may begin with"},
        {"name": "maps", "description": "Interface maps: their ops, approvals, versions and exports"},
        {"name": "me", "description": "The caller"},
        {"name": "notices", "description": "What the caller was told"},
        {"name": "organisations", "description": "Municipalities, counties and their units"},
        {"name": "rating-rounds", "description": "What the parties think of each aspect"},
        {"name": "service-classes", "description": "The nodes of the service taxonomy"},
        {"name": "services", "description": "The service catalogue"},
    ],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "collaboration.api.documentation.any_value_is_also_null",
    ],
    "SERVERS": [{"url": "/", "description": "The installation that serves this page"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,  # its words would follow the language of the moment
    "ENUM_NAME_OVERRIDES": {
        "AddedOrganisationKind": "collaboration.api.shapes.ADDED_KINDS",
        "OrganisationKind": "collaboration.api.shapes.ORGANISATION_KINDS",
        "AreaKind": "collaboration.api.shapes.AREA_KINDS",
        "LanguageStatus": "collaboration.api.shapes.LANGUAGE_STATUSES",
        "MembershipRole": "collaboration.api.shapes.ROLES",
        "MemberLevel": "collaboration.api.shapes.LEVELS_OF_MEMBERS",
        "Level": "collaboration.api.forum_shapes.LEVELS",
        "ForumKind": "collaboration.api.forum_shapes.FORUM_KINDS",
        "ForumLanguages": "collaboration.api.forum_shapes.FORUM_LANGUAGES",
        "SeatRole": "collaboration.api.forum_shapes.SEAT_ROLES",
        "SeatLanguage": "collaboration.api.forum_shapes.SEAT_LANGUAGES",
        "SeatRepresents": "collaboration.api.forum_shapes.REPRESENTED",
        "MatterKind": "collaboration.api.forum_shapes.MATTER_KINDS",
        "MatterStatus": "collaboration.api.forum_shapes.MATTER_STATUSES",
        "ActionStatus": "collaboration.api.action_shapes.ACTION_STATUSES",
        "ActionState": "collaboration.api.action_shapes.ACTION_STATES",
        "ActionAnswer": "collaboration.api.action_shapes.ANSWERS",
        "MatterOutcome": "collaboration.api.forum_shapes.OUTCOMES",
        "MatterPublicity": "collaboration.api.forum_shapes.PUBLICITIES",
        "MailSent": "collaboration.api.shapes.MAIL_SENT",
        "TokenScope": "collaboration.api.shapes.SCOPES",
        "PersonDuty": "collaboration.api.shapes.DUTIES_OF_PEOPLE",
        "ServiceClassKind": "services.api.shapes.NODE_KINDS",
        "ResponsibilityDuty": "services.api.shapes.DUTIES",
        "ResponsibilityBasis": "services.api.shapes.BASES",
        "PartySide": "services.api.shapes.SIDES",
        "MapStatus": "services.api.shapes.MAP_STATUSES",
        "TargetGroup": "services.api.shapes.TARGET_GROUPS",
        "AspectStatus": "services.api.shapes.ASPECT_STATUSES",
        "EscalationStatus": "services.api.escalation_shapes.ESCALATION_STATUSES",
        "EscalationEffect": "services.api.escalation_shapes.EFFECTS",
        "EscalationFrequency": "services.api.escalation_shapes.FREQUENCIES",
        "EscalationUrgency": "services.api.escalation_shapes.URGENCIES",
        "EscalationRepair": "services.api.escalation_shapes.REPAIRS",
        "EscalationWaitsFor": "services.api.escalation_shapes.WAITED_FOR",
        "EscalationDaysFrom": "services.api.escalation_shapes.DAYS_FROM",
        "ReporterWord": "services.api.escalation_shapes.REPORTERS_WORDS",
        "RatingRoundStatus": "services.api.rating_shapes.ROUND_STATUSES",
        "VersionStatus": "services.api.version_shapes.VERSION_STATUSES",
        "ExportFormat": "collaboration.api.export_shapes.EXPORT_FORMATS",
        "ExportState": "collaboration.api.export_shapes.EXPORT_STATES",
        "ExportLanguage": "collaboration.api.export_shapes.EXPORT_LANGUAGES",
        "ApprovalRoundStatus": "services.api.version_shapes.ROUND_STATUSES",
    },
}

# The guard: what browsers may do with our pages, how often one may try to sign in, what the statement pages name.
# docs/security.md tells why; tests/security/ tries each.

INSTALLED_APPS += ["axes", "csp"]
MIDDLEWARE.insert(
    0, "yhdyspinta.headers.GuardMiddleware"
)  # outermost: also errors and redirects get the headers
MIDDLEWARE.append("axes.middleware.AxesMiddleware")
AUTHENTICATION_BACKENDS.insert(0, "axes.backends.AxesStandaloneBackend")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": [NONCE],  # and what those scripts import; nothing of ours is inline
        "script-src-attr": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # data: small pictures within the style sheets
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],  # reporting without a connection
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": ["'self'"]
}  # Django's own pages know no nonce; still nothing inline
CSRF_COOKIE_SAMESITE = "Lax"

AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_HANDLER = "collaboration.lockout.ForgetfulHandler"
AXES_USERNAME_CALLABLE = "collaboration.lockout.account"
AXES_CLIENT_STR_CALLABLE = "collaboration.lockout.described"
AXES_LOCKOUT_CALLABLE = "collaboration.views.accounts.locked_out"

ACCESSIBILITY_FEEDBACK = addresses.email(  # the organisation's own
    "ACCESSIBILITY_FEEDBACK", from_environment("ACCESSIBILITY_FEEDBACK", "")
)

# Running it for real; docs/operations.md lists every variable.

MIDDLEWARE.insert(0, "yhdyspinta.health.HealthMiddleware")  # probes come before hosts, sessions and HTTPS
MIDDLEWARE.insert(0, "yhdyspinta.headers.plain_tags")  # before anybody has read the headers
STATIC_ROOT = addresses.folder("STATIC_FOLDER", STATIC_ROOT)
METRICS_TOKEN = from_environment("METRICS_TOKEN", "")
LOGGING = production.logging_settings(
    as_json=flag("LOG_JSON", default=PRODUCTION),
    level=from_environment("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING"),
)
logging.captureWarnings(PRODUCTION)  # lines of the log like all others
CELERY_BEAT_SCHEDULE["seal the events"] = {"task": "collaboration.tasks.seal_events", "schedule": 300.0}
DATABASES["default"]["OPTIONS"] = {
    "connect_timeout": 5,
    # a machine that is lost says nothing: kept connections to it end all the same
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
    **HOW_TO_CONNECT,
}
DATABASE_SECONDS = production.number(
    "DATABASE_SECONDS", 20, least=1
)  # so long a web process waits for an answer
MOST_BYTES_OF_A_REQUEST = 12 * 1024 * 1024  # the largest file that is brought has 10 MB
FILE_UPLOAD_MAX_MEMORY_SIZE = MOST_BYTES_OF_A_REQUEST  # nothing of a request is written to a disk
SEVERAL_HOSTS = "," in ADDRESS["HOST"]  # then the second is tried when the first is silent
DATABASE_SECONDS_TO_CONNECT = DATABASE_SECONDS if SEVERAL_HOSTS else min(5, DATABASE_SECONDS)
WEB_THREADS = production.number("WEB_THREADS", 12, least=1)  # each keeps a connection to the database
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = flag(
    "PGBOUNCER"
)  # transactions of one session may move
SECURE_SSL_REDIRECT = flag("SSL_REDIRECT", default=PRODUCTION)
SECURE_HSTS_SECONDS = production.number("HSTS_SECONDS", 31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("HSTS_INCLUDE_SUBDOMAINS", default=PRODUCTION)
SECURE_HSTS_PRELOAD = flag("HSTS_PRELOAD")
SILENCED_SYSTEM_CHECKS = production.NO_PRELOAD
EMAIL_HOST_USER = from_environment("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = from_environment("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
if SENTRY_DSN := from_environment("SENTRY_DSN", ""):
    sentry.start(SENTRY_DSN, environment=urlsplit(SITE_URL).hostname or "")

if DEMO:  # a clock that people move: docs/adr/0050-the-clock-of-the-demo.md
    demo_clock = import_module("yhdyspinta.demo.clock")
    demo_clock.install()
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware"), demo_clock.MIDDLEWARE
    )
    SESSION_COOKIE_AGE = 366 * 86_400  # nobody is signed out because somebody moved the clock

SIGNING_KEY = from_environment("SIGNING_KEY", "")
"""The PKCS#12 file of the portal's seal, with its certificate. Without one production signs nothing."""
SIGNING_KEY_PASSPHRASE = from_environment("SIGNING_KEY_PASSPHRASE", "")
SIGNING_FORMER_CERTIFICATES = from_environment("SIGNING_FORMER_CERTIFICATES", "")
"""PEM certificates of earlier keys, whose signatures are still the portal's own."""
SIGNING_DEMO_FOLDER = None if PRODUCTION else VAR_DIR / "signing"
"""Where the demo and tests keep a key that they make for themselves."""
