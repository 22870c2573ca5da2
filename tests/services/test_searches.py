"""Every search finds what was meant, however it is typed: without dots, in capitals, with signs that nobody sees."""

import json
import re
import unicodedata
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from collaboration.models import Forum, Goal, Membership, Organisation, User
from services.models import InterfaceMap, MapService, Service
from tests.cast import Cast
from tests.collaboration.action_cast import made
from tests.collaboration.forum_cast import forums_of, raised
from tests.collaboration.test_words import SAME
from tests.services.escalated import filed
from tests.services.ops import first_aspect
from tests.services.rounds import published

NAME = "Päiväkoti Čáhppesjohka"
TYPED = [*SAME, "cahppesjohka", "Čáhppesjohka päiväkoti"]
NOTHING: tuple[dict[str, object], ...] = ({"results": [], "next": None}, {"found": []})
BOXES = {"person", "leader", "organisation", "service", "q", "tarkistus", "who", "yhdyspinta"}
"""The names of all fields that search."""


@pytest.fixture
def called(cast: Cast) -> Cast:
    """The cast, with one of everything that is called alike: a service, a map, a unit, a person."""
    on = cast.maps["porvoo"]
    place = MapService.objects.get(map=on, service__node__key="daycare")
    Service.objects.filter(pk=place.service_id).update(name_fi=NAME)
    InterfaceMap.objects.filter(pk=on.pk).update(title_fi=f"{NAME} – kartta")
    porvoo = Organisation.objects.get(kind="municipality", code="638")
    Organisation.objects.create(kind="unit", parent=porvoo, name_fi=f"{NAME}, yksikkö")
    Service.objects.create(organisation=porvoo, node=place.service.node, name_fi=f"{NAME}, toinen")
    person = User.objects.create_user("nimi@porvoo.example", name=f"{NAME}, henkilö")
    Membership.objects.create(user=person, organisation=porvoo, role="editor")
    published(cast, on)
    return cast


def pages(cast: Cast) -> Iterator[tuple[str, str, str]]:
    """Each page that searches, the name of its field, and what it is to show."""
    on = cast.maps["porvoo"]
    aspect = first_aspect(on, 6)
    here = f"/kartat/{on.pk}/"
    yield "/kartat/", "q", f"{NAME} – kartta"
    for part in ("", "lista/", "taulukko/"):
        yield f"{here}{part}", "q", NAME
    yield "/palvelut/", "q", f"{NAME}, toinen"
    yield "/organisaatiot/", "q", f"{NAME}, yksikkö"
    yield f"{here}asetukset/", "organisation", f"{NAME}, yksikkö"
    yield f"{here}palvelut/lisaa/", "service", f"{NAME}, toinen"
    yield f"{here}yhdyspinnat/{aspect.interface_id}/6/", "person", f"{NAME}, henkilö"
    yield f"{here}yhdyspinnat/{aspect.interface_id}/6/", "leader", f"{NAME}, henkilö"
    yield "/asukkaalle/fi/", "q", NAME


@pytest.mark.alike(3)
@pytest.mark.parametrize("typed", TYPED)
def test_every_search_box_finds_it(called: Cast, typed: str) -> None:
    client = called.client("porvoo editor", "fi")
    for path, field, shown in pages(called):
        page = client.get(path, {field: typed})
        assert page.status_code == 200, path
        assert shown in without_fields(page.content.decode()), (path, field)
        nothing = without_fields(client.get(path, {field: f"{typed} xyzzy"}).content.decode())
        assert shown not in nothing or path.startswith(("/asukkaalle/", "/kartat/1")), (path, field)


def without_fields(markup: str) -> str:
    """What the page shows: not what is typed in its fields, nor what its title repeats."""
    return re.sub(r"<input[^>]*>|<title>.*?</title>", "", markup, flags=re.DOTALL)


@pytest.mark.alike(3)
@pytest.mark.parametrize("typed", TYPED)
def test_every_search_of_the_api_finds_it(called: Cast, typed: str) -> None:
    client = called.client("porvoo editor", "fi")
    raised(called, forums_of(called)["lape"], "porvoo editor", title=NAME)
    Forum.objects.filter(name_fi="Foorumi lape").update(name_fi=NAME)
    made(called, what=NAME)
    Goal.objects.create(title_fi=NAME, level="expert", made_by=called["porvoo editor"])
    schema = (settings.BASE_DIR / "docs/openapi.yaml").read_text(encoding="utf-8")
    searched = re.findall(r"\n  /api/v1/([a-z-]+)/:\n(?:(?!\n  /).)*?name: q\n", schema, flags=re.DOTALL)
    filed(called, "porvoo editor", text=NAME)
    places = {
        "actions",
        "escalations",
        "forums",
        "goals",
        "maps",
        "matters",
        "organisations",
        "search",
        "services",
    }
    assert set(searched) == places
    for kind in searched:
        assert NAME in json.dumps(client.get(f"/api/v1/{kind}/", {"q": typed}).json(), ensure_ascii=False), (
            kind
        )
        assert client.get(f"/api/v1/{kind}/", {"q": f"{typed} xyzzy"}).json() in NOTHING, kind


@pytest.mark.alike(4)
@pytest.mark.parametrize("typed", [*TYPED, "nimi@porvoo.example"])
def test_the_administration_finds_people_and_organisations(called: Cast, typed: str) -> None:
    client: Client = called.client("service administrator", "fi")
    for model, shown in (("user", "henkilö"), ("organisation", "yksikkö"), ("membership", "henkilö")):
        if model == "organisation" and "@" in typed:
            continue
        page = client.get(f"/yllapito/collaboration/{model}/", {"q": typed}).content.decode()
        assert f"{NAME}, {shown}" in page, model


def test_no_search_box_is_left_out() -> None:
    boxes = set()
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        boxes |= set(re.findall(r'type="search"[^>]* name="(\w+)"', path.read_text(encoding="utf-8")))
    assert boxes | {"q"} <= BOXES
    folder = settings.BASE_DIR
    sources = [path for app in ("collaboration", "services") for path in (folder / app).rglob("*.py")]
    bare = [str(path) for path in sources if "icontains" in path.read_text(encoding="utf-8")]
    assert bare == [str(folder / "collaboration/admin.py")]  # verbs and properties, which are codes


def test_signs_alone_find_nothing_and_a_decomposed_query_the_composed_name(called: Cast) -> None:
    client = called.client("porvoo editor", "fi")
    for typed in ("%", "_", "\\", "--", "\u00ad"):
        assert client.get("/api/v1/services/", {"q": typed}).json()["results"] == []
    found = client.get("/api/v1/services/", {"q": unicodedata.normalize("NFD", NAME)}).json()["results"]
    assert {row["name_fi"] for row in found} == {NAME, f"{NAME}, toinen"}
