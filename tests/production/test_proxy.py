"""What the proxy of docker-compose.yml does to requests and answers, with a real Caddy."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.gear.client import Client
from tests.gear.journey import make_people
from tests.gear.production import HOST, Production
from tests.production.caddy import Browser, caddy
from yhdyspinta.hops import LastHops

PASSWORD = "a long enough password"  # noqa: S105


@pytest.fixture
def browser(production: Production, tmp_path: Path) -> Iterator[Browser]:
    with caddy(production, tmp_path) as found:
        yield found


def test_who_takes_compressed_answers_can_change_what_they_read(
    production: Production, browser: Browser
) -> None:
    people = make_people(production, PASSWORD)
    browser.sign_in(people.editor, PASSWORD)
    path = f"/api/v1/maps/{browser.new_map(people.editor_place)}/"
    for coding in ("gzip", "zstd"):
        answer = browser.get(path, Accept_Encoding=coding)
        assert answer.headers["Content-Encoding"] == coding
        tag = answer.headers["Etag"]
        assert tag.endswith(f'-{coding}"'), "the proxy has changed it"
        assert browser.get(path, Accept_Encoding=coding, If_None_Match=tag).status == 304
    assert json.loads(gzip.decompress(browser.get(path, Accept_Encoding="gzip").body))["status"] == "draft"
    stale = tag.replace(tag[1], "0" if tag[1] != "0" else "1", 1)
    for sent, status in ((stale, 412), (tag, 200)):
        answer = browser.request(
            "POST", f"{path}transitions/archive/", b"{}", Content_Type="application/json", If_Match=sent
        )
        assert answer.status == status


def test_a_header_of_ones_own_evades_no_lockout(production: Production, browser: Browser) -> None:
    make_people(production, PASSWORD)
    email, statuses = f"{uuid4().hex}@portal.example", []
    for number in range(7):
        browser.get("/kirjaudu/")
        form = f"username={email}&password=x&csrfmiddlewaretoken={browser.cookies['csrftoken']}".encode()
        answer = browser.request(
            "POST",
            "/kirjaudu/",
            form,
            Content_Type="application/x-www-form-urlencoded",
            X_Forwarded_For=f"198.51.100.{number}",
        )
        statuses.append(answer.status)
    assert statuses[-1] == 429, statuses


def test_a_header_of_ones_own_evades_no_throttle(production: Production) -> None:
    """Also behind a proxy that adds to the header instead of writing it anew."""
    client, statuses = Client(HOST, production.ports[:1]), []
    for number in range(130):
        lie = f"198.51.{number}.1, 203.0.113.77"
        statuses.append(client.get("/api/v1/me/", X_Forwarded_For=lie).status)
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert client.get("/api/v1/me/", X_Forwarded_For="203.0.113.78").status == 401, (
        "others are not counted with it"
    )


def test_what_machines_ask_is_not_asked_from_outside(browser: Browser) -> None:
    assert {browser.get(path).status for path in ("/metrics", "/readyz")} == {404}
    assert browser.get("/healthz").status == 200


@pytest.mark.parametrize(
    ("proxies", "told", "left"),
    [
        (1, ["203.0.113.1"], ["203.0.113.1"]),
        (1, ["lie, 203.0.113.1"], ["203.0.113.1"]),
        (1, ["lie", "203.0.113.1"], ["203.0.113.1"]),
        (2, ["lie, 203.0.113.1, 10.0.0.1"], ["203.0.113.1,10.0.0.1"]),
        (2, ["203.0.113.1"], ["203.0.113.1"]),
        (0, ["lie"], []),
        (1, [], []),
    ],
)
def test_of_the_header_only_what_ones_own_proxies_wrote_is_read(
    proxies: int, told: list[str], left: list[str]
) -> None:
    name, other = b"x-forwarded-for", (b"x-forwarded-proto", b"https")
    got = LastHops(None, proxies).kept([other, *((name, each.encode()) for each in told)])
    assert other in got
    assert [value.decode().replace(" ", "") for key, value in got if key == name] == left
