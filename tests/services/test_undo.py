"""Undo and redo of one's own changes."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collaboration.models import Membership
from collaboration.ops.document import NoSuchSubject
from collaboration.ops.undo import NothingToUndo, redo, undo
from services.models import Interface, InterfaceMap, MapService
from services.workflows.edits import MAP
from services.workflows.properties import KINDS
from services.workflows.structure import ROW_KINDS
from tests.cast import Cast, undone
from tests.services.ops import (
    add_rows,
    beside,
    edit,
    first_aspect,
    follow,
    make_base_map,
    rows_of,
    unlike,
    values_for,
)
from tests.services.ops import wishes as wishes_for_rows

pytestmark = pytest.mark.usefixtures("in_english")
ME, OTHER = "porvoo editor", "county editor"


@pytest.mark.slow
def test_every_property_is_undone_and_done_again(cast: Cast, *, is_long: bool) -> None:
    """What was done again is undone again: in the ordinary run of one property of each kind of subject."""
    on = cast.maps["porvoo"]
    guest = cast.organisations["loviisa"].pk
    base = f"aspect:{first_aspect(make_base_map(cast)).pk}"
    edit(cast[OTHER], cast.maps["base"], base, "shared_fi", "Yhteinen.")
    follow(cast, "porvoo")
    edit(cast[OTHER], on, f"map:{on.pk}", "add_party", {"organisation": guest})
    aspect = first_aspect(on)
    edit(cast[OTHER], on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen.")
    link = {"title": "Päätös", "url": "https://kunta.example/"}
    edit(cast[OTHER], on, f"aspect:{aspect.pk}", "add_evidence", link)
    add_rows(cast[ME], on)
    tried, values_of, subjects = set(), values_for(cast, on), rows_of(on)
    wanted = unlike(values_of, everything=is_long)
    again = {} if is_long else dict(wanted)
    for kind, name in wanted:
        property_ = KINDS[kind].properties[name]
        with undone():
            subject = subjects[kind]
            row = KINDS[kind].rows(on).get(pk=subject.split(":")[1])
            was = property_.read(row)
            edit(cast[ME], on, subject, name, values_of[kind, name][0])
            now = property_.read(KINDS[kind].rows(on).get(pk=row.pk))
            if now == was:
                continue
            ways = [(undo, was), (redo, now), (undo, was)]
            for how, expected in ways if again.get(kind, name) == name else ways[:2]:
                how(MAP, cast[ME], on.pk, uuid4())
                assert property_.read(KINDS[kind].rows(on).get(pk=row.pk)) == expected, (kind, name)
            tried.add((kind, name))
    assert len(tried) >= len(wanted) - 1, "all but what already was so"


def addition(cast: Cast, on: InterfaceMap, name: str) -> tuple[str, dict[str, Any]]:
    """A subject and a valid wish for each kind of addition."""
    services, rows = list(MapService.objects.filter(map=on).order_by("pk")), wishes_for_rows(on)
    wishes: dict[str, tuple[str, dict[str, Any]]] = {
        "add_service": (
            f"map:{on.pk}",
            {"party": services[0].party_id, "name_fi": "Uusi", "node": services[0].service.node_id},
        ),
        "add_interface": (f"map:{on.pk}", {"services": [place.pk for place in services]}),
        "add_party": (f"map:{on.pk}", {"organisation": cast.organisations["loviisa"].pk}),
        "add_copy": (f"service:{services[0].pk}", {"name_fi": "Toinen päiväkoti"}),
        "add_evidence": (f"aspect:{first_aspect(on).pk}", {"title": "A", "url": "https://kunta.example/"}),
        **{
            f"add_{kind.name}": (beside(kind.name, on, cast[ME]), rows[kind.name])
            for kind in ROW_KINDS.values()
        },
    }
    return wishes[name]


ADDITIONS = sorted(
    name for kind in KINDS.values() for name, each in kind.properties.items() if not each.is_versioned
)


@pytest.mark.parametrize("name", ADDITIONS)
def test_what_was_added_is_removed_and_comes_back(cast: Cast, name: str) -> None:
    on = cast.maps["porvoo"]
    subject, wish = addition(cast, on, name)
    made = edit(cast[ME], on, subject, name, wish).value["subject"]
    kind, _colon, key = made.partition(":")

    def is_there() -> bool:
        return KINDS[kind].rows(on).get(pk=key).archived_at is None

    assert is_there()
    change, _applied = undo(MAP, cast[ME], on.pk, uuid4())
    assert change.property == name
    assert not is_there()
    redo(MAP, cast[ME], on.pk, uuid4())
    assert is_there()


def test_undoing_the_return_to_the_base_gives_ones_own_text_back(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    base = f"aspect:{first_aspect(make_base_map(cast)).pk}"
    edit(cast[OTHER], cast.maps["base"], base, "shared_fi", "Alueen.")
    follow(cast, "porvoo")
    aspect = f"aspect:{first_aspect(on).pk}"
    edit(cast[ME], on, aspect, "shared_fi", "Oma.")
    edit(cast[ME], on, aspect, "follows_base", True)
    for how, text, follows in ((undo, "Oma.", False), (redo, "Alueen.", True), (undo, "Oma.", False)):
        how(MAP, cast[ME], on.pk, uuid4())
        now = first_aspect(on)
        assert (now.shared_fi, now.follows_base) == (text, follows)
    undo(MAP, cast[ME], on.pk, uuid4())
    assert first_aspect(on).shared_fi == "Alueen."


@pytest.mark.parametrize("how", [undo, redo])
def test_without_changes_of_ones_own_a_sentence(cast: Cast, how: Callable[..., Any]) -> None:
    edit(cast[OTHER], cast.maps["porvoo"], rows_of(cast.maps["porvoo"])["aspect"], "shared_fi", "Yhteinen.")
    with pytest.raises(NothingToUndo, match="no changes to"):
        how(MAP, cast[ME], cast.maps["porvoo"].pk, uuid4())


def test_what_another_has_changed_since_stays(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject = rows_of(on)["aspect"]
    edit(cast[ME], on, subject, "shared_sv", "Ensin.")
    mine = edit(cast[ME], on, subject, "shared_fi", "Minun.")
    edit(cast[OTHER], on, subject, "shared_fi", "Heidän.")
    with pytest.raises(NothingToUndo, match="County editor has changed the same") as stays:
        undo(MAP, cast[ME], on.pk, uuid4())
    assert stays.value.seq == mine.version
    change, _applied = undo(MAP, cast[ME], on.pk, uuid4(), before=mine.version)
    assert change.property == "shared_sv"
    aspect = first_aspect(on)
    assert (aspect.shared_fi, aspect.shared_sv) == ("Heidän.", "")


def test_changes_of_the_same_are_undone_one_after_the_other(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject = rows_of(on)["aspect"]
    for text in ("Yksi.", "Kaksi.", "Kolme."):
        edit(cast[ME], on, subject, "shared_fi", text)
    for how, text in [(undo, "Kaksi."), (undo, "Yksi."), (redo, "Kaksi."), (undo, "Yksi."), (undo, "")]:
        how(MAP, cast[ME], on.pk, uuid4())
        assert first_aspect(on).shared_fi == text


def test_what_another_changed_and_took_back_does_not_stand_in_the_way(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject = rows_of(on)["aspect"]
    edit(cast[ME], on, subject, "shared_fi", "Minun.")
    edit(cast[OTHER], on, subject, "shared_fi", "Heidän.")
    undo(MAP, cast[OTHER], on.pk, uuid4())
    undo(MAP, cast[ME], on.pk, uuid4())
    assert first_aspect(on).shared_fi == ""
    with pytest.raises(NothingToUndo, match="Porvoo editor"):
        redo(MAP, cast[OTHER], on.pk, uuid4())


def test_undo_goes_past_what_is_no_longer_valid(cast: Cast) -> None:
    """A confirmation of a text that has changed since cannot be given again; what came before it can be undone."""
    on = cast.maps["porvoo"]
    rows = rows_of(on)
    edit(cast[ME], on, rows["aspect"], "shared_sv", "Ensin.")
    edit(cast[OTHER], on, rows["aspect"], "shared_fi", "Yhteinen.")
    given = edit(cast[ME], on, rows["answer"], "confirmation", "Yhteinen.")
    withdrawn = edit(cast[ME], on, rows["answer"], "confirmation", None)
    edit(cast[OTHER], on, rows["aspect"], "shared_fi", "Toinen.")
    before = None
    for stuck in (withdrawn, given):
        with pytest.raises(NothingToUndo) as stays:
            undo(MAP, cast[ME], on.pk, uuid4(), before=before)
        before = stays.value.seq
        assert before == stuck.version
    undo(MAP, cast[ME], on.pk, uuid4(), before=before)
    assert first_aspect(on).shared_sv == ""


def test_laying_out_again_is_not_undone_over_what_another_moved(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject = rows_of(on)["service"]
    edit(cast[ME], on, subject, "place", 3)
    edit(cast[ME], on, f"map:{on.pk}", "places", {})
    edit(cast[OTHER], on, subject, "place", 2)
    with pytest.raises(NothingToUndo, match="County editor"):
        undo(MAP, cast[ME], on.pk, uuid4())


def test_what_another_added_again_stays_when_its_removal_is_undone(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject = rows_of(on)["interface"]
    interface = Interface.objects.get(pk=subject.partition(":")[2])
    edit(cast[ME], on, subject, "archived", True)
    services = list(interface.services.values_list("pk", flat=True))
    edit(cast[OTHER], on, f"map:{on.pk}", "add_interface", {"services": services})
    with pytest.raises(NothingToUndo, match="County editor"):
        undo(MAP, cast[ME], on.pk, uuid4())


def test_what_another_has_used_stays(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject, wish = addition(cast, on, "add_interface")
    made = edit(cast[ME], on, subject, "add_interface", wish).value["subject"]
    aspect = Interface.objects.get(pk=made.split(":")[1]).aspects.get(number=1)
    edit(cast[OTHER], on, f"aspect:{aspect.pk}", "shared_fi", "Heidän.")
    with pytest.raises(NothingToUndo, match="already used"):
        undo(MAP, cast[ME], on.pk, uuid4())


def test_a_service_that_another_has_connected_stays(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject, wish = addition(cast, on, "add_service")
    made = edit(cast[ME], on, subject, "add_service", wish).value["subject"]
    clinic = MapService.objects.get(map=on, service__node__key="child-health-clinic").pk
    edit(cast[OTHER], on, f"map:{on.pk}", "add_interface", {"services": [int(made.split(":")[1]), clinic]})
    with pytest.raises(NothingToUndo, match="already used"):
        undo(MAP, cast[ME], on.pk, uuid4())


def test_the_same_request_twice_undoes_once(cast: Cast) -> None:
    on, op_id = cast.maps["porvoo"], uuid4()
    subject = rows_of(on)["aspect"]
    edit(cast[ME], on, subject, "shared_sv", "Ensin.")
    edit(cast[ME], on, subject, "shared_fi", "Sitten.")
    first, again = (undo(MAP, cast[ME], on.pk, op_id)[1] for _time in range(2))
    assert (first.subject, first.property, first.version) == (again.subject, again.property, again.version)
    aspect = first_aspect(on)
    assert (aspect.shared_fi, aspect.shared_sv) == ("", "Ensin.")


def test_a_new_change_ends_what_could_be_redone(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject = rows_of(on)["aspect"]
    edit(cast[ME], on, subject, "shared_fi", "Yksi.")
    undo(MAP, cast[ME], on.pk, uuid4())
    edit(cast[ME], on, subject, "shared_sv", "Kaksi.")
    with pytest.raises(NothingToUndo, match="no changes to redo"):
        redo(MAP, cast[ME], on.pk, uuid4())


def test_undo_needs_the_right_that_the_edit_needed(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    edit(cast[ME], on, rows_of(on)["aspect"], "shared_fi", "Yksi.")
    Membership.objects.filter(user=cast[ME]).update(role="reader")
    with pytest.raises(PermissionDenied):
        undo(MAP, cast[ME], on.pk, uuid4())
    with pytest.raises(NoSuchSubject):
        undo(MAP, cast["loviisa editor"], on.pk, uuid4())


def test_undo_and_redo_are_what_an_editor_of_texts_does(cast: Cast, *, is_long: bool) -> None:
    """Against a plain model: a list of states and a place in it."""

    @settings(max_examples=200 if is_long else 10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=st.lists(st.sampled_from(["edit", "undo", "redo"]), min_size=1, max_size=14))
    def somebody_does(steps: list[str]) -> None:
        as_a_list_of_states(cast, steps)

    somebody_does()


def as_a_list_of_states(cast: Cast, steps: list[str]) -> None:
    """Each step has the effect that it has on the list."""
    on = cast.maps["porvoo"]
    with undone():
        subject = rows_of(on)["aspect"]
        states, place = [""], 0
        for number, step in enumerate(steps):
            if step == "edit":
                states[place + 1 :] = [f"Teksti {number}."]
                place += 1
                edit(cast[ME], on, subject, "shared_fi", states[place])
            else:
                wished = place + (1 if step == "redo" else -1)
                if 0 <= wished < len(states):
                    place = wished
                    (undo if step == "undo" else redo)(MAP, cast[ME], on.pk, uuid4())
                else:
                    with pytest.raises(NothingToUndo):
                        (undo if step == "undo" else redo)(MAP, cast[ME], on.pk, uuid4())
            assert first_aspect(on).shared_fi == states[place]
