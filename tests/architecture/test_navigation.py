"""Where one is in the portal: each page names its place in the navigation, and none is chosen by a piece of the address."""

import re

import pytest

from tests.architecture.routes import ROUTES
from tests.architecture.test_access import addresses_on
from tests.cast import Cast
from tests.databases import ROOT
from tests.services.rounds import published

BESIDE_MATTERS = {"/toimenpiteet/", "/tavoitteet/", "/ilmoitukset/", "/palaute/"}
"""What is done of matters, what for, and what does not work: without places of their own in the navigation."""

LINK = re.compile(r'<li><a href="(/|/kartat/|/asiat/|/foorumit/)"(?: aria-current="(\w+)")?>')


@pytest.mark.slow
def test_every_page_shows_where_one_is(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    client, told = cast.client("porvoo editor"), 0
    for name, path in addresses_on(cast, on).items():
        if path.startswith("/api/") or not ROUTES[name].get:
            continue
        answer = client.get(path)
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
            continue
        navigation = answer.content.decode().partition('class="site-nav"')[2].partition("</ul>")[0]
        shown = dict(LINK.findall(navigation))
        place = re.match("/[a-z]*/?", path)
        here = place[0] if place else ""
        here = "/asiat/" if here in BESIDE_MATTERS else here
        expected = {link: ("page" if path == link else "true") if link == here else "" for link in shown}
        assert (name, path, shown) == (name, path, expected)
        told += here in shown
    assert told > 25


def test_no_template_looks_at_a_piece_of_the_address() -> None:
    found = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if re.search(r"(request\.path|get_full_path)\S*\|(slice|cut|first|length)", path.read_text())
    ]
    assert found == []
