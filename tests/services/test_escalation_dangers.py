"""A danger waits for no office; and a report whose urgency or place changes keeps what it was born with."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from collaboration.mailing import mail_notifications
from collaboration.models import Notification, User
from collaboration.working_days import HELSINKI, add_working_days, next_office_moment, office_hours
from services.models import Aspect, Escalation, PathStep
from services.workflows import escalation_clock as clock
from services.workflows.escalation_days import OURS as OUR_DAYS
from services.workflows.escalation_rules import set_rule
from tests.cast import Cast
from tests.services.escalated import OURS, REPORTER, THEIRS, filed, take

pytestmark = pytest.mark.usefixtures("in_english")
NIGHTS = ("2027-06-24T23:30", "2027-06-25T12:00", "2027-12-24T02:00", "2027-10-31T03:30", "2027-03-28T03:30")
"""Before Midsummer's eve and on it, on Christmas Eve, and in the nights when the clocks turn."""


@pytest.fixture
def as_in_production(settings: Any) -> None:
    settings.MAIL_OFFICE_HOURS, settings.MAIL_GATHERED = True, datetime.timedelta(minutes=10)


@pytest.fixture(params=NIGHTS)
def night(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(request.param).replace(tzinfo=HELSINKI)
    assert not office_hours(moment)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


def told(verb: str) -> set[User]:
    return {
        row.recipient for row in Notification.objects.filter(event__verb=verb).select_related("recipient")
    }


def mailed() -> set[str]:
    found = {to for message in mail.outbox for to in message.to}
    mail.outbox.clear()
    return found


def owners(escalation: Escalation) -> set[User]:
    rows = escalation.owners.filter(ended_at=None, user__isnull=False).select_related("user")
    return {row.user for row in rows if row.user is not None}


def quiet() -> None:
    """What the cast has been told before is no part of it."""
    Notification.objects.update(read_at=timezone.now())


@pytest.mark.usefixtures("as_in_production")
def test_a_danger_is_mailed_at_night_and_on_a_day_off_and_nothing_else_is(
    cast: Cast, night: datetime.datetime
) -> None:
    quiet()
    filed(cast)
    urgent = filed(cast, urgency="urgent")
    assert mail_notifications(night + datetime.timedelta(minutes=30)) == 0
    danger = filed(cast, by=THEIRS, urgency="danger")
    mail_notifications(night)
    assert mailed() == {user.email for user in owners(danger)} - {cast[THEIRS].email} != set()
    mail_notifications(next_office_moment(night + datetime.timedelta(minutes=30)))
    assert mailed() >= {user.email for user in owners(urgent)} - {cast[REPORTER].email}


@pytest.mark.usefixtures("as_in_production")
def test_a_danger_climbs_at_night_and_whoever_has_it_then_is_mailed_at_once(cast: Cast) -> None:
    danger, usual = filed(cast, by=OURS, urgency="danger"), filed(cast, by=OURS)
    quiet()
    night = datetime.datetime.combine(
        timezone.localdate(max(danger.due_at, usual.due_at)) + datetime.timedelta(days=1),
        datetime.time(2),
        HELSINKI,
    )
    assert clock.sweep(night) == {"rise": 1}
    mail_notifications(night)
    assert mailed() == {user.email for user in owners(danger) | {cast[OURS]}}
    assert clock.sweep(next_office_moment(night))["rise"] >= 1
    usual.refresh_from_db()
    assert usual.level == "expert"


@pytest.mark.usefixtures("as_in_production")
def test_what_is_marked_as_a_danger_tells_its_owners_in_the_night_and_once(
    cast: Cast, night: datetime.datetime
) -> None:
    escalation = filed(cast)
    quiet()
    take("triage", escalation, cast[OURS], urgency="danger")
    assert told("escalation.triaged") == (owners(escalation) | {cast[REPORTER]}) - {cast[OURS]}
    mail_notifications(night)
    assert mailed() == {user.email for user in told("escalation.triaged")} | set()
    take("triage", escalation, cast[OURS], urgency="danger", title="Toinen nimi")
    assert mail_notifications(night + datetime.timedelta(minutes=30)) == 0, "only its name has changed"


def test_another_urgency_keeps_the_rule_it_was_born_with_and_counts_from_its_level(cast: Cast) -> None:
    PathStep.objects.all().delete()
    escalation = filed(cast)
    set_rule(cast.organisations["county"], [20, 20, 20, 20], by=cast["county approver"])
    for urgency, days in (("urgent", 3), ("normal", OUR_DAYS[0]), ("danger", 1)):
        escalation = take("triage", escalation, cast[OURS], urgency=urgency)
        assert escalation.due_at == add_working_days(escalation.level_at, days)
        assert escalation.days["sources"]["field"] == "own"
    assert filed(cast, by=OURS).days["days"]["field"] == 20


def test_what_would_be_past_already_has_one_working_day_more(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    PathStep.objects.all().delete()
    escalation = filed(cast)
    last = escalation.due_at - datetime.timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: last)
    assert take("triage", escalation, cast[OURS], urgency="danger").due_at == escalation.due_at, "never later"
    other = filed(cast)
    Escalation.objects.filter(pk=other.pk).update(level_at=last - datetime.timedelta(days=5))
    Escalation.objects.filter(pk=other.pk).update(due_at=add_working_days(last, 3))
    assert take("triage", other, cast[OURS], urgency="danger").due_at == add_working_days(last, 1)


def test_moved_it_keeps_its_deadline_and_the_path_of_the_new_place_counts_from_the_next_level(
    cast: Cast,
) -> None:
    PathStep.objects.all().delete()
    escalation = filed(cast)
    set_rule(cast.organisations["county"], [20, 20, 20, 20], by=cast["county approver"])
    there = Aspect.objects.filter(interface__map=escalation.map, number=8).exclude(
        interface=escalation.interface
    )[0]
    for place, level in enumerate(("field", "expert")):
        PathStep.objects.create(aspect=there, place=place, level=level, days=2, who="Esihenkilö")
    due = escalation.due_at
    moved = take("move", escalation, cast[OURS], interface=there.interface_id, aspect=8)
    assert (moved.due_at, moved.days["days"]["field"]) == (due, OUR_DAYS[0])
    assert (moved.days["days"]["expert"], moved.days["sources"]["expert"]) == (2, "path")
    assert (moved.days["days"]["management"], moved.days["sources"]["management"]) == (OUR_DAYS[2], "own")
