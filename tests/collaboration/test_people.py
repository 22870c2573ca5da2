"""An organisation's people: who keeps them, how they are called, ending and taking back."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from collaboration.mailing import mail_notifications
from collaboration.models import Event, Invitation, Member, Membership, Organisation, User
from collaboration.policy import MEMBERS, can_change_contact, can_manage_people, visible_members
from collaboration.workflows.people import end_membership, roles_of, set_roles, take_back
from services.policy import visible_maps
from tests.cast import Cast
from tests.conftest import As
from tests.factories.collaboration import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

KEEPERS = {
    "porvoo": {"porvoo administrator", "service administrator"},
    "county": {"county administrator", "service administrator"},
    "loviisa": {"service administrator"},
    "helsinki": {"service administrator"},
    "kasko": {"service administrator"},
}
"""By organisation, everyone of the cast who keeps its people."""


def people_of(cast: Cast, place: str) -> str:
    return reverse("collaboration:people", args=[cast.organisations[place].pk])


def member_of(cast: Cast, name: str, place: str = "porvoo") -> Member:
    return Member.objects.get(user=cast[name], organisation=cast.organisations[place])


def page_of(member: Member, name: str = "member") -> str:
    return reverse(f"collaboration:{name}", args=[member.organisation_id, member.pk])


@pytest.mark.parametrize("place", KEEPERS)
def test_only_its_administrators_and_those_of_the_service_keep_an_organisations_people(
    cast: Cast, place: str
) -> None:
    organisation = cast.organisations[place]
    keepers = {name for name in cast.people if can_manage_people(cast[name], organisation)}
    assert keepers == KEEPERS[place]
    for name in cast.people:
        seen = set(visible_members(cast[name]).filter(organisation=organisation))
        own = set(Member.objects.filter(organisation=organisation, user=cast[name]))
        everybody = set(Member.objects.filter(organisation=organisation))
        assert seen == (everybody if name in keepers else own), name
    for key, readers in MEMBERS.readers(member.pk for member in everybody).items():
        member = next(each for each in everybody if each.pk == key)
        expected = {cast[name].pk for name in keepers} | (
            {member.user_id} if member.user.is_active else set()
        )
        assert readers == expected
        assert {person.pk for person in MEMBERS.people(member)} == {member.user_id} & expected


def test_a_citys_administrator_keeps_its_divisions_people_and_a_divisions_not_the_citys(cast: Cast) -> None:
    city, division = UserFactory.create(), UserFactory.create()
    for person, place in ((city, "helsinki"), (division, "kasko")):
        MembershipFactory.create(user=person, organisation=cast.organisations[place], role="administrator")
    assert can_manage_people(city, cast.organisations["kasko"])
    assert can_manage_people(city, cast.organisations["helsinki"])
    assert can_manage_people(division, cast.organisations["kasko"])
    assert not can_manage_people(division, cast.organisations["sotepe"])
    assert not can_manage_people(division, cast.organisations["helsinki"])


def test_the_municipalities_of_a_county_together_have_no_people(cast: Cast) -> None:
    together = Organisation.objects.filter(kind="municipalities").first()
    assert together is not None
    assert not can_manage_people(cast["service administrator"], together)


def test_a_member_is_there_from_the_first_role_to_the_last_and_after(cast: Cast) -> None:
    """Whichever way roles come and go: the database keeps it."""
    person = cast["nobody"]
    porvoo = cast.organisations["porvoo"]
    Membership.objects.bulk_create(
        Membership(user=person, organisation=porvoo, role=role) for role in ("reader", "editor")
    )
    member = Member.objects.get(user=person, organisation=porvoo)
    assert (member.ended_at, member.ended_roles) == (None, [])
    Membership.objects.get(user=person, role="reader").delete()
    member.refresh_from_db()
    assert member.ended_at is None
    Membership.objects.filter(user=person).delete()
    member.refresh_from_db()
    assert (member.ended_at is not None, member.ended_roles) == (True, ["editor"])
    Membership.objects.create(user=person, organisation=porvoo, role="approver")
    member.refresh_from_db()
    assert (member.ended_at, member.ended_roles) == (None, [])


def test_a_membership_that_moves_leaves_an_ended_member_behind(cast: Cast) -> None:
    row = Membership.objects.get(user=cast["porvoo reader"])
    row.organisation = cast.organisations["loviisa"]
    row.save()
    assert member_of(cast, "porvoo reader").ended_roles == ["reader"]
    assert member_of(cast, "porvoo reader", "loviisa").ended_at is None


def test_nobody_stands_in_for_themselves_or_from_another_organisation(cast: Cast) -> None:
    member, elsewhere = member_of(cast, "porvoo reader"), member_of(cast, "county reader", "county")

    def put(deputy: Member) -> None:
        Member.objects.filter(pk=member.pk).update(deputy=deputy)
        connection.check_constraints()

    for deputy in (member, elsewhere):
        with pytest.raises(IntegrityError), transaction.atomic():
            put(deputy)


def test_ending_takes_the_maps_away_and_taking_back_brings_the_same_roles(cast: Cast) -> None:
    by, person = cast["porvoo administrator"], cast["porvoo editor"]
    MembershipFactory.create(user=person, organisation=cast.organisations["porvoo"], role="approver")
    member = member_of(cast, "porvoo editor")
    end_membership(member, by=by)
    assert list(visible_maps(cast["porvoo editor"])) == []
    assert sorted(member.ended_roles) == ["approver", "editor"]
    end_membership(member, by=by)  # as a second press of the button
    take_back(member, by=by)
    take_back(member, by=by)
    assert roles_of(member) == ["editor", "approver"]
    assert visible_maps(cast["porvoo editor"]).count() > 0
    verbs = Event.objects.filter(actor=by).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["member.ended", "member.taken_back"]


def test_the_person_is_told_by_mail_also_when_they_see_nothing_any_more(cast: Cast) -> None:
    mail_notifications()  # of the maps that the cast has made
    mail.outbox.clear()
    end_membership(member_of(cast, "porvoo reader"), by=cast["porvoo administrator"])
    mail_notifications()
    (message,) = mail.outbox
    assert message.to == [cast["porvoo reader"].email]
    assert "Porvoo" in message.subject


@pytest.mark.usefixtures("in_english")
def test_the_last_administrator_names_another_before_leaving(cast: Cast) -> None:
    by = cast["porvoo administrator"]
    member = member_of(cast, "porvoo administrator")
    with pytest.raises(ValidationError, match="no other administrator"):
        end_membership(member, by=by)
    with pytest.raises(ValidationError, match="no other administrator"):
        set_roles(member, ["reader"], by=by)
    assert roles_of(member) == ["administrator"]
    set_roles(member_of(cast, "porvoo reader"), ["reader", "administrator"], by=by)
    set_roles(member, ["reader"], by=by)
    assert roles_of(member) == ["reader"]


def test_who_keeps_no_people_changes_no_roles(cast: Cast) -> None:
    member = member_of(cast, "porvoo reader")
    for name in set(cast.people) - KEEPERS["porvoo"]:
        for step in (end_membership, take_back):
            with pytest.raises(PermissionDenied):
                step(member, by=cast[name])
        with pytest.raises(PermissionDenied):
            set_roles(member, ["administrator"], by=cast[name])
    assert roles_of(member) == ["reader"]


def test_people_say_themselves_how_they_are_called(cast: Cast, as_person: As) -> None:
    member = member_of(cast, "porvoo reader")
    allowed = {name for name in cast.people if can_change_contact(cast[name], member)}
    assert allowed == KEEPERS["porvoo"] | {"porvoo reader"}
    client = as_person("porvoo reader")
    sent = {
        "title": "Nuorisotyöntekijä",
        "phone": "019 000 0006",
        "hours": "ma–pe 9–17",
        "level": "political",
    }
    answer = client.post(page_of(member), {**sent, "roles": ["administrator"]})
    assert answer["Location"] == reverse("collaboration:profile")
    member.refresh_from_db()
    assert (member.title, member.phone, member.level) == ("Nuorisotyöntekijä", "019 000 0006", "")
    assert roles_of(member) == ["reader"]
    assert "tel:0190000006" in client.get(reverse("collaboration:profile")).content.decode()


def test_an_administrator_changes_roles_level_phone_and_who_stands_in(cast: Cast, as_person: As) -> None:
    member, deputy = member_of(cast, "porvoo reader"), member_of(cast, "porvoo editor")
    sent = {
        "roles": ["reader", "approver"],
        "level": "management",
        "phone": "019 000 0003",
        "deputy": deputy.pk,
    }
    answer = as_person("porvoo administrator").post(page_of(member), sent)
    assert answer["Location"] == people_of(cast, "porvoo")
    member.refresh_from_db()
    assert (roles_of(member), member.level, member.deputy) == (["reader", "approver"], "management", deputy)
    text = as_person("porvoo administrator").get(people_of(cast, "porvoo")).content.decode()
    assert 'href="tel:0190000003"' in text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"phone": "soita minulle"}, "Write a phone number"),
        ({"title": "131052-308T"}, "personal identity code"),
        ({"hours": "x" * 121}, "121"),
        ({"roles": [], "initial-roles": ["reader"]}, "at least one role"),
        ({"roles": ["king"]}, "king"),
        ({"deputy": "999999999999999999999999"}, "Select a valid choice"),
        ({"title": "a\x00b"}, "ull characters"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    cast: Cast, as_person: As, sent: dict[str, Any], sentence: str
) -> None:
    member = member_of(cast, "porvoo reader")
    typed = {"roles": ["reader"], "title": "Esihenkilö", "phone": "019 000 0003", **sent}
    answer = as_person("porvoo administrator").post(page_of(member), typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    if "title" not in sent:
        assert 'value="Esihenkilö"' in text
    member.refresh_from_db()
    assert (member.title, roles_of(member)) == ("", ["reader"])


def test_a_member_of_another_organisation_is_not_found_at_this_one(cast: Cast, as_person: As) -> None:
    elsewhere = member_of(cast, "county reader", "county")
    client = as_person("service administrator")
    porvoo = cast.organisations["porvoo"].pk
    assert client.get(page_of(elsewhere)).status_code == 200
    assert client.get(reverse("collaboration:member", args=[porvoo, elsewhere.pk])).status_code == 404
    assert as_person("porvoo administrator").get(page_of(elsewhere)).status_code == 404


def names_in(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', text)


def test_the_list_is_sorted_by_name_searched_and_filtered(cast: Cast, as_person: As) -> None:
    client, where = as_person("porvoo administrator"), people_of(cast, "porvoo")
    Member.objects.filter(user=cast["porvoo reader"]).update(title="Åboulevardin väki", level="field")
    end_membership(member_of(cast, "porvoo approver"), by=cast["porvoo administrator"])

    def found(**wanted: str) -> list[str]:
        return names_in(client.get(where, wanted).content.decode())

    everybody = ["Inactive editor", "Porvoo administrator", "Porvoo editor", "Porvoo reader"]
    assert found() == everybody
    assert found(ended="on") == [*everybody[:2], "Porvoo approver", *everybody[2:]]
    assert found(q="ABOULEV") == ["Porvoo reader"]
    assert found(q="porvoo.editor@cast") == ["Porvoo editor"]
    assert found(role="editor") == ["Inactive editor", "Porvoo editor"]
    assert found(role="approver", ended="on") == ["Porvoo approver"]
    assert found(level="field") == ["Porvoo reader"]
    assert found(level="nonsense", role="king") == everybody
    assert found(q="nobody at all") == []


def test_the_list_says_what_nobody_may_do_for_the_organisation(cast: Cast, as_person: As) -> None:
    client, where = as_person("service administrator"), people_of(cast, "porvoo")
    sentence = "Porvoo: nobody can approve on its behalf."
    assert sentence not in client.get(where).content.decode()
    User.objects.filter(pk=cast["porvoo approver"].pk).update(is_active=False)
    assert sentence in client.get(where).content.decode()
    empty = client.get(people_of(cast, "helsinki")).content.decode()
    assert empty.count("Helsinki: nobody") == 3


def test_the_list_asks_as_often_for_many_people(
    cast: Cast, as_person: As, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, where = as_person("porvoo administrator"), people_of(cast, "porvoo")
    for _round in range(2):
        with django_assert_num_queries(
            2 + 6
        ):  # organisation, grants, people, who is away, roles held, invitations
            assert client.get(where).status_code == 200
        for _number in range(5):
            member = MembershipFactory.create(organisation=cast.organisations["porvoo"])
            Member.objects.filter(user=member.user).update(deputy=member_of(cast, "porvoo editor"))


def test_a_page_of_a_member_asks_few_statements(
    cast: Cast, as_person: As, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, where = as_person("porvoo administrator"), page_of(member_of(cast, "porvoo reader"))
    with django_assert_num_queries(2 + 3):  # the member, grants, colleagues
        client.get(where)


def test_the_organisations_page_leads_there_for_who_keeps_its_people(cast: Cast, as_person: As) -> None:
    where = people_of(cast, "porvoo")
    for name in ("porvoo administrator", "service administrator", "porvoo editor", "county administrator"):
        text = as_person(name).get(cast.organisations["porvoo"].get_absolute_url()).content.decode()
        assert (where in text) == (name in KEEPERS["porvoo"]), name


def test_ending_is_asked_about_first_and_undone_by_one_button(cast: Cast, as_person: As) -> None:
    client, member = as_person("porvoo administrator"), member_of(cast, "porvoo reader")
    assert "Does the membership" in client.get(page_of(member, "member_end")).content.decode()
    ended = client.post(page_of(member, "member_end"), follow=True).content.decode()
    assert "Take back with the same roles" in ended
    client.post(page_of(member, "member_take_back"))
    assert roles_of(member) == ["reader"]
    own = member_of(cast, "porvoo administrator")
    refused = client.post(page_of(own, "member_end"))
    assert (refused.status_code, "no other administrator" in refused.content.decode()) == (422, True)


def hidden_in(text: str) -> dict[str, list[str]]:
    """What the page's form carries of how it was: by the names of its hidden fields."""
    found: dict[str, list[str]] = {}
    for field in re.findall(r"<input type=\"hidden\"[^>]*>", text):
        name, value = (re.search(rf'{part}="([^"]*)"', field) for part in ("name", "value"))
        if name and name[1].startswith("initial-"):
            found.setdefault(name[1], []).append(value[1] if value else "")
    return found


