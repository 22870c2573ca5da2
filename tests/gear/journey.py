"""A short journey through the running portal over HTTP: sign in, make a map, edit it, meet a conflict, be an outsider."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from tests.gear.client import Answer, Client
from tests.gear.production import Production

MAKE_PEOPLE = """
import json, os
from collaboration.models import Membership, Organisation, User
places = {
    "editor": ("municipality", "638"),
    "partner": ("wellbeing_services_county", "01"),
    "outsider": ("municipality", "905"),
}
made = {}
for name, (kind, code) in places.items():
    place = Organisation.objects.get(kind=kind, code=code)
    user = User.objects.filter(email=f"{name}@portal.example").first() or User(email=f"{name}@portal.example")
    user.name, user.language, user.is_active = name.title(), "en", True
    if not user.check_password(os.environ["JOURNEY_PASSWORD"]):  # a new hash would end the person's sessions
        user.set_password(os.environ["JOURNEY_PASSWORD"])
        user.save()
    Membership.objects.get_or_create(user=user, organisation=place, role="editor")
    made[name] = place.pk
print(json.dumps(made))
"""


LEAVE = """
from collaboration.models import Membership, User
people = User.objects.filter(email__in=[f"{name}@portal.example" for name in ("editor", "partner", "outsider")])
Membership.objects.filter(user__in=people).delete()
for person in people:
    person.is_active = False
    person.set_unusable_password()
    person.save()
"""


@dataclass(frozen=True)
class People:
    """Who walks: editors of Porvoo and of its county, an outsider from Vaasa; places are ids of their organisations."""

    editor_place: int
    outsider_place: int
    editor: str = "editor@portal.example"
    partner: str = "partner@portal.example"
    outsider: str = "outsider@portal.example"


def make_people(portal: Production, password: str) -> People:
    """Make the people, or give them this password, as the application's role."""
    printed = portal.manage("shell", "--verbosity", "0", "-c", MAKE_PEOPLE, JOURNEY_PASSWORD=password)
    made = json.loads(printed.strip().splitlines()[-1])
    return People(made["editor"], made["outsider"])


def leave(portal: Production) -> None:
    """End the people's memberships and let them sign in no more. Their rows stay: history tells what they did."""
    portal.manage("shell", "--verbosity", "0", "-c", LEAVE)


def expect(answer: Answer, status: int, what: str) -> Answer:
    """The answer, when it has this status; else an AssertionError that says what was tried."""
    if answer.status != status:
        raise AssertionError(f"{what}: expected {status}, got {answer.status}: {answer.text[:300]}")
    return answer


def walk(client: Client, people: People, password: str) -> Iterator[str]:
    """Walk the journey; a sentence after each step that went well, an AssertionError at one that did not."""
    for _process in client.ports:
        expect(client.get("/healthz"), 200, "health")
        expect(client.get("/readyz"), 200, "readiness")
    yield "both web processes are alive and ready"
    expect(client.get("/", X_Forwarded_Proto="http"), 301, "plain HTTP")
    expect(client.get("/metrics"), 404, "metrics through the proxy")
    yield "plain HTTP leads to HTTPS, and metrics are not for the outside"
    client.sign_in(people.editor, password)
    front = expect(client.get("/"), 200, "the front page")
    yield "a person signs in with a password"
    style = front.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    got = expect(client.get(style), 200, f"the style sheet {style}")
    if "immutable" not in got.headers.get("Cache-Control", ""):
        raise AssertionError("The style sheet is not named by its hash.")
    yield "static files are named by their hash and kept by browsers"
    map_id = client.new_map(people.editor_place)
    expect(client.get(f"/kartat/{map_id}/lista/"), 200, "the list of the map")
    yield "a map is made from a template"
    op = {"id": str(uuid4()), "subject": f"map:{map_id}", "property": "title_fi", "base_version": 0}
    address = f"/api/v1/maps/{map_id}/ops/"
    first = expect(client.post_json(address, {**op, "value": "Uusi nimi"}), 200, "an edit").json
    again = expect(client.post_json(address, {**op, "value": "Uusi nimi"}), 200, "the edit sent again").json
    if first["version"] != again["version"]:
        raise AssertionError("The same edit sent twice was done twice.")
    other = {**op, "id": str(uuid4()), "value": "Toinen nimi"}
    expect(client.post_json(address, other), 409, "an edit of an old version")
    if "Uusi nimi" not in expect(client.get(f"/kartat/{map_id}/historia/"), 200, "the history").text:
        raise AssertionError("The edit is not in the history.")
    yield "an edit is done once, an older one is a conflict, the history knows"
    outsider = Client(client.host, client.ports)
    expect(outsider.get(f"/kartat/{map_id}/"), 302, "the map without signing in")
    outsider.sign_in(people.outsider, password)
    expect(outsider.get(f"/kartat/{map_id}/"), 404, "the map as an outsider")
    yield "the map is there for nobody else"
    expect(client.post(f"/kartat/{map_id}/askel/archive/"), 302, "archiving the map")
    if f'/kartat/{map_id}/"' in expect(client.get("/kartat/"), 200, "the list of maps").text:
        raise AssertionError("The archived map is in the list of maps in use.")
    yield "the map is archived"
    expect(client.post("/kirjaudu/ulos/"), 302, "signing out")
    expect(client.get(f"/kartat/{map_id}/"), 302, "the map after signing out")
    yield "signing out ends it"
