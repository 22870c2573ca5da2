"""What the database keeps of statuses and tallies is what follows from the rows, whoever changes them and however."""

from collections import Counter
from collections.abc import Callable
from threading import Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from services.models import (
    Aspect,
    AspectAnswer,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    MapTally,
    ProcessStep,
)
from services.queries.country import national_overview
from services.workflows import tallies
from services.workflows.interface_map import interface_map_workflow
from tests import oracle
from tests.cast import Cast
from tests.services.ops import answer_of, edit, first_aspect, follow, make_base_map


def is_kept(on: InterfaceMap) -> MapTally:
    """The kept tally, which is what brute force counts."""
    assert list(tallies.problems()) == []
    live = [
        interface
        for interface in Interface.objects.filter(map=on, archived_at=None)
        if all(place.archived_at is None for place in interface.services.all())
    ]
    aspects = [aspect for interface in live for aspect in interface.aspects.all()]
    counted = Counter(oracle.status(aspect) for aspect in aspects)
    kept = MapTally.objects.get(map=on)
    assert kept.interfaces == len(live)
    assert {name: getattr(kept, name) for name in ("agreed", "in_progress", "missing", "not_applicable")} == {
        name: counted[name] for name in ("agreed", "in_progress", "missing", "not_applicable")
    }
    assert kept.follows == sum(aspect.follows_base for aspect in aspects)
    return kept


def test_every_way_in_which_a_map_changes_keeps_its_tally(cast: Cast) -> None:
    on, by = cast.maps["porvoo"], cast["porvoo editor"]
    aspect, steps = first_aspect(on), first_aspect(on, 2)
    before = is_kept(on)
    assert before.missing == before.interfaces * 9

    edit(by, on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen.")
    assert is_kept(on).in_progress == 1
    for person, code in (("porvoo editor", "638"), ("county editor", "01")):
        edit(cast[person], on, f"answer:{answer_of(aspect, code).pk}", "confirmation", "Yhteinen.")
    assert is_kept(on).agreed == 1
    edit(by, on, f"aspect:{aspect.pk}", "not_applicable_reason", "Syy")
    assert is_kept(on).not_applicable == 1

    party = on.parties.order_by("lane")[0]
    edit(by, on, f"aspect:{steps.pk}", "add_step", {"title_fi": "Askel", "accountable": party.pk})
    assert is_kept(on).in_progress == 2  # the process, and the responsibilities with someone accountable
    step = ProcessStep.objects.get(aspect=steps)
    edit(by, on, f"step:{step.pk}", "accountable", None)
    assert is_kept(on).in_progress == 1
    edit(by, on, f"step:{step.pk}", "archived", True)
    assert is_kept(on).in_progress == 0

    place = aspect.interface.services.order_by("pk")[0]
    edit(by, on, f"service:{place.pk}", "archived", True)
    assert is_kept(on).interfaces < before.interfaces
    edit(by, on, f"service:{place.pk}", "archived", False)
    edit(by, on, f"interface:{aspect.interface_id}", "archived", True)
    assert is_kept(on).interfaces == before.interfaces - 1


def test_a_base_map_passes_its_statuses_on(cast: Cast) -> None:
    make_base_map(cast)
    follow(cast, "porvoo")
    base, on = cast.maps["base"], cast.maps["porvoo"]
    assert is_kept(on).follows > 0
    edit(cast["county editor"], base, f"aspect:{first_aspect(base).pk}", "shared_fi", "Kaikille.")
    assert is_kept(on).in_progress == 1
    assert is_kept(base).county_id is None


def test_a_map_counts_in_its_county_while_it_is_in_use(cast: Cast) -> None:
    on, county = cast.maps["porvoo"], cast.organisations["county"]

    def maps_of_county() -> int:
        return sum(row["maps"] for row in national_overview() if row["county"].organisation == county)

    assert is_kept(on).county_id == county.pk
    before = maps_of_county()
    interface_map_workflow.perform("archive", on, by=cast["porvoo editor"])
    assert is_kept(on).county_id is None
    assert maps_of_county() == before - 1
    interface_map_workflow.perform("take_back", on, by=cast["porvoo editor"])
    assert is_kept(on).county_id == county.pk
    MapParty.objects.filter(map=on, organisation=county).update(archived_at=timezone.now())
    assert is_kept(on).county_id is None


WRITES: dict[str, Callable[[InterfaceMap], object]] = {
    "texts of many": lambda on: Aspect.objects.filter(interface__map=on).update(shared_fi="Kaikki."),
    "a status by hand": lambda on: _by_hand(on),
    "answers of many": lambda on: AspectAnswer.objects.filter(aspect__interface__map=on).update(
        answer_sv="Svar."
    ),
    "answers that go": lambda on: AspectAnswer.objects.filter(aspect__interface__map=on).delete(),
    "aspects that go": lambda on: Aspect.objects.filter(interface__map=on, number=9).delete(),
    "interfaces that go": lambda on: Interface.objects.filter(map=on).first().delete(),  # type: ignore[union-attr]
    "a meeting that ends": lambda on: first_aspect(on).interface.services.clear(),
    "services removed": lambda on: MapService.objects.filter(map=on).update(archived_at=timezone.now()),
    "the other language": lambda on: InterfaceMap.objects.filter(pk=on.pk).update(source_language="sv"),
    "a whole row saved": lambda on: Aspect(
        pk=first_aspect(on).pk, interface_id=first_aspect(on).interface_id, number=1, shared_sv="X"
    ).save(),
}


def _by_hand(on: InterfaceMap) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE services_aspect SET status = 'agreed' WHERE interface_id IN"
            " (SELECT id FROM services_interface WHERE map_id = %s)",
            [on.pk],
        )


@pytest.mark.parametrize("name", WRITES)
def test_rows_written_past_the_edits_keep_it_too(cast: Cast, name: str) -> None:
    on = cast.maps["porvoo"]
    aspect = first_aspect(on)
    edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen.")
    for person, code in (("porvoo editor", "638"), ("county editor", "01")):
        edit(cast[person], on, f"answer:{answer_of(aspect, code).pk}", "confirmation", "Yhteinen.")
    WRITES[name](on)
    is_kept(on)


def test_what_was_damaged_is_told_and_mended(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    on = cast.maps["porvoo"]
    call_command("verify_tallies")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # without triggers
        MapTally.objects.filter(map=on).update(agreed=7)
        _by_hand(on)
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(CommandError, match=f"of map {on.pk} is kept as agreed, but is missing") as told:
        call_command("verify_tallies")
    assert f"The tally of map {on.pk}" in str(told.value)
    call_command("verify_tallies", mend=True)
    is_kept(on)
    call_command("verify_tallies")


def test_two_who_write_at_once_past_the_lock_are_both_counted(fresh_cast: Cast) -> None:
    """Edits lock the map's row first; the tally's own lock holds even where somebody forgets to."""
    on = fresh_cast.maps["porvoo"]
    one, other = (first_aspect(on, number) for number in (1, 2))
    with transaction.atomic():
        Aspect.objects.filter(pk=one.pk).update(shared_fi="Yksi.")

        def second() -> None:
            Aspect.objects.filter(pk=other.pk).update(shared_fi="Kaksi.")
            connection.close()

        thread = Thread(target=second)
        thread.start()
        thread.join(1)
    thread.join()
    assert is_kept(on).in_progress == 2
