"""Many people at the same moment, with real transactions: nothing is lost, nothing is done twice."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import connection

from collaboration.models import Change, Event
from collaboration.ops.document import Conflict, Op
from services.models import Interface, InterfaceMap, MapService
from services.workflows.edits import MAP
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map
from tests.cast import Cast
from tests.services.ops import edit, first_aspect

EIGHT = range(8)


def at_once(work: Callable[[int], Any]) -> list[Any]:
    """What eight threads that start together return or raise, in their own order."""
    start, outcomes = threading.Barrier(len(EIGHT)), [None for _each in EIGHT]

    def run(which: int) -> None:
        try:
            start.wait()
            outcomes[which] = work(which)
        except Exception as failure:
            outcomes[which] = failure  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(which,)) for which in EIGHT]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def numbers(on: InterfaceMap) -> list[int]:
    return list(Change.objects.filter(log_id=on.pk).order_by("seq").values_list("seq", flat=True))


def test_eight_people_lose_nothing_and_leave_no_gap(fresh_cast: Cast) -> None:
    on = fresh_cast.maps["porvoo"]
    editors = [fresh_cast["porvoo editor"], fresh_cast["county editor"]]
    aspect, daycare = first_aspect(on), MapService.objects.get(map=on, service__node__key="daycare")
    texts = [(f"aspect:{aspect.pk}", name) for name in ("shared_fi", "shared_sv", "not_applicable_reason")]
    texts += [(f"aspect:{first_aspect(on, number).pk}", "shared_fi") for number in (2, 3)]
    texts += [(f"map:{on.pk}", "title_fi"), (f"map:{on.pk}", "title_sv")]

    def work(which: int) -> None:
        for turn in range(1, 6):
            if which < len(texts):
                edit(editors[which % 2], on, *texts[which], f"{which}.{turn}")
            else:
                edit(editors[which % 2], on, f"service:{daycare.pk}", "place", turn)

    assert at_once(work) == [None] * 8
    assert numbers(on) == list(range(1, 41))
    on.refresh_from_db()
    assert on.seq == 40
    assert Event.objects.filter(verb__endswith=".changed").count() == 40
    last = {
        change.property: change.to_value for change in Change.objects.filter(log_id=on.pk).order_by("seq")
    }
    assert {str(value).rpartition(".")[2] for value in last.values()} == {"5"}


def test_the_same_id_from_eight_at_once_is_applied_once(fresh_cast: Cast) -> None:
    on, editor = fresh_cast.maps["porvoo"], fresh_cast["porvoo editor"]
    op = Op(uuid4(), f"aspect:{first_aspect(on).pk}", "shared_fi", 0, "Kerran.")
    assert {applied.version for applied in at_once(lambda _which: MAP.apply(editor, on.pk, op))} == {1}
    assert numbers(on) == [1]


def test_eight_texts_for_one_property_leave_one_and_seven_conflicts(fresh_cast: Cast) -> None:
    on, editor = fresh_cast.maps["porvoo"], fresh_cast["county editor"]
    subject = f"aspect:{first_aspect(on).pk}"
    outcomes = at_once(lambda which: edit(editor, on, subject, "shared_fi", f"Teksti {which}.", base=0))
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert len(conflicts) == 7
    assert {conflict.theirs for conflict in conflicts} == {first_aspect(on).shared_fi}
    assert numbers(on) == [1]


def test_the_same_new_interface_from_eight_at_once_is_made_once(fresh_cast: Cast) -> None:
    on, editor = fresh_cast.maps["youth"], fresh_cast["porvoo editor"]
    pair = list(MapService.objects.filter(map=on).order_by("pk").values_list("pk", flat=True)[:2])
    before = Interface.objects.filter(map=on).count()
    outcomes = at_once(lambda _which: edit(editor, on, f"map:{on.pk}", "add_interface", {"services": pair}))
    assert sum(isinstance(outcome, ValidationError) for outcome in outcomes) == 7, outcomes
    assert Interface.objects.filter(map=on).count() == before + 1


def test_the_same_new_map_from_eight_at_once_is_made_once(fresh_cast: Cast) -> None:
    """A double click, or an answer that was lost and sent again while the first is still being made."""
    editor, porvoo, op_id = fresh_cast["porvoo editor"], fresh_cast.organisations["porvoo"], uuid4()
    template = TEMPLATE_BY_KEY["young_people"]
    before = InterfaceMap.objects.count()
    at_once(lambda _which: make_map(by=editor, municipality=porvoo, template=template, op_id=op_id))
    assert InterfaceMap.objects.count() == before + 1
