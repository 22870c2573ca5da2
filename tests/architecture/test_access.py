"""Every address of the portal: who gets in, what strangers get, and that reading writes nothing."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from collaboration.models import Area
from services.models import MapService, Service, ServiceNode
from tests import oracle
from tests.cast import Cast
from tests.conftest import As
from tests.services.ops import first_aspect

PUBLIC = {
    "front_page",
    "about",
    "accessibility_statement",
    "privacy",
    "collaboration:sign_in",
    "collaboration:sign_out",
    "collaboration:password_reset",
    "collaboration:password_reset_done",
    "collaboration:password_reset_confirm",
    "collaboration:password_reset_complete",
    "collaboration:set_language",
    "api_page",
    "api_schema",
}
"""What answers without signing in. Nothing else may."""

OF_A_MAP = {
    "services:map_drawing",
    "services:map_list_view",
    "services:map_matrix",
    "services:map_history",
    "services:map_settings",
    "services:map_service",
    "services:map_add_service",
    "services:map_connect",
    "services:interface_detail",
    "services:aspect_detail",
    "services:api_map",
    "services:api_map_drawing",
    "services:api_map_changes",
    "services:api_interface",
    "services:api_aspect",
}
"""Pages that only those who see the map may read; the others get 404."""

FOR_EVERYONE_SIGNED_IN = {
    "",
    "collaboration:organisation_list",
    "collaboration:organisation_detail",
    "collaboration:profile",
    "collaboration:password_change",
    "services:map_list",
    "services:map_new",
    "services:service_list",
    "services:service_node",
    "services:service_detail",
    "collaboration:token_make",
    "collaboration:api_me",
    "collaboration:api_organisations",
    "collaboration:api_organisation",
    "collaboration:api_areas",
    "collaboration:api_area",
    "services:api_maps",
    "services:api_map_templates",
    "services:api_interfaces",
    "services:api_aspects",
    "services:api_service_classes",
    "services:api_services",
    "services:api_service",
}

WRITES = {
    "put_news_aside",
    "collaboration:sign_out",
    "services:map_transition",
    "services:map_edit",
    "services:api_map_ops",
    "services:responsibility_add",
    "services:responsibility_remove",
    "services:service_archive",
    "collaboration:token_revoke",
    "services:api_map_transition",
    "services:api_service_take_back",
    "services:api_responsibilities",
    "services:api_responsibility",
}
"""Addresses that do not answer to GET."""

NOWHERE = {"api_elsewhere"}
"""What the API answers for addresses that are nobody's: 404, and to strangers 401."""

OF_ITS_EDITORS = {"services:service_new", "services:service_edit"}
"""Forms for an organisation's own editors; others get 403 with the reason."""


def routes(
    resolver: URLResolver | None = None, namespace: str = "", path: str = "/"
) -> Iterator[tuple[str, str]]:
    """Every (name, path) but those of Django's administration."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from routes(entry, f"{entry.namespace}:" if entry.namespace else namespace, here)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or ''}" if entry.name else "", here


@pytest.fixture
def address(cast: Cast) -> dict[str, str]:
    """Each route's path, filled in for Porvoo's map."""
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    place = MapService.objects.get(map=on, service__node__key="daycare")
    values = {
        "map_id": on.pk,
        "interface_id": aspect.interface_id,
        "number": 1,
        "aspect_id": aspect.pk,
        "area_id": Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="01").pk,
        "service_id": place.service_id,
        "token_id": 1,
        "rest": "nowhere/",
        "place_id": place.pk,
        "organisation_id": cast.organisations["porvoo"].pk,
        "key": ServiceNode.objects.get(key="daycare").key,
        "name": "archive",
        "responsibility_id": place.service.responsibilities.get().pk,
        "uidb64": "x",
        "token": "y",
    }
    filled = {}
    for name, path in routes():
        own = {**values, "pk": place.service_id if "palvelut" in path else cast.organisations["porvoo"].pk}
        for key, value in own.items():
            path = re.sub(rf"<(?:\w+:)?{key}>", str(value), path)
        filled[name] = path
    return filled


def test_every_address_is_listed_here() -> None:
    assert {
        name for name, _path in routes()
    } == PUBLIC | OF_A_MAP | FOR_EVERYONE_SIGNED_IN | WRITES | OF_ITS_EDITORS | NOWHERE


def test_nobody_gets_in_without_signing_in(address: dict[str, str]) -> None:
    for name, path in address.items():
        answer = Client().get(path)
        if name in PUBLIC:
            assert answer.status_code in {200, 405}, name
        elif path.startswith("/api/"):
            assert answer.status_code in {401, 405}, name
        else:
            assert (answer.status_code, answer.headers.get("Location", "")[:10]) == (302, "/kirjaudu/"), name


def test_each_person_reads_what_the_oracle_says_and_reading_writes_nothing(
    cast: Cast, as_person: As, address: dict[str, str]
) -> None:
    on, service = cast.maps["porvoo"], Service.objects.get(organisation__code="638", node__key="daycare")
    for person in cast.people:
        client = as_person(person)
        edits = oracle.has_role(cast, person, {"editor"}, {service.organisation_id})
        for name, path in address.items():
            with CaptureQueriesContext(connection) as queries:
                status = client.get(path).status_code
            if name in OF_A_MAP:
                assert status == (200 if oracle.sees(cast, person, on) else 404), (person, name)
            elif name in FOR_EVERYONE_SIGNED_IN:
                assert status == 200, (person, name)
            elif name in OF_ITS_EDITORS:
                assert status == (200 if edits else 403), (person, name)
            elif name in WRITES:
                assert status == 405, (person, name)
            elif name in NOWHERE:
                assert status == 404, (person, name)
            writes = [
                query["sql"]
                for query in queries.captured_queries
                if not re.match(r"(SELECT|DECLARE|SAVEPOINT|RELEASE|ROLLBACK)", query["sql"])
                and "django_session" not in query["sql"]
            ]
            assert writes == [], name


def test_writing_to_an_unseen_map_is_404_and_to_a_seen_one_a_sentence(
    cast: Cast, as_person: As, address: dict[str, str]
) -> None:
    on = cast.maps["porvoo"]
    form = {
        "op_id": "b4a9f9a2-0000-4000-8000-000000000000",
        "subject": f"aspect:{first_aspect(on).pk}",
        "property": "shared_fi",
        "base_version": "0",
        "value": "Uusi.",
    }
    for number, person in enumerate(cast.people):
        form["op_id"] = f"b4a9f9a2-0000-4000-8000-{number:012}"
        form["base_version"] = "1000"
        status = as_person(person).post(address["services:map_edit"], form).status_code
        sees, edits = oracle.sees(cast, person, on), oracle.edits_map(cast, person, on)
        assert status == (302 if edits else 403 if sees else 404), person
        steps = (
            as_person(person).post(address["services:map_transition"].replace("archive", "fly")).status_code
        )
        assert steps == (302 if sees else 404), person


def test_other_methods_are_refused(as_person: As, address: dict[str, str]) -> None:
    client = as_person("porvoo editor")
    for name, path in address.items():
        if name == "services:api_responsibility":
            continue  # it answers to DELETE
        refused = (
            {200} if name == "collaboration:password_reset_confirm" else {405, 403, 404, 428}
        )  # a link that is not whole; a service that was not read first
        assert client.delete(path).status_code in refused, name
