"""Inviting people: by mail, with a link that is signed, works once and ends."""

import datetime
import re
from typing import Any

import pytest
from django.conf import settings
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from collaboration.mailing import mail_invitations, mail_notifications
from collaboration.models import Event, Invitation, Member, Membership, User
from collaboration.workflows.invitations import MOST_TIMES, SALT, invitation_of, send_again, token_of
from tests.cast import Cast
from tests.conftest import As
from tests.factories.collaboration import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "tuhkapilvi-kaarna-27"  # noqa: S105 of a test person only
ADDRESS = "uusi.hyvaksyja@kunta.example"


def invited(cast: Cast, as_person: As, **wanted: Any) -> Invitation:
    """Porvoo's administrator invites an approver on the page."""
    wish = {"email": ADDRESS, "role": "approver", "level": "management", "language": "sv", **wanted}
    where = reverse("collaboration:invite", args=[cast.organisations["porvoo"].pk])
    answer = as_person("porvoo administrator").post(where, wish)
    assert answer.status_code == 302, answer.content.decode()
    return Invitation.objects.latest("pk")


def of(invitation: Invitation, step: str) -> str:
    return reverse(f"collaboration:invitation_{step}", args=[invitation.organisation_id, invitation.pk])


def mailed_link() -> str:
    mail_invitations()
    found = re.search(rf"{settings.SITE_URL}(/kutsu/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def outsider() -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def works(link: str) -> bool:
    answer = outsider().get(link)
    assert answer.status_code in {200, 404}
    return answer.status_code == 200


def test_a_new_person_comes_in_through_the_link_once(cast: Cast, as_person: As) -> None:
    invitation = invited(cast, as_person, title="Sivistysjohtaja")
    link = mailed_link()
    (message,) = mail.outbox
    assert (message.to, "Borgå" in message.subject) == ([ADDRESS], True)
    client = outsider()
    page = client.get(link).content.decode()
    assert ADDRESS in page
    assert not User.objects.filter(email=ADDRESS).exists()
    sent = {"name": "Uusi Hyväksyjä", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert client.post(link, sent)["Location"] == reverse("front_page")
    person = User.objects.get(email=ADDRESS)
    assert (person.name, person.language, client.session["_auth_user_id"]) == (
        "Uusi Hyväksyjä",
        "sv",
        str(person.pk),
    )
    member = Member.objects.get(user=person)
    assert (member.title, member.level) == ("Sivistysjohtaja", "management")
    assert list(person.memberships.values_list("role", flat=True)) == ["approver"]
    assert not works(link)
    assert outsider().post(link, sent).status_code == 404
    invitation.refresh_from_db()
    assert invitation.accepted_by == person
    verbs = Event.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs)[-2:] == ["invitation.made", "member.joined"]
    mail_notifications()
    told = [message.body for message in mail.outbox if message.to == [cast["porvoo administrator"].email]]
    assert any("Uusi Hyväksyjä" in str(body) for body in told)


def test_a_person_who_has_an_account_only_says_yes(cast: Cast, as_person: As) -> None:
    person = cast["nobody"]
    password = person.password
    invited(cast, as_person, email=person.email.upper())
    link = mailed_link()
    page = outsider().get(link).content.decode()
    assert "new_password1" not in page
    assert outsider().post(link).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.password) == ("Nobody", password)
    assert person.memberships.get().role == "approver"


