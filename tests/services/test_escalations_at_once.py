"""Reports at the same moment as edits, other steps and other clocks: nothing twice, nothing lost, nobody waits for ever."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.utils import translation

from collaboration.models import Event
from collaboration.workflow import TransitionRefused
from services.models import Aspect, Escalation, MapTally
from services.workflows import escalation_clock as clock
from tests.cast import Cast
from tests.services.escalated import OURS, REPORTER, THEIRS, after, filed, take
from tests.services.ops import edit, first_aspect
from tests.services.test_approvals_at_once import failures
from tests.services.test_edits_at_once import at_once


def test_reports_and_edits_of_one_map_do_not_wait_for_each_other(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    aspects = list(Aspect.objects.filter(interface=first_aspect(on).interface).values_list("pk", flat=True))
    for turn in range(6):

        def work(which: int, turn: int = turn) -> Any:
            if which % 2:
                reason = "" if (turn + which) % 4 == 1 else f"Ei koske {turn} {which}"
                return edit(cast[THEIRS], on, f"aspect:{aspects[which]}", "not_applicable_reason", reason)
            return filed(cast, number=which + 2)

        assert failures(at_once(work)) == []
    on_map = Escalation.objects.filter(map=on)
    assert MapTally.objects.get(map=on).not_working == on_map.values("aspect").distinct().count()


def test_two_clocks_take_each_step_once(fresh_cast: Cast) -> None:
    rows = [filed(fresh_cast) for _nth in range(8)]
    moment = max(after(row) for row in rows)
    outcomes = at_once(lambda _which: clock.sweep(moment))
    assert failures(outcomes) == []
    clock.sweep(moment)  # what one had held while the other passed by
    assert set(Escalation.objects.values_list("level", flat=True)) == {"expert"}
    assert Event.objects.filter(verb="escalation.climbed").count() == len(rows)


def test_the_last_two_words_at_once_close_it_once(fresh_cast: Cast) -> None:
    cast = fresh_cast
    for _turn in range(4):
        row = take("propose", filed(cast), cast[OURS])
        take("reporter_works", row, cast[REPORTER])

        def work(which: int, row: Escalation = row) -> Any:
            with translation.override("en"):
                return take("works", row, cast[(OURS, THEIRS)[which % 2]])

        outcomes = at_once(work)
        assert failures(outcomes) == []
        row.refresh_from_db()
        assert row.status == Escalation.Status.CLOSED
        closed = Event.objects.filter(verb="escalation.closed", subject_id=row.pk)
        assert closed.count() == 1
    assert TransitionRefused in {type(each) for each in outcomes}


def test_the_same_report_sent_many_times_at_once_is_one(fresh_cast: Cast) -> None:
    key = uuid4()
    outcomes = at_once(lambda _which: filed(fresh_cast, key=key))
    assert sum(isinstance(each, Escalation) for each in outcomes) == 1
    assert Escalation.objects.filter(key=key).count() == 1
