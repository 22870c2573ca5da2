"""Production starts with everything set, or says in one sentence what to set."""

import subprocess
import sys

import pytest

from tests.databases import ROOT
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


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
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
    ],
)
def test_an_unfit_value_is_one_sentence(name: str, value: str, sentence: str) -> None:
    given = {key: own for key, own in (GIVEN | {name: value}).items() if own}
    started = python("manage.py", "check", **given)
    assert started.returncode == 1
    assert sentence in started.stderr
    assert started.stderr.count("\n") == 1


def test_the_check_of_a_deployment_finds_nothing() -> None:
    checked = python("manage.py", "check", "--deploy", "--fail-level", "DEBUG", **GIVEN)
    assert checked.returncode == 0, checked.stderr
    assert "System check identified no issues" in checked.stdout
