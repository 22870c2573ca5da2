"""Signing in and out, a forgotten password, one's own account and the language."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from collaboration.mailing import mail_links
from collaboration.models import Membership, User
from tests.collaboration.conftest import SignedIn
from tests.factories.collaboration import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

SIGN_IN = reverse("collaboration:sign_in")
SIGN_OUT = reverse("collaboration:sign_out")
RESET = reverse("collaboration:password_reset")
PROFILE = reverse("collaboration:profile")
PASSWORD_CHANGE = reverse("collaboration:password_change")
SET_LANGUAGE = reverse("collaboration:set_language")
ANOTHER = "vihrea-kuusi-2027"
MISMATCH = "The e-mail address and the password do not match."


def in_english(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("address", [SIGN_IN, RESET, f"{RESET}lahetetty/", f"{RESET}valmis/", f"{RESET}x/y/"])
def test_public_pages_answer_in_every_language(client: Client, address: str, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = client.get(address)
    assert (response.status_code, response["Content-Language"]) == (200, language)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("address", [PROFILE, PASSWORD_CHANGE])
def test_pages_of_ones_own_answer_in_every_language(signed_in: SignedIn, address: str, language: str) -> None:
    response = signed_in(UserFactory.create(), language).get(address)
    assert (response.status_code, response["Content-Language"]) == (200, language)


@pytest.mark.parametrize("address", [PROFILE, PASSWORD_CHANGE])
def test_pages_of_ones_own_ask_an_outsider_to_sign_in(client: Client, address: str) -> None:
    assert client.get(address)["Location"] == f"{SIGN_IN}?next={address}"


def test_signing_in_sets_the_language_and_goes_to_the_wanted_page(client: Client) -> None:
    person = UserFactory.create(language="sv")
    wanted = {"username": person.email.upper(), "password": PASSWORD, "next": PROFILE}
    response = client.post(SIGN_IN, wanted)
    assert (response.status_code, response["Location"]) == (302, PROFILE)
    assert is_signed_in(client)
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "sv"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\x00", "/\\evil.example"]
)
def test_signing_in_never_leads_away_from_the_portal(client: Client, elsewhere: str) -> None:
    person = UserFactory.create()
    form = in_english(client).get(SIGN_IN, {"next": elsewhere})
    assert form.context["next"] == ""
    response = client.post(SIGN_IN, {"username": person.email, "password": PASSWORD, "next": elsewhere})
    assert response["Location"] == "/"


def test_the_wanted_page_survives_a_wrong_answer(client: Client) -> None:
    response = client.post(SIGN_IN, {"username": "a@b.example", "password": "x", "next": PROFILE})
    assert response.status_code == 422
    assert f'<input type="hidden" name="next" value="{PROFILE}">' in response.content.decode()


def test_a_wrong_answer_never_tells_whether_the_address_exists(client: Client) -> None:
    known, closed = UserFactory.create(), UserFactory.create(is_active=False)
    answers = []
    for email, password in ((known.email, "x"), ("nobody@kunta.example", "x"), (closed.email, PASSWORD)):
        response = in_english(client).post(SIGN_IN, {"username": email, "password": password})
        assert response.status_code == 422
        assert f'value="{email}"' in response.content.decode()
        text = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]+"', "", response.content.decode())
        answers.append(text.replace(email, ""))
    assert MISMATCH in answers[0]
    assert answers[0] == answers[1] == answers[2]
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("username", "password"),
    [("", ""), ("\x00@kunta.example", "x"), ("a" * 500, "x"), ("a@b.example", "\x00")],
)
def test_signing_in_with_nonsense_gets_a_sentence(client: Client, username: str, password: str) -> None:
    response = in_english(client).post(SIGN_IN, {"username": username, "password": password})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()


def test_who_has_signed_in_already_is_taken_onwards(signed_in: SignedIn) -> None:
    assert signed_in(UserFactory.create()).get(SIGN_IN, {"next": PROFILE})["Location"] == PROFILE


def test_signing_out_is_a_post(signed_in: SignedIn) -> None:
    client = signed_in(UserFactory.create())
    assert client.get(SIGN_OUT).status_code == 405
    assert is_signed_in(client)
    assert client.post(SIGN_OUT)["Location"] == "/"
    assert not is_signed_in(client)
    assert client.post(SIGN_OUT)["Location"] == "/"


def link_of(message: mail.EmailMessage) -> str:
    """The address in the mail, without the site's own part."""
    found = re.search(rf"{settings.SITE_URL}({RESET}\S+)", str(message.body))
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    ("language", "greeting"), [("fi", "Henkilö Å"), ("sv", "Henkilö Å"), ("en", "Hello Henkilö Å")]
)
def test_a_forgotten_password_is_replaced_through_the_mail(
    client: Client, language: str, greeting: str
) -> None:
    person = UserFactory.create(name="Henkilö Å", language=language)
    assert in_english(client).post(RESET, {"email": person.email.upper()})["Location"] == f"{RESET}lahetetty/"
    mail_links()
    (message,) = mail.outbox
    assert message.to == [person.email]
    assert greeting in message.body
    form = client.get(link_of(message), follow=True)
    address = form.redirect_chain[-1][0]
    refused = client.post(address, {"new_password1": "short", "new_password2": "short"})
    assert (refused.status_code, "12 characters" in refused.content.decode()) == (422, True)
    done = client.post(address, {"new_password1": ANOTHER, "new_password2": ANOTHER})
    assert done["Location"] == f"{RESET}valmis/"
    person.refresh_from_db()
    assert person.check_password(ANOTHER)
    assert "The link no longer works" in in_english(Client()).get(link_of(message)).content.decode()


