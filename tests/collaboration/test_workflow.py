"""The workflow engine itself, on a table of its own: a form of leave that is asked for, granted, refused or runs out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaboration.models import Event, Notification, User
from collaboration.verdict import ALLOWED, Verdict
from collaboration.workflow import Result, Step, Transition, TransitionRefused, Workflow
from tests.factories.collaboration import UserFactory
from tests.gear.tables import tables_of


class Leave(models.Model):
    """A row with a status, and what its steps write."""

    class Status(models.TextChoices):
        ASKED = "asked", "asked"
        GRANTED = "granted", "granted"
        ENDED = "ended", "ended"

    status = models.CharField(max_length=10, choices=Status)
    words = models.CharField(max_length=50, blank=True)
    said = models.CharField(max_length=50, blank=True)
    reminded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: models.Manager[Leave] = models.Manager()

    class Meta:
        app_label = "leaves"

    def __str__(self) -> str:
        return self.words


class Reason(forms.Form):
    reason = forms.CharField(max_length=20)


def _never_by_the_stubborn(user: User, _leave: Any) -> Verdict:
    return Verdict.unless(user.name != "Stubborn", "The stubborn may not.")


def _not_while_ill(leave: Any) -> Iterator[str]:
    if leave.words == "ill":
        yield "Get well first."


def _grant(leave: Any, step: Step) -> None:
    leave.said = step.wished["reason"]


def _remind(leave: Any, step: Step) -> None:
    leave.reminded_at = step.at


def _end(leave: Any, step: Step) -> None:
    if leave.words == "stuck":
        raise TransitionRefused("It is stuck.")
    if leave.words == "torn":
        raise ArithmeticError("Its effect fails.")
    leave.ended_at = step.at


def _leave_behind(rows: Sequence[Any], _step: Step) -> None:
    """The database itself refuses to follow one of them; for each other a leave is asked for."""
    if any(row.words == "lost" for row in rows):
        Leave.objects.create(words="x" * 51)
    wanted = [Leave(words="again") for row in rows if row.words == "renewed"]
    if wanted:
        workflow.begin_many("ask", wanted, timezone.now())


def _everyone(_leave: Any) -> models.QuerySet[User]:
    return User.objects.all()


Status = Leave.Status
workflow: Workflow[Leave] = Workflow(
    Transition(
        "ask", "Ask", _never_by_the_stubborn, "leave.asked", target=Status.ASKED, blockers=_not_while_ill
    ),
    Transition(
        "grant",
        "Grant",
        _never_by_the_stubborn,
        "leave.granted",
        frozenset({Status.ASKED}),
        Status.GRANTED,
        blockers=_not_while_ill,
        effect=_grant,
        writes=("said",),
        form=Reason,
    ),
    Transition(
        "remind",
        "Remind",
        lambda _user, _leave: ALLOWED,
        "leave.reminded",
        frozenset({Status.GRANTED}),
        effect=_remind,
        writes=("reminded_at",),
        key=lambda leave: f"leave.reminded:{leave.pk}",
    ),
    Transition(
        "end",
        "End",
        lambda _user, _leave: ALLOWED,
        "leave.ended",
        frozenset({Status.GRANTED}),
        Status.ENDED,
        blockers=_not_while_ill,
        effect=_end,
        writes=("ended_at",),
        follow=_leave_behind,
        recipients=_everyone,
        is_automatic=True,
    ),
)


pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def leaves(db: None) -> Iterator[None]:
    with tables_of(Leave):
        yield


@pytest.fixture
def kept_leaves(fresh_database: str) -> Iterator[None]:
    """In a database where others see it, too."""
    with tables_of(Leave):
        yield


def leave(status: str = Status.GRANTED, words: str = "") -> Leave:
    return Leave.objects.create(status=status, words=words)


def verbs() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_a_row_begins_by_a_step(leaves: None) -> None:
    person = UserFactory.create()
    begun = workflow.begin("ask", Leave(), by=person)
    assert (Leave.objects.get(pk=begun.pk).status, verbs()) == ("asked", ["leave.asked"])
    for refused, by, words in ((TransitionRefused, person, "ill"), (PermissionDenied, "Stubborn", "")):
        with pytest.raises(refused):
            workflow.begin(
                "ask", Leave(words=words), by=person if by is person else UserFactory.create(name=by)
            )
    with pytest.raises(TransitionRefused, match="no such step"):
        workflow.begin("grant", Leave(), by=person)
    assert Leave.objects.count() == len(verbs()) == 1


def test_what_is_filled_in_is_checked_last_and_its_reason_stands_in_the_event(leaves: None) -> None:
    person, asked = UserFactory.create(), leave(Status.ASKED)
    with pytest.raises(PermissionDenied):
        workflow.perform("grant", asked, by=UserFactory.create(name="Stubborn"), sent={})
    with pytest.raises(TransitionRefused, match="Get well"):
        workflow.perform("grant", leave(Status.ASKED, "ill"), by=person, sent={})
    for sent in ({}, {"reason": "x" * 21}, None):
        with pytest.raises(ValidationError) as refusal:
            workflow.perform("grant", asked, by=person, sent=sent)
        assert list(refusal.value.message_dict) == ["reason"]
    assert workflow.perform("grant", asked, by=person, sent={"reason": " Well earned "}).said == "Well earned"
    assert (Event.objects.get().note, Event.objects.get().actor) == ("Well earned", person)
    with pytest.raises(TransitionRefused, match="The status is now “granted”"):
        workflow.perform("grant", asked, by=person, sent={"reason": "Again"})


def test_a_step_saves_what_it_writes_and_nothing_else(leaves: None) -> None:
    asked = leave(Status.ASKED, words="before")
    with CaptureQueriesContext(connection) as asked_for:
        workflow.perform("grant", asked, by=None, sent={"reason": "Yes"})
    (update,) = [query["sql"] for query in asked_for if query["sql"].startswith("UPDATE")]
    assert "words" not in update


def test_a_status_may_stay_and_a_key_lets_it_happen_once(leaves: None) -> None:
    granted = leave()
    assert workflow.perform("remind", granted, by=None).status == Status.GRANTED
    with pytest.raises(TransitionRefused, match="done already"):
        workflow.perform("remind", granted, by=None)
    assert Event.objects.get().key == f"leave.reminded:{granted.pk}"
    assert Leave.objects.get().reminded_at == Event.objects.get().at


def test_what_code_takes_is_offered_to_nobody(leaves: None) -> None:
    person = UserFactory.create()
    assert [offer.transition.name for offer in workflow.offered(leave(), person)] == ["remind"]
    (ill,) = workflow.offered(leave(Status.ASKED, "ill"), person)
    assert (ill.transition.name, ill.blockers) == ("grant", ("Get well first.",))
    assert workflow.offered(leave(Status.ASKED), UserFactory.create(name="Stubborn")) == []


def test_the_diagram_shows_where_a_row_begins_and_which_steps_keep_its_status() -> None:
    assert workflow.diagram().splitlines()[1:] == [
        "    [*] --> asked: ask",
        "    asked --> granted: grant",
        "    granted --> granted: remind",
        "    granted --> ended: end",
    ]


def test_of_many_rows_each_has_its_result(leaves: None) -> None:
    now = timezone.now() - timedelta(hours=1)
    fine, other = leave(), leave()
    stale, ill, stuck = leave(Status.ENDED), leave(words="ill"), leave(words="stuck")
    gone = leave()
    gone_pk = gone.pk
    gone.delete()
    keys = [fine.pk, stale.pk, ill.pk, stuck.pk, other.pk, gone_pk]
    rows = Leave.objects.filter(pk__in=keys)
    results = {each.pk: each for each in workflow.perform_many("end", rows, now, keys=keys)}
    assert results == {
        fine.pk: Result(fine.pk, is_done=True),
        other.pk: Result(other.pk, is_done=True),
        stale.pk: Result(stale.pk, refusal="The status is now “ended”."),
        ill.pk: Result(ill.pk, refusal="Get well first."),
        stuck.pk: Result(stuck.pk, refusal="It is stuck."),
        gone_pk: Result(gone_pk),
    }
    assert results[gone_pk].is_held
    assert set(Leave.objects.filter(ended_at=now).values_list("pk", "status")) == {
        (fine.pk, "ended"),
        (other.pk, "ended"),
    }
    assert [
        (event.verb, event.subject_id, event.at, event.actor) for event in Event.objects.order_by("pk")
    ] == [
        ("leave.ended", fine.pk, now, None),
        ("leave.ended", other.pk, now, None),
    ]


@pytest.mark.parametrize("broken", [1, 3])
def test_a_row_in_which_something_fails_keeps_no_other_from_its_step(
    leaves: None, caplog: pytest.LogCaptureFixture, broken: int
) -> None:
    person = UserFactory.create()
    fails = [leave(words=words) for words in ("lost", "torn", "lost")[:broken]]
    fine = [leave(words="renewed" if nth == 3 else "") for nth in range(9)]
    stale = leave(Status.ENDED)
    results = {each.pk: each for each in workflow.perform_many("end", Leave.objects.all(), timezone.now())}
    assert {pk for pk, each in results.items() if each.is_done} == {row.pk for row in fine}
    for row in fails:
        assert results[row.pk] == Result(row.pk, refusal="Something failed here. Nothing was changed.")
        row.refresh_from_db()
        assert (row.status, row.ended_at) == ("granted", None)
    assert results[stale.pk].refusal == "The status is now “ended”."
    assert verbs().count("leave.ended") == Notification.objects.filter(recipient=person).count() == len(fine)
    assert Leave.objects.filter(words="again").count() == verbs().count("leave.asked") == 1
    assert [
        (record.exc_info is not None, f" {row.pk} " in record.message)
        for record, row in zip(caplog.records, fails, strict=True)
    ] == [(True, True)] * broken


def test_what_fails_for_all_is_told_of_each_and_a_database_that_is_away_of_none(
    leaves: None, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [leave(words="torn") for _nth in range(4)]
    results = workflow.perform_many("end", Leave.objects.all(), timezone.now())
    assert [bool(each.refusal) for each in results] == [True] * len(many) == [True] * len(caplog.records)

    def away(*_args: Any) -> None:
        raise OperationalError("the connection was lost")

    monkeypatch.setattr("collaboration.workflow._save", away)
    leave()
    with pytest.raises(OperationalError):
        workflow.perform_many("end", Leave.objects.filter(words=""), timezone.now())


@pytest.mark.parametrize("count", [1, 12])
def test_many_cost_as_many_statements_as_one(
    leaves: None, django_assert_num_queries: Any, count: int
) -> None:
    people = [UserFactory.create() for _nth in range(3)]
    UserFactory.create(is_active=False)
    for _nth in range(count):
        leave()
    workflow.perform_many("end", Leave.objects.none(), timezone.now())  # content types are read once
    with django_assert_num_queries(6):  # two savepoints, SELECT, UPDATE, events, notifications
        workflow.perform_many("end", Leave.objects.all(), timezone.now())
    assert Notification.objects.count() == count * len(people)


def test_of_many_rows_those_that_were_reminded_are_not_reminded_again(
    leaves: None, django_assert_num_queries: Any
) -> None:
    first, second, third = leave(), leave(), leave()
    workflow.perform("remind", second, by=None)
    with django_assert_num_queries(6):  # two savepoints, SELECT, keys, UPDATE, events; nobody is told
        results = workflow.perform_many("remind", Leave.objects.all(), timezone.now())
    assert [(each.pk, each.refusal) for each in results] == [
        (first.pk, ""),
        (second.pk, "This has been done already."),
        (third.pk, ""),
    ]
    assert Event.objects.filter(verb="leave.reminded").count() == 3


@pytest.mark.parametrize("count", [1, 20])
def test_two_clocks_at_once_take_each_step_once(kept_leaves: None, count: int) -> None:
    person = UserFactory.create()
    for _nth in range(count):
        leave()
    done: list[int] = []
    barrier = threading.Barrier(2)

    def clock() -> None:
        try:
            barrier.wait(timeout=20)
            results = workflow.perform_many("end", Leave.objects.all(), timezone.now())
            done.append(sum(result.is_done for result in results))
        finally:
            connection.close()

    in_threads(clock, clock)
    assert sum(done) == count
    assert Event.objects.filter(verb="leave.ended").count() == count
    assert Notification.objects.filter(recipient=person).count() == count


def test_a_row_that_another_holds_is_left_to_it(kept_leaves: None) -> None:
    held, free = leave(), leave()
    results: list[Result] = []
    rows = Leave.objects.filter(pk__in=[held.pk, free.pk])

    def clock() -> None:
        try:
            results.extend(workflow.perform_many("end", rows, timezone.now(), keys=[held.pk, free.pk]))
        finally:
            connection.close()

    with transaction.atomic():
        Leave.objects.select_for_update().get(pk=held.pk)
        in_threads(clock)
    assert [(result.pk, result.is_done, result.is_held) for result in results] == [
        (held.pk, False, True),
        (free.pk, True, False),
    ]


def test_two_people_press_at_once_and_the_second_hears_the_status(kept_leaves: None) -> None:
    asked, people = leave(Status.ASKED), [UserFactory.create(), UserFactory.create()]
    barrier, outcomes = threading.Barrier(2), []

    def press(person: User) -> Callable[[], None]:
        def run() -> None:
            try:
                barrier.wait(timeout=20)
                workflow.perform("grant", asked, by=person, sent={"reason": "Yes"})
                outcomes.append("granted")
            except TransitionRefused:
                outcomes.append("refused")
            finally:
                connection.close()

        return run

    in_threads(*map(press, people))
    assert sorted(outcomes) == ["granted", "refused"]
    assert verbs() == ["leave.granted"]


def in_threads(*works: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
