"""What only production needs of the settings: what must be set, HTTPS, logs as JSON, Sentry.

`yhdyspinta/settings.py` asks here, so that the demo and the tests read as before.
"""

import logging
import os
import re
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

REQUIRED = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SITE_URL", "DEFAULT_FROM_EMAIL")
"""Without a value for each of these nothing starts in production."""

SHORTEST_KEY = 50
NO_PRELOAD = [
    "security.W021"
]  # asking browsers to preload HSTS is for the owner of the domain: HSTS_PRELOAD=1
DIGITS = re.compile(r"[0-9]{1,18}")
RATE = re.compile(r"[1-9][0-9]{0,9}/(s|sec|second|m|min|minute|h|hour|d|day)")
HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\]", re.IGNORECASE)


def require(environment: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured with one sentence when something that production needs is missing or unfit."""
    missing = [name for name in REQUIRED if not environment.get(name)]
    if missing:
        noun = "variable" if len(missing) == 1 else "variables"
        raise ImproperlyConfigured(
            f"Set the environment {noun} {', '.join(missing)}: production has no default for them "
            "(docs/operations.md tells what each is; the demo is python3 run.py demo)."
        )
    key, hosts = environment["SECRET_KEY"], environment["ALLOWED_HOSTS"].split(",")
    if len(key) < SHORTEST_KEY or len(set(key)) < 5:
        raise ImproperlyConfigured(
            f"SECRET_KEY must be at least {SHORTEST_KEY} random characters: "
            "make one with python3 -c 'import secrets; print(secrets.token_urlsafe(50))'."
        )
    if unfit := [host for host in hosts if not HOST.fullmatch(host)]:
        raise ImproperlyConfigured(
            f"ALLOWED_HOSTS must be host names with commas between, such as portal.example, not {unfit[0]!r}."
        )
    address = urlsplit(environment["SITE_URL"])
    if address.scheme not in {"http", "https"} or not address.hostname or address.path:
        raise ImproperlyConfigured(
            "SITE_URL must be the address that people use, without a path, such as https://portal.example."
        )


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """A whole number from the environment."""
    value = os.environ.get(name) or str(default)
    if not DIGITS.fullmatch(value) or int(value) < least or (most is not None and int(value) > most):
        limits = f" from {least} to {most}" if most is not None else f" of at least {least}" if least else ""
        raise ImproperlyConfigured(
            f"The environment variable {name} must be a whole number{limits}, not {value!r}."
        )
    return int(value)


def rate(name: str, default: str) -> str:
    """So many a second, minute, hour or day."""
    value = os.environ.get(name) or default
    if not RATE.fullmatch(value):
        raise ImproperlyConfigured(
            f"The environment variable {name} must look like 120/minute, not {value!r}."
        )
    return value


def logging_settings(*, as_json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING: one handler for all, lines for people or JSON for machines, always scrubbed."""
    if level not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(
            f"LOG_LEVEL must be DEBUG, INFO, WARNING, ERROR or CRITICAL, not {level!r}."
        )
    kind = "yhdyspinta.logs.JsonFormatter" if as_json else "yhdyspinta.logs.LineFormatter"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": {"()": kind}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "chosen",
            }
        },
        "root": {"handlers": ["console"], "level": level},
        # Django would add handlers of its own, one of which mails whole requests to ADMINS.
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # its lines hold network addresses; what it does is in the database and in the answer
            "axes": {"handlers": [], "level": "CRITICAL", "propagate": False},
            # whatever knocks at a public address with a Host of its own making is answered 400, not written down
            "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }


def sentence(error: Exception) -> str:
    """What the person at the terminal reads: never an errno, and one line of what PostgreSQL says."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def settings_or_exit() -> None:
    """Read the settings; a setting that is missing ends the process with its sentence alone, without a traceback."""
    from django.conf import settings  # noqa: PLC0415 (reading settings is what this is about)

    try:
        settings.DEBUG  # noqa: B018 (the first access reads the settings)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


def database_or_exit() -> None:
    """End the process with a sentence when PostgreSQL is too old. One that is away may come: that is no reason to end."""
    from django.db import DatabaseError, NotSupportedError, connection  # noqa: PLC0415 (they read the settings)

    try:
        connection.ensure_connection()
    except NotSupportedError as error:
        sys.exit(f"{error}.")
    except DatabaseError:
        pass
    finally:
        connection.close()