def test_a_person_without_a_password_gets_the_first_one_through_the_mail(client: Client) -> None:
    person = UserFactory.create(password=None)
    client.post(RESET, {"email": person.email})
    mail_links()
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_an_unknown_or_closed_address_gets_the_same_answer_and_no_mail(client: Client) -> None:
    known, closed = UserFactory.create(), UserFactory.create(is_active=False)
    answers = [client.post(RESET, {"email": email}) for email in (known.email, closed.email, "x@y.example")]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, f"{RESET}lahetetty/")}
    assert mail_links() == 1
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "email", ["", "not an address", "\x00@kunta.example", "a@b.example\nBcc: c@d.example"]
)
def test_a_link_is_not_sent_to_nonsense(client: Client, email: str) -> None:
    response = in_english(client).post(RESET, {"email": email})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert mail_links() == 0
    assert mail.outbox == []


def test_the_profile_shows_ones_own_memberships_only(signed_in: SignedIn) -> None:
    own, other = MembershipFactory.create(role=Membership.Role.EDITOR), MembershipFactory.create()
    text = signed_in(own.user).get(PROFILE).content.decode()
    assert own.organisation.name_fi in text
    assert "Editor" in text
    assert other.organisation.name_fi not in text


def test_the_profile_saves_name_and_language(signed_in: SignedIn) -> None:
    person = UserFactory.create(language="fi")
    client = signed_in(person)
    response = client.post(PROFILE, {"name": "Uusi Nimi", "language": "sv", "duty": "service_administrator"})
    assert response["Location"] == PROFILE
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "sv"
    person.refresh_from_db()
    assert (person.name, person.language, person.duty) == ("Uusi Nimi", "sv", "")


@pytest.mark.parametrize(
    ("name", "language"),
    [("", "fi"), ("N" * 151, "fi"), ("A\x00", "fi"), ("131052-308T", "fi"), ("Nimi", "de")],
)
def test_the_profile_refuses_nonsense_and_keeps_what_was_typed(
    signed_in: SignedIn, name: str, language: str
) -> None:
    person = UserFactory.create(name="Entinen Nimi")
    response = signed_in(person).post(PROFILE, {"name": name, "language": language})
    assert response.status_code == 422
    assert f'value="{name}"' in response.content.decode() or not name
    assert response.context["request"].user.name == "Entinen Nimi"
    person.refresh_from_db()
    assert person.name == "Entinen Nimi"


def test_a_new_password_needs_the_old_one(signed_in: SignedIn) -> None:
    person = UserFactory.create()
    client = signed_in(person)
    new = {"new_password1": ANOTHER, "new_password2": ANOTHER}
    assert client.post(PASSWORD_CHANGE, {"old_password": "x", **new}).status_code == 422
    assert client.post(PASSWORD_CHANGE, {"old_password": PASSWORD, **new})["Location"] == PROFILE
    assert is_signed_in(client)
    person.refresh_from_db()
    assert person.check_password(ANOTHER)


def test_the_language_changes_and_one_stays_on_the_page(client: Client) -> None:
    response = client.post(SET_LANGUAGE, {"language": "sv", "next": f"{SIGN_IN}?next=%2Foma%2F"})
    assert response["Location"] == f"{SIGN_IN}?next=%2Foma%2F"
    assert client.get(SIGN_IN)["Content-Language"] == "sv"


def test_a_signed_in_persons_own_language_changes_too(signed_in: SignedIn) -> None:
    person = UserFactory.create(language="fi")
    signed_in(person).post(SET_LANGUAGE, {"language": "en"})
    person.refresh_from_db()
    assert person.language == "en"


@pytest.mark.parametrize("language", ["de", "", "\x00", "fi-FI"])
def test_an_unknown_language_changes_nothing(signed_in: SignedIn, language: str) -> None:
    person = UserFactory.create(language="fi")
    client = signed_in(person)
    response = client.post(SET_LANGUAGE, {"language": language, "next": PROFILE}, follow=True)
    assert "The portal is not available in that language." in response.content.decode()
    assert User.objects.get(pk=person.pk).language == "fi"
    assert client.get(SET_LANGUAGE).status_code == 405


def test_the_profile_asks_as_often_for_many_memberships(
    signed_in: SignedIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = UserFactory.create()
    client = signed_in(person)
    for count in (1, 10):
        MembershipFactory.create_batch(count, user=person)
        with django_assert_num_queries(2 + 3):  # session and person; the form's own copy, memberships, tokens
            client.get(PROFILE)


def test_an_account_page_names_each_field_once(signed_in: SignedIn) -> None:
    page = signed_in(UserFactory.create()).get(PROFILE).content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert not re.search(r":</label>", page)
