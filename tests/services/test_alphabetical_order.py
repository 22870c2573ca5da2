"""One table of names goes through every list: pages, selects, searches, the API, the administration, residents."""

from collections.abc import Iterator
from html import unescape

import pytest
from django.test import Client

from collaboration.models import Area, Membership, Organisation, User
from services.models import InterfaceMap, MapService, Service, ServiceNode
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map
from tests.cast import Cast
from tests.collaboration.test_words import IN_ORDER
from tests.services.ops import first_aspect
from tests.services.rounds import published

NAMES = [name for name in IN_ORDER if " " not in name and "-" not in name and name != "aura"][::3]
MARK = "Qvx"
"""Begins every name of the test, so that a search finds them all and nothing else is taken for one of them."""

CALLED = [f"{MARK}{name}" for name in NAMES]


@pytest.fixture
def listed(cast: Cast) -> Cast:
    """Rows of every kind with the names, made in another order."""
    porvoo = Organisation.objects.get(kind="municipality", code="638")
    node = ServiceNode.objects.get(key="daycare")
    on = cast.maps["porvoo"]
    party = on.parties.get(organisation=porvoo)
    for number, name in enumerate(sorted(CALLED, key=lambda each: each[::-1])):
        service = Service.objects.create(organisation=porvoo, node=node, name_fi=name)
        MapService.objects.create(map=on, service=service, party=party)
        Service.objects.create(organisation=porvoo, node=node, name_fi=f"{name} vapaa")
        Organisation.objects.create(kind="unit", parent=porvoo, name_fi=name)
        Organisation.objects.create(kind="company", name_fi=f"{name} Oy")
        Area.objects.create(kind="sub_region", code=f"Q{number}", name_fi=name)
        made = make_map(
            by=cast["porvoo editor"],
            municipality=porvoo,
            template=TEMPLATE_BY_KEY["empty"],
            target_group="families",
        )
        InterfaceMap.objects.filter(pk=made.pk).update(title_fi=name, title_sv="")
        person = User.objects.create_user(f"q{number}@order.example", name=name)
        for role in ("reader", "approver"):
            Membership.objects.create(user=person, organisation=porvoo, role=role)
    published(cast, on)
    return cast


def pages(cast: Cast) -> Iterator[tuple[str, int]]:
    """Each page with a list of names, and how many of these it shows at least."""
    on = cast.maps["porvoo"]
    porvoo = Organisation.objects.get(kind="municipality", code="638")
    aspect = first_aspect(on, 6)
    all_of_them = len(CALLED)
    yield f"/kartat/?sort=title&q={MARK}", all_of_them
    yield f"/palvelut/?q={MARK}+vapaa", all_of_them
    yield "/palvelut/luokat/daycare/", all_of_them
    yield f"/organisaatiot/?q={MARK}", all_of_them
    yield f"/organisaatiot/{porvoo.pk}/", all_of_them
    yield f"/kartat/{on.pk}/asetukset/?organisation={MARK}", 5
    yield f"/kartat/{on.pk}/palvelut/lisaa/?service={MARK}", all_of_them
    yield f"/kartat/{on.pk}/yhdyspinnat/yhdista/", all_of_them
    yield f"/kartat/{on.pk}/yhdyspinnat/{aspect.interface_id}/6/?person={MARK}", 10
    yield f"/kartat/{on.pk}/yhdyspinnat/{aspect.interface_id}/6/?leader={MARK}", 10
    yield f"/asukkaalle/fi/?q={MARK}", all_of_them
    yield "/asukkaalle/fi/?municipality=638", 1


def stand_in_order(shown: str, at_least: int, path: str) -> None:
    """Where each name first stands."""
    text = unescape(shown)
    at = {name: text.find(name) for name in CALLED}
    there = [name for name in CALLED if at[name] >= 0]
    assert len(there) >= min(at_least, len(CALLED)), (path, there)
    assert there == sorted(there, key=lambda name: at[name]), path


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_page_lists_names_in_finnish_alphabetical_order(listed: Cast, language: str) -> None:
    client = listed.client("porvoo editor", language)
    for path, at_least in pages(listed):
        path = path.replace("/asukkaalle/fi/", f"/asukkaalle/{language}/")
        page = client.get(path)
        assert page.status_code == 200, path
        stand_in_order(page.content.decode(), at_least, path)


def test_the_api_lists_names_in_the_same_order_forwards_and_back(listed: Cast) -> None:
    client = listed.client("porvoo editor", "fi")
    for kind, sort, field in (
        ("maps", "title", "title_fi"),
        ("services", "name", "name_fi"),
        ("organisations", "name", "name_fi"),
        ("areas", "name", "name_fi"),
    ):
        for minus, wanted in (("", CALLED), ("-", CALLED[::-1])):
            found: list[str] = []
            narrowed = "" if kind == "areas" else f"&q={MARK}"
            address = f"/api/v1/{kind}/?sort={minus}{sort}&limit=7{narrowed}"
            while address:
                page = client.get(address).json()
                found += [row[field] for row in page["results"]]
                address = (page["next"] or "").removeprefix("http://testserver")
            assert [name for name in found if name in CALLED] == wanted, kind


def test_the_administration_lists_names_in_the_same_order(listed: Cast) -> None:
    client: Client = listed.client("service administrator", "fi")
    for model, column in (
        ("user", 0),
        ("organisation", 1),
        ("area", 1),
    ):  # people are never deleted: no boxes to tick
        for order in ("", f"&o={column}"):
            path = f"/yllapito/collaboration/{model}/?q={MARK}{order}"
            stand_in_order(client.get(path).content.decode(), len(CALLED), path)


def test_selects_list_names_in_the_language_of_the_page(listed: Cast) -> None:
    porvoo = Organisation.objects.get(kind="municipality", code="638")
    for number, unit in enumerate(
        Organisation.objects.filter(name_fi__in=CALLED, parent=porvoo).order_by("sort_key")
    ):
        Organisation.objects.filter(pk=unit.pk).update(name_sv=CALLED[-1 - number])
    page = listed.client("porvoo editor", "sv").get(f"/organisaatiot/{porvoo.pk}/").content.decode()
    stand_in_order(page, len(CALLED), "units in Swedish")
