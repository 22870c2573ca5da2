"""The client in docs/ does what it says, against the portal as it runs, with a token made as a person makes one."""

import datetime
import http.cookiejar
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request

from django.conf import settings
from django.utils import timezone

from tests.portal import PortalServer

DIRECTOR = "sivistysjohtaja.porvoo@esittely.example"


class Browser:
    """Pages and forms, without scripts."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def page(self, path: str) -> str:
        with self.opener.open(self.url + path) as answer:
            return str(answer.read().decode())

    def send(self, path: str, form: dict[str, str], *, after: str) -> str:
        """Fill in a form that stands on the page `after` and send it."""
        (token, *_rest) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page(after))
        data = urllib.parse.urlencode(form | {"csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(self.url + path, data, {"Referer": self.url + after})
        with self.opener.open(request) as answer:
            return str(answer.read().decode())


def test_the_example_makes_a_map_and_edits_it(own_portal_server: PortalServer) -> None:
    browser = Browser(own_portal_server.url)
    browser.send("/esittely/kirjaudu/", {"email": DIRECTOR}, after="/esittely/")
    last = (timezone.localdate() + datetime.timedelta(days=7)).isoformat()
    wish = {"name": "Esimerkki", "scope": "write", "expires_on": last}
    made = browser.send("/oma/avaimet/", wish, after="/oma/")
    (secret,) = re.findall(r'value="(ysp_[\w-]+)"', made)
    done = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "docs/example_client.py"), own_portal_server.url, "638"],
        env=os.environ | {"YHDYSPINTA_TOKEN": secret, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "I am Sivistysjohtaja, Porvoo" in done.stdout
    assert "409 Somebody else has changed this since you opened it." in done.stdout
    assert "Soitamme toisillemme." in done.stdout.splitlines()[-1]
    number = re.findall(r"Made the map (\d+)", done.stdout)[0]
    assert "Soitamme toisillemme." in browser.page(f"/kartat/{number}/historia/")
