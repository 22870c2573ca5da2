"""What pages show, in how many statements, and how heavy they are."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collaboration.models import Notification
from services.models import InterfaceMap, MapService, Service, ServiceNode
from services.workflows.additions import make_interface
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import answer_of, edit, first_aspect

SESSION_AND_USER = 2


def large_map(on: InterfaceMap, services: int, interfaces: int) -> InterfaceMap:
    """The map with so many services and interfaces in all."""
    parties = list(on.parties.order_by("lane"))
    node = ServiceNode.objects.get(key="daycare")
    places = list(MapService.objects.filter(map=on).order_by("pk"))
    for number in range(len(places), services):
        organisation = parties[number % 2].organisation
        service = Service.objects.create(
            organisation=organisation, node=node, name_fi=f"Palvelu {number} {on.pk}"
        )
        places.append(MapService.objects.create(map=on, service=service, party=parties[number % 2]))
    met = {(one, two) for one in range(3, services, 2) for two in range(4, services, 2)}
    for one, two in sorted(met)[: interfaces - 3]:
        make_interface(on, [places[one], places[two]])
    return on


def statements(client: Client, path: str) -> tuple[int, Any]:
    """How many statements the page took, and the page."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(queries), answer


def test_a_map_of_60_services_and_90_interfaces_opens_in_4_statements(cast: Cast, as_person: As) -> None:
    on = large_map(cast.maps["porvoo"], 60, 90)
    client = as_person("porvoo editor", "fi")
    client.get("/")  # content types and the like
    for path in ("", "lista/", "taulukko/"):
        count, _answer = statements(client, f"/kartat/{on.pk}/{path}")
        assert count <= SESSION_AND_USER + 4, path
    count, _answer = statements(client, f"/api/v1/maps/{on.pk}/drawing/")
    assert count <= SESSION_AND_USER + 4
    page = client.get(f"/kartat/{on.pk}/").content.decode()
    data = page.split('id="drawing-data"')[1].split("</script>")[0]
    assert len(page.encode()) - len(data.encode()) <= 60_000


@pytest.mark.parametrize(
    "path",
    [
        "",
        "lista/",
        "taulukko/",
        "historia/",
        "asetukset/",
        "palvelut/lisaa/",
        "yhdyspinnat/yhdista/",
        "yhdyspinnat/{interface}/",
        "yhdyspinnat/{interface}/1/",
        "palvelut/{place}/",
    ],
)
def test_a_page_of_a_map_asks_as_often_for_a_large_one(cast: Cast, as_person: As, path: str) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    place = MapService.objects.filter(map=on).order_by("pk")[0]
    path = f"/kartat/{on.pk}/" + path.format(interface=aspect.interface_id, place=place.pk)
    client = as_person("porvoo editor")
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Ensin.")
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "responsible", [cast["porvoo editor"].pk])
    edit(cast["porvoo editor"], on, f"answer:{answer_of(aspect, '638').pk}", "answer_fi", "Me.")
    client.get(path)
    few, _answer = statements(client, path)
    large_map(on, 20, 30)
    for number in range(2, 10):
        other = first_aspect(on, number)
        edit(cast["porvoo editor"], on, f"aspect:{other.pk}", "shared_fi", f"Teksti {number}.")
        edit(cast["county editor"], on, f"answer:{answer_of(other, '01').pk}", "answer_fi", "Alue.")
        edit(cast["porvoo editor"], on, f"aspect:{other.pk}", "responsible", [cast["county editor"].pk])
    many, _answer = statements(client, path)
    assert many == few


@pytest.mark.parametrize("path", ["/", "/kartat/", "/palvelut/", "/palvelut/luokat/daycare/"])
def test_lists_ask_as_often_whatever_there_is(cast: Cast, as_person: As, path: str) -> None:
    client = as_person("county editor")
    on = cast.maps["porvoo"]
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Odottaa.")
    edit(cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "review_on", "2020-01-01")
    edit(
        cast["porvoo editor"], on, f"aspect:{first_aspect(on).pk}", "responsible", [cast["county editor"].pk]
    )
    client.get(path)
    few, _answer = statements(client, path)
    for number in range(2, 9):
        subject = f"aspect:{first_aspect(on, number).pk}"
        edit(cast["porvoo editor"], on, subject, "shared_fi", "Odottaa.")
        edit(cast["porvoo editor"], on, subject, "review_on", "2020-01-01")
        edit(cast["porvoo editor"], on, subject, "responsible", [cast["county editor"].pk])
    large_map(cast.maps["loviisa"], 12, 12)
    many, _answer = statements(client, path)
    assert many == few


