"""The op protocol: numbers, replays, conflicts, confirmations, and what is written down."""

import datetime
import hashlib
import json
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from collaboration.models import Change, Event, User
from collaboration.ops.document import Conflict, NoSuchSubject, Op
from services.models import (
    AspectAnswer,
    AspectStatus,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    Party,
    Service,
)
from services.workflows.edits import MAP
from services.workflows.properties import KINDS
from services.workflows.structure import ROW_KINDS
from tests.cast import Cast, undone
from tests.conftest import As
from tests.services.ops import (
    add_rows,
    answer_of,
    edit,
    first_aspect,
    follow,
    make_base_map,
    rows_of,
    status_of,
    unlike,
    values_for,
)


def test_a_change_gets_the_next_number_and_is_written_down_with_its_event(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)
    first = edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Yhdessä.")
    second = edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Yhdessä ja ajoissa.")
    assert (first.version, second.version) == (1, 2)
    change = Change.objects.get(log_id=on.pk, seq=2)
    assert (change.from_value, change.to_value, change.actor) == ("Yhdessä.", "Yhdessä ja ajoissa.", editor)
    event = Event.objects.filter(verb="shared_fi.changed").latest("pk")
    assert event.subject == aspect
    assert len(event.digest) == 64
    on.refresh_from_db()
    assert on.seq == 2


def test_the_event_keeps_the_digest_of_the_change(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    edit(editor, on, f"aspect:{first_aspect(on).pk}", "shared_fi", "Yhdessä.")
    change, event = Change.objects.get(log_id=on.pk), Event.objects.latest("pk")
    said = {
        "log_type_id": change.log_type_id,
        "log_id": on.pk,
        "seq": 1,
        "op_id": str(change.op_id),
        "subject_type_id": change.subject_type_id,
        "subject_id": change.subject_id,
        "property": "shared_fi",
        "from_value": "",
        "to_value": "Yhdessä.",
        "sent_value": None,
        "request_digest": change.request_digest,
        "undoes_id": None,
        "actor_id": editor.pk,
        "at": change.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        "cause_id": None,
    }
    assert event.digest == hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    assert event.change == change
    assert (event.verb, event.actor, event.subject) == ("shared_fi.changed", editor, change.subject)
    assert "Yhdessä" not in f"{event.note}{event.verb}", "the text itself stays in the change"


def test_without_its_event_a_change_does_not_happen(cast: Cast) -> None:
    on, aspect = cast.maps["porvoo"], first_aspect(cast.maps["porvoo"])
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'no events today'; END$$"
        )
        cursor.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON collaboration_event "
            "FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    with pytest.raises(DatabaseError):
        edit(cast["porvoo editor"], on, f"aspect:{aspect.pk}", "shared_fi", "Yhdessä.")
    aspect.refresh_from_db()
    on.refresh_from_db()
    assert (aspect.shared_fi, on.seq, Change.objects.filter(log_id=on.pk).count()) == ("", 0, 0)


