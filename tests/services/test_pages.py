"""What pages show, in how many statements, and how heavy they are."""

import random
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from collaboration.models import Notification, Organisation
from collaboration.workflows.comments import write_comment
from services.models import InterfaceMap, MapService, Service, ServiceNode
from services.queries.desk import CONFIRM
from services.workflows.additions import make_interface
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map
from tests import oracle
from tests.architecture.routes import ROUTES
from tests.architecture.test_access import addresses_on
from tests.cast import ANONYMOUS, ROLES, WITHOUT_MEMBERSHIPS, Cast
from tests.conftest import As
from tests.services.ops import NOW, add_row, answer_of, edit, first_aspect, follow, make_base_map
from tests.services.rounds import published

SESSION_AND_USER = 2
MOST_OF_A_DESK = 12 + SESSION_AND_USER
"""Whatever it shows, also for whoever handles what comes to a forum."""


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
    for path in ("", "lista/", "taulukko/", "kuva.svg"):
        count, _answer = statements(client, f"/kartat/{on.pk}/{path}")
        assert count <= SESSION_AND_USER + 4, path
    count, _answer = statements(client, f"/api/v1/maps/{on.pk}/drawing/")
    assert count <= SESSION_AND_USER + 4
    page = client.get(f"/kartat/{on.pk}/").content.decode()
    data = page.split('id="drawing-data"')[1].split("</script>")[0]
    assert len(page.encode()) - len(data.encode()) <= 60_000


def test_the_front_page_and_the_history_take_few_statements(cast: Cast, as_person: As) -> None:
    on = cast.maps["porvoo"]
    furnish(cast, on, range(1, 10))
    client = as_person("porvoo editor", "fi")
    for path in ("/", f"/kartat/{on.pk}/historia/"):
        client.get(path)  # content types and the like
    assert statements(client, "/")[0] <= MOST_OF_A_DESK
    history = f"/kartat/{on.pk}/historia/"
    for page in ("", f"?after={client.get(history).context['page'].next}"):
        assert statements(client, history + page)[0] <= SESSION_AND_USER + 9


def test_the_list_of_maps_takes_few_statements(cast: Cast, as_person: As) -> None:
    client = as_person("county editor", "fi")
    client.get("/kartat/")
    for query in ("", "?sort=title", "?q=porvoo&target_group=young_people", "?status=archived"):
        synonyms = "q=" in query
        assert statements(client, f"/kartat/{query}")[0] <= SESSION_AND_USER + 2 + synonyms


def test_an_edit_asks_eleven_statements(cast: Cast, as_person: As) -> None:
    """Also on a map that follows a base map; two of them begin and end the transaction."""
    make_base_map(cast)
    follow(cast, "porvoo")
    on, client = cast.maps["porvoo"], as_person("porvoo editor")
    for number in range(1, 4):
        op = {
            "id": str(uuid4()),
            "subject": f"aspect:{first_aspect(on).pk}",
            "property": "shared_fi",
            "base_version": NOW,
            "value": f"Teksti {number}.",
        }
        with CaptureQueriesContext(connection) as asked:
            answer = client.post(f"/api/v1/maps/{on.pk}/ops/", op, "application/json")
        assert answer.json()["status"] == "in_progress"
    assert len(asked) <= SESSION_AND_USER + 12


ASKED_WITH = {
    "services:map_list": ["?q=palvelu&sort=title", "?sort=municipality&target_group=under_school_age"],
    "services:service_list": ["?q=palvelu", "?own=1&target_group=under_school_age"],
    "services:aspect_detail": ["?person=editor"],
    "services:map_settings": ["?organisation=kunta"],
    "services:map_add_service": ["?service=palvelu"],
}
"""Pages that also answer a search or a filter."""

OF_OTHERS = {name for name in ROUTES if name.startswith("collaboration:")} | {
    "api_elsewhere",
    "country_file",
    "coverage_file",
    "county_in_numbers",
}
"""Tested where accounts, organisations and the national desk are; and what is nowhere."""


