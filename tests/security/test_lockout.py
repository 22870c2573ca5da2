"""Guessing passwords and asking for links: counted, stopped with a sentence, and told to nobody."""

import re
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings as project
from django.core import mail
from django.test import Client
from django.utils import timezone

from collaboration.lockout import FAILED_SIGN_INS, RESETS_FOR_ONE, RESETS_FROM_ONE, Throttle
from collaboration.mailing import mail_links
from collaboration.models import User
from tests.demo import urls as demo_urls
from tests.factories.collaboration import PASSWORD, ServiceAdministratorFactory, UserFactory
from tests.services.test_bad_input import found_anywhere
from yhdyspinta.demo import people

pytestmark = pytest.mark.django_db

SIGN_IN, RESET = "/kirjaudu/", "/kirjaudu/unohtunut/"
LATER = "There have been too many attempts to sign in. Try again in 15 minutes."
LIMIT = project.AXES_FAILURE_LIMIT


def client_of(language: str = "en", address: str = "127.0.0.1") -> Client:
    client = Client(REMOTE_ADDR=address)
    client.cookies[project.LANGUAGE_COOKIE_NAME] = language
    return client


def try_to_sign_in(client: Client, email: str, password: str = "x") -> Any:  # noqa: S107
    return client.post(SIGN_IN, {"username": email, "password": password})


def lock(client: Client, email: str) -> Any:
    for _time in range(LIMIT - 1):
        assert try_to_sign_in(client, email).status_code == 422
    return try_to_sign_in(client, email)


def test_a_locked_account_gets_one_sentence_even_with_the_right_password() -> None:
    person, client = UserFactory.create(), client_of()
    for answer in (lock(client, person.email), try_to_sign_in(client, person.email, PASSWORD)):
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
        assert answer.content.decode().count(LATER) == 1
        assert f'value="{person.email}"' in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_sentence_is_in_the_language_of_the_page(language: str) -> None:
    answer = lock(client_of(language), "joku@kunta.example")
    assert (answer.status_code, answer.headers["Content-Language"]) == (429, language)
    assert "error-summary" in answer.content.decode()
    assert re.search(r'role="alert"[^>]*><p>[^<]*15', answer.content.decode())


def test_nobody_learns_which_accounts_exist() -> None:
    known, closed = UserFactory.create(), UserFactory.create(is_active=False)
    answers = set()
    for email in (known.email, closed.email, "nobody@kunta.example"):
        answer = lock(client_of(), email)
        text = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]+"', "", answer.content.decode())
        answers.add((answer.status_code, text.replace(email, "")))
    assert len(answers) == 1


def test_the_way_of_writing_an_address_does_not_help() -> None:
    person, client = UserFactory.create(email="henkilo@kunta.example"), client_of()
    for typed in ("HENKILO@kunta.example", " henkilo@kunta.example", "Henkilo@Kunta.Example ", person.email):
        assert try_to_sign_in(client, typed).status_code == 422
    assert try_to_sign_in(client, person.email).status_code == 429


def test_another_browser_at_the_same_address_does_not_help() -> None:
    person = UserFactory.create()
    for number in range(LIMIT - 1):
        client = Client(headers={"user-agent": f"browser {number}"})
        assert try_to_sign_in(client, person.email).status_code == 422
    assert try_to_sign_in(client_of(), person.email).status_code == 429


def test_nobody_can_lock_a_person_out_from_elsewhere() -> None:
    person = UserFactory.create()
    lock(client_of(address="192.0.2.1"), person.email)
    assert try_to_sign_in(client_of(address="192.0.2.2"), person.email, PASSWORD).status_code == 302


def test_another_person_at_the_same_address_signs_in() -> None:
    locked, other = UserFactory.create_batch(2)
    lock(client_of(), locked.email)
    assert try_to_sign_in(client_of(), other.email, PASSWORD).status_code == 302


def test_the_time_to_wait_runs_down_and_is_not_lengthened_by_trying() -> None:
    person, client = UserFactory.create(), client_of()
    lock(client, person.email)
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10, seconds=30))
    for _time in range(2):
        assert "Try again in 5 minutes." in try_to_sign_in(client, person.email).content.decode()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14, seconds=30))
    assert "Try again in 1 minute." in try_to_sign_in(client, person.email).content.decode()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert try_to_sign_in(client, person.email, PASSWORD).status_code == 302