def test_the_same_id_sent_again_changes_nothing(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    op = Op(uuid4(), f"aspect:{first_aspect(on).pk}", "shared_fi", 0, "Kerran.")
    assert MAP.apply(editor, on.pk, op).version == 1
    edit(cast["county editor"], on, op.subject, "shared_fi", "Jälkeen.")
    again = MAP.apply(editor, on.pk, op)
    assert (again.version, again.value) == (2, "Jälkeen."), "the value with its own number"
    assert Change.objects.filter(log_id=on.pk).count() == 2


def test_what_a_replay_showed_can_be_changed(cast: Cast) -> None:
    """Whoever reads another's word in the answer to a repeated request, and takes it away, takes it away."""
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    op = Op(uuid4(), f"aspect:{first_aspect(on).pk}", "shared_fi", 0, "Neuvola soittaa perheelle.")
    MAP.apply(editor, on.pk, op)
    edit(cast["county editor"], on, op.subject, "shared_fi", "Neuvola soittaa aina perheelle.")
    again = MAP.apply(editor, on.pk, op)
    edit(editor, on, op.subject, "shared_fi", again.value.replace("aina ", ""), base=again.version)
    assert first_aspect(on).shared_fi == "Neuvola soittaa perheelle."


def test_a_replay_tells_that_the_text_was_merged(cast: Cast) -> None:
    on, subject = cast.maps["porvoo"], f"aspect:{first_aspect(cast.maps['porvoo']).pk}"
    edit(cast["porvoo editor"], on, subject, "shared_fi", "Neuvola soittaa perheelle aina maanantaina.")
    edit(cast["county editor"], on, subject, "shared_fi", "Hoitaja soittaa perheelle aina maanantaina.")
    op = Op(uuid4(), subject, "shared_fi", 1, "Neuvola soittaa perheelle aina tiistaina.")
    first, again = (MAP.apply(cast["porvoo editor"], on.pk, op) for _time in range(2))
    assert first.merged
    assert first.merged == again.merged
    assert first.value == again.value == "Hoitaja soittaa perheelle aina tiistaina."


def test_a_place_and_all_places_are_the_same_thing(cast: Cast) -> None:
    """Laying out again does not overwrite a move that the person has not seen, nor a move the new layout."""
    on, subject = cast.maps["porvoo"], rows_of(cast.maps["porvoo"])["service"]
    key = subject.partition(":")[2]
    moved = edit(cast["porvoo editor"], on, subject, "place", 3)
    with pytest.raises(Conflict) as stale:
        edit(cast["county editor"], on, f"map:{on.pk}", "places", {}, base=0)
    assert (stale.value.theirs, stale.value.version) == ({key: 3}, moved.version)
    laid_out = edit(cast["county editor"], on, f"map:{on.pk}", "places", {}, base=moved.version)
    with pytest.raises(Conflict):
        edit(cast["porvoo editor"], on, subject, "place", 4, base=moved.version)
    edit(cast["porvoo editor"], on, subject, "place", 4, base=laid_out.version)


def test_a_removed_service_keeps_its_place(cast: Cast) -> None:
    on, subject = cast.maps["porvoo"], rows_of(cast.maps["porvoo"])["service"]
    edit(cast["porvoo editor"], on, subject, "place", 3)
    edit(cast["porvoo editor"], on, subject, "archived", True)
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "places", {})
    change = Change.objects.latest("seq")
    assert (change.from_value, change.to_value) == ({subject.partition(":")[2]: 3}, {})


def test_what_was_added_again_is_not_removed_by_an_old_page(cast: Cast) -> None:
    on, interface = cast.maps["porvoo"], Interface.objects.filter(map=cast.maps["porvoo"]).first()
    assert interface
    subject, services = f"interface:{interface.pk}", list(interface.services.values_list("pk", flat=True))
    removed = edit(cast["porvoo editor"], on, subject, "archived", True)
    edit(cast["county editor"], on, f"map:{on.pk}", "add_interface", {"services": services})
    with pytest.raises(Conflict) as stale:
        edit(cast["porvoo editor"], on, subject, "archived", True, base=removed.version)
    assert stale.value.by == cast["county editor"]
    interface.refresh_from_db()
    assert interface.archived_at is None


