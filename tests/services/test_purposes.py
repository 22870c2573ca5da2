"""Outcomes that services and interfaces serve, and enablers that they lean on: named, found, and shown by a page each."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from services.content.canonical import content_of
from services.content.comparison import compare
from services.exports.tables import tables_of
from services.models import Enabler, Interface, MapService, Outcome, ServiceNode
from tests.cast import Cast
from tests.services.ops import edit, first_aspect
from tests.services.rounds import published


@pytest.fixture
def interface(cast: Cast) -> Interface:
    """Päiväkoti – Neuvola on Porvoo's map, which serves participation and leans on transport."""
    on = cast.maps["porvoo"]
    found = first_aspect(on).interface
    edit(cast["porvoo editor"], on, f"interface:{found.pk}", "outcomes", ["participation"])
    edit(cast["porvoo editor"], on, f"interface:{found.pk}", "enablers", ["transport"])
    return found


def shown(cast: Cast, path: str, name: str = "porvoo reader", **asked: str) -> str:
    answer: Any = cast.client(name).get(path, asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_taxonomy_has_exactly_what_can_be_named(cast: Cast) -> None:
    keys = ServiceNode.objects.values_list("key", flat=True)
    assert set(keys.filter(kind="theme")) == set(Outcome.values)
    assert set(keys.filter(kind="enabler")) == set(Enabler.values)


def test_what_is_named_is_kept_in_the_order_of_the_list_and_nothing_else_can_be_named(
    cast: Cast, interface: Interface
) -> None:
    by, on, subject = cast["porvoo editor"], cast.maps["porvoo"], f"interface:{interface.pk}"
    edit(by, on, subject, "outcomes", ["activity", "leisure", "activity"])
    interface.refresh_from_db()
    assert interface.outcomes == ["leisure", "activity"]
    for nonsense in (["premises"], "leisure", [1], None, [["leisure"]]):
        with pytest.raises(ValidationError):
            edit(by, on, subject, "outcomes", nonsense)


def test_the_page_of_an_outcome_shows_who_serves_it(cast: Cast, interface: Interface) -> None:
    place = MapService.objects.filter(map=interface.map, service__node__key="daycare").get()
    assert "No service names it yet." in shown(cast, "/palvelut/luokat/participation/")
    place.service.outcomes = ["participation"]
    place.service.save()
    page = shown(cast, "/palvelut/luokat/participation/")
    assert f'href="{place.service.get_absolute_url()}"' in page
    assert f'href="{interface.get_absolute_url()}"' in page
    assert interface.map.title in page
    assert interface.get_absolute_url() not in shown(cast, "/palvelut/luokat/leisure/")
    assert interface.get_absolute_url() in shown(cast, "/palvelut/luokat/transport/")
    other = shown(cast, "/palvelut/luokat/participation/", "pohjanmaa editor")
    assert interface.get_absolute_url() not in other, "a map that one may not see is not told of"


def test_the_page_of_a_class_shows_where_its_services_meet_others(cast: Cast) -> None:
    interface = first_aspect(cast.maps["porvoo"]).interface
    for key in ("daycare", "early-childhood-education"):
        page = shown(cast, f"/palvelut/luokat/{key}/")
        assert interface.get_absolute_url() in page
        assert interface.map.get_absolute_url() in page
    edit(cast["porvoo editor"], interface.map, f"interface:{interface.pk}", "archived", True)
    assert interface.get_absolute_url() not in shown(cast, "/palvelut/luokat/daycare/")


def test_services_and_maps_are_found_by_what_they_serve_and_lean_on(cast: Cast, interface: Interface) -> None:
    title = interface.map.title
    assert title in shown(cast, "/kartat/", outcome="participation")
    assert title not in shown(cast, "/kartat/", outcome="leisure")
    assert title in shown(cast, "/kartat/", enabler="transport", outcome="participation")
    service = MapService.objects.filter(map=interface.map, service__node__key="daycare").get().service
    service.outcomes, service.enablers = ["leisure"], ["ict"]
    service.save()
    assert title in shown(cast, "/kartat/", outcome="leisure"), "what stands on the map serves it"
    link = f'<a href="{service.get_absolute_url()}">'
    assert link in shown(cast, "/palvelut/", outcome="leisure", enabler="ict")
    assert link not in shown(cast, "/palvelut/", outcome="activity")
    assert link not in shown(cast, "/palvelut/", outcome="nonsense")


def test_the_form_of_a_service_and_the_api_name_them(cast: Cast) -> None:
    service = MapService.objects.filter(map=cast.maps["porvoo"], service__node__key="daycare").get().service
    client = cast.client("porvoo editor")
    told = {
        "name_fi": service.name_fi,
        "node": service.node_id,
        "outcomes": ["activity"],
        "enablers": ["ict", "premises"],
    }
    assert client.post(f"/palvelut/{service.pk}/muokkaa/", told).status_code == 302
    service.refresh_from_db()
    assert (service.outcomes, sorted(service.enablers)) == (["activity"], ["ict", "premises"])
    assert "Activity" in shown(cast, service.get_absolute_url())
    listed = client.get("/api/v1/services/", {"outcome": "activity"}).json()
    assert [row["id"] for row in listed["results"]] == [service.pk]
    assert client.get("/api/v1/services/", {"outcome": "tuuli"}).status_code == 400


def test_an_interface_says_what_it_serves_and_editors_tick_it(cast: Cast, interface: Interface) -> None:
    page = shown(cast, interface.get_absolute_url(), "porvoo editor")
    assert re.search(r'value="participation" data-many checked', page)
    assert 'href="/palvelut/luokat/participation/"' in page
    reading = shown(cast, interface.get_absolute_url())
    assert "Participation</a>" in reading
    assert "data-many checked" not in reading


def test_what_is_named_is_approved_published_compared_and_exported(cast: Cast, interface: Interface) -> None:
    on = interface.map
    service = MapService.objects.filter(map=on, service__node__key="daycare").get().service
    version = published(cast, on)
    said = next(row for row in version.content["interfaces"] if row["id"] == interface.pk)
    assert (said["outcomes"], said["enablers"]) == (["participation"], ["transport"])
    service.outcomes, service.enablers = ["activity", "leisure"], []
    service.save()
    edit(cast["porvoo editor"], on, f"interface:{interface.pk}", "enablers", ["ict", "premises"])
    now = content_of(on)
    translation.activate("en")
    told = compare(version.content, now)
    assert [(each.sentence, [each.label for each in each.properties]) for each in told] == [
        (f"{service.name}: the service's facts changed", ["Outcomes that it serves"]),
        (f"{interface}: what it serves and leans on changed", ["Enablers that it leans on"]),
    ]
    assert told[1].properties[0].parts[-1] == ("added", "premises and areas, ICT solutions")
    table = next(each for each in tables_of(now, "") if each.name == "Outcomes and enablers")
    assert table.rows == [
        ["Service", service.name, "leisure activities, activity", ""],
        ["Interface", str(interface), "participation", "premises and areas, ICT solutions"],
    ]
    page = shown(cast, version.get_absolute_url())
    assert "Participation" in page
    assert "Transport" in page