def test_two_who_change_different_fields_at_once_lose_nothing(cast: Cast, as_person: As) -> None:
    member = member_of(cast, "porvoo reader")
    keeper, themselves = as_person("porvoo administrator"), as_person("porvoo reader")
    pages = [client.get(page_of(member)).content.decode() for client in (keeper, themselves)]
    kept = {**hidden_in(pages[0]), "roles": ["reader", "editor"], "level": "field"}
    own = {**hidden_in(pages[1]), "phone": "019 000 0003", "title": "Ohjaaja"}
    assert {"initial-phone", "initial-roles"} <= set(kept)
    assert themselves.post(page_of(member), own).status_code == 302
    assert keeper.post(page_of(member), kept).status_code == 302
    member.refresh_from_db()
    assert (member.phone, member.title, member.level) == ("019 000 0003", "Ohjaaja", "field")
    assert roles_of(member) == ["reader", "editor"]
    notes = Event.objects.filter(verb="member.changed").order_by("pk").values_list("note", flat=True)
    assert list(notes) == ["phone, title", "level"]


def test_an_administrator_reads_on_the_front_page_what_nobody_may_do(cast: Cast, as_person: As) -> None:
    where = people_of(cast, "porvoo")

    def told(name: str) -> str:
        text = as_person(name).get("/").content.decode()
        return text.partition("The people of your organisation")[2][:800]

    assert told("porvoo administrator") == ""
    User.objects.filter(pk=cast["porvoo approver"].pk).update(is_active=False)
    assert "Porvoo: nobody can approve on its behalf." in told("porvoo administrator")
    assert where in told("porvoo administrator")
    assert told("county administrator") == told("porvoo editor") == ""
    Invitation.objects.create(
        organisation=cast.organisations["porvoo"],
        email="kutsuttu@kunta.example",
        invited_by=cast["porvoo administrator"],
        expires_at=timezone.now(),
    )
    assert "An invitation has ended" in told("porvoo administrator")
