"""Forums, seats and absences: who keeps them, what a composition lacks, who stands in."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from collaboration.composition import missing, parts_of
from collaboration.mailing import mail_invitations, mail_notifications
from collaboration.models import (
    Area,
    Forum,
    ForumSeat,
    Invitation,
    Notification,
    Organisation,
    User,
)
from collaboration.policy.forums import MATTERS, acting_seats, can_keep_forum, visible_matters
from collaboration.queries.forums import country_rows, structure_page
from collaboration.queries.matters import waiting_of_forums
from collaboration.structure_picture import lines_of
from collaboration.workflows import forums
from collaboration.workflows.invitations import token_of
from collaboration.workflows.matters import matter_workflow
from tests.cast import ANONYMOUS, Cast
from tests.collaboration.forum_cast import forums_of, raised, seat_of
from tests.collaboration.test_absences import away

TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """What is refused is told in English."""
    with translation.override("en"):
        yield


DAY = datetime.timedelta(days=1)


def test_who_keeps_a_forum(cast: Cast) -> None:
    made = forums_of(cast)
    keepers = {
        "lape": {"county editor", "county administrator", "service administrator"},
        "board": {"county approver", "county administrator", "service administrator"},
        "network": {"porvoo approver", "porvoo administrator", "service administrator"},
    }
    for key, forum in made.items():
        assert {name for name in cast.people if can_keep_forum(cast[name], forum)} == keepers[key]


def test_a_forum_is_made_and_changed_in_the_browser(cast: Cast) -> None:
    client, county = cast.client("county editor"), cast.organisations["county"]
    area = Area.objects.get(kind=Area.Kind.WELLBEING_SERVICES_COUNTY, code="01")
    form = {
        "kind": "student_welfare",
        "name_fi": "Opiskeluhuollon ryhmä",
        "area": area.pk,
        "coordinated_by": county.pk,
        "members": [county.pk, cast.organisations["porvoo"].pk],
        "languages": "fi-sv",
    }
    answer = client.post("/foorumit/uusi/", form)
    forum = Forum.objects.get(name_fi="Opiskeluhuollon ryhmä")
    assert answer["Location"] == forum.get_absolute_url()
    assert forum.level == "management"  # as forums of the kind work
    assert set(forum.members.all()) == {county, cast.organisations["porvoo"]}
    seat = forum.seats.get()
    assert (seat.user, seat.role) == (cast["county editor"], "coordinator")
    again = client.post("/foorumit/uusi/", form)
    assert again.status_code == 422
    assert "another forum of the same name" in again.content.decode()
    answer = client.post(f"/foorumit/{forum.pk}/muokkaa/", {**form, "name_sv": "Elevhälsogruppen"})
    assert answer.status_code == 302
    forum.refresh_from_db()
    assert forum.name_sv == "Elevhälsogruppen"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (lambda made: {"above": made["network"].pk}, "same level or on a higher one"),
        (lambda made: {"above": made["peer"].pk}, "below this one"),
        (lambda _made: {"term_from": "1.8.2027", "term_until": "1.7.2027"}, "must begin before it ends"),
        (lambda _made: {"name_fi": "131052-308T"}, "identity code"),
        (lambda _made: {"coordinated_by": 10**17}, "Select a valid choice"),
    ],
)
def test_what_a_forum_cannot_be(cast: Cast, changed: Any, sentence: str) -> None:
    made = forums_of(cast)
    lape = made["lape"]
    made["peer"] = Forum.objects.create(
        name_fi="Rinnalla", coordinated_by=lape.coordinated_by, kind="sisote", level="management", above=lape
    )
    form = {
        "kind": lape.kind,
        "level": lape.level,
        "name_fi": lape.name_fi,
        "coordinated_by": lape.coordinated_by_id,
        "languages": "fi",
    }
    answer = cast.client("county editor").post(f"/foorumit/{lape.pk}/muokkaa/", form | changed(made))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_forum_ends_when_nothing_waits_and_is_taken_back(cast: Cast) -> None:
    forum, chair = forums_of(cast)["lape"], cast["county editor"]
    matter = raised(cast, forum)
    with pytest.raises(ValidationError, match="1 matter waits"):
        forums.end_forum(forum, by=chair)
    matter_workflow.perform("return", matter, by=chair, sent={"reason": "Ei kuulu meille."})
    forums.end_forum(forum, by=chair)
    assert not [seat for seat in acting_seats(cast["county editor"]) if seat.forum_id == forum.pk]
    with pytest.raises(PermissionDenied, match="has ended"):
        raised(cast, Forum.objects.get(pk=forum.pk))
    with pytest.raises(PermissionDenied):
        forums.take_forum_back(forum, by=cast["porvoo editor"])
    forums.take_forum_back(forum, by=chair)  # who kept it until it ended
    assert [seat.forum_id for seat in acting_seats(cast["county editor"])] == [forum.pk]


def test_a_composition_says_what_it_lacks(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    forum.languages = "fi-sv"
    parts = {str(part.name) for part in parts_of(forum.kind, is_bilingual=True)}
    assert {"Young people", "Parishes", "Speakers of Swedish"} <= parts
    assert "Speakers of Swedish" not in {str(part.name) for part in parts_of("field_team", is_bilingual=True)}
    seats = list(forum.seats.all())
    assert {"Young people", "Parishes"} <= {str(part.name) for part in missing(forum, seats)}
    seat_of(cast, forum, "porvoo administrator", "member", represents="young_people", language="sv")
    lacks = {str(part.name) for part in missing(forum, forum.seats.all())}
    assert "Young people" not in lacks
    assert "Speakers of Swedish" not in lacks
    page = cast.client("county editor").get(forum.get_absolute_url()).content.decode()
    assert "Parishes, missing" in page


def test_a_chair_who_leaves_has_a_successor_asked_for(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    seat_of(cast, forum, "county approver", "coordinator")
    assert not [row for row in waiting_of_forums(cast["county approver"]) if "lape" in row.what]
    chair = forum.seats.get(role="chair")
    forums.end_seat(chair, TODAY() - DAY if chair.valid_from < TODAY() else TODAY(), by=cast["county editor"])
    ForumSeat.objects.filter(pk=chair.pk).update(valid_from=TODAY() - 2 * DAY, valid_until=TODAY() - DAY)
    asked = [row.what for row in waiting_of_forums(cast["county approver"])]
    assert "Foorumi lape has no chair: name a successor." in asked


def test_one_chairs_at_a_time_and_nobody_sits_twice(cast: Cast) -> None:
    forum, chair = forums_of(cast)["lape"], cast["county editor"]
    county = cast.organisations["county"]
    other = ForumSeat(
        forum=forum, user=cast["county approver"], organisation=county, role="chair", represents="other"
    )
    with pytest.raises(ValidationError, match="chairs this forum at the same time"):
        forums.give_seat(other, by=chair)
    again = ForumSeat(
        forum=forum, user=cast["porvoo editor"], organisation=county, role="member", represents="other"
    )
    with pytest.raises(ValidationError, match="has this seat already"):
        forums.give_seat(again, by=chair)
    with pytest.raises(IntegrityError, match="open_seat_is_held_once"), transaction.atomic():
        again.save()


def test_a_limited_organisation_handles_nothing(cast: Cast) -> None:
    forum, chair = forums_of(cast)["lape"], cast["county editor"]
    ngo = Organisation.objects.create(kind="ngo", name_fi="Esittely-yhdistys")
    seat = ForumSeat(forum=forum, user=cast["nobody"], organisation=ngo, role="secretary", represents="ngo")
    with pytest.raises(ValidationError, match="as a member or observer"):
        forums.give_seat(seat, by=chair)
    seat.role = "member"
    forums.give_seat(seat, by=chair)
    assert [each.forum_id for each in acting_seats(cast["nobody"])] == [forum.pk]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"valid_until": TODAY() - 400 * DAY}, "seat_begins_before_it_ends"),
        ({"role": "expert"}, "expert_is_heard_in_one_matter"),
    ],
)
def test_what_the_database_refuses_of_a_seat(cast: Cast, values: dict[str, Any], constraint: str) -> None:
    seat = forums_of(cast)["lape"].seats.get(role="member")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ForumSeat.objects.filter(pk=seat.pk).update(**values)


def test_a_seat_never_ends_before_it_begins(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    seat = seat_of(cast, forum, "porvoo approver", "secretary", valid_from=TODAY() + 10 * DAY)
    answer = cast.client("county editor").post(
        f"/foorumit/{forum.pk}/paikat/{seat.pk}/paata/", {"valid_until": f"{TODAY():%d.%m.%Y}"}
    )
    assert answer.status_code == 422
    assert "last day cannot be before its first" in answer.content.decode()


def test_an_invitation_to_a_seat_gives_the_seat_and_nothing_else(cast: Cast, client: Client) -> None:
    forum = forums_of(cast)["lape"]
    porvoo = cast.organisations["porvoo"]
    sent = {
        "email": "Nuori@cast.example",
        "organisation": porvoo.pk,
        "seat_role": "member",
        "represents": "young_people",
        "seat_until": f"{TODAY() + 90 * DAY:%d.%m.%Y}",
        "language": "sv",
    }
    keeper = cast.client("county editor")
    assert keeper.post(f"/foorumit/{forum.pk}/kutsu/", sent).status_code == 302
    assert keeper.post(f"/foorumit/{forum.pk}/kutsu/", sent).status_code == 422  # it waits already
    assert mail_invitations() == 1
    assert forum.name in f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    link = f"/kutsu/{token_of(Invitation.objects.get(email='nuori@cast.example'))}/"
    assert forum.name in client.get(link).content.decode()
    word = "pitkä ja oma salasana"
    answer = client.post(
        link, {"name": "Nuorisovaltuuston edustaja", "new_password1": word, "new_password2": word}
    )
    assert answer.status_code == 302
    person = User.objects.get(email="nuori@cast.example")
    seat = person.forum_seats.get()
    assert (seat.forum, seat.organisation, seat.represents, seat.language) == (
        forum,
        porvoo,
        "young_people",
        "sv",
    )
    assert not person.memberships.exists()  # the organisation's own maps stay closed
    matter = raised(cast, forum)
    assert client.get(matter.get_absolute_url()).status_code == 200
    assert client.get(f"/kartat/{cast.maps['porvoo'].pk}/").status_code == 404
    assert client.get(link).status_code == 404  # it works once


def test_a_county_without_a_needed_group_is_shown_as_missing_one(cast: Cast) -> None:
    forums_of(cast)
    page = structure_page(cast["porvoo editor"], {})
    assert page["area"].code == "01"
    assert len(page["lacks"]) == 1
    assert "student welfare" in page["lacks"][0]
    rows = {row["area"].code: row for row in country_rows(page["areas"])}
    assert rows["01"]["levels"] == [1, 1, 1, 0]
    assert len(rows["01"]["lacks"]) == 1
    assert len(rows["17"]["lacks"]) == 2
    text = cast.client("national coordinator").get("/foorumit/?country=on").content.decode()
    assert "LAPE group" in text


def test_a_name_stands_on_two_lines_at_most() -> None:
    assert lines_of("Kaupunginhallitus") == ["Kaupunginhallitus"]
    lines = lines_of("Varhaiskasvatuksen ja neuvolan yhteinen kehittämisverkosto Itä-Uudellamaalla")
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert max(map(len, lines_of("Yhdyspintakoordinaatioryhmittymänimi" * 3))) <= 31


def test_who_follows_a_matter_and_who_is_told_are_those_who_see_it(cast: Cast) -> None:
    """The stream asks from the row's end what lists ask from the person's; a seat that ends is gone from both."""
    forum = forums_of(cast)["lape"]
    matter, other = raised(cast, forum), raised(cast, forums_of(cast)["network"])
    away(cast, "county editor", "pohjanmaa editor")
    for ends in (False, True):
        if ends:
            long_ago = TODAY() - 9 * DAY
            forum.seats.filter(user=cast["porvoo editor"]).update(
                valid_from=long_ago, valid_until=TODAY() - DAY
            )
        readers = MATTERS.readers([matter.pk, other.pk, 0])
        assert readers[0] == set()
        for name in cast.everyone:
            if name == ANONYMOUS:
                continue
            seen = set(visible_matters(cast[name]).values_list("pk", flat=True))
            assert {pk for pk, people in readers.items() if cast[name].pk in people} == seen, name
        for row in (matter, other):
            assert set(MATTERS.people(row).values_list("pk", flat=True)) == readers[row.pk]
    assert cast["porvoo editor"].pk not in MATTERS.readers([matter.pk])[matter.pk]
    assert cast["pohjanmaa editor"].pk in MATTERS.readers([matter.pk])[matter.pk]


def test_nobody_is_told_of_a_matter_that_they_do_not_see(cast: Cast) -> None:
    """Whoever forwards one reads its answer where it came from, and hears nothing of what the other forum does."""
    made = forums_of(cast)
    sent = {
        "next_step": "Kokous",
        "next_step_on": TODAY().isoformat(),
        "forum": made["lape"].pk,
        "reason": "Ei.",
    }
    matter = raised(cast, made["network"])
    for step in ("accept", "forward"):
        matter = matter_workflow.perform(step, matter, by=cast["porvoo approver"], sent=sent)
    derived = matter.derived.get()
    for step in ("accept", "return"):
        derived = matter_workflow.perform(step, derived, by=cast["county editor"], sent=sent)
    told = Notification.objects.filter(event__verb__startswith="matter.").values_list(
        "recipient", "event__subject_id"
    )
    readers = MATTERS.readers([matter.pk, derived.pk])
    assert {pk for _person, pk in told} == {matter.pk, derived.pk}
    assert all(person in readers[pk] for person, pk in told)


def test_a_mail_that_waits_is_not_sent_to_a_seat_that_has_ended(cast: Cast) -> None:
    forum = forums_of(cast)["lape"]
    seat = seat_of(cast, forum, "porvoo approver", "secretary")
    raised(cast, forum)
    ForumSeat.objects.filter(pk=seat.pk).update(valid_from=TODAY() - 9 * DAY, valid_until=TODAY() - DAY)
    mail_notifications()
    told = {to for message in mail.outbox if "Tieto ei kulje" in str(message.body) for to in message.to}
    assert cast["county editor"].email in told
    assert cast["porvoo approver"].email not in told
