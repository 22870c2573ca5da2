"""The headers of every kind of answer, and the flags of every cookie."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.conftest import As
from tests.factories.collaboration import PASSWORD, ServiceAdministratorFactory, UserFactory
from tests.services.rounds import published

pytestmark = pytest.mark.django_db

STRICT = {
    "default-src": "'none'",
    "script-src-attr": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
OTHERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
Answer = Any


def directives(answer: Answer) -> dict[str, str]:
    """The policy of an answer, by directive."""
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return {name: rest for name, _space, rest in (part.partition(" ") for part in parts)}


class Markup(HTMLParser):
    """What a page has that a policy is about."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scripts: list[dict[str, str | None]] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.scripts.append(dict(attrs))
        if tag == "style":
            self.inline.append("style")
        self.inline += [name for name, _value in attrs if name.startswith("on") or name == "style"]


def server_error(_client: Client, monkeypatch: pytest.MonkeyPatch) -> Answer:
    def fail(*_arguments: Any) -> HttpResponse:
        raise RuntimeError

    monkeypatch.setattr("yhdyspinta.views.information.render", fail)
    return Client(raise_request_exception=False).get(reverse("about"))


KINDS: dict[str, tuple[int, Callable[[Client, pytest.MonkeyPatch], Answer]]] = {
    "front page": (200, lambda _client, _patch: Client().get("/")),
    "sign in": (200, lambda _client, _patch: Client().get("/kirjaudu/")),
    "statement": (200, lambda _client, _patch: Client().get("/saavutettavuus/")),
    "privacy": (200, lambda _client, _patch: Client().get("/tietosuoja/")),
    "about": (200, lambda _client, _patch: Client().get("/tietoja/")),
    "front page of a person": (200, lambda client, _patch: client.get("/")),
    "maps": (200, lambda client, _patch: client.get("/kartat/")),
    "new map": (200, lambda client, _patch: client.get("/kartat/uusi/")),
    "profile": (200, lambda client, _patch: client.get("/oma/")),
    "redirect": (302, lambda _client, _patch: Client().get("/kartat/")),
    "redirect to a slash": (301, lambda client, _patch: client.get("/kartat")),
    "bad request": (400, lambda _client, _patch: Client().get("/", headers={"host": "evil.example"})),
    "forbidden": (403, lambda _client, _patch: Client(enforce_csrf_checks=True).post("/kieli/")),
    "not found": (404, lambda _client, _patch: Client().get("/ei-ole/")),
    "not found for a person": (404, lambda client, _patch: client.get("/kartat/999999/")),
    "method not allowed": (405, lambda client, _patch: client.post("/kartat/")),
    "refused form": (422, lambda _client, _patch: Client().post("/kirjaudu/", {"username": "x"})),
    "server error": (500, server_error),
    "api for an outsider": (401, lambda _client, _patch: Client().get("/api/v1/maps/1/")),
    "api, not found": (404, lambda client, _patch: client.get("/api/v1/maps/999999/")),
    "administration for an outsider": (302, lambda _client, _patch: Client().get("/yllapito/")),
}


