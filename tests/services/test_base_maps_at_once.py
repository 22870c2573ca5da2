"""The county and its municipalities at the same moment: no deadlock, and no change of the county is lost."""

from typing import Any

import pytest

from collaboration.models import Change
from services.models import Aspect, InterfaceMap
from services.workflows.interface_map import interface_map_workflow
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map
from tests.cast import Cast
from tests.services.ops import edit, first_aspect, follow, make_base_map
from tests.services.test_base_maps import follows_its_base
from tests.services.test_edits_at_once import at_once, numbers


@pytest.fixture
def based(fresh_cast: Cast) -> Cast:
    """The cast with a base map that Porvoo and Loviisa follow, in a database of this test alone."""
    make_base_map(fresh_cast)
    follow(fresh_cast, "porvoo", "loviisa")
    return fresh_cast


def whole(cast: Cast) -> None:
    """Whatever follows says what the base says, and no map's numbers have gaps."""
    for on in InterfaceMap.objects.all():
        follows_its_base(on)
        assert numbers(on) == list(range(1, on.seq + 1)), on


def failures(outcomes: list[Any]) -> list[Any]:
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]


def test_the_county_writes_while_municipalities_take_over_and_return(based: Cast) -> None:
    base, county = based.maps["base"], based["county editor"]
    porvoo, loviisa = based["porvoo editor"], based["loviisa editor"]
    places = {1: (porvoo, "porvoo"), 2: (porvoo, "porvoo"), 3: (loviisa, "loviisa"), 4: (loviisa, "loviisa")}

    def work(which: int) -> None:
        for turn in range(6):
            if which in places:
                by, place = places[which]
                on = based.maps[place]
                subject = f"aspect:{first_aspect(on, 1 + which % 2).pk}"
                edit(by, on, subject, "shared_fi", f"Oma {which}.{turn}")
                edit(by, on, subject, "follows_base", True)
            else:
                subject = f"aspect:{first_aspect(base, 1 + which % 2).pk}"
                edit(county, base, subject, "shared_fi", f"Alueen {which}.{turn}")

    assert failures(at_once(work)) == []
    whole(based)
    for place in ("porvoo", "loviisa"):
        for number in (1, 2):
            ours = first_aspect(based.maps[place], number)
            assert (ours.follows_base, ours.shared_fi) == (True, first_aspect(base, number).shared_fi)


def test_the_county_writes_while_maps_are_made_put_away_and_based_on_it(based: Cast) -> None:
    base, county = based.maps["base"], based["county editor"]
    makers = {1: "porvoo", 2: "loviisa"}

    def work(which: int) -> None:
        for turn in range(4):
            if which in makers:
                make_map(
                    by=based[f"{makers[which]} editor"],
                    municipality=based.organisations[makers[which]],
                    template=TEMPLATE_BY_KEY["under_school_age"],
                    use_base=True,
                )
            elif which == 3:
                interface_map_workflow.perform("archive", based.maps["porvoo"], by=county)
                interface_map_workflow.perform("take_back", based.maps["porvoo"], by=county)
            elif which == 4:
                on = based.maps["loviisa"]
                for value in (None, base.pk):
                    edit(based["loviisa editor"], on, f"map:{on.pk}", "base", value)
            else:
                subject = f"aspect:{first_aspect(base, 1 + which % 2).pk}"
                edit(county, base, subject, "shared_fi", f"Alueen {which}.{turn}")

    assert failures(at_once(work)) == []
    whole(based)
    made = Aspect.objects.filter(interface__map__base=base, interface__map__seq__gte=0, base__isnull=True)
    assert not made.exists()
    new = InterfaceMap.objects.filter(base=base).exclude(pk__in=[on.pk for on in based.maps.values()])
    assert new.count() == 8
    assert not Aspect.objects.filter(interface__map__in=new, follows_base=False).exists()
    assert Change.objects.filter(log_id=base.pk).count() == 16


def test_two_maps_change_between_two_base_maps_while_the_county_writes_on_both(based: Cast) -> None:
    first, second = based.maps["base"], make_base_map(based)
    county = based["county editor"]
    pairs = {1: "porvoo", 2: "loviisa"}

    def work(which: int) -> None:
        for turn in range(5):
            if which in pairs:
                on = based.maps[pairs[which]]
                for wanted in (second, first) if which == 1 else (first, second):
                    edit(county, on, f"map:{on.pk}", "base", wanted.pk)
            else:
                base = (first, second)[which % 2]
                edit(county, base, f"aspect:{first_aspect(base).pk}", "shared_fi", f"Alueen {which}.{turn}")

    assert failures(at_once(work)) == []
    whole(based)
