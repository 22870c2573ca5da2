"""The page of notices, what people choose of mail, and the way out without signing in."""

import datetime
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from collaboration import mailing, verbs
from collaboration.models import MailPreference, Notification, User
from collaboration.notices.preferences import choose, chosen_by, way_out
from tests.collaboration.conftest import SignedIn
from tests.factories.collaboration import (
    NotificationFactory,
    OrganisationFactory,
    ServiceAdministratorFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations_as_subjects")]
LIST = "/oma/ilmoitukset/"
POST = "/oma/ilmoitukset/posti/"


@pytest.fixture
def person() -> User:
    return UserFactory.create(language="en")


def told(person: User, verb: str = "map.made", **facts: Any) -> Notification:
    return NotificationFactory.create(event__verb=verb, recipient=person, **facts)


def unread(person: User) -> int:
    return Notification.objects.filter(recipient=person, read_at__isnull=True).count()


def test_an_empty_page_says_what_comes_here(signed_in: SignedIn, person: User) -> None:
    client = signed_in(person)
    assert "You have no notices yet" in client.get(LIST).content.decode()
    assert "No notice matches" in client.get(LIST, {"unread": "on"}).content.decode()


def test_the_page_shows_ones_own_notices_the_newest_first(signed_in: SignedIn, person: User) -> None:
    old, new = told(person), told(person, "rating_round.opened", read_at=timezone.now())
    told(UserFactory.create())
    page = signed_in(person).get(LIST)
    assert [each["row"].pk for each in page.context["notices"]] == [new.pk, old.pk]
    text = page.content.decode()
    assert "A rating round was opened" in text
    assert text.count('class="notices__new"') == 1


def test_filters_leave_what_was_asked_for(signed_in: SignedIn, person: User) -> None:
    client = signed_in(person)
    map_told, rating = told(person), told(person, "rating_round.opened", read_at=timezone.now())
    for wish, found in (
        ({"category": "maps"}, [map_told.pk]),
        ({"category": "ratings"}, [rating.pk]),
        ({"unread": "on"}, [map_told.pk]),
        ({"category": "ratings", "unread": "on"}, []),
        ({"category": "no such thing"}, [rating.pk, map_told.pk]),
        ({"after": "nonsense"}, [rating.pk, map_told.pk]),
    ):
        page = client.get(LIST, wish)
        assert [each["row"].pk for each in page.context["notices"]] == found, wish


def test_a_page_asks_as_often_however_much_there_is_and_no_notice_is_lost(
    signed_in: SignedIn, person: User, django_assert_num_queries: Any
) -> None:
    client, place = signed_in(person), OrganisationFactory.create()
    rows = [told(person, event__subject=place).pk for _nth in range(65)]
    seen: list[int] = []
    path = LIST
    while path:
        with django_assert_num_queries(4):  # session and person; notices; what they are about
            page = client.get(path)
        seen += [each["row"].pk for each in page.context["notices"]]
        following = page.context["page"].next
        path = f"{LIST}?after={following}" if following else ""
    assert seen == rows[::-1]


def test_what_one_may_not_see_any_more_has_no_name_here(signed_in: SignedIn, person: User) -> None:
    notice = told(person, event__subject__name_fi="Salainen", event__subject__name_sv="Salainen")
    client = signed_in(person)
    text = client.get(LIST).content.decode()
    assert "Salainen" not in text
    assert "You can no longer see what this is about." in text
    assert client.post(f"{LIST}{notice.pk}/")["Location"] == LIST
    assert unread(person) == 0


def test_opening_a_notice_reads_all_that_was_told_of_the_same(signed_in: SignedIn, person: User) -> None:
    place = OrganisationFactory.create()
    notice = told(person, event__subject=place)
    told(person, "map.archived", event__subject=place)
    other = told(person)
    theirs = told(UserFactory.create(), event__subject=place)
    client = signed_in(person)
    assert client.post(f"{LIST}{notice.pk}/")["Location"] == place.get_absolute_url()
    left = set(Notification.objects.filter(read_at__isnull=True).values_list("pk", flat=True))
    assert left == {other.pk, theirs.pk}
    assert client.post(f"{LIST}{theirs.pk}/").status_code == 404
    assert mailing.mail_notifications() == 2
    assert {message.to[0] for message in mail.outbox} == {person.email, theirs.recipient.email}


def test_all_are_marked_as_read_and_that_is_taken_back(signed_in: SignedIn, person: User) -> None:
    before = told(person, read_at=timezone.now() - datetime.timedelta(days=1))
    for verb in ("map.made", "map.archived", "rating_round.opened"):
        told(person, verb)
    theirs = told(UserFactory.create())
    client = signed_in(person)
    client.post(f"{LIST}luettu/", {"category": "maps"})
    assert unread(person) == 1, "only those that the filter left"
    page = client.post(f"{LIST}luettu/", follow=True)
    assert unread(person) == 0
    assert "were marked as read" in page.content.decode()
    [marked] = re.findall(r'name="marked" value="([^"]+)"', page.content.decode())
    assert (
        "1 notice is unread again"
        in client.post(f"{LIST}lukematta/", {"marked": marked}, follow=True).content.decode()
    )
    assert unread(person) == 1
    before.refresh_from_db()
    theirs.refresh_from_db()
    assert (before.read_at is None, theirs.read_at) == (False, None)


@pytest.mark.parametrize("marked", ["", "nonsense", "2026-12-01", "2026-12-01T12:00:00", "9" * 400, "\x00"])
def test_a_moment_that_makes_no_sense_takes_nothing_back(
    signed_in: SignedIn, person: User, marked: str
) -> None:
    told(person, read_at=timezone.now())
    client = signed_in(person)
    assert client.post(f"{LIST}lukematta/", {"marked": marked}).status_code == 302
    assert client.get(LIST, {"marked": marked}).status_code == 200
    assert unread(person) == 0


def test_each_category_is_chosen_by_itself_and_kept(signed_in: SignedIn, person: User) -> None:
    client = signed_in(person)
    categories = [each.category.name for each in chosen_by(person)]
    assert {"people", "maps", "ratings", "approvals"} <= set(categories)
    wish = dict.fromkeys(categories, "daily") | {"people": "off", "ratings": "at_once"}
    assert client.post(POST, wish).status_code == 302
    assert client.post(POST, wish | {"maps": "off"}).status_code == 302
    assert {each.category.name: each.sent for each in chosen_by(person)} == wish | {"maps": "off"}
    assert MailPreference.objects.filter(user=person).count() == len(categories)
    page = client.get(POST).content.decode()
    assert re.search(r'name="maps" value="off"[^>]*checked', page)


def test_a_choice_that_there_is_not_is_refused_and_the_others_are_kept_as_chosen(
    signed_in: SignedIn, person: User
) -> None:
    wish = {each.category.name: "daily" for each in chosen_by(person)} | {"maps": "hourly"}
    page = signed_in(person).post(POST, wish)
    assert page.status_code == 422
    assert re.search(r'name="ratings" value="daily"[^>]*checked', page.content.decode())
    assert not MailPreference.objects.exists()


def test_only_service_administrators_are_asked_about_messages_to_the_portal(person: User) -> None:
    assert "contacts" not in {each.category.name for each in chosen_by(person)}
    assert "contacts" in {each.category.name for each in chosen_by(ServiceAdministratorFactory.create())}


def test_every_verb_has_a_category_that_people_choose_about() -> None:
    assert {verb.category for verb in verbs.registered().values()} == set(verbs.categories())


def out_of(message: Any) -> str:
    return urlsplit(str(message.extra_headers["List-Unsubscribe"]).strip("<>")).path


def test_a_mail_carries_its_way_out_and_one_click_is_enough(person: User) -> None:
    told(person)
    told(person, "member.joined")
    mailing.mail_notifications()
    [message] = mail.outbox
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = out_of(message)
    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    told(person)
    told(person, "member.joined")
    told(person, "rating_round.opened")
    mailing.mail_notifications()
    assert len(mail.outbox) == 2
    assert "A rating round was opened" in mail.outbox[1].subject
    for link in re.findall(r"http\S+/posti/pois/\S+", str(message.body)):
        assert Client().get(urlsplit(link).path).status_code == 200


def test_why_and_the_ways_out_stand_in_the_mail(person: User) -> None:
    told(person)
    told(person, "member.joined")
    mailing.mail_notifications()
    body = str(mail.outbox[0].body)
    assert "because your organisation is a party" in body
    assert "because it is about people of your organisation" in body
    assert body.count("/posti/pois/") == 2
    assert "http://127.0.0.1:8000/oma/ilmoitukset/posti/" in body


def test_looking_at_the_page_switches_nothing_off(person: User) -> None:
    page = Client().get(way_out(person, ["maps"]))
    assert "Switch this mail off" in page.content.decode()
    assert Client().head(way_out(person, ["maps"])).status_code == 200
    assert not MailPreference.objects.exists()


def test_what_was_switched_off_is_said_and_switched_on_again_as_it_was(person: User) -> None:
    choose(person, {"maps": "daily"})
    path = way_out(person, ["maps", "people"])
    text = Client().post(path).content.decode()
    assert "You get no more mail of this" in text
    assert "Interface maps" in text
    [back] = re.findall(r'name="back" value="([^"]+)"', text)
    text = Client().post(path, {"back": back}).content.decode()
    assert "You get mail of this again" in text
    assert dict(MailPreference.objects.values_list("category", "sent")) == {
        "maps": "daily",
        "people": "at_once",
    }
    Client().post(path)
    text = Client().get(path).content.decode()
    [back] = re.findall(r'name="back" value="([^"]+)"', text)
    Client().post(path, {"back": back})
    assert set(MailPreference.objects.values_list("sent", flat=True)) == {"at_once"}


def test_the_way_out_works_also_of_a_category_that_one_is_asked_about_no_more() -> None:
    person = ServiceAdministratorFactory.create(language="en")
    path = way_out(person, ["contacts"])
    User.objects.update(duty="")
    assert "You get no more mail of this" in Client().post(path).content.decode()
    assert MailPreference.objects.get().sent == "off"


def test_the_way_out_works_for_somebody_who_has_left_and_in_their_language() -> None:
    person = UserFactory.create(is_active=False, language="sv")
    assert "Du får inte längre e-post" in Client().post(way_out(person, ["maps"])).content.decode()
    assert MailPreference.objects.get().sent == "off"


@pytest.mark.parametrize("token", ["x", "a:b", "\u00e4", "a" * 5000])
def test_a_link_of_which_a_part_is_missing_says_so(token: str, person: User) -> None:
    for answer in (Client().get(f"/posti/pois/{token}/"), Client().post(f"/posti/pois/{token}/")):
        assert answer.status_code == 404
    path = way_out(person, ["maps"])
    assert Client().post(f"{path[:-4]}/").status_code == 404
    assert not MailPreference.objects.exists()


def test_a_way_out_of_what_there_is_no_more_is_none(person: User) -> None:
    assert Client().get(way_out(person, ["no_such_thing"])).status_code == 404
    path = way_out(person, ["maps"])
    person.delete()
    assert Client().post(path).status_code == 404


@pytest.mark.parametrize("back", ["maps:hourly", "maps", ":", "people:off", "maps:off", "x" * 3000])
def test_switching_on_takes_nothing_from_outside(person: User, back: str) -> None:
    assert Client().post(way_out(person, ["maps"]), {"back": back}).status_code == 200
    assert dict(MailPreference.objects.values_list("category", "sent")) == {"maps": "at_once"}