def pages_of(cast: Cast) -> dict[str, str]:
    """Every address that can be read, by name and query."""
    paths = addresses_on(cast, cast.maps["porvoo"])
    read = {
        name: paths[name]
        for name, route in ROUTES.items()
        if route.get and name not in OF_OTHERS | {"collaboration:live_stream", "services:residents_entrance"}
    }
    asked = {name + query: paths[name] + query for name, found in ASKED_WITH.items() for query in found}
    return read | asked


def furnish(cast: Cast, on: InterfaceMap, numbers: range) -> None:
    """Write something of every kind into aspects with these numbers, as both parties' people do."""
    ours, theirs = cast["porvoo editor"], cast["county editor"]
    link = {"title": "Päätös", "url": "https://kunta.example/"}
    guide = MapService.objects.filter(map=on).order_by("-pk")[0]
    for number in numbers:
        aspect = first_aspect(on, number)
        subject = f"aspect:{aspect.pk}"
        add_row(ours, on, "channel")
        add_row(ours, on, "referral", service=guide.pk)
        edit(ours, on, subject, "shared_fi", f"Teksti {number}.")
        edit(ours, on, subject, "review_on", "2020-01-01")
        edit(ours, on, subject, "responsible", [ours.pk, theirs.pk])
        edit(ours, on, subject, "add_evidence", link)
        edit(ours, on, f"answer:{answer_of(aspect, '638').pk}", "answer_fi", "Me.")
        edit(theirs, on, f"answer:{answer_of(aspect, '01').pk}", "confirmation", f"Teksti {number}.")
        edit(theirs, on, subject, "shared_fi", f"Toinen {number}.")
    place = MapService.objects.filter(map=on).order_by("pk")[0]
    for number in numbers:
        edit(ours, on, f"service:{place.pk}", "place", number)
        edit(ours, on, f"service:{place.pk}", "where_fi", f"Täältä {number}.")
        edit(ours, on, f"map:{on.pk}", "title_sv", f"Rubrik {number}")
        write_comment(aspect.interface, f"Kommentti {number}.", by=ours)
    Notification.objects.filter(event__verb="comment.made").delete()  # of which the desk shows a few only


@pytest.mark.slow
def test_every_page_asks_as_often_when_there_is_ten_times_as_much(cast: Cast, *, is_long: bool) -> None:
    """In the ordinary run as one of two people, chosen for each page."""
    on = cast.maps["porvoo"]
    published(cast, on)
    pages = pages_of(cast)  # which brings news of its own
    Notification.objects.exclude(event__verb="map.made").delete()  # what else is new pushes it out below
    furnish(cast, on, range(1, 2))
    clients = {name: cast.client(name, "fi") for name in ("porvoo editor", "county editor")}
    both = {name: ["porvoo editor"] if name in OF_PORVOOS_EDITORS else [*clients] for name in pages}
    asked = [
        (person, name)
        for name, people in both.items()
        for person in (people if is_long else [random.choice(people)])  # noqa: S311
    ]

    def counts() -> dict[tuple[str, str], int]:
        return {(person, name): statements(clients[person], pages[name])[0] for person, name in asked}

    counts()  # content types and the like
    few = counts()
    furnish(cast, on, range(2, 10))
    for name in ("porvoo", "loviisa"):
        large_map(cast.maps[name], 30, 30)
    for number in range(10):
        make_map(
            by=cast["county editor"],
            municipality=cast.organisations["porvoo"],
            template=TEMPLATE_BY_KEY["under_school_age"],
            title_fi=f"Palvelut {number}",
        )
    assert counts() == few
    for (person, name), count in few.items():
        assert count <= SESSION_AND_USER + MOST_STATEMENTS.get(
            name, MOST_STATEMENTS.get(name.partition("?")[0], 10)
        ), (person, name)


