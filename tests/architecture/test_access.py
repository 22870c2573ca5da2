"""Every address of the portal: who gets in, what the others get, and that reading writes nothing.

`routes.py` has the whole matrix.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collaboration.models import Area, Member
from services.models import InterfaceMap, MapForum, MapService, Service
from tests import oracle
from tests.architecture.access_rules import (
    invitation_to_porvoo,
    message_to_the_portal,
    of_map,
    of_map_editors,
    public,
    routes,
)
from tests.architecture.routes import ROUTES
from tests.cast import ANONYMOUS, INACTIVE, Cast, at_rest, undone
from tests.collaboration.action_cast import action_of, goal_of
from tests.collaboration.forum_cast import (
    absence_of,
    announcement_of,
    comment_of,
    forums_of,
    invitation_to_lape,
    matter_of,
    seat_of,
)
from tests.gear.attached import attachment_of
from tests.prepared import prepared
from tests.services.escalated import escalation_of
from tests.services.exporting import exported
from tests.services.fed_back import feedback_of
from tests.services.ops import first_aspect, forum_on
from tests.services.rating_rounds import round_on
from tests.services.rounds import published

UNSAFE = ("post", "put", "patch", "delete")

PUBLIC = {
    "front_page",
    "about",
    "contacts",
    "contacts_sent",
    "accessibility_statement",
    "privacy",
    "api_page",
    "api_schema",
    "collaboration:mail_way_out",
    "collaboration:sign_in",
    "collaboration:sign_out",
    "collaboration:password_reset",
    "collaboration:password_reset_done",
    "collaboration:password_reset_confirm",
    "collaboration:password_reset_complete",
    "collaboration:set_language",
    "collaboration:join",
    "services:residents_entrance",
    "services:residents",
    "services:resident_map",
    "services:resident_drawing",
    "services:resident_picture",
    "services:resident_table",
    "services:resident_service",
    "services:resident_card",
    "services:resident_feedback",
    "services:resident_thanks",
    "services:sitemap",
    "services:sitemap_of_map",
    "services:robots",
}
"""What answers without signing in. Nothing else may."""

NO_HEAD = {"collaboration:live_stream"}

DJANGOS_OWN = {
    ("collaboration:password_reset", "put"): {422},  # the same as POST
    **{("collaboration:password_reset_confirm", method): {200} for method in UNSAFE},  # a link that is broken
    ("api_elsewhere", "put"): {404},
}
"""Where Django's own views answer to more methods than POST."""


def addresses_on(cast: Cast, on: InterfaceMap) -> dict[str, str]:
    """Each route's path, filled in for the map's first interface and Porvoo's daycare."""
    aspect = first_aspect(on)
    porvoo, service = (
        cast.organisations["porvoo"],
        Service.objects.get(organisation__code="638", node__key="daycare"),
    )
    version = on.versions.first()
    export, own_import = exported(cast, on)
    matter = matter_of(cast)
    action, goal = action_of(cast), goal_of(cast)
    keys = {"palvelut": service.pk, "foorumit": matter.forum_id, "asiat": matter.pk}
    keys |= {"toimenpiteet": action.pk, "tavoitteet": goal.pk, "ilmoitukset": escalation_of(cast).pk}
    values = {
        "map_id": on.pk,
        "kind": "map",
        "document_id": on.pk,
        "interface_id": aspect.interface_id,
        "number": 1,
        "place_id": MapService.objects.filter(map=on).order_by("pk")[0].pk,
        "organisation_id": porvoo.pk,
        "key": "daycare",
        "code": "01",
        "seat": "1",
        "file_format": "xlsx",
        "name": "archive",
        "responsibility_id": service.responsibilities.get().pk,
        "uidb64": "x",
        "token": "y",
        "token_id": 1,
        "notice_id": 2**40,
        "filter_id": 2**40,
        "listed": "matters",
        "member_id": Member.objects.get(user=cast["porvoo reader"]).pk,
        "invitation_id": invitation_to_porvoo(cast).pk,
        "message_id": message_to_the_portal(cast).pk,
        "aspect_id": aspect.pk,
        "service_id": service.pk,
        "round_id": round_on(on).pk,
        "area_id": Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="01").pk,
        "rest": "nowhere/",
        "language": "fi",
        "major": 1,
        "minor": 0,
        "version_id": version.pk if version else 0,
        "export_id": export.pk,
        "seat_id": seat_of(cast, forums_of(cast)["lape"], "porvoo editor", "member").pk,
        "seat_invitation_id": invitation_to_lape(cast).pk,
        "what": "laheta",
        "step": "accept",
        "action_step": "progress",
        "escalation_step": "take",
        "escalation_id": keys["ilmoitukset"],
        "county_id": cast.organisations["county"].pk,
        "action_id": action.pk,
        "goal_id": goal.pk,
        "link_id": goal.links.all()[0].pk,
        "check_id": matter.checks.get().pk,
        "absence_id": absence_of(cast).pk,
        "about": f"matter:{matter.pk}",
        "files_of": f"matter:{matter.pk}",
        "attachment_id": attachment_of(cast).pk,
        "comment_id": comment_of(cast).pk,
        "feedback_id": feedback_of(cast).pk,
        "announcement_id": announcement_of(cast).pk,
        "forum_id": matter.forum_id,
        "matter_id": matter.pk,
        "import_id": own_import.pk,
        "care_id": MapForum.objects.get_or_create(map=on, forum=forum_on(on), by=on.made_by)[0].pk,
    }
    filled = {}
    for name, path in routes():
        own = values | {"pk": keys.get(path.split("/")[1], porvoo.pk)}
        for key, value in own.items():
            path = re.sub(rf"<(?:\w+:)?{key}>", str(value), path)
        filled[name] = path
    return filled


