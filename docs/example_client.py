"""A client of the API in the standard library alone: makes an interface map and writes on it.

    YHDYSPINTA_TOKEN=ysp_… python docs/example_client.py http://127.0.0.1:8000 638

The token needs the scope “read and write”; 638 is the code of the municipality, here Porvoo.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from typing import Any
from uuid import uuid4


class Refused(Exception):
    """The portal said no. `problem` is its answer: title, status, detail and the fields."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["detail"])
        self.problem = problem


class Portal:
    """The portal, as one person sees it."""

    def __init__(self, url: str, token: str, language: str = "en") -> None:
        self.url = f"{url.rstrip('/')}/api/v1/"
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Accept-Language": language,
            "Content-Type": "application/json",
        }

    def ask(self, path: str, body: Any = None) -> Any:
        """GET the path, or POST the body to it. Raises Refused with the portal's sentence."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, self.headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error)) from None

    def edit(self, map_id: int, subject: str, name: str, value: Any, base_version: int) -> Any:
        """Change one property. Raises Refused: with status 409 somebody else was quicker, and nothing changed."""
        op = {"id": str(uuid4()), "subject": subject, "property": name, "value": value}
        return self.ask(f"maps/{map_id}/ops/", op | {"base_version": base_version})


def main(url: str, municipality_code: str) -> None:
    """Make a map of the municipality from a template, and write the shared answer of its first aspect."""
    portal = Portal(url, os.environ["YHDYSPINTA_TOKEN"])
    print("I am", portal.ask("me/?fields=name")["name"])
    found = portal.ask(f"organisations/?kind=municipality&q={municipality_code}")["results"]
    wish = {"template": "under_school_age", "municipality": found[0]["id"], "op_id": str(uuid4())}
    made = portal.ask("maps/", wish)
    print("Made the map", made["id"], made["title_fi"])
    aspect = made["interfaces"][0]["aspects"][0]
    subject = f"aspect:{aspect['id']}"
    written = portal.edit(made["id"], subject, "shared_fi", "Neuvola soittaa päiväkotiin.", made["seq"])
    print("Wrote the shared answer; the aspect is now", written["status"])
    try:
        portal.edit(made["id"], subject, "shared_fi", "Päiväkoti soittaa neuvolaan.", made["seq"])
    except Refused as refusal:  # the version is stale: look at what is there, then decide
        print(refusal.problem["status"], refusal, "There is:", refusal.problem["theirs"])
        version = refusal.problem["version"]
        portal.edit(made["id"], subject, "shared_fi", "Soitamme toisillemme.", version)
    for change in portal.ask(f"maps/{made['id']}/changes/?since={made['seq']}")["changes"]:
        print(change["seq"], change["subject"], change["property"], "→", change["to"])


if __name__ == "__main__":
    main(*sys.argv[1:])
