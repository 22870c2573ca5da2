"""The op protocol: numbers, replays, conflicts, consents, and what is written down."""

import threading
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from collaboration.models import Change, Event
from services.models import AspectAnswer, AspectStatus, Evidence, Interface, InterfaceMap, MapService, Party
from services.workflows.edits import Conflict, NoSuchSubject, Op, apply
from tests.cast import Cast, make_cast
from tests.services.ops import answer_of, edit, first_aspect, status_of


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


def test_the_same_id_sent_again_changes_nothing(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    op = Op(uuid4(), f"aspect:{first_aspect(on).pk}", "shared_fi", 0, "Kerran.")
    assert apply(editor, on.pk, op).version == 1
    edit(cast["county editor"], on, op.subject, "shared_fi", "Jälkeen.")
    again = apply(editor, on.pk, op)
    assert (again.version, again.value) == (1, "Jälkeen.")
    assert Change.objects.filter(log_id=on.pk).count() == 2


def test_a_replay_is_answered_even_when_its_row_has_gone(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    party = edit(editor, on, f"map:{on.pk}", "add_party", {"organisation": cast.organisations["loviisa"].pk})
    added = int(party.value["subject"].split(":")[1])
    interface = Interface.objects.filter(map=on).order_by("pk")[0]
    edit(editor, on, f"interface:{interface.pk}", "parties", [added])
    answer = AspectAnswer.objects.get(aspect__interface=interface, aspect__number=1, party__map_party=added)
    op = Op(uuid4(), f"answer:{answer.pk}", "answer_fi", 99, "Mukana.")
    apply(cast["loviisa editor"], on.pk, op)
    edit(cast["loviisa editor"], on, op.subject, "answer_fi", "")
    edit(editor, on, f"interface:{interface.pk}", "parties", [])
    assert not Party.objects.filter(map_party=added).exists()
    assert apply(editor, on.pk, op).value == "Mukana."


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


def test_the_status_follows_what_is_written_and_consented_to(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)
    ours, theirs = answer_of(aspect, "638"), answer_of(aspect, "01")
    assert status_of(aspect) == AspectStatus.MISSING
    edit(editor, on, f"answer:{ours.pk}", "answer_fi", "Meidän.")
    assert status_of(aspect) == AspectStatus.IN_PROGRESS
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen.")
    edit(cast["porvoo approver"], on, f"answer:{ours.pk}", "consent", "Yhteinen.")
    assert status_of(aspect) == AspectStatus.IN_PROGRESS
    edit(cast["county editor"], on, f"answer:{theirs.pk}", "consent", "Yhteinen.")
    assert status_of(aspect) == AspectStatus.AGREED
    edit(editor, on, f"aspect:{aspect.pk}", "shared_sv", "Gemensam.")
    assert status_of(aspect) == AspectStatus.AGREED, "a translation asks for no new consent"
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen teksti.")
    assert status_of(aspect) == AspectStatus.IN_PROGRESS
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Yhteinen.")
    assert status_of(aspect) == AspectStatus.AGREED, "the very text that was consented to"
    edit(cast["county editor"], on, f"answer:{theirs.pk}", "consent", None)
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
        edit(giver, on, f"answer:{answer.pk}", "consent", "Gemensamt.")
    assert status_of(aspect) == AspectStatus.AGREED


def test_consent_is_given_to_the_present_text_only(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    aspect = first_aspect(on)
    answer = answer_of(aspect, "638")
    with pytest.raises(ValidationError):
        edit(editor, on, f"answer:{answer.pk}", "consent", "")
    edit(editor, on, f"aspect:{aspect.pk}", "shared_fi", "Rivi.\nToinen.")
    with pytest.raises(ValidationError):
        edit(editor, on, f"answer:{answer.pk}", "consent", "Rivi.")
    edit(editor, on, f"answer:{answer.pk}", "consent", "Rivi.\r\nToinen.")
    answer.refresh_from_db()
    assert (answer.consented_text, answer.consented_by) == ("Rivi.\nToinen.", editor)


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


def test_places_people_dates_parties_and_evidence_make_the_round_trip(cast: Cast) -> None:
    on, editor = cast.maps["youth"], cast["porvoo editor"]
    aspect = first_aspect(on)
    services = list(MapService.objects.filter(map=on).order_by("pk"))
    edit(editor, on, f"service:{services[0].pk}", "place", 3)
    assert edit(editor, on, f"map:{on.pk}", "places", {}).value == {}
    assert edit(editor, on, f"map:{on.pk}", "places", {str(services[1].pk): 2}).value == {
        str(services[1].pk): 2
    }
    people = sorted([cast["porvoo reader"].pk, cast["county editor"].pk])
    assert edit(editor, on, f"aspect:{aspect.pk}", "responsible", people).value == people
    assert edit(editor, on, f"aspect:{aspect.pk}", "review_on", "2027-03-01").value == "2027-03-01"
    assert edit(editor, on, f"aspect:{aspect.pk}", "review_on", None).value is None
    link = {"title": "Päätös", "url": "https://kunta.example/paatos"}
    made = edit(editor, on, f"aspect:{aspect.pk}", "add_evidence", link)
    edit(editor, on, made.value["subject"], "archived", True)
    assert Evidence.objects.get(aspect=aspect).archived_at is not None
    new = {
        "party": services[0].party_id,
        "name_fi": "Uusi palvelu",
        "name_sv": "",
        "node": services[0].service.node_id,
    }
    assert edit(editor, on, f"map:{on.pk}", "add_service", new).value["name"] == "Uusi palvelu"
    ngo = edit(editor, on, f"map:{on.pk}", "add_party", {"organisation": cast.organisations["helsinki"].pk})
    edit(editor, on, ngo.value["subject"], "archived", True)


def test_events_can_be_neither_changed_nor_removed(cast: Cast) -> None:
    for statement in (
        "UPDATE collaboration_event SET note = 'x'",
        "DELETE FROM collaboration_event",
        "TRUNCATE collaboration_event CASCADE",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_eight_people_at_once_lose_nothing_and_leave_no_gap(
    fresh_database: str, django_db_blocker: object
) -> None:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        cast = make_cast()
        on = cast.maps["porvoo"]
        aspects = [first_aspect(on, number) for number in range(1, 10)]
        editors = [cast["porvoo editor"], cast["county editor"]]
        same = Op(uuid4(), f"aspect:{aspects[8].pk}", "shared_fi", 0, "Sama.")
        failures: list[BaseException] = []

        def work(which: int) -> None:
            try:
                for turn in range(5):
                    edit(
                        editors[which % 2], on, f"aspect:{aspects[which].pk}", "shared_fi", f"{which}.{turn}"
                    )
                apply(editors[0], on.pk, same)
            except BaseException as failure:
                failures.append(failure)
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=(which,)) for which in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        numbers = list(Change.objects.filter(log_id=on.pk).order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, 42))
        for which, aspect in enumerate(aspects[:8]):
            aspect.refresh_from_db()
            assert aspect.shared_fi == f"{which}.4"
