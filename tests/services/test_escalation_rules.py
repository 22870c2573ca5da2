"""The days of a county: who sets them, what a running report keeps, and what a preview promises."""

from __future__ import annotations

import datetime

import pytest
from django.core.checks import run_checks
from django.core.exceptions import PermissionDenied, ValidationError

from collaboration.models import Event
from collaboration.working_days import add_working_days
from services.models import Escalation, EscalationRule
from services.workflows.escalation_days import PATH
from services.workflows.escalation_rules import Preview, preview, set_rule
from tests.cast import Cast
from tests.services.escalated import OURS, THEIRS, after, filed, take

pytestmark = pytest.mark.usefixtures("in_english")
SHORT = [2, 3, 4, 20]


def test_only_the_countys_approvers_and_administrators_set_it(cast: Cast) -> None:
    county = cast.organisations["county"]
    for person in cast.people:
        if person in {"county approver", "county administrator"}:
            assert set_rule(county, SHORT, by=cast[person]).days == SHORT
        else:
            with pytest.raises(PermissionDenied):
                set_rule(county, SHORT, by=cast[person])
    assert [rule.days for rule in EscalationRule.objects.filter(organisation=county)] == [SHORT, SHORT]


def test_a_running_report_keeps_its_days_and_a_new_one_has_the_new(cast: Cast) -> None:
    county, by = cast.organisations["county"], cast["county approver"]
    running = filed(cast)
    set_rule(county, SHORT, by=by)
    kept = dict(running.days)
    running.refresh_from_db()
    assert running.days == kept
    later = filed(cast, by=OURS)
    for level, days in zip(("field", "expert", "management", "political"), SHORT, strict=True):
        if later.days["sources"][level] != PATH:
            assert later.days["days"][level] == days


def test_applied_to_open_ones_it_does_what_the_preview_said(cast: Cast) -> None:
    county, by = cast.organisations["county"], cast["county approver"]
    first, waiting = filed(cast), take("wait", filed(cast, by=THEIRS), cast[OURS])
    moment = after(first)
    promised = preview(county, SHORT, moment)
    before, paused = first.due_at, waiting.due_at
    set_rule(county, SHORT, by=by, to_open=True, reason="Kokeilu")
    first.refresh_from_db()
    waiting.refresh_from_db()
    if first.days["sources"]["field"] != PATH:
        assert first.due_at == add_working_days(first.level_at, SHORT[0])
        assert promised == Preview(earlier=1, later=0, past=1)
    assert (first.due_at <= before, waiting.due_at) == (True, paused)
    assert Event.objects.filter(verb="escalation.days_changed").count() == 2
    assert preview(county, SHORT, first.filed_at + datetime.timedelta(minutes=1)).earlier == 0


def test_the_page_previews_saves_and_refuses(cast: Cast) -> None:
    county = cast.organisations["county"]
    address = f"/ilmoitukset/maaraajat/{county.pk}/"
    filed(cast)
    form = {"field": 1, "expert": 3, "management": 4, "political": 20, "to_open": "on"}
    keeper, reader = cast.client("county administrator"), cast.client("porvoo reader")
    assert b"come earlier" in keeper.post(address, {**form, "go": "preview"}).content
    assert not EscalationRule.objects.exists()
    assert keeper.post(address, {**form, "go": "save"}).status_code == 302
    assert keeper.post(address, {**form, "field": 0, "go": "save"}).status_code == 422
    assert reader.get(address).status_code == 200
    assert reader.post(address, {**form, "go": "save"}).status_code == 403
    assert EscalationRule.objects.count() == 1


def test_days_that_make_no_sense_are_refused(cast: Cast) -> None:
    county, by = cast.organisations["county"], cast["county approver"]
    for days in ([-1, 2, 3, 4], [1, 2, 3, 4, 5]):
        with pytest.raises(ValidationError):
            set_rule(county, days, by=by)


def test_the_check_tells_when_the_calendar_ends_before_the_last_deadline_and_400_days(cast: Cast) -> None:
    def found(*databases: str) -> list[str | None]:
        return [problem.id for problem in run_checks(tags=["calendar"], databases=databases or None)]

    escalation = filed(cast)
    assert found("default") == found() == []
    Escalation.objects.filter(pk=escalation.pk).update(
        due_at=datetime.datetime(2100, 1, 4, 14, tzinfo=datetime.UTC)
    )
    assert (found("default"), found()) == (["yhdyspinta.W002"], [])
    Escalation.objects.filter(pk=escalation.pk).update(
        due_at=datetime.datetime(2099, 6, 1, 13, tzinfo=datetime.UTC)
    )
    assert found("default") == []
    Escalation.objects.filter(pk=escalation.pk).update(
        due_at=datetime.datetime(2100, 1, 4, 14, tzinfo=datetime.UTC), status="withdrawn"
    )
    assert found("default") == [], "nobody waits for it"
