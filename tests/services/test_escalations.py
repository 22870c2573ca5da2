"""Escalations: every step for every person and status, the ladder and its clock, and when one is closed."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaboration.models import Absence, Event, Matter, Member, Notification
from collaboration.workflow import TransitionRefused
from collaboration.workflows.matters import matter_workflow
from collaboration.working_days import add_working_days, is_working_day, office_hours
from services.models import (
    Aspect,
    Escalation,
    EscalationReporter,
    EscalationWord,
    LiveInterface,
    MapTally,
)
from services.policy import escalations as policy
from services.workflows import escalation_clock as clock
from services.workflows.care import put_into_care
from services.workflows.escalation_days import OURS as OUR_DAYS
from services.workflows.escalation_effects import title_of
from services.workflows.escalations import escalation_workflow
from tests.cast import ANONYMOUS, INACTIVE, Cast, undone
from tests.collaboration.forum_cast import forums_of
from tests.services.escalated import OURS, REPORTER, STEPS, THEIRS, after, at, filed, take
from tests.services.ops import edit

pytestmark = pytest.mark.usefixtures("in_english")
Status = Escalation.Status

HANDLERS = {
    "porvoo editor",
    "porvoo approver",
    "county editor",
    "county approver",
    "porvoo administrator",
    "county administrator",
}
"""Editors and approvers of the parties; administrators own what nobody has been named for."""
READERS = {
    "porvoo editor",
    "porvoo approver",
    "porvoo reader",
    "porvoo administrator",
    "county editor",
    "county approver",
    "county reader",
    "county administrator",
}
OPEN = {"filed", "triaged", "in_progress", "waiting", "proposed"}

MAY: dict[str, tuple[set[str], set[str]]] = {
    "triage": ({"filed", "triaged", "in_progress"}, HANDLERS),
    "take": ({"filed", "triaged"}, HANDLERS),
    "wait": ({"filed", "triaged", "in_progress"}, HANDLERS),
    "reply": ({"waiting"}, {REPORTER}),
    "go_on": ({"waiting"}, HANDLERS),
    "propose": ({"filed", "triaged", "in_progress"}, HANDLERS),
    "works": ({"proposed"}, HANDLERS),
    "reporter_works": ({"proposed"}, {REPORTER}),
    "doubt": ({"proposed"}, HANDLERS | {REPORTER}),
    "climb": ({"filed", "triaged", "in_progress", "proposed"}, HANDLERS),
    "unmerge": ({"merged"}, HANDLERS),
    "withdraw": (OPEN, {REPORTER}),
    "reopen": ({"closed"}, HANDLERS | {REPORTER}),
    "join": (OPEN, READERS - {REPORTER}),
}
"""From which statuses, and who: told from the roles of the cast."""


@pytest.mark.parametrize("status", [status.value for status in Status])
def test_each_step_is_for_those_whom_it_is_for(cast: Cast, status: str) -> None:
    escalation = at(cast, status)
    for name, (sources, people) in MAY.items():
        for person in cast.people:
            with undone():
                row = Escalation.objects.get(pk=escalation.pk)
                try:
                    take(name, row, cast[person])
                    taken: Any = True
                except TransitionRefused:
                    taken = "refused"
                except PermissionDenied:
                    taken = False
            assert taken is (person in people) if status in sources else taken == "refused", (
                name,
                person,
                taken,
            )


def test_only_readers_of_the_map_report_and_see(cast: Cast) -> None:
    for person in [*cast.people, INACTIVE, ANONYMOUS]:
        visitor = cast.visitor(person) if person != INACTIVE else None
        if visitor is None:
            continue
        may = bool(person != ANONYMOUS and policy.can_file(cast[person], cast.maps["porvoo"]))
        assert may == (person in READERS), person
    escalation = filed(cast)
    for person in cast.people:
        seen = policy.visible_escalations(cast[person]).filter(pk=escalation.pk).exists()
        streamed = cast[person].pk in policy.ESCALATIONS.readers([escalation.pk])[escalation.pk]
        assert seen == streamed == (person in READERS), person
    assert not policy.visible_escalations(cast.visitor(ANONYMOUS)).exists()


def test_an_open_report_is_said_over_the_status_until_the_last_one_closes(cast: Cast) -> None:
    first, second = filed(cast), filed(cast, by=OURS)

    def shown() -> tuple[str, int]:
        live = LiveInterface.objects.get(pk=first.interface_id or 0)
        return live.statuses[2], MapTally.objects.get(map=first.map_id).not_working

    assert shown() == ("not_working", 1)
    take("withdraw", first, cast[REPORTER])
    assert shown() == ("not_working", 1)
    take("move", second, cast[OURS], interface=second.interface_id, aspect="4")
    assert shown() == ("missing", 1)
    take("withdraw", second, cast[OURS])
    assert shown() == ("missing", 0)


def test_it_closes_with_the_word_of_every_party_and_reporter_and_a_traced_change(cast: Cast) -> None:
    escalation = filed(cast)
    take("join", escalation, cast["county reader"])
    escalation = take(
        "propose", escalation, cast[OURS], repair="text", shared="Havainnot lähetetään viikkoa ennen."
    )
    assert escalation.change is not None
    assert Aspect.objects.get(pk=escalation.aspect_id or 0).shared_fi == "Havainnot lähetetään viikkoa ennen."
    for by, name in ((OURS, "works"), (THEIRS, "works"), (REPORTER, "reporter_works")):
        escalation = take(name, escalation, cast[by])
        assert escalation.status == Status.PROPOSED
    escalation = take("reporter_works", escalation, cast["county reader"])
    assert escalation.status == Status.CLOSED
    assert escalation.closed_at is not None
    verbs = Event.objects.filter(subject_id=escalation.pk, subject_type__model="escalation").values_list(
        "verb", flat=True
    )
    assert verbs[0] == "escalation.closed"


def test_the_database_refuses_to_close_without_a_word(cast: Cast) -> None:
    escalation = at(cast, "proposed")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="without everybody"), transaction.atomic():
        escalation_workflow.perform("close", escalation, by=None)


def test_a_party_says_it_once_and_who_doubts_takes_it_up(cast: Cast) -> None:
    escalation = take("works", at(cast, "proposed"), cast[OURS])
    with pytest.raises(TransitionRefused, match="already"):
        take("works", escalation, cast["porvoo approver"])
    escalation = take("doubt", escalation, cast[REPORTER])
    assert (escalation.status, escalation.level) == (Status.IN_PROGRESS, "expert")
    escalation = take("propose", escalation, cast[OURS])
    assert escalation.round == 2
    assert not EscalationWord.objects.filter(
        escalation=escalation, round=2
    ).exists()  # said of the earlier one


def test_reopening_begins_one_level_higher_the_second_time(cast: Cast) -> None:
    def closed_again(escalation: Escalation) -> Escalation:
        for by, name in ((OURS, "propose"), (OURS, "works"), (THEIRS, "works"), (REPORTER, "reporter_works")):
            escalation = take(name, escalation, cast[by])
        assert escalation.status == Status.CLOSED
        return escalation

    escalation = take("reopen", at(cast, "closed"), cast[REPORTER])
    assert escalation.level == "field"
    escalation = take("reopen", closed_again(escalation), cast[REPORTER])
    assert escalation.level == "expert"


def test_days_are_the_paths_then_ours_and_what_is_urgent_has_half(cast: Cast) -> None:
    escalation = filed(cast)
    own = escalation.days["days"]
    assert own["expert"] == OUR_DAYS[1] or escalation.days["sources"]["expert"] == "path"
    assert escalation.due_at == add_working_days(escalation.filed_at, own["field"])
    urgent, danger = filed(cast, by=OURS, urgency="urgent"), filed(cast, by=THEIRS, urgency="danger")
    assert urgent.days["days"]["expert"] == (own["expert"] + 1) // 2
    assert set(danger.days["days"].values()) == {1}


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


def test_owners_are_whoever_is_named_then_whoever_works_there_then_the_administrator(cast: Cast) -> None:
    escalation = filed(cast)

    def owners() -> dict[str, tuple[str, bool]]:
        rows = escalation.owners.filter(ended_at=None).select_related("party__organisation", "user")
        return {
            row.party.organisation.name_fi: (row.user.name if row.user else "", row.is_fallback)
            for row in rows
        }

    assert owners()["Porvoo"] == (cast["porvoo administrator"].name, True)
    Member.objects.filter(user=cast["porvoo reader"]).update(level="expert")
    take("climb", escalation, cast[OURS])
    assert owners()["Porvoo"] == (cast["porvoo reader"].name, False)
    Aspect.objects.get(pk=escalation.aspect_id or 0).responsible.add(cast["porvoo approver"])
    Member.objects.filter(user=cast["porvoo approver"]).update(level="management")
    take("climb", escalation, cast[OURS])
    assert owners()["Porvoo"] == (cast["porvoo approver"].name, False)


def test_whoever_stands_in_may_do_what_the_owner_may_and_no_longer(cast: Cast) -> None:
    Member.objects.filter(user=cast["county reader"]).update(level="field")
    escalation = filed(cast)
    today = timezone.localdate()
    with pytest.raises(PermissionDenied):
        take("take", escalation, cast["loviisa editor"])
    absence = Absence.objects.create(
        user=cast["county reader"], deputy=cast["loviisa editor"], valid_from=today, valid_until=today
    )
    assert take("take", escalation, cast["loviisa editor"]).status == Status.IN_PROGRESS
    absence.delete()
    with pytest.raises(PermissionDenied):
        take("propose", escalation, cast["loviisa editor"])


def test_given_with_a_name_or_it_stays(cast: Cast) -> None:
    escalation = filed(cast)
    with pytest.raises(ValidationError) as none:
        take("hand_over", escalation, cast[OURS], reason="Ei meidän.")
    assert "without a name it stays with you" in str(none.value)
    with pytest.raises(ValidationError):
        take("hand_over", escalation, cast[OURS], to=cast["loviisa editor"].pk, reason="Ei meidän.")
    take("hand_over", escalation, cast[OURS], to=cast["porvoo reader"].pk, reason="Ei meidän.")
    assert (
        escalation.owners.get(ended_at=None, user=cast["porvoo reader"]).party.organisation.name_fi
        == "Porvoo"
    )


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


def test_five_people_or_three_units_are_told_of_once(cast: Cast) -> None:
    escalation = filed(cast)
    for person in (
        "porvoo approver",
        "porvoo administrator",
        "county editor",
        "county approver",
        "county reader",
    ):
        take("join", escalation, cast[person])
    assert Event.objects.filter(verb="escalation.many").count() == 1


def test_a_name_that_is_not_shown_is_in_no_event_and_no_matter(cast: Cast) -> None:
    escalation = filed(cast)
    take("withdraw", escalation, cast[REPORTER])
    events = Event.objects.filter(subject_type__model="escalation", subject_id=escalation.pk)
    assert {event.actor for event in events} == {None}
    named = filed(cast, is_nameless=False)
    assert Event.objects.get(subject_id=named.pk, verb="escalation.filed").actor == cast[REPORTER]
    report = escalation.reporters.get()
    reads = {person for person in cast.people if policy.reads_name(cast[person], report)}
    assert reads == {name for name in cast.people if name.startswith("porvoo")}


def test_the_same_key_is_filed_once(cast: Cast) -> None:
    key = "0b0c3cde-2f0b-4ab4-9f3b-5d7a1f1f0a11"
    filed(cast, key=key)
    with pytest.raises(IntegrityError), transaction.atomic():
        filed(cast, key=key)


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


def test_bad_input_is_refused_with_a_sentence(cast: Cast) -> None:
    escalation = filed(cast)
    ours = cast[OURS]
    for name, sent, field in (
        ("propose", {"proposal": ""}, "proposal"),
        ("propose", {"repair": "none", "repair_reason": ""}, "repair_reason"),
        ("propose", {"repair": "action"}, "what"),
        ("propose", {"repair": "matter"}, "forum"),
        ("propose", {"repair": "text", "shared": ""}, "shared"),
        ("propose", {"proposal": "Soita 010190-900P"}, "proposal"),
        ("wait", {"until": "1.1.2020"}, "until"),
        ("wait", {"until": "1.1.2099"}, "until"),
        ("merge", {"into": "2026-999999"}, "into"),
        ("merge", {"into": escalation.number}, "into"),
        ("move", {"interface": "0"}, "interface"),
        ("climb", {"reason": ""}, "reason"),
        ("climb", {"reason": "x" * 501}, "reason"),
    ):
        with pytest.raises(ValidationError) as refused, transaction.atomic():
            take(name, escalation, ours, **sent)
        assert field in refused.value.message_dict, (name, sent, refused.value)
    for text in ("", "x" * 10_001, "Lapsi 010190-900P"):
        with pytest.raises(ValidationError), transaction.atomic():
            filed(cast, text=text or " ")


def test_a_text_that_changed_meanwhile_is_not_overwritten(cast: Cast) -> None:
    escalation = filed(cast)
    before = escalation.map.seq
    edit(cast[OURS], cast.maps["porvoo"], f"aspect:{escalation.aspect_id}", "shared_fi", "Toinen teksti.")
    edit(cast[THEIRS], cast.maps["porvoo"], f"aspect:{escalation.aspect_id}", "shared_fi", "Kolmas teksti.")
    with pytest.raises(ValidationError, match="Kolmas teksti") as refused, transaction.atomic():
        take("propose", escalation, cast[OURS], repair="text", shared="Aivan muu.", base_version=before)
    assert "shared" in refused.value.message_dict


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


def test_steps_are_known(cast: Cast) -> None:
    assert set(STEPS) <= set(escalation_workflow.transitions)
    assert title_of("Ei tule. Toinen.") == "Ei tule"
    assert len(title_of("x" * 500)) == 90