MOST_STATEMENTS = {
    "front_page": MOST_OF_A_DESK - SESSION_AND_USER,
    "services:aspect_detail": 12,
    "services:interface_detail": 24,
    "services:escalation_new": 14,
    "services:map_matters": 14,
    "services:map_approval": 23,
    "services:confirm_texts": 11,
    "services:aspect_detail?person=editor": 14,
    "services:map_settings": 14,
    "forum_with_maps": 16,
    "services:map_history": 14,
    "services:map_versions": 17,
    "services:map_draft_content": 19,
    "services:map_compare": 23,
    "services:map_import_preview": 23,
    "services:api_map_approval": 17,
    "services:api_map_compare": 23,
}
"""Pages that gather more kinds of things than a detail page's ten statements bring."""

OF_PORVOOS_EDITORS = {"services:service_new", "services:service_edit", "services:map_import_preview"}


def test_lists_are_paged(cast: Cast) -> None:
    large_map(cast.maps["porvoo"], 70, 3)
    client = cast.client("porvoo editor")
    first = client.get("/palvelut/?own=1").context["page"]
    second = client.get(f"/palvelut/?own=1&after={first.next}").context["page"]
    assert len(first.rows) == 30
    assert not {row.pk for row in first.rows} & {row.pk for row in second.rows}
    for number in range(31):
        edit(
            cast["porvoo editor"],
            cast.maps["youth"],
            f"map:{cast.maps['youth'].pk}",
            "title_sv",
            f"R {number}",
        )
    history = f"/kartat/{cast.maps['youth'].pk}/historia/"
    following = f"?after={client.get(history).context['page'].next}"
    assert [len(client.get(history + page).context["changes"]) for page in ("", following)] == [30, 1]


@pytest.mark.parametrize("person", [*ROLES, *WITHOUT_MEMBERSHIPS])
def test_everyones_front_page_shows_what_is_theirs(cast: Cast, person: str) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen.")
    page = cast.client(person, "fi").get("/")
    assert ("overview" in page.context) == (person == "national coordinator")
    if person == "national coordinator":
        return
    seen = {name for name, map_ in cast.maps.items() if oracle.sees(cast, person, map_)}
    shown = {row["map"].pk for row in page.context.get("maps", [])}
    assert shown == {cast.maps[name].pk for name in seen}
    rows = [row for row in page.context["waiting"] if row.kind is CONFIRM]
    confirmed = [answer for answer in aspect.answers.all() if oracle.confirms(cast, person, answer)]
    assert [int(row.what.split()[0]) for row in rows] == [1] * len(confirmed)
    no_side = {
        cast.organisations[name].pk for name in ("kuva", "helsinki")
    }  # in Helsinki two divisions are the sides
    sides = set(Organisation.objects.values_list("pk", flat=True)) - no_side
    makes = oracle.has_role(cast, person, {"editor"}, sides)
    if "maps" in page.context:
        assert page.context["can_make_map"] == (makes and not shown)
    assert cast.client(person, "fi").get("/kartat/").context["can_make_map"] == makes


def test_whoever_has_not_signed_in_learns_what_the_portal_is_for(cast: Cast) -> None:
    page = cast.client(ANONYMOUS, "fi").get("/").content.decode()
    assert "Porvoo" not in page
    assert "/kirjaudu/" in page


def test_the_catalogue_is_searched_and_filtered(cast: Cast) -> None:
    client = cast.client("porvoo editor", "fi")

    def found(query: str) -> set[tuple[str, str]]:
        services = client.get(f"/palvelut/?{query}").context["services"]
        return {(service.name_fi, service.organisation.code) for service in services}

    assert found("q=neuvola") == {("Neuvola", "01"), ("Neuvola", "091-SOTEPE")}
    assert found("q=lovisa") == {("Päiväkoti", "434")}
    assert {code for _name, code in found("own=1")} == {"638"}
    assert ("Työpajat", "638") in found("target_group=young_people")
    assert ("Päiväkoti", "638") not in found("target_group=young_people")
    node = client.get("/palvelut/luokat/daycare/")
    assert {service.organisation.code for service in node.context["services"]} == {"638", "434", "091-KASKO"}


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
