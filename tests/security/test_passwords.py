"""Passwords that are guessed first are refused, and the old one is not guessed on the page that asks for it."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from collaboration.lockout import WRONG_OLD_PASSWORDS
from tests.factories.collaboration import PASSWORD, UserFactory
from tests.services.test_bad_input import found_anywhere

pytestmark = pytest.mark.django_db

FIRST_TRIED = [
    "salasana1234",
    "Salasana2026!",
    "salasanasalasana",
    "s4l4s4n4123456",
    "P3rk3l3666666",
    "!!Perkele666!!",
    "kissa12345678",
    "kissakoira2026",
    "jalkapallo2026",
    "jääkiekko2026",
    "kesä2026kesä",
    "Kesä-2026-Kesä",
    "KESÄKESÄ2026",
    "Porvoo2026Porvoo",
    "porvoo20262026",
    "Helsinki2026!",
    "Borgå2026Borgå",
    "Sommar2026sommar",
    "Lösenord1234",
    "hejsanhejsan",
    "qwertyuiopå1",
    "asdfghjklöä2",
    "121212121212",
    "aaaaaaaaaaaa",
    "123456789012",
    "Matti1234567",
    "perjantai-13-13",
    "Hyvinvointialue1",
    "yhdyspinta2026",
    "tervetuloa2026",
    "Välkommen-2026",
    "password1234",
    "Joulukuu2025!",
    "Uusikaupunki1",
    "Mariehamn2026",
]
FINE = [
    "sininen-hetki-2026",
    "oikea hevonen akku niitti",
    "xK9#mQ2$vL7p",
    "neljä lusikkaa ikkunalla",
    "Grönt moln 77 tå",
]
OWN = "/oma/salasana/"


@pytest.mark.parametrize("password", FIRST_TRIED)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize("password", FINE)
def test_several_words_that_do_not_belong_together_are_fine(password: str) -> None:
    validate_password(password)


def test_a_long_password_takes_no_long_time() -> None:
    with pytest.raises(ValidationError):
        validate_password("salasanakissa" * 300)
    validate_password("kesäx" * 800)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_says_what_is_wrong_in_its_language(language: str) -> None:
    person = UserFactory.create(language=language)
    client = client_of(person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = change(client, PASSWORD, "Kesä-2026-Kesä")
    assert answer.status_code == 422
    with translation.override(language), pytest.raises(ValidationError) as refusal:
        validate_password("Kesä-2026-Kesä")
    assert answer.context["form"].errors["new_password2"] == refusal.value.messages


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def change(client: Client, old: str, new: str = FINE[0] + "!", path: str = OWN) -> Any:
    return client.post(path, {"old_password": old, "new_password1": new, "new_password2": new})


@pytest.mark.parametrize("path", [OWN, "/yllapito/password_change/"])
def test_the_old_password_is_guessed_a_few_times_only(path: str) -> None:
    person = UserFactory.create(is_superuser=True)
    client = client_of(person)
    for nth in range(WRONG_OLD_PASSWORDS.most):
        assert change(client, f"guess {nth}", path=path).status_code == 422
    for old in ("one more", PASSWORD):
        answer = change(client, old, path=path)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert 'role="alert"' in answer.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    another = client_of(UserFactory.create())
    assert change(another, PASSWORD).status_code == 302, "nobody else is kept from it"
    assert not found_anywhere("guess 0")


def test_a_right_old_password_with_a_bad_new_one_is_no_guess() -> None:
    client = client_of(UserFactory.create())
    for _nth in range(WRONG_OLD_PASSWORDS.most + 1):
        assert change(client, PASSWORD, "short").status_code == 422
    assert change(client, PASSWORD).status_code == 302
