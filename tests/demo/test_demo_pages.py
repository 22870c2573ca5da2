"""The demo's people and its mailbox, in demo mode."""

import os
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from collaboration.mailing import mail_links
from collaboration.models import Membership, Organisation, User
from tests.demo import urls as demo_urls
from tests.factories.collaboration import UserFactory
from yhdyspinta.demo import people
from yhdyspinta.demo.people import PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.urls(demo_urls.__name__)]

PAGE, SIGN_IN, MAIL = "/esittely/", "/esittely/kirjaudu/", "/esittely/posti/"


@pytest.fixture(autouse=True)
def demo_mode(settings: Any, tmp_path: Path) -> None:
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture
def demo_people() -> None:
    people.load()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded"])
def test_nobody_whom_a_proxy_brings_gets_in(header: str, language: str) -> None:
    people.load()
    client = Client(headers={header: "for=192.0.2.1"})
    client.cookies[project.LANGUAGE_COOKIE_NAME] = language
    sentences = set()
    for path in ("/", PAGE, MAIL, "/kirjaudu/", "/asukkaalle/", "/api/v1/me/"):
        answer = client.get(path)
        assert answer.status_code == 403, path
        sentences.add(answer.content.decode())
    assert len(sentences) == 1
    assert client.post(SIGN_IN, {"email": PEOPLE[0].email}).status_code == 403
    assert "_auth_user_id" not in client.session


def test_outside_the_demo_a_proxy_is_what_there_is(settings: Any) -> None:
    settings.DEMO = False
    assert Client(headers={"X-Forwarded-For": "192.0.2.1"}).get("/kirjaudu/").status_code == 200


@pytest.mark.usefixtures("demo_people")
def test_every_person_of_the_table_is_in_the_database_with_their_roles() -> None:
    held = set(
        Membership.objects.values_list("user__email", "organisation__kind", "organisation__code", "role")
    )
    wanted = {(row.email, *row.place, role) for row in PEOPLE if row.place for role in row.roles}
    assert held == wanted
    assert User.objects.filter(is_demo_person=True).count() == len(PEOPLE)
    assert not any(person.has_usable_password() for person in User.objects.all())


@pytest.mark.usefixtures("demo_people")
def test_loading_again_changes_nothing_not_even_what_a_person_has_changed() -> None:
    changed = User.objects.get(email="bildningsdirektor.lovisa@esittely.example")
    User.objects.filter(pk=changed.pk).update(language="en")
    before = list(User.objects.order_by("pk").values())
    assert people.load() == (len(PEOPLE), Membership.objects.count())
    assert list(User.objects.order_by("pk").values()) == before


def test_an_organisation_has_people_who_edit_and_others_who_approve() -> None:
    for place in (people.PORVOO, people.LOVIISA, people.EAST_UUSIMAA, people.KASKO, people.SOTEPE):
        roles = {role for row in PEOPLE if row.place == place for role in row.roles}
        assert {"editor", "approver"} <= roles


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_answer_in_every_language(client: Client, language: str) -> None:
    client.cookies[project.LANGUAGE_COOKIE_NAME] = language
    for address in (PAGE, MAIL):
        response = client.get(address)
        assert (response.status_code, response["Content-Language"]) == (200, language)


@pytest.mark.usefixtures("demo_people")
def test_the_page_offers_everyone_under_their_organisation(client: Client) -> None:
    text = client.get(PAGE).content.decode()
    for row in PEOPLE:
        assert f'name="email" value="{row.email}"' in text
    assert (
        text.index("<h2>Porvoo</h2>") < text.index("sivistysjohtaja.porvoo@") < text.index("<h2>Loviisa</h2>")
    )
    assert "<h2>Helsinki: Kasvatuksen ja koulutuksen toimiala</h2>" in text


@pytest.mark.usefixtures("demo_people")
def test_the_page_asks_as_often_whatever_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        client.get(PAGE)


