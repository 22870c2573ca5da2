"""With 100,000 reports nothing that people ask for reads them all: how PostgreSQL goes about it, not how long it takes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from collaboration.models import Organisation
from collaboration.working_days import HELSINKI
from services.models import Escalation, EscalationReporter, InterfaceMap
from services.policy import escalations as policy
from services.queries import escalations as queries
from services.queries.escalation_places import aspects_to_report, similar
from services.workflows import escalation_clock as clock
from tests.cast import Cast, the_cast, undone
from tests.factories.collaboration import UserFactory
from tests.plugin import TestRun, own_database
from tests.services.escalated import REPORTER, THEIRS
from tests.services.many_reports import load

CLOSED, OPEN, FEW, PEOPLE = 90_000, 10_000, 5, 300
MONDAY = datetime.datetime(2027, 1, 11, 9, tzinfo=HELSINKI)
BIG = {"services_escalation", "services_escalationreporter", "services_escalationowner"}
SPARSE = "loviisa editor"
"""Reads 5 of them."""
FORMER = "nobody"
"""Reads one alone, which they reported before they left."""


@pytest.fixture(scope="module")
def many(test_run: TestRun, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    with own_database(test_run.cast, django_db_blocker):
        cast = the_cast()
        due = [MONDAY + datetime.timedelta(hours=number) for number in range(400)]
        people = [UserFactory.create().pk for _nth in range(PEOPLE)]
        porvoo = cast.organisations["porvoo"].pk
        here = [(pk, porvoo) for pk in people] + [
            (cast[name].pk, cast.roles(name)[0][0].pk) for name in (REPORTER, THEIRS)
        ]
        elsewhere = _maps_elsewhere(cast.maps["porvoo"])
        load(
            cast.maps["porvoo"],
            CLOSED,
            due,
            reporters=here,
            status="closed",
            with_owners=False,
            elsewhere=elsewhere,
        )
        load(cast.maps["porvoo"], OPEN, due, reporters=here)
        own = (cast[SPARSE].pk, cast.roles(SPARSE)[0][0].pk)
        load(cast.maps["loviisa"], FEW, due, reporters=[own])
        former = EscalationReporter.objects.filter(escalation__map=cast.maps["porvoo"]).latest("pk")
        EscalationReporter.objects.filter(pk=former.pk).update(user=cast[FORMER])
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE services_escalationowner SET user_id = %s + id %% %s WHERE id %% %s <> 0",
                [min(people), PEOPLE, PEOPLE],
            )
            cursor.execute("ANALYZE")
        yield cast


def _maps_elsewhere(like: InterfaceMap) -> list[int]:
    """Maps of 60 other municipalities, which nobody of the cast reads."""
    places = Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY).exclude(
        maps_of_its_services__isnull=False
    )
    made = [
        InterfaceMap(municipality=place, target_group=like.target_group, made_by=like.made_by)
        for place in places.order_by("-pk")[:60]
    ]
    return [each.pk for each in InterfaceMap.objects.bulk_create(made)]


@pytest.fixture
def cast(many: Cast) -> Iterator[Cast]:
    with undone():
        yield the_cast()


def read_whole(ask: Callable[[], Any]) -> list[str]:
    """The statements of what is asked that read a whole big table, in PostgreSQL's own plan."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    found = []
    for query in captured.captured_queries:
        words = query["sql"].strip()
        if not words.upper().startswith(("SELECT", "(SELECT", "WITH", "EXECUTE", "UPDATE")):
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {words}")
            [plan] = cursor.fetchone()[0]
        if scans := set(_scans(plan["Plan"])) & BIG:
            found.append(f"{sorted(scans)}: ...{words[-900:]}")
    return found


def _scans(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for below in node.get("Plans", ()):
        yield from _scans(below)


@pytest.mark.slow
@pytest.mark.parametrize("person", [REPORTER, "county editor", SPARSE, FORMER])
def test_no_page_reads_all_reports(cast: Cast, person: str) -> None:
    client = cast.client(person)
    one = policy.visible_escalations(cast[person]).earliest("pk")
    paths = [
        "/ilmoitukset/",
        "/ilmoitukset/?state=waiting",
        "/ilmoitukset/?state=mine",
        "/ilmoitukset/?state=late",
        "/ilmoitukset/?state=closed",
        "/ilmoitukset/?state=area",
        "/ilmoitukset/?view=board",
        "/ilmoitukset/?state=all",
        "/ilmoitukset/?sort=newest",
        f"/ilmoitukset/?map={one.map_id}&aspect=3",
        f"/ilmoitukset/?interface={one.interface_id}",
        "/ilmoitukset/?level=expert",
        one.get_absolute_url(),
        "/",
        "/ei-toimi/",
        f"/ei-toimi/ilmoita/?yhdyspinta={one.interface_id}&nakokulma=3",
        f"/kartat/{one.map_id}/",
        f"/kartat/{one.map_id}/asiat/",
    ]
    found = {path: whole for path in paths if (whole := read_whole(lambda path=path: client.get(path)))}  # type: ignore[misc]
    assert found == {}, "\n".join(f"{path}\n   {whole}" for path, whole in found.items())


@pytest.mark.slow
def test_the_clock_reads_what_is_due(cast: Cast) -> None:
    for moment in (MONDAY - datetime.timedelta(days=3), MONDAY + datetime.timedelta(hours=1)):
        assert read_whole(lambda moment=moment: (clock.sweep(moment), clock.ask_again(moment))) == []  # type: ignore[misc]


@pytest.mark.slow
def test_what_does_not_work_is_shown_without_reading_all_reports(cast: Cast) -> None:
    on = InterfaceMap.objects.get(pk=cast.maps["porvoo"].pk)
    interface = Escalation.objects.filter(map=on).earliest("pk").interface
    assert interface is not None
    asked: tuple[Callable[[], Any], ...] = (
        lambda: queries.open_on_interface(cast[REPORTER], interface),
        lambda: similar(cast[REPORTER], on, interface, 3),
        lambda: aspects_to_report(interface),
        lambda: list(queries.waiting_of_escalations(cast[THEIRS])),
    )
    assert [whole for ask in asked for whole in read_whole(ask)] == []