def check(answer: Answer, script: str | None = None) -> None:
    """Every header stands, and nothing inline does; `script` is the only other rule a kind may have."""
    policy = directives(answer)
    nonce = policy.pop("script-src")
    assert policy == STRICT
    assert {name: answer.headers.get(name) for name in OTHERS} == OTHERS
    assert answer.headers["Permissions-Policy"].startswith("accelerometer=(), camera=(), ")
    if "html" not in answer.headers.get("Content-Type", ""):
        return
    page = Markup(answer.content.decode())
    assert page.inline == []
    if script is not None:
        assert nonce == script
        return
    programs = [each for each in page.scripts if each.get("type") != "application/json"]
    assert all(each.get("src") and nonce == f"'nonce-{each['nonce']}'" for each in programs)
    # a redirect takes the place of a page that had its nonce already
    assert programs or nonce == "" or answer.status_code in {301, 302}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_has_every_header(
    as_person: As, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, ask = KINDS[kind]
    answer = ask(as_person("porvoo editor"), monkeypatch)
    assert answer.status_code == status
    check(answer, "'self'" if kind.startswith("administration") else None)


@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_is_kept_by_a_browser(as_person: As, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages for residents and static files alone say themselves how long; programs ask again with a tag."""
    kept = KINDS[kind][1](as_person("porvoo editor"), monkeypatch).headers["Cache-Control"]
    assert kept == "private, no-cache" if kind.startswith("api") else "no-store" in kept


def test_the_pages_of_a_map_have_every_header(cast: Cast, as_person: As) -> None:
    client, address = as_person("porvoo editor"), cast.maps["porvoo"].get_absolute_url()
    for part in (
        "",
        "lista/",
        "taulukko/",
        "historia/",
        "asetukset/",
        "palvelut/lisaa/",
        "yhdyspinnat/yhdista/",
    ):
        check(client.get(f"{address}{part}"))
    check(client.get(f"{address}palvelut/lisaa/", headers={"X-Panel": "1"}))
    check(client.get(f"/api/v1/maps/{cast.maps['porvoo'].pk}/"))
    check(client.post(f"{address}muuta/", {}))


def test_the_administration_allows_its_own_script_files_and_nothing_else(client: Client) -> None:
    client.force_login(ServiceAdministratorFactory.create())
    for part in ("", "collaboration/user/", "collaboration/user/add/", "collaboration/event/"):
        check(client.get(f"/yllapito/{part}"), "'self'")


def test_every_answer_has_a_nonce_of_its_own(as_person: As) -> None:
    client = as_person("porvoo editor")
    nonces = {directives(client.get("/kartat/uusi/"))["script-src"] for _time in range(5)}
    assert len(nonces) == 5
    assert all(re.fullmatch(r"'nonce-[\w+/=]{20,}'", nonce) for nonce in nonces)


def test_every_script_of_every_template_has_the_nonce() -> None:
    for path in (project.BASE_DIR / "templates").rglob("*.html"):
        for script in re.findall(r"<script[^>]*", path.read_text(encoding="utf-8")):
            if (
                path.parent.name == "residents"
            ):  # kept by caches, so without a nonce: our own files and nothing else
                assert script == """<script type="module" src="{% static 'js/print.js' %}\""""
            else:
                assert 'nonce="{{ request.csp_nonce }}" src=' in script, path


def test_pages_for_residents_allow_our_own_script_files_and_nothing_inline(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    place = on.map_services.order_by("pk")[0]
    for path in (
        "",
        f"kartat/{on.pk}/",
        f"palvelut/{place.pk}/",
        f"palvelut/{place.pk}/kortti/",
        "palvelut/0/",
    ):
        check(Client().get(f"/asukkaalle/fi/{path}"), "'self'")


def test_static_files_are_not_sniffed(client: Client) -> None:
    assert client.get("/static/js/document/edit.js").headers["X-Content-Type-Options"] == "nosniff"


def test_hsts_is_sent_over_https_as_the_environment_says(settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SECURE_SSL_REDIRECT = False
    secure, plain = Client().get("/", secure=True), Client().get("/")
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in plain.headers


@pytest.mark.parametrize(("given", "seconds"), [({}, "0"), ({"HSTS_SECONDS": "77"}, "77")])
def test_the_demo_has_no_hsts_unless_asked_for(given: dict[str, str], seconds: str) -> None:
    code = "from django.conf import settings; print(settings.SECURE_HSTS_SECONDS)"
    asked = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "yhdyspinta.settings", "YHDYSPINTA_DEMO": "1"} | given,
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout.strip() == seconds


def test_cookies_are_kept_from_scripts_other_sites_and_plain_http() -> None:
    client, person = Client(), UserFactory.create()
    client.get("/kirjaudu/", secure=True)
    answer = client.post("/kirjaudu/", {"username": person.email, "password": PASSWORD}, secure=True)
    assert answer.status_code == 302
    for name, hidden in (("sessionid", True), ("language", True), ("csrftoken", False)):
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["samesite"], bool(cookie["httponly"])) == (True, "Lax", hidden), name
