"""Addresses of other servers and folders in the environment: one that cannot be right is a sentence at the start."""

import os
import re
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg2 import ProgrammingError  # type: ignore[import-untyped]
from psycopg2.extensions import make_dsn, parse_dsn  # type: ignore[import-untyped]
from redis.connection import parse_url

DATABASE = "DATABASE_URL must look like postgresql://user:password@host:5432/name"
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
OF_DJANGO = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
HIGHEST_PORT = 65_535
ORIGIN = re.compile(r"https?://[^/\s]+")


def database(url: str) -> tuple[dict[str, str], dict[str, str]]:
    """Django's settings of a database, and its options, from a URL.

    libpq reads it, so that all that libpq knows of how to connect may stand in the query.
    """
    for name, _value in parse_qsl(url.partition("?")[2], keep_blank_values=True):
        if name != "ssl" and not _is_known(name):
            raise ImproperlyConfigured(
                f"DATABASE_URL has the parameter {name!r}, which PostgreSQL does not know: use one that it does, "
                "such as sslmode=require."
            )
    try:
        given: dict[str, str] = parse_dsn(url) if url.startswith(("postgres://", "postgresql://")) else {}
    except ProgrammingError:  # its words may quote the password
        given = {}
    if not given.get("dbname") or "@" in given.get("host", ""):  # a password's own @ is written %40
        raise ImproperlyConfigured(f"{DATABASE}.")
    for port in given.get("port", "").split(","):
        if port and not (port.isdecimal() and 0 < int(port) <= HIGHEST_PORT):
            raise ImproperlyConfigured(f"{DATABASE}, and its port is no number from 1 to {HIGHEST_PORT}.")
    if given.get("sslmode", "prefer") not in SSL_MODES:
        raise ImproperlyConfigured(f"The sslmode in DATABASE_URL must be one of {', '.join(SSL_MODES)}.")
    own = {django: given.get(name, "") for name, django in OF_DJANGO.items()}
    return own, {name: value for name, value in given.items() if name not in OF_DJANGO}


def _is_known(name: str) -> bool:
    try:
        make_dsn(**{name: "1"})
    except ProgrammingError:
        return False
    return True


def redis(url: str) -> str:
    """The address of Redis or Valkey."""
    try:
        parse_url(url)  # type: ignore[no-untyped-call]
        is_whole = bool(urlsplit(url).hostname or urlsplit(url).path)
    except ValueError:
        is_whole = False
    if not is_whole:
        raise ImproperlyConfigured("REDIS_URL must look like redis://host:6379/0.")
    return url


def folder(name: str, default: Path) -> Path:
    """A folder to read from, which need not be there yet. Its owner finds out now, not at the first page."""
    path = Path(os.environ.get(name) or default)
    there = next(each for each in (path, *path.parents) if os.path.exists(each))
    if not there.is_dir() or (there == path and not os.access(there, os.R_OK | os.X_OK)):
        raise ImproperlyConfigured(f"{name} must be a folder that this user may read, not {str(path)!r}.")
    return path


def origins(name: str, environment: Mapping[str, str]) -> list[str]:
    """Origins with commas between."""
    found = [origin.strip() for origin in environment.get(name, "").split(",") if origin.strip()]
    if unfit := [origin for origin in found if not ORIGIN.fullmatch(origin)]:
        raise ImproperlyConfigured(
            f"{name} must be origins with commas between, such as https://www.portal.example, not {unfit[0]!r}."
        )
    return found


def email(name: str, value: str) -> str:
    """An e-mail address, with or without a name; an empty one stays empty."""
    local, _at, host = parseaddr(value)[1].rpartition("@")
    if value and not (local and host):
        raise ImproperlyConfigured(f"{name} must be an e-mail address, not {value!r}.")
    return value
