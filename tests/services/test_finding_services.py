"""What residents find: one row for each service with its places, filters that find something, and languages that agree."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from services.models import Interface, MapService, Service
from services.workflows import public_services
from tests.cast import Cast
from tests.services.rounds import published
from tests.services.test_residents import (
    START,
    every_path,
    no_page_is_kept,
    page,
    service_path,
    text,
)


@pytest.fixture
def daycare(cast: Cast) -> MapService:
    return MapService.objects.get(map=cast.maps["porvoo"], service__node__key="daycare")


@pytest.fixture(autouse=True)
def no_kept_pages() -> None:
    no_page_is_kept()


def test_pages_and_sitemap_name_the_same_addresses_in_other_languages(
    cast: Cast, daycare: MapService
) -> None:
    on = cast.maps["porvoo"]
    published(cast, on)
    tree = ElementTree.fromstring(page(f"/sitemap-{on.pk}.xml").content)  # noqa: S314 our own
    mapped = {
        each[0].text or "": {link.get("hreflang"): link.get("href") for link in each[1:]} for each in tree
    }
    canonical = set()
    for path in (*every_path(on), f"{START}?q=neuvola&municipality=638"):
        if not path.startswith("/asukkaalle/") or path.endswith(".svg"):
            continue
        read = text(path)
        [own] = re.findall(r'<link rel="canonical" href="([^"]+)">', read)
        found = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">', read))
        assert mapped[own] == found, path
        canonical.add(own)
    assert canonical == set(mapped)
    assert mapped[f"{settings.SITE_URL}{START}"]["x-default"] == f"{settings.SITE_URL}/asukkaalle/"


@pytest.mark.parametrize(
    ("asks", "chosen", "leads"),
    [
        ("sv", "", "sv"),
        ("sv-FI,sv;q=0.9,fi;q=0.8", "", "sv"),
        ("de,en;q=0.5", "", "en"),
        ("de", "", "fi"),
        ("", "", "fi"),
        ("sv", "fi", "fi"),
    ],
)
def test_the_entrance_follows_the_browser_unless_a_language_was_chosen(
    client: Client, asks: str, chosen: str, leads: str
) -> None:
    if chosen:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = chosen
    answer = page("/asukkaalle/", client, 302, accept_language=asks)
    assert answer["Location"] == f"/asukkaalle/{leads}/"
    assert {"Cookie", "Accept-Language"} <= set(answer["Vary"].split(", "))
    assert answer["Cache-Control"] == "no-store"


def test_a_service_on_several_maps_is_one_row_that_names_them(cast: Cast) -> None:
    on, youth = cast.maps["porvoo"], cast.maps["youth"]
    clinic = MapService.objects.get(map=on, service__node__key="child-health-clinic")
    party = youth.parties.get(organisation=clinic.party.organisation)
    second = MapService.objects.create(
        map=youth, service=clinic.service, party=party, where_fi="Nuortentalolta."
    )
    Interface.objects.filter(map=youth).first().services.add(second)  # type: ignore[union-attr]
    published(cast, on)
    alone = page(f"{START}?q=neuvola").context["services"]
    published(cast, youth)
    no_page_is_kept()
    together = page(f"{START}?q=neuvola").context
    assert [len(row["places"]) for row in alone] == [1]
    assert [len(row["places"]) for row in together["services"]] == [2]
    assert together["page"].paginator.count == 1
    shown = text(f"{START}?q=neuvola")
    for place in (clinic, second):
        assert f'href="{service_path(place)}"' in shown
    assert len(page(f"{START}?q=nuortentalolta").context["services"]) == 1, (
        "what each of them says is searched"
    )
    young = page(f"{START}?q=neuvola&target_group=young_people").context["services"]
    assert [[place["id"] for place in row["places"]] for row in young] == [[second.pk]]
    told = page(START).context
    assert told["published"] == told["page"].paginator.count == len({row["id"] for row in told["services"]})
    assert [each["n"] for each in told["municipalities"]] == [told["published"]]


def choices(shown: Any, name: str) -> set[str]:
    """What a filter can be, by its page."""
    select = re.search(rf'<select [^>]*name="{name}">(.*?)</select>', shown.content.decode(), re.DOTALL)
    return set(re.findall(r'<option value="([^"]+)"', select[1])) if select else set()


def test_services_are_found_by_what_they_are_for_and_no_choice_finds_nothing(
    cast: Cast, daycare: MapService
) -> None:
    on, youth = cast.maps["porvoo"], cast.maps["youth"]
    published(cast, on)
    published(cast, youth)
    assert choices(page(START), "outcome") == choices(page(START), "enabler") == set(), "none is offered"
    clinic = MapService.objects.get(map=on, service__node__key="child-health-clinic")
    purposes = {"outcomes": ["leisure", "participation"], "enablers": ["premises"]}
    Service.objects.filter(pk=daycare.service_id).update(**purposes)
    Service.objects.filter(pk=clinic.service_id).update(outcomes=["activity"])
    published(cast, on)
    assert list(public_services.problems()) == []
    found = page(f"{START}?outcome=participation").context["services"]
    assert [row["id"] for row in found] == [daycare.pk]
    assert "No service" in text("/asukkaalle/en/?outcome=lifelong-learning")
    names = ("municipality", "target_group", "outcome", "enabler")
    tried, waiting = set(), ["", "q=neuvola", "q=päiväkoti neuvola"]
    while waiting:
        query = waiting.pop()
        shown = page(f"{START}?{query}")
        assert "found__service" in shown.content.decode(), query
        for name in names:
            for value in choices(shown, name):
                given = dict(part.split("=") for part in query.split("&") if part) | {name: value}
                longer = "&".join(f"{key}={each}" for key, each in sorted(given.items()))
                if longer not in tried:
                    tried.add(longer)
                    waiting.append(longer)
    assert {"outcome=activity", "enabler=premises&municipality=638&outcome=leisure"} <= tried
    assert not any("activity" in query and "enabler" in query for query in tried)
