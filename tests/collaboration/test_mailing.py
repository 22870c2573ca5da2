"""Mailing notifications."""

import email
import email.policy
import logging
import re
import threading
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone, translation

from collaboration import mailing, tasks, verbs
from collaboration.models import Notification, Organisation, PasswordLink
from collaboration.notices import claiming
from tests.factories.collaboration import (
    EventFactory,
    NotificationFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.gear.smtp import mail_server
from yhdyspinta.embedded.process import free_port

pytestmark = [pytest.mark.usefixtures("organisations_as_subjects")]


def notification(**facts: Any) -> Notification:
    return NotificationFactory.create(event__verb="map.made", **facts)


def waiting() -> int:
    return Notification.objects.unsent().count()


@pytest.mark.django_db
def test_each_person_gets_one_mail_in_their_own_language() -> None:
    place = OrganisationFactory.create(name_fi="Porvoo", name_sv="Borgå")
    event = EventFactory.create(
        verb="map.made", subject=place, actor=UserFactory.create(name="Sivistysjohtaja")
    )
    for language in ("fi", "sv"):
        NotificationFactory.create(event=event, recipient=UserFactory.create(language=language))
    assert (mailing.mail_notifications(), waiting()) == (2, 0)
    assert [("Porvoo" in message.subject, "Borgå" in message.subject) for message in mail.outbox] == [
        (True, False),
        (False, True),
    ]
    body = str(mail.outbox[0].body)
    assert f"http://127.0.0.1:8000{place.get_absolute_url()}" in body
    assert "Sivistysjohtaja" in body
    assert mailing.mail_notifications() == 0
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_names_are_not_escaped_and_a_line_break_stays_out_of_the_subject() -> None:
    place = OrganisationFactory.create(name_fi="A & B\r\nBcc: x@y.example")
    notification(event__subject=place)
    mailing.mail_notifications()
    assert "A & B Bcc: x@y.example" in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == [mail.outbox[0].to[0]]


@pytest.mark.django_db
def test_who_may_not_see_it_any_more_or_may_not_sign_in_gets_no_mail() -> None:
    notification(event__subject__name_fi="Salainen")
    notification(recipient__is_active=False)
    lost = notification()
    Organisation.objects.filter(pk=lost.event.subject_id).delete()
    assert (mailing.mail_notifications(), waiting(), mail.outbox) == (0, 0, [])


@pytest.mark.django_db
def test_what_was_mailed_is_not_mailed_again() -> None:
    notification(mailed_at=timezone.now())
    assert mailing.mail_notifications() == 0


def due_now() -> None:
    Notification.objects.update(due_at=timezone.now())


@pytest.mark.django_db
def test_one_that_is_refused_is_tried_later_and_stops_nobody(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    failing = notification(recipient__email="refused@kunta.example")
    NotificationFactory.create(event__verb="nobody.wrote_this")
    fine = notification()
    with mail_server(settings, refuses="refused@") as server:
        assert mailing.mail_notifications() == 1
        assert [recipient for recipient, _text in server.mails] == [fine.recipient.email]
        assert f"The mail of collaboration.Notification {failing.pk} is tried again." in caplog.text
        assert waiting() == 2
        assert mailing.mail_notifications() == 0, "they are not due yet"
        failing.refresh_from_db()
        assert (failing.tries, failing.due_at > timezone.now()) == (1, True)
        server.refuses = ""
        due_now()
        assert mailing.mail_notifications() == 1, "the other has no template, whoever takes it"


@pytest.mark.django_db
def test_the_tries_are_ever_farther_apart_and_the_last_one_says_so(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    failing = notification(recipient__email="refused@kunta.example")
    waits = []
    with mail_server(settings, refuses="refused@"), caplog.at_level(logging.ERROR):
        while failing.given_up_at is None:
            assert "given up" not in caplog.text
            due_now()
            mailing.mail_notifications()
            failing.refresh_from_db()
            waits.append(failing.due_at - timezone.now())
        assert len(waits) == failing.tries == Notification.MOST_TRIES
        assert waits[:9] == sorted(waits[:9])
        assert max(waits) <= Notification.LONGEST_WAIT
        assert (
            f"The mail of collaboration.Notification {failing.pk} is given up after 12 tries." in caplog.text
        )
        due_now()
        assert mailing.mail_notifications() == 0
    assert (failing.mailed_at, failing.read_at) == (None, None), "the front page tells all the same"


@pytest.mark.django_db
def test_a_server_that_is_away_costs_one_mail_a_try_and_the_others_nothing(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    for _nth in range(3):
        notification()
    assert mailing.mail_notifications() == 0
    assert sorted(Notification.objects.values_list("tries", flat=True)) == [0, 0, 1]
    with mail_server(settings) as server:
        assert mailing.mail_notifications() == 2
        due_now()
        assert mailing.mail_notifications() == 1
        assert len(server.mails) == 3


def in_a_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.parametrize("hangs_at", ["connection", "DATA"])
def test_while_a_server_hangs_nobody_waits_for_the_rows(
    fresh_database: str, settings: Any, hangs_at: str
) -> None:
    person = UserFactory.create()
    told = notification(recipient=person)
    link = PasswordLink.objects.create(email=person.email)
    client = Client()
    client.force_login(person)
    with mail_server(settings, hangs_at=hangs_at) as server:
        threads = [in_a_thread(mailing.mail_notifications)]
        assert server.hangs.wait(timeout=20)
        threads.append(in_a_thread(mailing.mail_links))
        assert client.post("/uutiset/luettu/").status_code == 302
        assert mailing.mail_notifications() == 0, "another sender has claimed it"
        told.refresh_from_db()
        assert (told.read_at is not None, told.mailed_at, server.mails) == (True, None, [])
        server.goes_on.set()
        for thread in threads:
            thread.join(timeout=20)
        assert len(server.mails) == 2
    told.refresh_from_db()
    assert (told.read_at is not None, told.mailed_at is not None) == (True, True)
    assert not PasswordLink.objects.filter(pk=link.pk).exists()


@pytest.mark.django_db
def test_a_server_that_stops_answering_is_left_alone_until_later(settings: Any) -> None:
    settings.EMAIL_TIMEOUT = 0.5
    for _nth in range(3):
        notification()
    with mail_server(settings, hangs_at="DATA"):
        assert mailing.mail_notifications() == 0
    assert sorted(Notification.objects.values_list("tries", flat=True)) == [0, 0, 1]


@pytest.mark.django_db
def test_what_a_sender_that_died_has_claimed_is_sent_by_the_next() -> None:
    told, now = notification(), timezone.now()
    assert [letter.rows for letter in claiming.claim(now)] == [[told.pk]]
    assert mailing.mail_notifications(now) == 0
    assert mailing.mail_notifications(now + Notification.LEASE) == 1


@pytest.mark.django_db
def test_a_sender_that_is_late_changes_nothing_that_another_has_claimed() -> None:
    notification()

    def claimed() -> list[Notification]:
        [letter] = claiming.claim(timezone.now())
        return list(Notification.objects.filter(pk__in=letter.rows))

    (mine,) = claimed()
    due_now()
    (theirs,) = claimed()
    assert Notification.objects.still_claimed([mine]).update(mailed_at=timezone.now()) == 0
    assert Notification.objects.still_claimed([theirs]).count() == 1


@pytest.mark.django_db
def test_a_long_queue_is_mailed_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "MOST", 3)
    place = OrganisationFactory.create()
    for _ in range(7):
        notification(event__subject=place)
    assert (mailing.mail_notifications(), len(mail.outbox)) == (7, 7)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 7


@pytest.mark.django_db
def test_a_letter_needs_the_same_number_of_statements_however_much_it_tells(
    django_assert_num_queries: Any,
) -> None:
    place, person = OrganisationFactory.create(), UserFactory.create()
    for count in (1, 10):
        for _ in range(count):
            notification(event__subject=place, recipient=person)
        with django_assert_num_queries(
            9
        ):  # claim: three in a savepoint of two, rows, subjects, visible, stamp
            assert mailing.mail_notifications() == 1


@pytest.mark.django_db
def test_the_command_and_the_task_do_the_same_as_the_function() -> None:
    out = StringIO()
    notification()
    call_command("mail_notifications", stdout=out)
    assert out.getvalue() == "mails sent: 1\n"
    notification()
    tasks.mail_notifications()
    tasks.clear_expired_sessions()
    assert len(mail.outbox) == 2


def test_two_that_run_at_once_share_the_queue(fresh_database: str) -> None:
    first, second = notification(), notification()
    sent: list[int] = []

    def other_worker() -> None:
        try:
            sent.append(mailing.mail_notifications())
        finally:
            connection.close()

    with transaction.atomic():
        held = Notification.objects.select_for_update().get(pk=first.pk)
        thread = threading.Thread(target=other_worker)
        thread.start()
        thread.join(timeout=20)
    assert not thread.is_alive()
    second.refresh_from_db()
    assert (sent, held.mailed_at, second.mailed_at is not None) == ([1], None, True)
    assert mailing.mail_notifications() == 1


@pytest.fixture(params=["fi", "sv", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


@pytest.mark.django_db
@pytest.mark.parametrize("verb", sorted(set(verbs.registered()) - {"approval_round.ended"}))
def test_every_verb_that_is_told_has_its_mail_in_every_language(language: str, verb: str) -> None:
    NotificationFactory.create(event__verb=verb, recipient__language=language)
    NotificationFactory.create(
        event__verb=verb, event__actor=UserFactory.create(), recipient__language=language
    )
    assert mailing.mail_notifications() == 2
    assert all(message.subject and "{" not in f"{message.subject}{message.body}" for message in mail.outbox)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "site", ["http://127.0.0.1:8000", "https://portal.example", "https://portal.example/"]
)
def test_headers_are_those_that_mail_servers_accept(settings: Any, site: str) -> None:
    settings.SITE_URL = site
    notification()
    assert mailing.mail_notifications() == 1
    sent = email.message_from_bytes(mail.outbox[0].message().as_bytes(), policy=email.policy.default)
    assert sent["Auto-Submitted"] == "auto-generated"
    for name, value in sent.items():
        assert value.defects == (), name
    assert re.fullmatch(r"<[a-z0-9.]+@[a-z0-9.]+>", sent["Message-ID"])