def test_a_replay_is_answered_even_when_its_row_has_gone(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    party = edit(editor, on, f"map:{on.pk}", "add_party", {"organisation": cast.organisations["loviisa"].pk})
    added = int(party.value["subject"].split(":")[1])
    interface = Interface.objects.filter(map=on).order_by("pk")[0]
    edit(editor, on, f"interface:{interface.pk}", "parties", [added])
    answer = AspectAnswer.objects.get(aspect__interface=interface, aspect__number=1, party__map_party=added)
    op = Op(uuid4(), f"answer:{answer.pk}", "answer_fi", 99, "Mukana.")
    MAP.apply(cast["loviisa editor"], on.pk, op)
    edit(cast["loviisa editor"], on, op.subject, "answer_fi", "")
    edit(editor, on, f"interface:{interface.pk}", "parties", [])
    assert not Party.objects.filter(map_party=added).exists()
    assert MAP.apply(cast["loviisa editor"], on.pk, op).value == "Mukana."


def test_a_stale_change_is_a_conflict_with_both_values_and_overwrites_nothing(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    subject = f"aspect:{first_aspect(on).pk}"
    edit(cast["porvoo editor"], on, subject, "shared_fi", "Ensimmäinen.", base=0)
    with pytest.raises(Conflict) as stale:
        edit(cast["county editor"], on, subject, "shared_fi", "Toinen.", base=0)
    assert (stale.value.theirs, stale.value.yours, stale.value.version) == ("Ensimmäinen.", "Toinen.", 1)
    assert stale.value.by == cast["porvoo editor"]
    assert first_aspect(on).shared_fi == "Ensimmäinen."
    # Other properties of the same row do not conflict, and neither does the same value.
    edit(cast["county editor"], on, subject, "shared_sv", "Den första.", base=0)
    assert edit(cast["county editor"], on, subject, "shared_fi", "Ensimmäinen.", base=0).version == 1
    assert edit(cast["county editor"], on, subject, "shared_fi", "Toinen.", base=1).version == 3


def test_a_refused_edit_leaves_no_trace(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    before = (Change.objects.count(), Event.objects.count())
    for name, value in (
        ("shared_fi", "x" * 5001),
        ("shared_fi", 5),
        ("review_on", "eilen"),
        ("responsible", [0]),
    ):
        with pytest.raises(ValidationError):
            edit(editor, on, f"aspect:{first_aspect(on).pk}", name, value)
    assert (Change.objects.count(), Event.objects.count()) == before


@pytest.mark.parametrize(
    "subject", ["aspect:0", "aspect:x", "aspect", "", "moon:1", "aspect:" + "9" * 30, "map:0"]
)
def test_unknown_subjects_are_not_there(cast: Cast, subject: str) -> None:
    with pytest.raises(NoSuchSubject):
        edit(cast["porvoo editor"], cast.maps["porvoo"], subject, "shared_fi", "x")


def test_a_row_of_another_map_is_not_there(cast: Cast) -> None:
    foreign = first_aspect(cast.maps["loviisa"])
    with pytest.raises(NoSuchSubject):
        edit(cast["county editor"], cast.maps["porvoo"], f"aspect:{foreign.pk}", "shared_fi", "x")


def test_the_status_follows_what_is_written_and_confirmed(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)
    ours, theirs = answer_of(aspect, "638"), answer_of(aspect, "01")
    assert status_of(aspect) == AspectStatus.MISSING
    edit(editor, on, f"answer:{ours.pk}", "answer_fi", "Meidän.")
    assert status_of(aspect) == AspectStatus.IN_PROGRESS
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen.")
    edit(cast["porvoo approver"], on, f"answer:{ours.pk}", "confirmation", "Yhteinen.")
    assert status_of(aspect) == AspectStatus.IN_PROGRESS
    edit(cast["county editor"], on, f"answer:{theirs.pk}", "confirmation", "Yhteinen.")
    assert status_of(aspect) == AspectStatus.AGREED
    edit(editor, on, f"aspect:{aspect.pk}", "shared_sv", "Gemensam.")
    assert status_of(aspect) == AspectStatus.AGREED, "a translation asks for no new confirmation"
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen teksti.")
    assert status_of(aspect) == AspectStatus.IN_PROGRESS
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen.")
    assert status_of(aspect) == AspectStatus.AGREED, "the very text that was confirmed"
    edit(cast["county editor"], on, f"answer:{theirs.pk}", "confirmation", None)
    assert status_of(aspect) == AspectStatus.IN_PROGRESS
    edit(editor, on, f"aspect:{aspect.pk}", "not_applicable_reason", "Sovittu muualla.")
    assert status_of(aspect) == AspectStatus.NOT_APPLICABLE
    edit(editor, on, f"aspect:{aspect.pk}", "not_applicable_reason", "")
    assert status_of(aspect) == AspectStatus.IN_PROGRESS


def test_in_a_swedish_map_the_swedish_text_is_agreed(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    InterfaceMap.objects.filter(pk=on.pk).update(source_language="sv")
    aspect = first_aspect(on)
    edit(editor, on, f"aspect:{aspect.pk}", "shared_sv", "Gemensamt.")
    for answer, giver in (
        (answer_of(aspect, "638"), editor),
        (answer_of(aspect, "01"), cast["county editor"]),
    ):
        edit(giver, on, f"answer:{answer.pk}", "confirmation", "Gemensamt.")
    assert status_of(aspect) == AspectStatus.AGREED


def test_confirmation_is_given_to_the_present_text_only(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)
    answer = answer_of(aspect, "638")
    with pytest.raises(ValidationError):
        edit(editor, on, f"answer:{answer.pk}", "confirmation", "")
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Rivi.\nToinen.")
    with pytest.raises(ValidationError):
        edit(editor, on, f"answer:{answer.pk}", "confirmation", "Rivi.")
    edit(editor, on, f"answer:{answer.pk}", "confirmation", "Rivi.\r\nToinen.")
    answer.refresh_from_db()
    assert (answer.confirmed_text, answer.confirmed_by) == ("Rivi.\nToinen.", editor)


def test_what_is_removed_keeps_its_texts_and_comes_back(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Pysyy.")
    edit(editor, on, f"interface:{aspect.interface_id}", "archived", True)
    assert not Interface.objects.live().filter(pk=aspect.interface_id).exists()
    with pytest.raises(ValidationError):
        edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Ei enää.")
    services = list(Interface.objects.get(pk=aspect.interface_id).services.values_list("pk", flat=True))
    again = edit(editor, on, f"map:{on.pk}", "add_interface", {"services": services})
    assert again.value["subject"] == f"interface:{aspect.interface_id}"
    assert first_aspect(on).shared_fi == "Pysyy."


def test_removing_a_service_hides_its_interfaces_until_it_comes_back(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    daycare = MapService.objects.get(map=on, service__node__key="daycare")
    edit(editor, on, f"service:{daycare.pk}", "archived", True)
    assert Interface.objects.filter(map=on).live().count() == 1
    edit(editor, on, f"service:{daycare.pk}", "archived", False)
    assert Interface.objects.filter(map=on).live().count() == 3


def test_a_service_that_comes_back_stands_in_its_partys_lane(cast: Cast, as_person: As) -> None:
    """Removed, then its party removed: taking the service back must not leave the drawing without its lane."""
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    loviisa = cast.organisations["loviisa"]
    party = edit(editor, on, f"map:{on.pk}", "add_party", {"organisation": loviisa.pk}).value["subject"]
    theirs = Service.objects.get(organisation=loviisa, node__key="daycare")
    place = edit(editor, on, f"map:{on.pk}", "add_service", {"service": theirs.pk}).value["subject"]
    edit(editor, on, place, "archived", True)
    edit(editor, on, party, "archived", True)
    with suppress(ValidationError):  # refusing is as good as bringing the party back too
        edit(editor, on, place, "archived", False)
    assert as_person("porvoo editor").get(f"/kartat/{on.pk}/").status_code == 200


def test_an_interface_that_comes_back_is_answered_by_parties_of_the_map(cast: Cast) -> None:
    """Otherwise its aspects can never be agreed: the party that left sees no map and cannot confirm."""
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    wish = {"organisation": cast.organisations["loviisa"].pk}
    party = edit(editor, on, f"map:{on.pk}", "add_party", wish).value["subject"]
    interface = f"interface:{first_aspect(on).interface_id}"
    edit(editor, on, interface, "parties", [int(party.split(":")[1])])
    edit(editor, on, interface, "archived", True)
    with suppress(ValidationError):  # refusing either step is as good as bringing the party back too
        edit(editor, on, party, "archived", True)
        edit(editor, on, interface, "archived", False)
    for live in Interface.objects.filter(map=on).live():
        assert all(row.map_party.archived_at is None for row in live.party_rows.all()), live


def test_every_edit_of_what_has_been_removed_is_refused(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    add_rows(editor, on)
    rows, values = rows_of(on), values_for(cast, on)
    for kind in ("service", "interface"):
        edit(editor, on, rows[kind], "archived", True)
    tried = set()
    for (kind, name), (value, *_others) in values.items():
        if kind not in {"map", "party"} and KINDS[kind].properties[name].needs_live_row:
            with pytest.raises(ValidationError) as refusal:
                edit(editor, on, rows[kind], name, value)
            assert refusal.value.code == "removed", (kind, name)
            tried.add(kind)
    assert tried == {"service", "interface", "aspect", "answer", *ROW_KINDS}


@pytest.fixture
def furnished(cast: Cast) -> InterfaceMap:
    """Porvoo's map with a guest party, a shared answer and evidence, and a base map that says the same."""
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    base = f"aspect:{first_aspect(make_base_map(cast)).pk}"
    edit(cast["county editor"], cast.maps["base"], base, "shared_fi", "Yhteinen.")
    edit(editor, on, f"map:{on.pk}", "add_party", {"organisation": cast.organisations["loviisa"].pk})
    aspect = f"aspect:{first_aspect(on).pk}"
    edit(editor, on, aspect, "add_evidence", {"title": "Päätös", "url": "https://kunta.example/paatos"})
    edit(editor, on, aspect, "shared_fi", "Yhteinen.")
    add_rows(editor, on)
    follow(cast, "porvoo")
    edit(editor, on, aspect, "follows_base", False)
    return on


def test_every_property_that_keeps_a_value_is_tried_here(cast: Cast) -> None:
    kept = {
        (kind, name)
        for kind, properties in KINDS.items()
        for name, property_ in properties.properties.items()
        if property_.is_versioned
    }
    assert set(values_for(cast, cast.maps["porvoo"])) == kept


@pytest.mark.slow
def test_every_property_makes_the_round_trip(cast: Cast, furnished: InterfaceMap, *, is_long: bool) -> None:
    on, editor = furnished, cast["porvoo editor"]
    rows, values_of = rows_of(on), values_for(cast, on)
    for kind, name in unlike(values_of, everything=is_long):
        values = values_of[kind, name]
        with undone():
            for value in values:
                before = Change.objects.filter(log_id=on.pk).count()
                made = edit(editor, on, rows[kind], name, value)
                change = Change.objects.filter(log_id=on.pk).latest("seq")
                assert made.value == change.to_value == value, (kind, name)
                assert (change.seq, change.property, change.actor) == (made.version, name, editor)
                assert edit(editor, on, rows[kind], name, value).version == made.version, "the same value"
                assert Change.objects.filter(log_id=on.pk).count() == before + 1, (kind, name)
            stale = edit_or_conflict(cast["county editor"], on, rows[kind], name, values[0], base=0)
            if stale is not None:
                assert (stale.theirs, stale.by, stale.version) == (values[-1], editor, made.version)


def edit_or_conflict(
    by: User, on: InterfaceMap, subject: str, name: str, value: Any, *, base: int
) -> Conflict | None:
    """The conflict of an edit made with an old number; None where the person may not edit or it is no longer valid."""
    with suppress(PermissionDenied, ValidationError):
        with pytest.raises(Conflict) as stale:
            edit(by, on, subject, name, value, base=base)
        return stale.value
    return None


def test_what_is_added_is_written_down_by_name(cast: Cast) -> None:
    on, editor = cast.maps["youth"], cast["porvoo editor"]
    first = MapService.objects.filter(map=on).order_by("pk")[0]
    new = {"party": first.party_id, "name_fi": "Uusi palvelu", "name_sv": "", "node": first.service.node_id}
    made = edit(editor, on, f"map:{on.pk}", "add_service", new)
    assert made.value == {"subject": f"service:{MapService.objects.latest('pk').pk}", "name": "Uusi palvelu"}
    with pytest.raises(ValidationError):
        edit(editor, on, f"map:{on.pk}", "add_service", new)
    pair = {"services": [first.pk, int(made.value["subject"].split(":")[1])]}
    interface = edit(editor, on, f"map:{on.pk}", "add_interface", pair)
    assert interface.value["name"] == "Oppilaitokset – Uusi palvelu"
    assert Interface.objects.get(pk=interface.value["subject"].split(":")[1]).aspects.count() == 9
    party = edit(editor, on, f"map:{on.pk}", "add_party", {"organisation": cast.organisations["helsinki"].pk})
    edit(editor, on, party.value["subject"], "archived", True)
    lane = MapParty.objects.get(pk=party.value["subject"].split(":")[1]).lane
    again = edit(editor, on, f"map:{on.pk}", "add_party", {"organisation": cast.organisations["helsinki"].pk})
    assert again.value == party.value
    assert MapParty.objects.get(pk=party.value["subject"].split(":")[1]).lane == lane


def test_events_can_be_neither_changed_nor_removed(cast: Cast) -> None:
    for statement in (
        "UPDATE collaboration_event SET note = 'x'",
        "DELETE FROM collaboration_event",
        "TRUNCATE collaboration_event CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