def test_history_tells_who_when_what_from_and_to(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    subject = f"aspect:{first_aspect(on, 3).pk}"
    edit(cast["porvoo editor"], on, subject, "shared_fi", "Vanha.")
    edit(cast["county editor"], on, subject, "shared_fi", "Uusi.")
    edit(cast["county editor"], on, subject, "responsible", [cast["porvoo reader"].pk])
    edit(cast["county editor"], on, subject, "review_on", "2027-03-01")
    page = as_person("porvoo reader", "fi").get(f"/kartat/{on.pk}/historia/").content.decode()
    for words in (
        "County editor",
        "Päiväkoti – Neuvola, 3 Tiedonkulku",
        "yhteinen vastaus suomeksi",
        "Vanha.",
        "Uusi.",
    ):
        assert words in page
    assert "Porvoo reader" in page
    assert "1.3.2027" in page


def test_maps_are_found_filtered_sorted_and_put_away(cast: Cast, as_person: As) -> None:
    client = as_person("county editor")

    def titles(query: str) -> list[str]:
        return [row["map"].title_fi for row in client.get(f"/kartat/{query}").context["maps"]]

    assert len(titles("")) == 3
    assert titles("?q=nuorten") == ["Nuorten palvelut, Porvoo"]
    assert titles("?q=lovisa") == ["Alle kouluikäisten palvelut, Loviisa"]
    assert titles("?target_group=young_people") == ["Nuorten palvelut, Porvoo"]
    assert titles("?sort=title") == sorted(titles(""))
    assert titles("?status=archived") == []
    client.post(f"/kartat/{cast.maps['youth'].pk}/askel/archive/")
    assert titles("?status=archived") == ["Nuorten palvelut, Porvoo"]
    assert len(titles("")) == 2


def test_both_parties_are_told_of_a_new_map_and_put_the_news_aside(cast: Cast, as_person: As) -> None:
    client = as_person("county reader", "fi")
    page = client.get("/")
    assert "Alle kouluikäisten palvelut, Porvoo" in [item["title"] for item in page.context["news"]]
    assert not Notification.objects.filter(
        recipient=cast["porvoo editor"], event__subject_id=cast.maps["porvoo"].pk
    ).exists()
    client.post("/uutiset/luettu/")
    assert client.get("/").context["news"] == []


def test_the_national_coordinator_sees_numbers_and_no_texts(cast: Cast, as_person: As) -> None:
    edit(
        cast["porvoo editor"],
        cast.maps["porvoo"],
        f"aspect:{first_aspect(cast.maps['porvoo']).pk}",
        "shared_fi",
        "Salaista",
    )
    page = as_person("national coordinator", "fi").get("/")
    rows = {row["county"].code: row for row in page.context["overview"]}
    assert len(rows) == 22
    assert (rows["01"]["maps"], rows["01"]["interfaces"]) == (3, 11)
    assert rows["90"]["maps"] == 1
    assert "Salaista" not in page.content.decode()


def test_a_service_tells_who_organises_produces_and_funds_it(cast: Cast, as_person: As) -> None:
    service = Service.objects.get(organisation__code="638", node__key="daycare")
    client = as_person("porvoo editor")
    form = {
        "duty": "funds",
        "organisation": cast.organisations["porvoo"].pk,
        "basis": "agreement",
        "reference": "Sopimus",
    }
    assert client.post(f"/palvelut/{service.pk}/vastuut/", form).status_code == 302
    assert client.post(f"/palvelut/{service.pk}/vastuut/", form).status_code == 422
    assert service.responsibilities.count() == 2
    client.post(f"/palvelut/{service.pk}/vastuut/{service.responsibilities.latest('pk').pk}/poista/")
    assert service.responsibilities.count() == 1
    assert as_person("county editor").post(f"/palvelut/{service.pk}/vastuut/", form).status_code == 403


def test_a_service_leaves_the_catalogue_and_comes_back(cast: Cast, as_person: As) -> None:
    service = Service.objects.get(organisation__code="638", node__key="daycare")
    client = as_person("porvoo editor")
    client.post(f"/palvelut/{service.pk}/poista/")
    service.refresh_from_db()
    assert service.archived_at
    Service.objects.create(organisation=service.organisation, node=service.node, name_fi=service.name_fi)
    client.post(f"/palvelut/{service.pk}/poista/")
    service.refresh_from_db()
    assert service.archived_at, "another service has taken the name"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_pages_speak_the_language(as_person: As, cast: Cast, language: str) -> None:
    client = as_person("porvoo editor", language)
    for path in ("/", "/kartat/", "/kartat/uusi/", f"/kartat/{cast.maps['porvoo'].pk}/lista/", "/palvelut/"):
        page = client.get(path).content.decode()
        assert f'<html lang="{language}">' in page
    word = {"fi": "Yhdyspinnat", "sv": "Kontaktytor", "en": "Interfaces"}[language]
    assert word in client.get(f"/kartat/{cast.maps['porvoo'].pk}/lista/").content.decode()