def test_signing_in_forgets_the_failures() -> None:
    person, client = UserFactory.create(), client_of()
    for _time in range(3):
        for _failure in range(LIMIT - 1):
            assert try_to_sign_in(client, person.email).status_code == 422
        assert try_to_sign_in(client_of(), person.email, PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_the_administration_has_the_same_lock() -> None:
    person, client = ServiceAdministratorFactory.create(), client_of()
    for _time in range(LIMIT):
        answer = client.post("/yllapito/login/", {"username": person.email, "password": "x"})
    assert answer.status_code == 429
    assert try_to_sign_in(client, person.email, PASSWORD).status_code == 429


def test_nothing_that_was_typed_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    person, client = UserFactory.create(email="salainen@kunta.example"), client_of()
    caplog.set_level("INFO")
    for typed in ("131052-308T", "salainen@kunta.example", "olematon@kunta.example"):
        sent = {"username": typed, "password": "salasana-jonka-arvasin", "note": "131052-308T"}
        client.post(f"{SIGN_IN}?q=131052-308T", sent)
    try_to_sign_in(client, person.email, PASSWORD)
    for planted in ("131052-308T", "salasana-jonka-arvasin", "olematon@"):
        assert found_anywhere(planted) == []
    assert found_anywhere("salainen@") == ["collaboration_user.email"]
    for planted in ("131052-308T", "salasana-jonka-arvasin", "salainen@", "olematon@"):
        assert planted not in caplog.text


def test_one_address_cannot_try_a_password_on_everybody() -> None:
    client, person = client_of(), UserFactory.create()
    for _time in range(FAILED_SIGN_INS.most):
        FAILED_SIGN_INS.count("127.0.0.1")
    answer = try_to_sign_in(client, person.email, PASSWORD)
    assert answer.status_code == 429
    assert "too many attempts to sign in" in answer.content.decode()
    assert int(answer.headers["Retry-After"]) <= 900
    assert try_to_sign_in(client_of(address="192.0.2.2"), person.email, PASSWORD).status_code == 302


def test_each_failed_sign_in_counts_for_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FAILED_SIGN_INS, "most", 2)
    assert [try_to_sign_in(client_of(), f"{name}@x.example").status_code for name in "abc"] == [422, 422, 429]


def test_the_session_rotates_when_one_signs_in() -> None:
    first, second, client = UserFactory.create(), UserFactory.create(), Client()
    session = client.session
    session["before"] = "anonymous"
    session.save()
    client.cookies[project.SESSION_COOKIE_NAME] = str(session.session_key)
    keys = [session.session_key]
    client.get(SIGN_IN)
    tokens = [client.cookies["csrftoken"].value]
    for person in (first, second):
        assert try_to_sign_in(client, person.email, PASSWORD).status_code == 302
        keys.append(client.session.session_key)
        tokens.append(client.cookies["csrftoken"].value)
    assert len(set(keys)) == len(set(tokens)) == 3
    assert "before" not in client.session  # another person never inherits what a session held
    assert not client.session.exists(str(keys[0]))
    assert not client.session.exists(str(keys[1]))
    client.post("/kirjaudu/ulos/")
    assert not client.session.exists(str(keys[2]))


@pytest.mark.urls(demo_urls.__name__)
def test_a_demo_person_signs_in_with_one_click_whatever_was_tried(settings: Any) -> None:
    settings.DEMO = True
    people.load()
    person = User.objects.filter(is_demo_person=True)[0]
    lock(client_of(), person.email)
    client = client_of()
    before = client.session.session_key
    assert client.post("/esittely/kirjaudu/", {"email": person.email}).status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.session.session_key != before


@pytest.mark.parametrize("exists", [True, False])
def test_links_for_one_address_are_few_whether_or_not_it_exists(*, exists: bool) -> None:
    email = UserFactory.create().email if exists else "nobody@kunta.example"
    for number in range(RESETS_FOR_ONE.most):
        asked = client_of(address=f"192.0.2.{number}").post(RESET, {"email": email.upper()})
        assert asked.status_code == 302
    answer = client_of().post(RESET, {"email": email})
    assert answer.status_code == 429
    assert "A link has been asked for too many times." in answer.content.decode()
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    mail_links()
    assert len(mail.outbox) == (RESETS_FOR_ONE.most if exists else 0)


def test_links_from_one_address_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RESETS_FROM_ONE, "most", 2)
    answers = [client_of().post(RESET, {"email": f"{name}@x.example"}).status_code for name in "abc"]
    assert answers == [302, 302, 429]


def test_a_throttle_begins_anew_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    throttle, now = Throttle("test", 1, timedelta(minutes=10)), timezone.now()
    throttle.count("key")
    assert 1 <= throttle.wait("key") <= 10
    assert throttle.wait("another") == 0
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=10))
    assert throttle.wait("key") == 0