prepared_cast, cast = prepared(lambda made: published(made, made.maps["porvoo"]))


@pytest.fixture(scope="module", autouse=True)
def nobody_comes_or_goes() -> Iterator[None]:
    """Every test of this file leaves memberships and parties as they are."""
    with at_rest():
        yield


@pytest.fixture(scope="module")
def address(prepared_cast: Cast) -> dict[str, str]:
    """The address of each route, for an export, an import and a version that are made once."""
    return addresses_on(prepared_cast, prepared_cast.maps["porvoo"])


def sent(
    cast: Cast, person: str, name: str, path: str, method: str = "post", form: dict[str, Any] | None = None
) -> Any:
    """The answer to a POST, PATCH or DELETE, whose effects are undone."""
    wished = ROUTES[name].form(cast) if form is None else form
    client = cast.client(person)
    with undone():
        if path.startswith("/api/"):
            return getattr(client, method)(path, json.dumps(wished), content_type="application/json")
        return getattr(client, method)(path, wished)


def test_every_address_is_listed_here() -> None:
    assert {name for name, _path in routes()} == set(ROUTES)


@pytest.mark.slow
def test_nobody_gets_in_without_signing_in(cast: Cast, address: dict[str, str], *, is_long: bool) -> None:
    """Whoever has not signed in, and whoever may no longer: in the ordinary run one of them at each door."""
    clients = {person: cast.client(person) for person in (ANONYMOUS, INACTIVE)}
    for name, path in address.items():
        for method in ("get", *UNSAFE):
            for person in oracle.asked(clients, lambda _person: "an outsider", everybody=is_long):
                cache.clear()  # no throttle answers instead
                answer = getattr(clients[person], method)(path)
                if name not in PUBLIC and path.startswith("/api/"):
                    assert answer.status_code == 401, (name, method)
                    assert answer.json()["detail"]
                elif name not in PUBLIC:
                    location = answer.headers.get("Location", "")
                    assert (answer.status_code, location[:10]) == (302, "/kirjaudu/"), (name, method)
                else:
                    assert "/kirjaudu/?next=" not in answer.headers.get("Location", ""), name
                if method == "get" and (rule := ROUTES[name].get):
                    assert answer.status_code == rule(cast, person), (person, name)


