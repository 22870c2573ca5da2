"""Outside demo mode nobody signs in with one click: tried in processes of their own, with their own settings."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parents[2]

TRY_EVERYTHING = """
import django
django.setup()
from django.conf import settings
from django.http import Http404
from django.test import RequestFactory
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from yhdyspinta.views import demo

assert not settings.DEMO
for name in ("demo_people", "demo_sign_in", "demo_mail", "demo_clock", "demo_begin_again"):
    try:
        raise SystemExit(f"{name} has the address {reverse(name)}")
    except NoReverseMatch:
        pass
for address in ("/esittely/", "/esittely/posti/", "/esittely/kirjaudu/", "/esittely/kello/", "/esittely/alusta/"):
    try:
        raise SystemExit(f"{address} is answered by {resolve(address)}")
    except Resolver404:
        pass
get, post = RequestFactory().get("/"), RequestFactory().post("/", {"email": "yllapitaja@esittely.example"})
from django.utils import timezone
assert timezone.now.__code__.co_filename == timezone.__file__, "another clock"
assert not [name for name in settings.MIDDLEWARE if "demo" in name]
assert settings.SESSION_COOKIE_AGE == 14 * 86_400
views = (demo.demo_people, get), (demo.demo_sign_in, post), (demo.demo_mail, get), (demo.demo_clock, post)
for view, request in (*views, (demo.demo_begin_again, post)):
    try:
        raise SystemExit(f"{view.__name__} answered {view(request)}")
    except Http404:
        pass
print("nothing found")
"""


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the code with the portal's settings and this environment."""
    given = {key: value for key, value in os.environ.items() if key not in {"SECRET_KEY", "ALLOWED_HOSTS"}}
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        cwd=ROOT,
        env=given | {"DJANGO_SETTINGS_MODULE": "yhdyspinta.settings"} | environment,
        capture_output=True,
        text=True,
    )


def test_the_demos_pages_do_not_exist() -> None:
    tried = python(TRY_EVERYTHING, YHDYSPINTA_DEMO="0", SECRET_KEY="not-secret")  # noqa: S106
    assert (tried.stdout, tried.returncode) == ("nothing found\n", 0), tried.stderr


def test_in_the_demo_its_own_clock_goes_from_the_start() -> None:
    code = "import django; django.setup(); from services.models import Escalation as row; "
    code += "print(row._meta.get_field('filed_at').default.__code__.co_filename)"
    assert python(code, YHDYSPINTA_DEMO="1").stdout.endswith("yhdyspinta/demo/clock.py\n")
    outside = python(code, YHDYSPINTA_DEMO="0", SECRET_KEY="not-secret")  # noqa: S106
    assert outside.stdout.endswith("django/utils/timezone.py\n"), outside.stderr


def test_outside_the_demo_the_database_knows_no_clock_of_it(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('demo_clock'), today_in_finland() = (now() AT TIME ZONE 'Europe/Helsinki')::date"
        )
        assert cursor.fetchone() == (None, True)


def test_demo_mode_refuses_a_public_host() -> None:
    started = python("import django; django.setup()", YHDYSPINTA_DEMO="1", ALLOWED_HOSTS="yhdyspinta.fi")
    assert started.returncode != 0
    assert "ALLOWED_HOSTS may name loopback only" in started.stderr
    assert python("import django; django.setup()", YHDYSPINTA_DEMO="1").returncode == 0


def test_without_demo_mode_a_secret_key_is_needed() -> None:
    started = python("import django; django.setup()", YHDYSPINTA_DEMO="0", DEBUG="0")
    assert started.returncode != 0
    assert "Set the environment variable SECRET_KEY" in started.stderr
