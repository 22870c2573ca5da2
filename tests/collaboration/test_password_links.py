"""Links for choosing a password are mailed by the worker: the answer tells nobody who exists, whatever is away."""

from __future__ import annotations

import datetime
import logging
import threading
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaboration import tasks, waking
from collaboration.mailing import mail_links
from collaboration.models import PasswordLink
from tests.factories.collaboration import UserFactory
from yhdyspinta.embedded.process import free_port

RESET = "/kirjaudu/unohtunut/"
MAILBOX_AWAY = "django.core.mail.backends.smtp.EmailBackend"


def ask(email: str) -> Any:
    return Client().post(RESET, {"email": email})


def without_a_mail_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = MAILBOX_AWAY
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


def due_now() -> None:
    PasswordLink.objects.update(due_at=timezone.now())


@pytest.mark.django_db
def test_who_exists_is_not_told_by_the_answer_nor_by_what_is_done(settings: Any) -> None:
    """With the mail server away, too: the same status, the same statements and the same row."""
    without_a_mail_server(settings)
    known, closed = UserFactory.create().email, UserFactory.create(is_active=False).email
    told = []
    for email in ("outsider@kunta.example", known, closed):
        with CaptureQueriesContext(connection) as asked:
            answer = ask(email)
        row = PasswordLink.objects.get(email=email)
        statements = [query["sql"].replace(email, "?").split("VALUES")[0] for query in asked.captured_queries]
        told.append(
            (answer.status_code, answer["Location"], statements, row.tries, row.due_at <= timezone.now())
        )
    assert told[0] == told[1] == told[2]
    assert told[0][:2] == (302, f"{RESET}lahetetty/")


@pytest.mark.django_db
def test_a_mail_server_that_is_away_gets_the_mail_when_it_is_back(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    person, before = UserFactory.create(), settings.EMAIL_BACKEND
    without_a_mail_server(settings)
    ask(person.email)
    ask("outsider@kunta.example")
    assert mail_links() == 0
    (row,) = PasswordLink.objects.all()
    assert (row.email, row.tries) == (person.email, 1)
    assert row.due_at > timezone.now()
    assert mail_links() == 0, "it is not due yet"
    assert PasswordLink.objects.get().tries == 1
    settings.EMAIL_BACKEND = before
    due_now()
    tasks.mail_notifications()
    (message,) = mail.outbox
    assert message.to == [person.email]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert not PasswordLink.objects.exists()
    assert person.email not in caplog.text


@pytest.mark.django_db
def test_the_tries_have_an_end_and_are_ever_farther_apart(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    without_a_mail_server(settings)
    ask(UserFactory.create().email)
    waits = []
    while row := PasswordLink.objects.first():
        due_now()
        mail_links()
        if again := PasswordLink.objects.filter(pk=row.pk).first():
            waits.append(again.due_at - timezone.now())
    assert len(waits) == PasswordLink.MOST_TRIES - 1
    assert waits == sorted(waits)
    assert waits[-1] > datetime.timedelta(minutes=30)
    assert "given up" in caplog.text


def test_two_workers_send_one_mail(fresh_database: str) -> None:
    person = UserFactory.create()
    PasswordLink.objects.create(email=person.email)
    sent: list[int] = []

    def work() -> None:
        sent.append(mail_links())
        connection.close()

    workers = [threading.Thread(target=work) for _nth in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(sent) == len(mail.outbox) == 1
    assert not PasswordLink.objects.exists()


def test_with_redis_off_the_answer_is_the_same_and_the_row_waits(
    fresh_database: str, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    waking._sender.cache_clear()
    try:
        assert ask(UserFactory.create().email).status_code == 302
    finally:
        waking._sender.cache_clear()
    assert "was not woken" in caplog.text
    assert mail_links() == 1
