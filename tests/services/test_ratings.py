"""Rating rounds: who may do what, when ratings are shown, and that a rating is no op."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from collaboration.models import Change, Event, Notification, User
from collaboration.ops.document import Op
from collaboration.ops.undo import NothingToUndo, undo
from collaboration.workflow import TransitionRefused
from services import policy
from services.models import AspectAnswer, InterfaceMap, Party, Rating, RatingRound, rateable_aspects
from services.workflows.edits import MAP
from services.workflows.ratings import open_round, rate, rating_round_workflow
from tests import oracle
from tests.cast import Cast, undone
from tests.services.ops import NOW, edit, first_aspect, follow, make_base_map
from tests.services.rating_rounds import asked_on, both, give, party_of, round_on
from tests.services.test_edits_at_once import at_once

PLACES = ["porvoo", "youth", "loviisa", "helsinki", "base"]


def outcome(work: Any) -> str:
    """What became of it, which is undone."""
    try:
        with undone():
            work()
    except PermissionDenied:
        return "refused"
    except ValidationError:
        pass  # the person may, but not now
    return "allowed"


def told(is_allowed: bool) -> str:
    return "allowed" if is_allowed else "refused"


@pytest.fixture
def every_map(cast: Cast) -> Cast:
    """The cast with a base map that two maps follow."""
    make_base_map(cast)
    follow(cast, "porvoo", "loviisa")
    return cast


@pytest.mark.parametrize("place", PLACES)
def test_who_opens_rates_and_closes_is_what_the_oracle_says(every_map: Cast, place: str) -> None:
    cast, on = every_map, every_map.maps[place]
    aspect = asked_on(on)[0]
    for name in cast.people:
        may_open = told(oracle.opens_rounds(cast, name, on))
        assert outcome(lambda name=name: open_round(on, by=cast[name])) == may_open, name
    current = round_on(on)
    for name in cast.people:
        for party in on.parties.select_related("map", "organisation"):
            done = outcome(lambda name=name, party=party: rate(current, aspect, party, 3, "", by=cast[name]))
            assert done == told(oracle.rates(cast, name, party)), (name, party)
        done = outcome(lambda name=name: rating_round_workflow.perform("close", current, by=cast[name]))
        assert done == told(oracle.closes_rounds(cast, name, on)), name


@pytest.mark.parametrize("place", ["porvoo", "helsinki"])
def test_who_reads_a_rating_is_what_the_oracle_says_before_and_after(cast: Cast, place: str) -> None:
    on = cast.maps[place]
    current, parties = round_on(on), list(on.parties.select_related("organisation"))
    editors = {
        party.pk: User.objects.get(
            memberships__organisation=party.organisation_id,
            memberships__role="editor",
            is_active=True,
        )
        for party in parties
    }
    hidden, shown = asked_on(on)[:2]
    rate(current, hidden, parties[0], 5, "", by=editors[parties[0].pk])
    for party in parties:
        rate(current, shown, party, 2, "", by=editors[party.pk])
    third = asked_on(on)[2]
    rate(current, third, parties[1], 1, "", by=editors[parties[1].pk])

    def compare() -> None:
        for name in cast.everyone:
            seen = {row.pk for row in policy.visible_ratings(cast.visitor(name))}
            expected = {row.pk for row in Rating.objects.all() if oracle.reads_rating(cast, name, row)}
            assert seen == expected, name

    compare()
    assert {row.aspect_id for row in Rating.objects.filter(revealed_at__isnull=False)} == {shown.pk}
    rating_round_workflow.perform("close", current, by=editors[parties[1].pk])
    compare()
    assert {row.aspect_id for row in Rating.objects.filter(revealed_at__isnull=False)} == {shown.pk}


def test_the_last_party_that_rates_shows_the_aspect_and_it_no_longer_changes(
    cast: Cast, in_english: None
) -> None:
    current, aspect = round_on(cast.maps["porvoo"]), first_aspect(cast.maps["porvoo"])
    assert give(cast, "porvoo editor", current, aspect, "638", 2, "Ensin.").revealed_at is None
    changed = give(cast, "porvoo approver", current, aspect, "638", 3, "Sitten.")
    assert (changed.revealed_at, changed.value, changed.reason) == (None, 3, "Sitten.")
    assert changed.rated_by == cast["porvoo approver"]
    assert give(cast, "county approver", current, aspect, "01", 5).revealed_at is not None
    assert Rating.objects.filter(aspect=aspect, revealed_at__isnull=False).count() == 2
    with pytest.raises(ValidationError, match="no longer change"):
        give(cast, "porvoo editor", current, aspect, "638", 1)
    assert Rating.objects.get(aspect=aspect, party__organisation__code="638").value == 3


def test_the_round_is_complete_by_itself_after_the_last_aspect(cast: Cast, in_english: None) -> None:
    on = cast.maps["porvoo"]
    dropped = first_aspect(on, 9)
    edit(cast["porvoo editor"], on, f"aspect:{dropped.pk}", "not_applicable_reason", "Ei koske.")
    current, asked = round_on(on), asked_on(on)
    assert {aspect.pk for aspect in rateable_aspects(on)} == {aspect.pk for aspect in asked}
    assert dropped not in asked
    for aspect in asked:
        current.refresh_from_db()
        assert current.status == RatingRound.Status.OPEN
        both(cast, current, aspect, 3, 3)
    current.refresh_from_db()
    assert current.status == RatingRound.Status.COMPLETE
    assert current.ended_at
    event = Event.objects.get(verb="rating_round.completed")
    assert event.actor is None, "nobody is named as the one who rated last"
    assert event.notifications.filter(recipient=cast["county editor"]).exists()
    with pytest.raises(ValidationError, match="has ended"):
        give(cast, "porvoo editor", current, asked[0], "638", 1)


def test_nobody_completes_a_round_by_hand_and_an_ended_one_stays(cast: Cast) -> None:
    current = round_on(cast.maps["porvoo"])
    with pytest.raises(PermissionDenied):
        rating_round_workflow.perform("complete", current, by=cast["county editor"])
    rating_round_workflow.perform("close", current, by=cast["county editor"])
    with pytest.raises(TransitionRefused):
        rating_round_workflow.perform("close", current, by=cast["county editor"])
    assert open_round(cast.maps["porvoo"], by=cast["porvoo editor"]).number == 2


def test_one_round_at_a_time_and_only_where_there_is_something_to_rate(cast: Cast, in_english: None) -> None:
    on = cast.maps["porvoo"]
    open_round(on, by=cast["porvoo editor"])
    with pytest.raises(ValidationError, match="already open"):
        open_round(on, by=cast["county editor"])
    alone = cast.maps["youth"]
    for interface in alone.interfaces.all():
        edit(cast["porvoo editor"], alone, f"interface:{interface.pk}", "archived", True)
    with pytest.raises(ValidationError, match="nothing to rate"):
        open_round(alone, by=cast["porvoo editor"])


def test_a_map_that_is_put_away_takes_no_ratings(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    current, aspect = round_on(on), first_aspect(on)
    InterfaceMap.objects.filter(pk=on.pk).update(**{"status": InterfaceMap.Status.ARCHIVED})
    with pytest.raises(PermissionDenied):
        give(cast, "porvoo editor", current, aspect, "638", 1)
    with pytest.raises(PermissionDenied):
        rating_round_workflow.perform("close", current, by=cast["county editor"])


def test_what_is_not_asked_takes_no_rating(cast: Cast, in_english: None) -> None:
    on = cast.maps["porvoo"]
    current = round_on(on)
    within = next(each for each in on.interfaces.all() if each.party_rows.count() == 1)
    with pytest.raises(ValidationError, match="is not rated"):
        give(cast, "county editor", current, within.aspects.all()[0], "01", 1)
    other = first_aspect(cast.maps["loviisa"])
    with pytest.raises(ValidationError, match="is not rated"):
        give(cast, "county editor", current, other, "01", 1)
    aspect = first_aspect(on)
    edit(cast["porvoo editor"], on, f"interface:{aspect.interface_id}", "archived", True)
    with pytest.raises(ValidationError, match="is not rated"):
        give(cast, "porvoo editor", current, aspect, "638", 1)


def test_a_party_that_joins_waits_for_the_next_round(cast: Cast, in_english: None) -> None:
    on, loviisa = cast.maps["porvoo"], cast.organisations["loviisa"]
    current, early, late = round_on(on), first_aspect(on, 1), first_aspect(on, 2)
    both(cast, current, late, 1, 5)
    give(cast, "porvoo editor", current, early, "638", 2)
    edit(cast["porvoo editor"], on, f"map:{on.pk}", "add_party", {"organisation": loviisa.pk})
    guest = party_of(on, "434")
    parties = [row.map_party_id for row in early.interface.party_rows.all()]
    edit(cast["porvoo editor"], on, f"interface:{early.interface_id}", "parties", [*parties, guest.pk])
    for aspect in (early, late):
        with pytest.raises(ValidationError, match="does not ask Loviisa"):
            give(cast, "loviisa editor", current, aspect, "434", 3)
    assert give(cast, "county editor", current, early, "01", 4).revealed_at is not None
    rating_round_workflow.perform("close", current, by=cast["county editor"])
    second = open_round(on, by=cast["porvoo editor"])
    both(cast, second, early, 1, 5)
    assert give(cast, "loviisa editor", second, early, "434", 3).revealed_at is not None


def dropped(cast: Cast, aspects: list[Any]) -> None:
    for aspect in aspects:
        edit(
            cast["porvoo editor"], cast.maps["porvoo"], f"aspect:{aspect.pk}", "not_applicable_reason", "Ei."
        )


def removed(cast: Cast, aspects: list[Any]) -> None:
    for key in {aspect.interface_id for aspect in aspects}:
        edit(cast["porvoo editor"], cast.maps["porvoo"], f"interface:{key}", "archived", True)


def services_removed(cast: Cast, aspects: list[Any]) -> None:
    on = cast.maps["porvoo"]
    for service in {place for aspect in aspects for place in aspect.interface.services.all()}:
        if service.party.organisation.code == "638":
            edit(cast["porvoo editor"], on, f"service:{service.pk}", "archived", True)


def made_alone(cast: Cast, aspects: list[Any]) -> None:
    """Not by an op, since none allows it: the county is taken off the interfaces."""
    county = Party.objects.filter(map_party__organisation__code="01")
    keys = {aspect.interface_id for aspect in aspects}
    AspectAnswer.objects.filter(party__in=county.filter(interface__in=keys)).delete()
    county.filter(interface__in=keys).delete()


@pytest.mark.parametrize("change", [dropped, removed, services_removed, made_alone])
def test_no_change_of_the_map_completes_a_round_or_shows_what_not_all_have_rated(
    cast: Cast, change: Callable[[Cast, list[Any]], None]
) -> None:
    on = cast.maps["porvoo"]
    current, asked = open_round(on, by=cast["porvoo editor"]), asked_on(on)
    for aspect in asked:
        give(cast, "county editor", current, aspect, "01", 4)
    others = [aspect for aspect in asked if aspect.interface_id != asked[0].interface_id] or asked[1:]
    change(cast, others)
    with suppress(ValidationError):  # where a shared service went, this one is gone as well
        give(cast, "porvoo editor", current, asked[0], "638", 1)
    for ends in (False, True):
        current.refresh_from_db()
        assert current.status == (RatingRound.Status.CLOSED if ends else RatingRound.Status.OPEN)
        shown = set(Rating.objects.filter(revealed_at__isnull=False).values_list("aspect", flat=True))
        assert shown <= {asked[0].pk}
        mine = policy.visible_ratings(cast["porvoo editor"]).filter(party__organisation__code="01")
        assert {rating.aspect_id for rating in mine} == shown
        if not ends:
            rating_round_workflow.perform("close", current, by=cast["county editor"])


@pytest.mark.parametrize("value", [0, 6])
def test_the_database_takes_one_rating_from_1_to_5(cast: Cast, value: int) -> None:
    on = cast.maps["porvoo"]
    current, aspect, party = round_on(on), first_aspect(on), party_of(on, "638")
    row = {"round": current, "aspect": aspect, "party": party, "rated_by": cast["porvoo editor"]}
    with pytest.raises(IntegrityError, match="rating_is_between_1_and_5"), transaction.atomic():
        Rating.objects.create(**row, value=value)
    Rating.objects.create(**row, value=3)
    with pytest.raises(IntegrityError, match="party_rates_an_aspect_once_in_a_round"), transaction.atomic():
        Rating.objects.create(**row, value=4)
    with pytest.raises(IntegrityError, match="map_has_one_open_rating_round"), transaction.atomic():
        RatingRound.objects.create(map=on, number=9, opened_by=on.made_by)
    with pytest.raises(IntegrityError, match="rating_round_is_open_until_it_ends"), transaction.atomic():
        RatingRound.objects.create(map=on, number=8, opened_by=on.made_by, ended_at=current.opened_at)


def test_a_rating_is_no_op_and_its_event_has_no_value(cast: Cast) -> None:
    on, editor = cast.maps["porvoo"], cast["porvoo editor"]
    current, aspect = round_on(on), first_aspect(on)
    before = (Change.objects.count(), InterfaceMap.objects.values("seq", "changed_at").get(pk=on.pk))
    give(cast, "porvoo editor", current, aspect, "638", 4, "Sanat jäävät riville.")
    give(cast, "porvoo editor", current, aspect, "638", 4, "Sanat jäävät riville.")
    assert before == (Change.objects.count(), InterfaceMap.objects.values("seq", "changed_at").get(pk=on.pk))
    [event] = Event.objects.filter(verb="aspect.rated")
    assert (event.subject, event.actor, event.note, event.digest) == (aspect, editor, "1: Porvoo", "")
    assert not event.notifications.exists()
    with pytest.raises(NothingToUndo):
        undo(MAP, editor, on.pk, uuid4())


def test_everyone_of_the_parties_but_who_did_it_is_told_once(cast: Cast) -> None:
    on = cast.maps["porvoo"]
    opened = open_round(on, by=cast["porvoo editor"])
    rating_round_workflow.perform("close", opened, by=cast["county approver"])
    for verb, by in (("rating_round.opened", "porvoo editor"), ("rating_round.closed", "county approver")):
        event = Event.objects.get(verb=verb)
        assert event.subject == opened
        recipients = list(Notification.objects.filter(event=event).values_list("recipient__name", flat=True))
        members = [
            name
            for name in cast.people
            if name != by and any(place.pk in oracle.parties_of(on) for place, _role in cast.roles(name))
        ]
        assert sorted(recipients) == sorted(name.capitalize() for name in members)


def test_parties_that_rate_the_same_at_once_show_it_once(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    current, asked = round_on(on), asked_on(on)
    people = [("porvoo editor", "638"), ("county editor", "01")]

    def work(which: int) -> None:
        name, code = people[which % 2]
        for aspect in asked if which % 4 < 2 else reversed(asked):
            with suppress(ValidationError):  # it has been shown meanwhile
                give(cast, name, current, aspect, code, which % 5 + 1, str(which))

    assert at_once(work) == [None] * 8
    current.refresh_from_db()
    assert current.status == RatingRound.Status.COMPLETE
    assert Rating.objects.filter(revealed_at__isnull=False).count() == 2 * len(asked)
    assert Event.objects.filter(verb="rating_round.completed").count() == 1


def test_rounds_opened_and_closed_at_once_are_one(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    opened = at_once(lambda _which: open_round(on, by=cast["county editor"]))
    assert sum(isinstance(each, RatingRound) for each in opened) == 1
    assert sum(isinstance(each, ValidationError) for each in opened) == 7
    current, aspect = RatingRound.objects.get(), first_aspect(on)

    def work(which: int) -> Any:
        if which == 0:
            return rating_round_workflow.perform("close", current, by=cast["county editor"]).status
        return give(cast, "porvoo editor", current, aspect, "638", which % 5 + 1).value

    outcomes = at_once(work)
    assert outcomes[0] == "closed"
    assert all(isinstance(each, int | ValidationError) for each in outcomes[1:])
    current.refresh_from_db()
    late = Rating.objects.filter(rated_at__gt=current.ended_at)
    assert not late.exists(), "nothing is given after the end"


def test_edits_of_the_map_and_ratings_do_not_wait_for_each_other_forever(fresh_cast: Cast) -> None:
    cast, on = fresh_cast, fresh_cast.maps["porvoo"]
    current, asked = round_on(on), asked_on(on)

    def work(which: int) -> None:
        for aspect in asked[:6]:
            if which % 2:
                give(cast, "porvoo editor", current, aspect, "638", which % 5 + 1)
            else:
                op = Op(uuid4(), f"aspect:{aspect.pk}", "review_on", NOW, f"2027-01-{which + 1:02}")
                MAP.apply(cast["county editor"], on.pk, op)

    assert at_once(work) == [None] * 8
