"""Absences: who is away, who stands in, and who may say so."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from collaboration.absence import deputies_of, deputy_of
from collaboration.models import (
    Absence,
    Event,
    Matter,
    Member,
    User,
)
from collaboration.policy.forums import (
    ABSENCES,
    acting_seats,
    can_set_absence,
    visible_matters,
)
from collaboration.queries import waiting_of_people
from collaboration.queries.matters import waiting_of_matters
from collaboration.workflows.absences import change_absence, end_absence, set_absence
from collaboration.workflows.matters import matter_workflow
from tests.cast import ANONYMOUS, Cast
from tests.collaboration.forum_cast import forums_of, raised, seat_of

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What is refused is told in English."""
    with translation.override("en"):
        yield


DAY = datetime.timedelta(days=1)


def away(cast: Cast, who: str, deputy: str, first: int = 0, last: int = 7, **said: Any) -> Absence:
    """An absence from today plus `first` to today plus `last`."""
    absence = Absence(
        user=cast[who],
        deputy=cast[deputy],
        valid_from=TODAY() + first * DAY,
        valid_until=TODAY() + last * DAY,
        **said,
    )
    set_absence(absence, by=cast[who])
    return absence


ABSENT = {"porvoo editor": "porvoo", "county editor": "county", "kuva editor": "", "nobody": ""}
"""Of the cast who are away one after another, and whose administrators keep them."""


@pytest.mark.parametrize("name", ABSENT)
def test_an_absence_is_seen_by_who_is_away_by_the_deputy_and_by_who_may_set_it(cast: Cast, name: str) -> None:
    deputy, day = "porvoo reader", timezone.localdate()
    row = Absence.objects.create(user=cast[name], deputy=cast[deputy], valid_from=day, valid_until=day)
    people = [each for each in cast.everyone if each != ANONYMOUS]
    keepers = {f"{ABSENT[name]} administrator", "service administrator"} & set(people)
    for each in people:
        may = each in keepers | {name}
        assert bool(can_set_absence(cast[each], row)) == may, each
        assert ABSENCES.visible(cast[each]).filter(pk=row.pk).exists() == (may or each == deputy), each
    seen = {person for person in people if cast[person].pk in ABSENCES.readers([row.pk])[row.pk]}
    assert seen == keepers | {name, deputy}
    assert {person.pk for person in ABSENCES.people(row)} == {cast[name].pk, cast[deputy].pk}


def test_who_handles_what_comes_to_a_forum_sees_and_sets_an_absence_from_a_seat_there(cast: Cast) -> None:
    lape, day = forums_of(cast)["lape"], timezone.localdate()
    seat = seat_of(cast, lape, "porvoo approver", "member")
    absence = Absence(user=seat.user, deputy=cast["nobody"], valid_from=day, valid_until=day)
    assert not can_set_absence(cast["county editor"], absence)
    absence.seat = seat
    absence.save()
    assert can_set_absence(cast["county editor"], absence)
    assert ABSENCES.visible(cast["county editor"]).filter(pk=absence.pk).exists()
    assert not ABSENCES.visible(cast["county approver"]).filter(pk=absence.pk).exists()


