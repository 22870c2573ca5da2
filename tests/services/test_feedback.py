"""Feedback of residents: from a published page, nobody's name, read by the parties, handled once."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from collaboration.lockout import FEEDBACK_FROM_ONE
from collaboration.models import Event, Notification
from collaboration.workflow import TransitionRefused
from services.models import Escalation, Feedback, Interface
from services.policy import feedback as policy
from services.workflows import feedback as workflow
from tests import oracle
from tests.cast import Cast
from tests.prepared import prepared
from tests.services.fed_back import WORDS, feedback_of, place_of
from tests.services.rounds import published

prepared_cast, cast = prepared(lambda made: published(made, made.maps["porvoo"]))


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    cache.clear()
    with translation.override("en"):
        yield
    cache.clear()


def address(cast: Cast, language: str = "fi") -> str:
    return f"/asukkaalle/{language}/palvelut/{place_of(cast).pk}/palaute/"


def tell(cast: Cast, text: str = WORDS, **more: Any) -> Any:
    return Client().post(address(cast), {"text": text, **more})


def test_anybody_tells_it_and_nothing_is_kept_of_them(cast: Cast) -> None:
    service = Client().get(address(cast).removesuffix("palaute/"))
    assert address(cast) in service.text
    form = Client().get(address(cast))
    assert (form.status_code, "noindex" in form.text) == (200, True)
    answer = tell(cast)
    assert answer.status_code == 302
    assert Client().get(answer["Location"]).status_code == 200
    row = Feedback.objects.get()
    assert (row.text, row.map, row.place, row.language) == (WORDS, cast.maps["porvoo"], place_of(cast), "fi")
    event = Event.objects.get(verb="feedback.sent")
    assert (event.actor, event.note) == (None, "")
    told = Notification.objects.filter(event=event).values_list("recipient__email", flat=True)
    editors = [
        name
        for name in cast.people
        if oracle.has_role(cast, name, {"editor"}, {row.place.party.organisation_id})
    ]
    assert sorted(told) == sorted(cast[name].email for name in editors)
    assert told


@pytest.mark.parametrize("text", ["", "Soitti 131052-308T.", "x" * 2_001])
def test_what_is_refused_stays_typed(cast: Cast, text: str) -> None:
    answer = tell(cast, text)
    assert answer.status_code == 422
    assert text[:2_000] in answer.text
    assert not Feedback.objects.exists()


def test_another_maps_interface_is_refused(cast: Cast) -> None:
    assert tell(cast, interface="999999").status_code == 422


def test_who_sends_without_end_is_asked_to_wait(cast: Cast) -> None:
    for _nth in range(FEEDBACK_FROM_ONE.most):
        assert tell(cast).status_code == 302
    answer = tell(cast, "Vielä yksi.")
    assert (answer.status_code, "Vielä yksi." in answer.text) == (429, True)
    assert int(answer["Retry-After"]) > 0


def test_what_is_not_published_has_no_form(cast: Cast) -> None:
    for version in cast.maps["porvoo"].versions.all():
        version.status = "withdrawn"
        version.save(update_fields=["status"])
    assert Client().get(address(cast)).status_code == 404


def test_staff_are_led_to_reporting_it(cast: Cast) -> None:
    page = cast.client("porvoo reader").get(address(cast)).text
    assert "/ei-toimi/?yhdyspinta=" in page
    assert "/ei-toimi/?yhdyspinta=" not in cast.client("pohjanmaa editor").get(address(cast)).text


def test_who_reads_reports_and_closes(cast: Cast) -> None:
    row = feedback_of(cast)
    for name in cast.people:
        client, sees = cast.client(name), oracle.sees(cast, name, row.map)
        assert client.get(row.get_absolute_url()).status_code == (200 if sees else 404), name
        assert (WORDS in client.get("/palaute/").text) == sees, name
        edits = oracle.has_role(cast, name, {"editor"}, oracle.parties_of(row.map))
        assert bool(policy.can_close(cast[name], row)) == edits, name
        is_member = oracle.is_member(cast, name, oracle.parties_of(row.map))
        assert not policy.can_report(cast[name], row) or is_member, name


def test_a_report_is_made_of_it_once(cast: Cast) -> None:
    row = feedback_of(cast)
    client = cast.client("porvoo reader")
    page = client.get(f"/ei-toimi/ilmoita/?kartta={row.map_id}&palaute={row.pk}")
    assert WORDS in page.text
    sent = {
        "kartta": row.map_id,
        "palaute": row.pk,
        "text": "Neuvontanumero ei ohjaa eteenpäin.",
        "effect": "guided_wrong",
        "frequency": "often",
        "urgency": "normal",
        "go": "send",
    }
    assert client.post("/ei-toimi/ilmoita/", {**sent, "key": str(uuid4())}).status_code == 302
    row.refresh_from_db()
    assert row.escalation == Escalation.objects.get()
    again = client.post("/ei-toimi/ilmoita/", {**sent, "key": str(uuid4())})
    assert (again.status_code, "has been handled already" in again.text) == (422, True)
    assert Escalation.objects.count() == 1
    with pytest.raises(TransitionRefused):
        workflow.close(row, "Myöhässä", by=cast["porvoo editor"])


def test_an_editor_says_why_no_report_is_made(cast: Cast) -> None:
    row = feedback_of(cast)
    with pytest.raises(PermissionDenied):
        workflow.close(row, "Ei koske meitä.", by=cast["porvoo reader"])
    client = cast.client("porvoo editor")
    assert client.post(row.get_absolute_url(), {"closed_reason": ""}).status_code == 422
    assert client.post(row.get_absolute_url(), {"closed_reason": "Numero on korjattu."}).status_code == 302
    assert WORDS not in client.get("/palaute/").text
    assert WORDS in client.get("/palaute/?tila=kasitellyt").text
    assert "Numero on korjattu." in cast.client("county reader").get(row.get_absolute_url()).text
    year = timezone.now() + datetime.timedelta(days=364)
    assert workflow.forget(year) == 0
    assert workflow.forget(year + datetime.timedelta(days=2)) == 1


def test_the_list_asks_as_often_of_many(cast: Cast) -> None:
    client = cast.client("porvoo editor")

    def asked() -> int:
        client.get("/palaute/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/palaute/")
        return len(queries)

    feedback_of(cast)
    of_one = asked()
    for nth in range(6):
        feedback_of(cast, f"Sama {nth}.")
    assert asked() == of_one <= 4


def test_the_same_over_the_api(cast: Cast) -> None:
    row, other = feedback_of(cast), feedback_of(cast, "Toinen.")
    client = cast.client("porvoo editor")
    listed = client.get("/api/v1/feedback/?handled=false").json()["results"]
    assert [each["id"] for each in listed] == [row.pk, other.pk]
    assert cast.client("pohjanmaa editor").get("/api/v1/feedback/").json()["results"] == []
    wish = {
        "key": str(uuid4()),
        "map": row.map_id,
        "text": "Numero ei ohjaa.",
        "effect": "guided_wrong",
        "frequency": "often",
        "urgency": "normal",
        "feedback": row.pk,
    }
    made = client.post("/api/v1/escalations/", wish, content_type="application/json")
    assert made.status_code == 201, made.content
    again = client.post("/api/v1/escalations/", wish, content_type="application/json")
    assert again.json()["id"] == made.json()["id"]
    assert client.get(f"/api/v1/feedback/{row.pk}/").json()["escalation"] == made.json()["id"]
    second = client.post(
        "/api/v1/escalations/", wish | {"key": str(uuid4())}, content_type="application/json"
    )
    assert second.status_code == 409
    path, reason = f"/api/v1/feedback/{other.pk}/close/", {"closed_reason": "Korjattu."}
    assert cast.client("porvoo reader").post(path, reason, content_type="application/json").status_code == 403
    for reason_of_nothing in ({}, {"closed_reason": "\x91"}):
        answer = client.post(path, reason_of_nothing, content_type="application/json")
        assert answer.status_code == 422
    assert client.post(path, reason, content_type="application/json").json()["closed_reason"] == "Korjattu."
    assert client.post(path, reason, content_type="application/json").status_code == 409
    assert Escalation.objects.count() == 1


def test_an_interface_that_goes_away_while_somebody_writes_loses_nothing(cast: Cast) -> None:
    interface = Interface.objects.filter(map=cast.maps["porvoo"]).order_by("pk")[0]
    sent = {
        "yhdyspinta": interface.pk,
        "kartta": interface.map_id,
        "nakokulma": 3,
        "text": "Havainnot eivät tule.",
        "effect": "delayed",
        "frequency": "often",
        "urgency": "normal",
        "key": str(uuid4()),
        "go": "send",
    }
    interface.archived_at = timezone.now()
    interface.save(update_fields=["archived_at"])
    client = cast.client("porvoo reader")
    answer = client.post("/ei-toimi/ilmoita/", sent)
    assert answer.status_code == 422
    assert "no longer on the map" in answer.text
    assert "Havainnot eivät tule." in answer.text
    assert client.post("/ei-toimi/ilmoita/", sent | {"yhdyspinta": ""}).status_code == 302
    row = Escalation.objects.get()
    assert (row.map, row.interface) == (interface.map, None)
