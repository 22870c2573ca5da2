"""Production starts with everything set, or says in one sentence what to set."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT
from tests.production.test_compose import names_in_the_code
from yhdyspinta import addresses
from yhdyspinta.production import REQUIRED

GIVEN = {
    "SECRET_KEY": "Gx7-lJ0mYk5RzQ2vW9dT4nB8sHcP1uE6aFiKoM3rXyZqLwVtNjD",
    "DATABASE_URL": "postgresql://portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "portal.example",
    "SITE_URL": "https://portal.example",
    "DEFAULT_FROM_EMAIL": "portal@portal.example",
}


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python with this environment alone."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


STARTS = {
    "manage.py": ("manage.py", "migrate"),
    "gunicorn": ("-m", "gunicorn", "--config", "python:yhdyspinta.web", "yhdyspinta.asgi:application"),
    "celery": ("-m", "celery", "-A", "yhdyspinta.celery", "report"),
}


@pytest.mark.parametrize("program", STARTS)
def test_nothing_starts_without_settings_and_one_sentence_says_why(program: str) -> None:
    started = python(*STARTS[program])
    assert started.returncode != 0
    assert "Set the environment variables " + ", ".join(REQUIRED) in started.stderr
    assert "Traceback" not in started.stderr + started.stdout


UNFIT = [
    *((name, "", f"Set the environment variable {name}: ") for name in REQUIRED),
    ("SECRET_KEY", "short", "SECRET_KEY must be at least 50 random characters"),
    ("SECRET_KEY", "x" * 60, "SECRET_KEY must be at least 50 random characters"),
    ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must be host names"),
    ("ALLOWED_HOSTS", "https://portal.example", "ALLOWED_HOSTS must be host names"),
    ("SITE_URL", "portal.example", "SITE_URL must be the address"),
    ("SITE_URL", "https://portal.example/", "SITE_URL must be the address"),
    ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must look like"),
    ("LOG_LEVEL", "loud", "LOG_LEVEL must be"),
    ("HSTS_SECONDS", "a year", "HSTS_SECONDS must be a whole number"),
    ("WEB_THREADS", "0", "WEB_THREADS must be a whole number of at least 1"),
    ("EMAIL_USE_TLS", "yes", "EMAIL_USE_TLS must be 1 or 0"),
    ("EMAIL_PORT", "smtp", "EMAIL_PORT must be a whole number from 1 to 65535"),
    ("EMAIL_PORT", "70000", "EMAIL_PORT must be a whole number from 1 to 65535"),
    ("EMAIL_PORT", "²5", "EMAIL_PORT must be a whole number from 1 to 65535"),
    ("DATABASE_SECONDS", "0", "DATABASE_SECONDS must be a whole number of at least 1"),
    ("DATABASE_URL", "postgresql://u@h:x/n", "its port is no number"),
    ("DATABASE_URL", "postgresql://u@h:70000/n", "its port is no number"),
    ("DATABASE_URL", "postgresql://u@h:5432,g:x/n", "its port is no number"),
    ("DATABASE_URL", "postgresql://u:sala@na@h/n", "DATABASE_URL must look like"),
    ("DATABASE_URL", "postgresql://h", "DATABASE_URL must look like"),
    ("DATABASE_URL", "postgresql://u:sala%zz@h/n", "DATABASE_URL must look like"),
    ("DATABASE_URL", "postgresql://u@h/n?sslmod=require", "DATABASE_URL has the parameter 'sslmod'"),
    ("DATABASE_URL", "postgresql://u@h/n?sslmode=yes", "The sslmode in DATABASE_URL must be one of"),
    ("REDIS_URL", "localhost:6379", "REDIS_URL must look like redis://host:6379/0"),
    ("REDIS_URL", "redis://", "REDIS_URL must look like redis://host:6379/0"),
    ("REDIS_URL", "redis://host:port/0", "REDIS_URL must look like redis://host:6379/0"),
    ("SENTRY_DSN", "sentry.example", "SENTRY_DSN must look like"),
    ("STATIC_FOLDER", "/etc/hostname/files", "STATIC_FOLDER must be a folder"),
    ("STATIC_FOLDER", "/etc/hostname", "STATIC_FOLDER must be a folder that this user may read"),
    ("API_RATE_ANON", "many", "API_RATE_ANON must look like 120/minute"),
    ("API_RATE_TOKEN", "120/fortnight", "API_RATE_TOKEN must look like 120/minute"),
    ("CSRF_TRUSTED_ORIGINS", "www.portal.example", "CSRF_TRUSTED_ORIGINS must be origins"),
    ("DEFAULT_FROM_EMAIL", "portal", "DEFAULT_FROM_EMAIL must be an e-mail address"),
    ("ACCESSIBILITY_FEEDBACK", "us", "ACCESSIBILITY_FEEDBACK must be an e-mail address"),
]
"""A variable, a value that it cannot have, and what is said of it."""

FORKS = """
import json, os, runpy, sys, tempfile
import django.core.management, yhdyspinta.addresses, yhdyspinta.production, yhdyspinta.sentry