@pytest.mark.usefixtures("demo_people")
@pytest.mark.parametrize("row", PEOPLE, ids=lambda row: row.mailbox)
def test_everyone_signs_in_with_one_click_and_meets_their_own_language(
    client: Client, row: people.DemoPerson
) -> None:
    response = client.post(SIGN_IN, {"email": row.email})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(User.objects.get(email=row.email).pk)
    assert client.get(PAGE)["Content-Language"] == row.language


@pytest.mark.parametrize("email", ["", "\x00", "nobody@esittely.example", "henkilo@kunta.example"])
def test_nobody_but_a_demo_person_is_signed_in(client: Client, email: str) -> None:
    UserFactory.create(email="henkilo@kunta.example")
    assert client.post(SIGN_IN, {"email": email}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("demo_people")
def test_a_closed_demo_person_is_not_signed_in(client: Client) -> None:
    User.objects.update(is_active=False)
    assert client.post(SIGN_IN, {"email": PEOPLE[0].email}).status_code == 404


def test_signing_in_is_a_post(client: Client) -> None:
    assert client.get(SIGN_IN).status_code == 405


def sent(settings: Any, *mails: EmailMessage) -> Path:
    """Write the mails as Django's file backend does; the file."""
    folder = Path(settings.EMAIL_FILE_PATH)
    EmailBackend(file_path=str(folder)).send_messages(list(mails))
    return max(folder.iterdir(), key=lambda file: (file.stat().st_mtime_ns, file.name))


def test_the_mailbox_shows_the_newest_first_and_as_text(client: Client, settings: Any) -> None:
    older = sent(settings, EmailMessage("Vanha", "Ä", to=["a@esittely.example"]))
    os.utime(older, (1, 1))
    link = "http://127.0.0.1:8000/kirjaudu/unohtunut/x/y/"
    sent(
        settings,
        EmailMessage("Ensimmäinen", "<script>alert(1)</script>", to=["ö@esittely.example"]),
        EmailMessage("Toinen", f"Länk: {link}", to=["b@esittely.example"]),
    )
    response = client.get(MAIL)
    text = response.content.decode()
    assert [mail.subject for mail in response.context["mails"]] == ["Toinen", "Ensimmäinen", "Vanha"]
    assert "<script>alert" not in text
    assert f'href="{link}"' in text
    assert "Länk" in text


def test_a_damaged_file_does_not_break_the_mailbox(client: Client, settings: Any) -> None:
    folder = Path(settings.EMAIL_FILE_PATH)
    folder.mkdir()
    (folder / "x.log").write_bytes(b"\xff\xfe\x00 not a mail")
    assert client.get(MAIL).status_code == 200


def test_a_forgotten_password_can_be_tried_to_the_end(client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    people.load()
    client.post("/kirjaudu/unohtunut/", {"email": PEOPLE[0].email})
    mail_links()
    assert "/kirjaudu/unohtunut/" in client.get(MAIL).context["mails"][0].body


def test_the_command_prints_everyone() -> None:
    out = StringIO()
    call_command("demo_people", stdout=out)
    for row in PEOPLE:
        assert f"{row.name:<56} {row.email}" in out.getvalue()


def test_the_commands_refuse_outside_demo_mode(settings: Any) -> None:
    settings.DEMO = False
    for command in ("load_demo", "demo_people"):
        with pytest.raises(CommandError, match="YHDYSPINTA_DEMO=1"):
            call_command(command)
    assert not User.objects.filter(is_demo_person=True).exists()


def test_the_views_are_not_found_outside_demo_mode(client: Client, settings: Any) -> None:
    people.load()
    settings.DEMO = False
    assert client.get(PAGE).status_code == 404
    assert client.get(MAIL).status_code == 404
    assert client.post(SIGN_IN, {"email": PEOPLE[0].email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_the_organisations_of_the_table_are_in_the_register() -> None:
    assert set(people.places_of_people()) == {row.place for row in PEOPLE if row.place}
    assert Organisation.objects.filter(code="091-KASKO", parent__code="091").exists()
