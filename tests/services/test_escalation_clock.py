"""The clock of escalations: what climbs, reminds, goes on, lapses and asks again, on which days and once each."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaboration.models import Event, Matter, Notification
from collaboration.workflows.matters import matter_workflow
from collaboration.working_days import add_working_days, is_working_day, office_hours
from services.models import (
    Escalation,
    EscalationReporter,
)
from services.workflows import escalation_clock as clock
from services.workflows.care import put_into_care
from tests.cast import Cast
from tests.collaboration.action_cast import in_days
from tests.collaboration.forum_cast import forums_of, raised
from tests.services.escalated import OURS, REPORTER, THEIRS, after, at, filed, take

pytestmark = pytest.mark.usefixtures("in_english")
Status = Escalation.Status


def test_nobody_answers_and_it_climbs_once_at_each_deadline(cast: Cast) -> None:
    forums = forums_of(cast)
    put_into_care(cast.maps["porvoo"], forums["lape"].pk, by=cast[OURS])
    escalation = filed(cast)
    levels = []
    for _level in range(3):
        assert clock.sweep(escalation.due_at - datetime.timedelta(minutes=1)) == {}
        moment = after(escalation)
        assert clock.sweep(moment) == {"rise": 1}
        assert clock.sweep(moment) == {}
        escalation.refresh_from_db()
        levels.append(escalation.level)
        assert escalation.due_at == add_working_days(moment, escalation.days["days"][escalation.level])
    assert levels == ["expert", "management", "political"]
    lape = Matter.objects.get(forum=forums["lape"], subject_id=escalation.pk)
    assert (lape.status, bool(lape.proposal)) == ("forwarded", True)
    board = Matter.objects.get(forum=forums["board"], origin=lape)
    assert board.status == "raised"
    assert clock.sweep(after(escalation)) == {"look_again": 1}  # the highest level reminds
    escalation.refresh_from_db()
    assert escalation.level == "political"


def test_what_a_forum_above_had_sent_down_stops_no_climb(cast: Cast) -> None:
    """The board forwarded the same to the group: it is not forwarded back in a circle, and the clock goes on."""
    forums = forums_of(cast)
    put_into_care(cast.maps["porvoo"], forums["lape"].pk, by=cast[OURS])
    forums["board"].forwards_to.add(forums["lape"])
    escalation, other = filed(cast), filed(cast, number=4)
    before = raised(cast, forums["board"], "county approver", subject=escalation)
    step = {"next_step": "Kokous", "next_step_on": in_days(9).isoformat()}
    before = matter_workflow.perform("accept", before, by=cast["county approver"], sent=step)
    matter_workflow.perform("forward", before, by=cast["county approver"], sent={"forum": forums["lape"].pk})
    for _level in range(3):
        clock.sweep(after(escalation))
        escalation.refresh_from_db()
    other.refresh_from_db()
    assert (escalation.level, other.level) == ("political", "political")
    on_board = Matter.objects.filter(forum=forums["board"], subject_id=escalation.pk, status__in=Matter.OPEN)
    assert on_board.count() == 1


def test_the_groups_matters_rise_together_each_with_its_own_text(cast: Cast) -> None:
    """What the group has handled already rises no more: that report becomes a matter of the board by itself."""
    forums = forums_of(cast)
    put_into_care(cast.maps["porvoo"], forums["lape"].pk, by=cast[OURS])
    rows = [filed(cast, text=f"Ei toimi {nth}.") for nth in range(3)]
    for _level in range(2):
        clock.sweep(after(rows[-1]))
    before = {matter.subject_id: matter for matter in Matter.objects.filter(forum=forums["lape"])}
    noted = matter_workflow.perform("note", before[rows[0].pk], by=cast["county editor"])
    moment = after(rows[-1])
    assert clock.sweep(moment) == {"rise": 3}
    for row in rows[1:]:
        [derived] = Matter.objects.filter(forum=forums["board"], subject_id=row.pk)
        origin = before[row.pk]
        origin.refresh_from_db()
        assert (derived.origin, derived.root, derived.status) == (origin, origin, "raised")
        assert derived.sent["text"] == derived.text == origin.text
        assert (origin.status, origin.next_step_on) == ("forwarded", derived.next_step_on)
        assert derived.next_step_on == add_working_days(moment, 10).date()
        told = Event.objects.filter(subject_type__model="matter", at=moment)
        assert set(told.filter(subject_id=origin.pk).values_list("verb", flat=True)) == {"matter.forwarded"}
        received = Notification.objects.filter(event__in=told.filter(subject_id=derived.pk))
        assert {each.recipient for each in received} == {
            cast["county approver"],
            cast["county administrator"],
        }
        asked = Notification.objects.filter(
            event__verb="matter.received", event__subject_id=origin.pk, read_at=None
        )
        assert not asked.exists(), "the group is asked no more to take it up"
    [own] = Matter.objects.filter(forum=forums["board"], subject_id=rows[0].pk)
    assert (own.origin, own.status) == (None, "prepared"), "the group had noted its own"
    assert Matter.objects.get(pk=noted.pk).status == "noted"


def test_a_report_in_which_something_fails_stops_no_climb(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [filed(cast) for _nth in range(3)]
    broken = rows[1]
    Escalation.objects.filter(pk=broken.pk).update(days={})
    assert clock.sweep(after(rows[-1])) == {"rise": 2}
    assert [(record.levelname, f" {broken.pk} " in record.getMessage()) for record in caplog.records] == [
        ("ERROR", True)
    ]
    levels = dict(Escalation.objects.values_list("pk", "level"))
    assert levels == {rows[0].pk: "expert", broken.pk: "field", rows[2].pk: "expert"}


def test_the_longest_report_becomes_a_matter_too(cast: Cast) -> None:
    forums = forums_of(cast)
    put_into_care(cast.maps["porvoo"], forums["lape"].pk, by=cast[OURS])
    escalation = filed(cast, text="Ei toimi. " + "x" * 9_990)
    for _level in range(3):
        clock.sweep(after(escalation))
        escalation.refresh_from_db()
    assert escalation.level == "political"
    assert Matter.objects.filter(subject_id=escalation.pk).count() == 2


def test_the_answer_of_the_forum_comes_back(cast: Cast) -> None:
    forums = forums_of(cast)
    put_into_care(cast.maps["porvoo"], forums["lape"].pk, by=cast[OURS])
    escalation = filed(cast)
    for _level in range(2):
        clock.sweep(after(escalation))
    matter = Matter.objects.get(forum=forums["lape"], subject_id=escalation.pk)
    chair = cast["county editor"]
    assert matter.raised_by != cast[REPORTER]
    for name, sent in (
        ("make_ready", {}),
        (
            "decide",
            {
                "outcome": "approved",
                "decision": "Tehdään.",
                "decided_on": timezone.localdate().isoformat(),
                "publicity": "public",
            },
        ),
        ("answer", {"answer": "Lomake otetaan käyttöön."}),
    ):
        matter = matter_workflow.perform(name, matter, by=chair, sent=sent)
    answered = Event.objects.get(verb="escalation.answered")
    assert (answered.subject_id, answered.note) == (escalation.pk, "Lomake otetaan käyttöön.")


def test_without_a_forum_above_it_says_so_and_waits_in_sight(cast: Cast) -> None:
    escalation = filed(cast)
    for _level in range(2):
        clock.sweep(after(escalation))
    assert clock.sweep(after(escalation)) == {"stick": 1}
    escalation.refresh_from_db()
    assert (escalation.level, escalation.is_stuck) == ("management", True)
    told = Notification.objects.filter(event__verb="escalation.stuck").values_list("recipient", flat=True)
    assert cast["county administrator"].pk in told
    assert clock.sweep(after(escalation)) == {"look_again": 1}
    put_into_care(cast.maps["porvoo"], forums_of(cast)["lape"].pk, by=cast[OURS])
    assert clock.sweep(after(escalation)) == {"rise": 1}


def test_the_clock_stands_still_while_it_waits_and_goes_on_with_the_days_that_were_left(cast: Cast) -> None:
    escalation = at(cast, "waiting")
    left = escalation.days_left
    pause = escalation.pauses.get()
    assert (pause.ended_at, escalation.due_at) == (None, pause.until)
    assert clock.sweep(escalation.due_at - datetime.timedelta(hours=1)) == {}
    moment = after(escalation)
    assert clock.sweep(moment) == {"time_is_up": 1}
    escalation.refresh_from_db()
    assert escalation.due_at == add_working_days(moment, left or 0)
    assert escalation.pauses.get().ended_at == moment


def test_waiting_for_the_reporter_never_climbs(cast: Cast) -> None:
    escalation = take("wait", filed(cast), cast[OURS], waiting_for="reporter")
    assert [clock.sweep(after(escalation)) for _again in range(3)] == [
        {"remind_reporters": 1},
        {"remind_reporters": 1},
        {"time_is_up": 1},
    ]
    escalation.refresh_from_db()
    assert (escalation.level, escalation.status) == ("field", Status.IN_PROGRESS)


def test_a_silent_reporter_lapses_after_two_numbered_reminders(cast: Cast) -> None:
    escalation = at(cast, "proposed")
    for by in (OURS, THEIRS):
        escalation = take("works", escalation, cast[by])
    assert [clock.sweep(after(escalation)) for _again in range(3)] == [
        {"remind_reporters": 1},
        {"remind_reporters": 1},
        {"lapse": 1},
    ]
    notes = Event.objects.filter(verb="escalation.reporters_reminded").order_by("pk")
    assert [event.note for event in notes] == ["1/2", "2/2"]
    escalation.refresh_from_db()
    assert escalation.status == Status.CLOSED
    assert escalation.reporters.get().word == EscalationReporter.Word.LAPSED
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_after_two_weeks_it_is_asked_once_whether_it_works(cast: Cast) -> None:
    escalation = at(cast, "closed")
    moment = escalation.asks_again_at or timezone.now()
    while not office_hours(moment):
        moment += datetime.timedelta(hours=1)
    assert clock.ask_again(moment - datetime.timedelta(days=3)) == 0
    assert (clock.ask_again(moment), clock.ask_again(moment)) == (1, 0)
    told = Notification.objects.get(event__verb="escalation.asked_again")
    assert told.recipient == cast[REPORTER]


def test_merging_unites_the_reporters_and_keeps_the_earlier_deadline(cast: Cast) -> None:
    first = filed(cast, urgency="danger")
    second = filed(cast, by="county reader")
    merged = take("merge", first, cast[OURS], into=second.number)
    second.refresh_from_db()
    assert (merged.status, merged.merged_into, second.due_at) == (Status.MERGED, second, first.due_at)
    assert {row.user for row in second.reporters.all()} == {cast[REPORTER], cast["county reader"]}
    assert "rise" not in {name for name, row in clock.sweep(after(second)).items() if row > 1}
    merged = take("unmerge", merged, cast[OURS])
    assert merged.merged_into is None
    assert {row.user for row in second.reporters.all()} == {cast["county reader"]}


def test_it_climbs_in_office_hours_only_and_a_danger_at_any(cast: Cast) -> None:
    usual, danger = filed(cast), filed(cast, by=OURS, urgency="danger")
    helsinki = ZoneInfo("Europe/Helsinki")
    night = datetime.datetime.combine(
        timezone.localdate(usual.due_at) + datetime.timedelta(days=1), datetime.time(2), helsinki
    )
    assert clock.sweep(night) == {"rise": 1}
    usual.refresh_from_db()
    danger.refresh_from_db()
    assert (usual.level, danger.level) == ("field", "expert")


def test_a_sweep_of_many_asks_as_often_as_one_of_few(cast: Cast) -> None:
    def statements(count: int) -> int:
        for _nth in range(count):
            last = filed(cast)
        moment = after(last)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert clock.sweep(moment)["rise"] >= count
        return len([query for query in asked if "SAVEPOINT" not in query["sql"]])

    few = statements(2)
    Escalation.objects.all().update(status="withdrawn")
    assert statements(9) == few


def test_every_day_on_which_it_climbs_is_a_working_day(cast: Cast) -> None:
    escalation = filed(cast)
    moment = escalation.filed_at
    climbed = []
    for _third in range(8 * 60):
        moment += datetime.timedelta(hours=3)
        if clock.sweep(moment).get("rise"):
            climbed.append(moment)
    assert len(climbed) == 2  # and then there is no forum above
    for when in climbed:
        assert is_working_day(timezone.localdate(when))
        assert office_hours(when)