@pytest.mark.slow
def test_each_person_reads_what_the_oracle_says_and_reading_writes_nothing(
    cast: Cast, address: dict[str, str], *, is_long: bool
) -> None:
    """In the ordinary run one person of each class of answers, at every address."""
    clients = {person: cast.client(person) for person in (*cast.people, ANONYMOUS)}
    for name, path in address.items():
        rule = ROUTES[name].get or public(405)
        answers = {person: rule(cast, person) for person in cast.people}
        for person in (*oracle.asked(answers, answers.__getitem__, everybody=is_long), ANONYMOUS):
            with CaptureQueriesContext(connection) as queries:
                status = clients[person].get(path).status_code
            assert status == answers.get(person, status), (person, name)
            writes = [
                query["sql"]
                for query in queries.captured_queries
                if not re.match(r"(\(?SELECT|EXECUTE kept_|DECLARE|SAVEPOINT|RELEASE|ROLLBACK)", query["sql"])
                and "django_session" not in query["sql"]
            ]
            assert writes == [], (person, name)


WRITES = [
    (name, method)
    for name, route in ROUTES.items()
    for method in ("post", "patch", "delete")
    if getattr(route, method)
]


@pytest.mark.parametrize(("name", "method"), WRITES)
def test_each_person_writes_what_the_oracle_says(
    cast: Cast, address: dict[str, str], name: str, method: str, *, is_long: bool
) -> None:
    """In the ordinary run one person of each class of answers."""
    rule = getattr(ROUTES[name], method)
    answers = {person: rule(cast, person) for person in (*cast.people, ANONYMOUS)}
    for person in oracle.asked(answers, answers.__getitem__, everybody=is_long):
        answer = sent(cast, person, name, address[name], method)
        assert answer.status_code == answers[person], person


def test_the_matrix_holds_on_every_map(cast: Cast, *, is_long: bool) -> None:
    for place, on in cast.maps.items():
        at = f"/api/v1/maps/{on.pk}"
        retitled = {"property": "title_fi", "subject": f"map:{on.pk}", "base_version": 0, "value": "Uusi"}
        rules = of_map(200, place, outsider=401), of_map_editors(200, place, 401)
        answers = {person: tuple(rule(cast, person) for rule in rules) for person in cast.everyone}
        for person in oracle.asked(answers, answers.__getitem__, everybody=is_long):
            read = cast.client(person).get(f"{at}/drawing/").status_code
            op = retitled | {"id": str(uuid4())}
            written = sent(cast, person, "services:api_map_ops", f"{at}/ops/", form=op).status_code
            assert (read, written) == answers[person], (person, place)


def test_parts_of_one_map_are_not_found_under_another(cast: Cast) -> None:
    own, foreign = (addresses_on(cast, cast.maps[name]) for name in ("youth", "loviisa"))
    client = cast.client("county editor")  # who sees both maps
    for name in ("services:interface_detail", "services:aspect_detail", "services:map_service"):
        mixed = re.sub(r"^/kartat/\d+/", re.match(r"/kartat/\d+/", own[name])[0], foreign[name])  # type: ignore[index]
        assert client.get(own[name]).status_code == client.get(foreign[name]).status_code == 200
        assert client.get(mixed).status_code == 404, name


def test_a_refusal_says_why(cast: Cast, address: dict[str, str]) -> None:
    refused = sent(cast, "porvoo reader", "services:map_edit", address["services:map_edit"])
    assert "Only an editor of a party of this interface may change this." in refused.content.decode()
    refused = sent(cast, "county editor", "services:service_archive", address["services:service_archive"])
    assert "Only an editor of Porvoo may change this." in refused.content.decode()


def test_what_is_read_is_also_asked_about(cast: Cast, address: dict[str, str]) -> None:
    """HEAD is answered as GET is, without the content. A stream alone is only read."""
    assert [name for name, route in ROUTES.items() if route.get and name not in NO_HEAD] != []
    client = cast.client("porvoo editor")
    for name, path in address.items():
        if ROUTES[name].get and name not in NO_HEAD:
            cache.clear()
            got, asked = client.get(path), client.head(path)
            assert (asked.status_code, asked.content) == (got.status_code, b""), name
    for name in NO_HEAD:
        assert client.head(address[name]).status_code == 405


def test_other_methods_are_refused(cast: Cast, address: dict[str, str]) -> None:
    client = cast.client("porvoo editor")
    for name, path in address.items():
        for method in UNSAFE:
            if getattr(ROUTES[name], method, None):
                continue
            answer = getattr(client, method)(path)
            assert answer.status_code in DJANGOS_OWN.get((name, method), {405}), (name, method)