def started(given):
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), 2)
            os.environ.clear()
            os.environ.update(given)
            sys.argv = ["manage.py", "check"]
            runpy.run_path("manage.py", run_name="__main__")
            sys.exit()
        _child, status = os.waitpid(child, 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read().decode()

print(json.dumps([started(given) for given in json.load(sys.stdin)]))
"""
"""Starts `manage.py check` in one environment after the other, each in a process of its own, and reads Django once."""


@pytest.fixture(scope="module")
def said_of_unfit() -> dict[tuple[str, str], tuple[int, str]]:
    """The exit code and the words of `manage.py check` with each unfit value."""
    unfit = [(name, value) for name, value, _sentence in UNFIT]
    given = [{key: own for key, own in (GIVEN | {name: value}).items() if own} for name, value in unfit]
    done = subprocess.run(
        [sys.executable, "-c", FORKS],
        cwd=ROOT,
        env={},
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(zip(unfit, map(tuple, json.loads(done.stdout)), strict=True))


@pytest.mark.parametrize(("name", "value", "sentence"), UNFIT)
def test_an_unfit_value_is_one_sentence(
    said_of_unfit: dict[tuple[str, str], tuple[int, str]], name: str, value: str, sentence: str
) -> None:
    code, said = said_of_unfit[name, value]
    assert code == 1
    assert sentence in said
    assert said.count("\n") == 1
    assert "sala" not in said, "a password is not said again"


@pytest.mark.parametrize("program", STARTS)
def test_every_program_says_it_in_the_same_way(program: str) -> None:
    started = python(*STARTS[program], **GIVEN | {"WEB_WORKERS": "0", "EMAIL_PORT": "smtp"})
    assert started.returncode != 0
    assert started.stderr.count("\n") == 1, started.stderr
    assert "EMAIL_PORT" in started.stderr


def test_the_number_of_workers_is_said_by_gunicorn() -> None:
    started = python(*STARTS["gunicorn"], **GIVEN | {"WEB_WORKERS": "0"})
    assert "WEB_WORKERS must be a whole number of at least 1" in started.stderr
    assert "Traceback" not in started.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_folder_of_somebody_else_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, since there is no way back from another user."""
    (tmp_path / "files").mkdir(mode=0o700)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == os.geteuid() and parent != parent.parent:
            parent.chmod(parent.stat().st_mode | 0o055)
    asked = (
        "import os; from pathlib import Path; from yhdyspinta import addresses; os.setuid(65534);"
        "addresses.folder('STATIC_FOLDER', Path('unused'))"
    )
    started = python("-c", asked, STATIC_FOLDER=str(tmp_path / "files"))
    assert "STATIC_FOLDER must be a folder that this user may read" in started.stderr
    monkeypatch.setenv("STATIC_FOLDER", str(tmp_path / "new"))
    assert addresses.folder("STATIC_FOLDER", tmp_path) == tmp_path / "new"


def test_an_empty_value_is_as_if_it_were_not_there() -> None:
    """docker-compose.yml passes on what .env does not set as empty."""
    optional = names_in_the_code() - set(REQUIRED)
    printed = "print(*sorted((n, repr(getattr(s, n))) for n in dir(s) if n.isupper()), sep=chr(10))"
    asked = f"import django; django.setup(); from django.conf import settings as s; {printed}"
    told = [
        python(
            "-c", asked, DJANGO_SETTINGS_MODULE="yhdyspinta.settings", PYTHONHASHSEED="0", **GIVEN, **more
        ).stdout
        for more in ({}, dict.fromkeys(optional, ""))
    ]
    told = [re.sub(r" at 0x[0-9a-f]+", "", settings) for settings in told]
    assert told[0]
    assert told[0] == told[1]


def test_all_that_libpq_knows_may_stand_in_the_address() -> None:
    found = addresses.database(
        "postgresql://u%40x:p%2Fw@[::1]:5432,h:5433/n%C3%A4?sslmode=verify-full&sslrootcert=/ca.pem"
        "&target_session_attrs=read-write&options=-c%20search_path%3Dx"
    )
    assert found == (
        {"NAME": "nä", "USER": "u@x", "PASSWORD": "p/w", "HOST": "::1,h", "PORT": "5432,5433"},
        {
            "sslmode": "verify-full",
            "sslrootcert": "/ca.pem",
            "target_session_attrs": "read-write",
            "options": "-c search_path=x",
        },
    )
    assert addresses.database("postgres://h/n?ssl=true")[1] == {"sslmode": "require"}


def test_the_check_of_a_deployment_finds_nothing() -> None:
    """But that words have no base forms, which `manage.py lemmas` makes where the portal is installed."""
    checked = python("manage.py", "check", "--deploy", "--fail-level", "DEBUG", **GIVEN)
    found = set(re.findall(r"yhdyspinta\.\w+|\w+\.[A-Z]\d{3}", checked.stderr))
    assert found <= {"yhdyspinta.W003"}, checked.stderr
    assert found or "System check identified no issues" in checked.stdout