class TestAbsence:
    """Who stands in, and for how long."""

    def test_whoever_stands_in_sees_and_does_what_the_seat_may(self, cast: Cast) -> None:
        forum = forums_of(cast)["lape"]
        matter = raised(cast, forum)
        deputy = "pohjanmaa editor"
        assert not visible_matters(cast[deputy]).exists()
        absence = away(cast, "county editor", deputy)
        assert set(visible_matters(cast[deputy])) == {matter}
        assert [row.what for row in waiting_of_matters(cast[deputy])] == [f"Take up: {matter.title}"]
        sent = {"next_step": "Kokous", "next_step_on": TODAY().isoformat()}
        matter_workflow.perform("accept", matter, by=cast[deputy], sent=sent)
        page = cast.client("porvoo editor").get(forum.get_absolute_url()).content.decode()
        assert f"{cast[deputy].name} stands in until" in page
        end_absence(absence, by=cast["county editor"])
        assert not visible_matters(cast[deputy]).exists()

    def test_it_begins_and_ends_by_its_days(self, cast: Cast) -> None:
        forum = forums_of(cast)["lape"]
        raised(cast, forum)
        absence = away(cast, "county editor", "pohjanmaa editor", 1, 3)
        assert not visible_matters(cast["pohjanmaa editor"]).exists()
        for first, last, sees in ((0, 0, True), (-3, 0, True), (-3, -1, False)):
            Absence.objects.filter(pk=absence.pk).update(
                valid_from=TODAY() + first * DAY, valid_until=TODAY() + last * DAY
            )
            assert visible_matters(cast["pohjanmaa editor"]).exists() == sees

    def test_a_chain_is_followed_to_its_end(self, cast: Cast) -> None:
        names = ["county editor", "porvoo approver", "loviisa editor", "kasko editor"]
        for who, deputy in pairwise(names):
            away(cast, who, deputy)
        people = [cast[name] for name in names]
        stands = deputies_of(person.pk for person in people)
        found = [deputy_of(stands, person.pk) for person in people]
        assert [deputy.person if deputy else None for deputy in found] == [*[people[3].pk] * 3, None]
        forum = forums_of(cast)["lape"]
        raised(cast, forum)
        assert visible_matters(cast["kasko editor"]).exists()

    def test_never_in_a_circle_and_never_too_long_a_chain(self, cast: Cast) -> None:
        away(cast, "county editor", "porvoo approver")
        with pytest.raises(ValidationError, match="comes back to where it began"):
            away(cast, "porvoo approver", "county editor")
        away(cast, "porvoo approver", "loviisa editor")
        with pytest.raises(ValidationError, match="comes back to where it began"):
            away(cast, "loviisa editor", "county editor", 3, 4)
        away(cast, "loviisa editor", "kasko editor")
        with pytest.raises(ValidationError, match="Too many"):
            away(cast, "kasko editor", "kuva editor")
        with pytest.raises(ValidationError, match="Too many"):
            away(cast, "county reader", "county editor")
        away(cast, "kasko editor", "kuva editor", 30, 40)  # on other days

    def test_in_one_seat_only(self, cast: Cast) -> None:
        made = forums_of(cast)
        other = seat_of(cast, made["board"], "county editor", "member")
        raised(cast, made["lape"])
        away(cast, "county editor", "pohjanmaa editor", seat=other)
        assert {seat.forum_id for seat in acting_seats(cast["pohjanmaa editor"])} == {made["board"].pk}
        assert not visible_matters(cast["pohjanmaa editor"]).exists()

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"valid_from": "1.7.2027", "valid_until": "30.6.2027"}, "must begin before it ends"),
            ({"valid_from": "1.7.2020", "valid_until": "31.7.2020"}, "These days have passed already"),
            ({"valid_from": "1.7.2027", "valid_until": "31.7.2029"}, "lasts a year at most"),
            ({"valid_from": "heinäkuussa", "valid_until": "31.7.2027"}, "Write the day as day.month.year"),
            ({"valid_from": "1.7.2027", "valid_until": "31.7.2027", "deputy": "0"}, "Select a valid choice"),
        ],
    )
    def test_bad_days_get_a_sentence(self, cast: Cast, form: dict[str, str], sentence: str) -> None:
        sent = {"deputy": str(cast["porvoo reader"].pk)} | form
        answer = cast.client("porvoo editor").post("/oma/poissaolot/", sent)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert form["valid_from"] in answer.content.decode()

    def test_an_absence_over_an_absence_says_which(self, cast: Cast) -> None:
        away(cast, "porvoo editor", "porvoo reader", 5, 9)
        with pytest.raises(ValidationError, match="There is an absence from"):
            away(cast, "porvoo editor", "porvoo approver", 9, 12)

    def test_nobody_sets_an_absence_for_others(self, cast: Cast) -> None:
        absence = Absence(
            user=cast["porvoo editor"],
            deputy=cast["porvoo reader"],
            valid_from=TODAY(),
            valid_until=TODAY() + DAY,
        )
        for name in ("porvoo reader", "county editor", "county administrator"):
            with pytest.raises(PermissionDenied):
                set_absence(absence, by=cast[name])
        set_absence(absence, by=cast["porvoo administrator"])

    def test_an_administrator_sets_changes_and_ends_it_and_both_are_told_by_whom(self, cast: Cast) -> None:
        keeper, member = cast["porvoo administrator"], Member.objects.get(user=cast["porvoo editor"])
        client = cast.client("porvoo administrator")
        page = reverse("collaboration:member_absences", args=[member.organisation_id, member.pk])
        sent = {"valid_from": "", "valid_until": "", "deputy": cast["porvoo reader"].pk}
        sent["valid_from"], sent["valid_until"] = str(TODAY()), str(TODAY() + 5 * DAY)
        assert client.post(page, sent).status_code == 302
        absence = Absence.objects.get()
        assert client.get(page).content.decode().count(", Porvoo reader stands in<small>") == 1
        change = reverse("collaboration:absence_change", args=[absence.pk])
        assert client.get(change).status_code == 200
        moved = sent | {"valid_until": str(TODAY() + 9 * DAY), "deputy": cast["porvoo approver"].pk}
        assert client.post(change, moved).headers["Location"] == page
        assert (
            client.post(reverse("collaboration:absence_end", args=[absence.pk])).headers["Location"] == page
        )
        events = {event.verb: event for event in Event.objects.filter(verb__startswith="absence.")}
        told = {
            verb: (event.actor, {each.recipient for each in event.notifications.all()})
            for verb, event in events.items()
        }
        editor, reader, approver = (cast[f"porvoo {role}"] for role in ("editor", "reader", "approver"))
        assert told == {
            "absence.set": (keeper, {editor, reader}),
            "absence.changed": (keeper, {editor, reader, approver}),
            "absence.ended": (keeper, {editor, approver}),
        }

    def test_an_administrator_meets_the_same_refusals(self, cast: Cast) -> None:
        away(cast, "porvoo editor", "porvoo reader", 5, 9)
        member = Member.objects.get(user=cast["porvoo reader"])
        page = reverse("collaboration:member_absences", args=[member.organisation_id, member.pk])
        first, last = str(TODAY() + 6 * DAY), str(TODAY() + 7 * DAY)
        sent = {"valid_from": first, "valid_until": last, "deputy": cast["porvoo editor"].pk}
        client = cast.client("porvoo administrator")
        for bad, sentence in (
            ({}, "comes back to where it began"),
            ({"deputy": cast["porvoo reader"].pk}, "Select a valid choice"),
            ({"valid_until": str(TODAY() - DAY), "valid_from": str(TODAY() - DAY)}, "have passed already"),
            ({"valid_until": str(TODAY() + 900 * DAY)}, "a year at most"),
            ({"valid_from": last, "valid_until": first}, "must begin before it ends"),
        ):
            refused = client.post(page, sent | bad)
            assert refused.status_code == 422
            assert sentence in refused.content.decode(), sentence
        assert client.post(page, sent | {"deputy": cast["porvoo approver"].pk}).status_code == 302
        refused = client.post(page, sent | {"deputy": cast["porvoo approver"].pk})
        assert "There is an absence from" in refused.content.decode()

    def test_a_changed_absence_is_not_in_its_own_way_and_an_ended_one_stays(self, cast: Cast) -> None:
        absence, editor = away(cast, "porvoo editor", "porvoo reader", 0, 3), cast["porvoo editor"]
        absence.valid_until = TODAY() + 5 * DAY
        change_absence(absence, by=editor)
        end_absence(absence, by=editor)
        absence.refresh_from_db()
        absence.valid_until = TODAY() + 5 * DAY
        with pytest.raises(ValidationError, match="has ended"):
            change_absence(absence, by=editor)

    def test_a_deputy_who_may_no_longer_sign_in_opens_nothing(self, cast: Cast) -> None:
        forum = forums_of(cast)["lape"]
        raised(cast, forum)
        away(cast, "county editor", "pohjanmaa editor")
        User.objects.filter(pk=cast["pohjanmaa editor"].pk).update(is_active=False)
        assert not Matter.objects.filter(readers__user=cast["pohjanmaa editor"]).exists()

    def test_where_the_deputys_own_right_has_ended_the_administrator_is_asked(self, cast: Cast) -> None:
        away(cast, "porvoo editor", "porvoo approver")

        def asked(name: str) -> bool:
            return any(cast["porvoo editor"].name in row.what for row in waiting_of_people(cast[name]))

        assert not asked("porvoo administrator")
        cast["porvoo approver"].memberships.all().delete()
        with translation.override("en"):
            assert asked("porvoo administrator")
            text = cast.client("porvoo administrator", "en").get("/").text
        assert "is away, and their deputy may no longer act" in text
        assert not asked("county administrator")
        Absence.objects.all().delete()
        assert not asked("porvoo administrator")

    def test_who_stands_in_is_asked_in_one_statement(self, cast: Cast) -> None:
        away(cast, "county editor", "porvoo approver")
        people = [cast[name].pk for name in cast.people]
        deputies_of(people)
        with CaptureQueriesContext(connection) as queries:
            assert len(deputies_of(people)) == 1
        assert len(queries) == 1