def test_somebody_else_who_is_signed_in_signs_out_first(cast: Cast, as_person: As) -> None:
    invited(cast, as_person)
    link, client = mailed_link(), as_person("porvoo editor")
    assert "Sign out first" in client.get(link).content.decode()
    sent = {"name": "X", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "Sign out first" in client.post(link, sent).content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


def test_whoever_may_not_sign_in_comes_in_by_no_invitation(cast: Cast, as_person: As) -> None:
    person = UserFactory.create(is_active=False)
    invited(cast, as_person, email=person.email)
    link = mailed_link()
    assert not works(link)
    assert outsider().post(link).status_code == 404
    assert not person.memberships.exists()


def test_a_link_that_was_made_up_or_changed_opens_nothing(cast: Cast, as_person: As) -> None:
    invitation = invited(cast, as_person)
    good = token_of(invitation)
    assert invitation_of(good) == invitation
    made_up = [
        "x",
        good[:-1],
        f"{good}x",
        signing.dumps([invitation.pk, 1]),
        signing.dumps([invitation.pk, 2], salt=SALT),
        signing.dumps([invitation.pk + 1, 1], salt=SALT),
        signing.dumps(invitation.pk, salt=SALT),
        signing.dumps(["x", None, 3], salt=SALT),
        signing.dumps(["x", "y"], salt=SALT),
    ]
    for token in made_up:
        assert invitation_of(token) is None, token
        assert not works(reverse("collaboration:join", args=[token]))


def test_the_link_ends_and_sending_it_again_ends_the_earlier_one(cast: Cast, as_person: As) -> None:
    invitation, client = invited(cast, as_person), as_person("porvoo administrator")
    first = mailed_link()
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert not works(first)
    people = reverse("collaboration:people", args=[invitation.organisation_id])
    assert "send it again" in client.get(people).content.decode()
    client.post(of(invitation, "send"))
    second = mailed_link()
    assert (works(first), works(second)) == (False, True)
    client.post(of(invitation, "withdraw"))
    assert not works(second)
    said = client.post(of(invitation, "send"), follow=True).content.decode()
    assert "no longer waits" in said
    assert mail_invitations() == 0


def test_an_invitation_is_not_sent_without_end(cast: Cast, as_person: As) -> None:
    invitation, client = invited(cast, as_person), as_person("porvoo administrator")
    for _time in range(MOST_TIMES - 1):
        send_again(invitation, by=cast["porvoo administrator"])
    said = client.post(of(invitation, "send"), follow=True).content.decode()
    assert f"sent {MOST_TIMES} times" in said
    assert mail_invitations() == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"email": "nobody"}, "valid email address"),
        ({"email": "porvoo.reader@cast.example"}, "people already"),
        ({"email": "131052-308T@kunta.example"}, "personal identity code"),
        ({"role": "king"}, "king"),
        ({"title": "131052-308T"}, "personal identity code"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    cast: Cast, as_person: As, sent: dict[str, str], sentence: str
) -> None:
    typed = {"email": ADDRESS, "role": "approver", "title": "Johtaja", "language": "fi", **sent}
    where = reverse("collaboration:invite", args=[cast.organisations["porvoo"].pk])
    answer = as_person("porvoo administrator").post(where, typed)
    text = answer.content.decode()
    assert (answer.status_code, sentence in text) == (422, True)
    assert f'value="{typed["email"]}"' in text
    assert not Invitation.objects.exists()


def test_an_address_is_invited_once_at_a_time(cast: Cast, as_person: As) -> None:
    invitation = invited(cast, as_person)
    where = reverse("collaboration:invite", args=[cast.organisations["porvoo"].pk])
    wish = {"email": ADDRESS.upper(), "role": "reader", "language": "fi"}
    again = as_person("porvoo administrator").post(where, wish)
    assert (again.status_code, "invited already" in again.content.decode()) == (422, True)
    as_person("porvoo administrator").post(of(invitation, "withdraw"))
    assert invited(cast, as_person).pk != invitation.pk


def test_who_has_ended_can_be_invited_again(cast: Cast, as_person: As) -> None:
    person = cast["porvoo reader"]
    Membership.objects.filter(user=person).delete()
    invited(cast, as_person, email=person.email, role="editor")
    outsider().post(mailed_link())
    member = Member.objects.get(user=person)
    assert (member.ended_at, person.memberships.get().role) == (None, "editor")


@pytest.mark.parametrize("bad", [{"name": ""}, {"name": "131052-308T"}, {"new_password2": "toinen"}])
def test_a_bad_name_or_password_makes_nobody(cast: Cast, as_person: As, bad: dict[str, str]) -> None:
    invited(cast, as_person)
    link = mailed_link()
    sent = {"name": "Uusi", "new_password1": PASSWORD, "new_password2": PASSWORD, **bad}
    assert outsider().post(link, sent).status_code == 422
    assert not User.objects.filter(email=ADDRESS).exists()
    assert works(link)


def test_another_organisations_invitation_is_not_found(cast: Cast, as_person: As) -> None:
    invitation = invited(cast, as_person)
    for name in ("county administrator", "porvoo editor"):
        for step in ("send", "withdraw"):
            assert as_person(name).post(of(invitation, step)).status_code == 404
    assert as_person("service administrator").post(of(invitation, "withdraw")).status_code == 302
