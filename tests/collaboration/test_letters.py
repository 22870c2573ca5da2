"""Which mail tells what, and when it goes: gathered, within office hours, once a day, or not at all."""

import datetime
import random
import threading
from collections import Counter, defaultdict
from itertools import pairwise
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from collaboration import journal, mailing, verbs
from collaboration.journal import Record, record_many
from collaboration.models import Event, MailPreference, Notification, Organisation, User
from collaboration.notices import claiming, reading
from collaboration.notices.preferences import choose
from collaboration.working_days import HELSINKI
from tests.factories.collaboration import NotificationFactory, OrganisationFactory, UserFactory
from tests.gear.smtp import mail_server

MINUTE = datetime.timedelta(minutes=1)
NOON = datetime.datetime(2026, 12, 1, 12, tzinfo=HELSINKI)  # a Tuesday
pytestmark = [pytest.mark.usefixtures("organisations_as_subjects", "as_in_production")]


@pytest.fixture
def as_in_production(settings: Any) -> None:
    settings.MAIL_OFFICE_HOURS, settings.MAIL_GATHERED = True, 10 * MINUTE


def on(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=HELSINKI)


def tell(
    *people: User, of: Organisation, at: datetime.datetime, verb: str = "map.made", is_urgent: bool = False
) -> Event:
    told = User.objects.filter(pk__in=[person.pk for person in people])
    [event] = record_many([Record(verb, of, None, at=at, recipients=told, is_urgent=is_urgent)])
    return event


def subjects_of_mails() -> list[str]:
    return [str(message.subject) for message in mail.outbox]


@pytest.mark.django_db
def test_what_happens_to_one_subject_within_ten_minutes_is_one_mail() -> None:
    person, place = UserFactory.create(), OrganisationFactory.create(name_fi="Porvoo")
    told = ["map.made", "map.archived", "map.taken_back"]
    for nth, verb in enumerate(told):
        tell(person, of=place, at=NOON + 4 * nth * MINUTE, verb=verb)
    assert mailing.mail_notifications(NOON + 9 * MINUTE) == 0, "the first one waits for others"
    assert mailing.mail_notifications(NOON + 10 * MINUTE) == 1
    [message] = mail.outbox
    assert message.subject == "Porvoo: 3 ilmoitusta"
    with translation.override("fi"):
        for verb in told:
            assert str(verbs.verb(verb).sentence) in str(message.body)
    assert mailing.mail_notifications(NOON + 60 * MINUTE) == 0


@pytest.mark.django_db
def test_one_notice_is_told_in_its_own_words() -> None:
    tell(UserFactory.create(), of=OrganisationFactory.create(name_fi="Porvoo"), at=NOON)
    mailing.mail_notifications(NOON + 10 * MINUTE)
    assert subjects_of_mails() == ["Uusi yhdyspintakartta: Porvoo"]


@pytest.mark.django_db
def test_a_bulk_step_of_200_rows_is_one_mail_for_each_person() -> None:
    people = UserFactory.create_batch(3)
    places = OrganisationFactory.create_batch(200)
    told = User.objects.filter(pk__in=[person.pk for person in people])
    record_many([Record("map.made", place, None, at=NOON, recipients=told) for place in places])
    assert mailing.mail_notifications(NOON + 10 * MINUTE) == 3
    body = str(mail.outbox[0].body)
    assert subjects_of_mails()[0].endswith("(200)")
    assert [place.name_fi in body for place in places].count(True) >= 30
    assert "Ja 170 muuta" in body
    assert "/oma/ilmoitukset/" in body
    assert not Notification.objects.unsent().exists()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_nobody_gets_two_mails_of_a_subject_within_ten_minutes_and_each_notice_once(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)  # noqa: S311 not for a secret
    people, places = UserFactory.create_batch(3), OrganisationFactory.create_batch(3)
    at = NOON

    def now() -> datetime.datetime:
        return at

    monkeypatch.setattr(timezone, "now", now)
    sent: list[tuple[datetime.datetime, mail.EmailMessage]] = []
    for minute in range(200):
        at = NOON + minute * MINUTE
        if minute < 150 and chance.random() < 0.4:
            told = chance.sample(people, chance.randint(1, 3))
            tell(*told, of=chance.choice(places), at=at, verb=chance.choice(["map.made", "map.archived"]))
        if chance.random() < 0.8:  # a beat may be late
            mailing.mail_notifications(at)
            sent += [(at, message) for message in mail.outbox]
            mail.outbox.clear()
    assert not Notification.objects.unsent().exists()
    told_of = defaultdict(list)
    for moment, message in sent:
        for place in places:
            if place.get_absolute_url() + "\n" in f"{message.body}\n":
                told_of[message.to[0], place.pk].append(moment)
    for moments in told_of.values():
        assert all(later - earlier >= 10 * MINUTE for earlier, later in pairwise(moments))
    listed = sum(str(message.body).count("/organisaatiot/") for _moment, message in sent)
    assert listed == Notification.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("happens", "goes"),
    [
        ("2026-12-01T15:45", "2026-12-01T15:55"),
        ("2026-12-01T15:55", "2026-12-02T08:00"),
        ("2026-12-01T03:00", "2026-12-01T08:00"),
        ("2026-12-04T18:00", "2026-12-07T08:00"),  # a Friday; the Sunday after is Independence Day
        ("2026-12-23T16:30", "2026-12-28T08:00"),
        ("2027-03-25T16:30", "2027-03-30T08:00"),  # Easter, and the clocks
        ("2026-10-25T03:30", "2026-10-26T08:00"),
    ],
)
def test_mail_goes_from_8_to_16_on_working_days(happens: str, goes: str) -> None:
    tell(UserFactory.create(), of=OrganisationFactory.create(), at=on(happens))
    assert mailing.mail_notifications(on(goes) - MINUTE) == 0
    assert mailing.mail_notifications(on(goes)) == 1


@pytest.mark.django_db
def test_what_is_urgent_goes_at_once_and_alone_at_night() -> None:
    person, place = UserFactory.create(), OrganisationFactory.create(name_fi="Porvoo")
    night = on("2026-12-05T23:00")
    tell(person, of=place, at=night)
    tell(person, of=place, at=night, verb="map.archived", is_urgent=True)
    assert mailing.mail_notifications(night) == 1
    assert subjects_of_mails() == ["Yhdyspintakartta poistettiin käytöstä: Porvoo"]
    assert mailing.mail_notifications(on("2026-12-06T12:00")) == 0
    assert mailing.mail_notifications(on("2026-12-07T08:00")) == 1


@pytest.mark.django_db
def test_what_is_urgent_waits_for_no_digest_but_off_is_off() -> None:
    daily, off, place = UserFactory.create(), UserFactory.create(), OrganisationFactory.create()
    choose(daily, {"maps": "daily"})
    choose(off, {"maps": "off"})
    tell(daily, off, of=place, at=NOON, is_urgent=True)
    assert mailing.mail_notifications(NOON) == 1
    assert mail.outbox[0].to == [daily.email]


@pytest.mark.django_db
def test_without_office_hours_mail_goes_also_on_a_sunday_night(settings: Any) -> None:
    settings.MAIL_OFFICE_HOURS = False
    sunday = on("2026-12-06T02:00")
    tell(UserFactory.create(), of=OrganisationFactory.create(), at=sunday)
    assert mailing.mail_notifications(sunday + 10 * MINUTE) == 1


@pytest.mark.django_db
def test_what_was_read_meanwhile_is_not_mailed() -> None:
    person = UserFactory.create()
    place, other = OrganisationFactory.create(), OrganisationFactory.create()
    tell(person, of=place, at=NOON)
    tell(person, of=place, at=NOON)
    tell(person, of=other, at=NOON)
    first = Notification.objects.order_by("pk").first()
    assert first
    assert reading.read_fellows(person, first, NOON + MINUTE) == 2, "what else was told of the same, too"
    mailing.mail_notifications(NOON + 10 * MINUTE)
    assert [other.name_fi in str(message.body) for message in mail.outbox] == [True]
    assert place.name_fi not in str(mail.outbox[0].body)
    assert mailing.mail_notifications(NOON + 60 * MINUTE) == 0


@pytest.mark.django_db
def test_what_was_answered_meanwhile_is_not_mailed_and_no_news() -> None:
    one, other = UserFactory.create_batch(2)
    place, elsewhere = OrganisationFactory.create(), OrganisationFactory.create()
    for verb in ("approval_round.started", "map.made"):
        tell(one, other, of=place, at=NOON, verb=verb)
    tell(one, of=elsewhere, at=NOON, verb="approval_round.started")
    journal.answer(["approval_round.started"], [place], NOON, User.objects.filter(pk=one.pk))
    unread = Notification.objects.filter(read_at__isnull=True)
    told = Counter(unread.values_list("recipient", "event__verb"))
    assert told == {
        (one.pk, "map.made"): 1,
        (one.pk, "approval_round.started"): 1,
        (other.pk, "map.made"): 1,
        (other.pk, "approval_round.started"): 1,
    }
    [_event] = record_many([Record("approval_round.ended", place, None, answers=("approval_round.started",))])
    assert unread.filter(recipient=other).count() == 1


@pytest.mark.django_db
def test_a_digest_comes_in_the_morning_of_the_next_working_day_once_and_never_empty() -> None:
    person, place = UserFactory.create(language="sv"), OrganisationFactory.create(name_sv="Borgå")
    choose(person, {"maps": "daily"})
    tell(person, of=place, at=on("2026-12-04T09:00"))
    tell(person, of=place, at=on("2026-12-05T09:00"))
    for moment in ("2026-12-04T12:00", "2026-12-05T12:00", "2026-12-06T08:00", "2026-12-07T07:59"):
        assert mailing.mail_notifications(on(moment)) == 0
    assert mailing.mail_notifications(on("2026-12-07T08:00")) == 1
    assert subjects_of_mails() == ["Yhdyspinta i dag: 2 aviseringar"]
    assert "Borgå" in str(mail.outbox[0].body)
    tell(person, of=place, at=on("2026-12-07T08:30"))
    for moment in ("2026-12-07T08:01", "2026-12-07T15:59", "2026-12-08T07:00"):
        assert mailing.mail_notifications(on(moment)) == 0
    assert mailing.mail_notifications(on("2026-12-08T09:30")) == 1, "also of a beat that was late"
    assert subjects_of_mails()[1] == "Yhdyspinta i dag: 1 avisering"
    assert mailing.mail_notifications(on("2026-12-09T08:00")) == 0, "nothing new, no mail"


@pytest.mark.django_db
def test_a_digest_of_which_nothing_may_be_seen_any_more_is_no_mail() -> None:
    person, place = UserFactory.create(), OrganisationFactory.create(name_fi="Avoin")
    choose(person, {"maps": "daily"})
    tell(person, of=place, at=NOON)
    Organisation.objects.filter(pk=place.pk).update(name_fi="Salainen")
    assert mailing.mail_notifications(NOON + datetime.timedelta(days=1)) == 0
    assert not Notification.objects.unsent().exists()


@pytest.mark.django_db
def test_what_else_is_told_in_the_morning_comes_with_the_digest() -> None:
    person, place = UserFactory.create(), OrganisationFactory.create()
    choose(person, {"maps": "daily"})
    tell(person, of=place, at=NOON)
    tell(person, of=place, at=on("2026-12-02T07:55"), verb="approval_round.started")
    assert mailing.mail_notifications(on("2026-12-02T08:00")) == 1
    assert subjects_of_mails() == [f"{place.name_fi}: 2 ilmoitusta"]


@pytest.mark.django_db
def test_a_choice_counts_also_for_what_waits_already() -> None:
    person, place = UserFactory.create(), OrganisationFactory.create()
    tell(person, of=place, at=NOON)
    tell(person, of=place, at=NOON, verb="rating_round.opened")
    choose(person, {"maps": "off"})
    assert mailing.mail_notifications(NOON + 10 * MINUTE) == 1
    assert "map.made" not in set(Notification.objects.unsent().values_list("event__verb", flat=True))
    assert Notification.objects.get(dropped_at__isnull=False).event.verb == "map.made"
    choose(person, {"maps": "at_once"})
    assert mailing.mail_notifications(NOON + 20 * MINUTE) == 0, "what was dropped is not dug out again"


@pytest.mark.django_db
def test_a_letter_that_failed_is_tried_again_as_it_was(settings: Any) -> None:
    person, place = UserFactory.create(email="refused@kunta.example"), OrganisationFactory.create()
    tell(person, of=place, at=NOON)
    tell(person, of=place, at=NOON)
    with mail_server(settings, refuses="refused@") as server:
        assert mailing.mail_notifications(NOON + 10 * MINUTE) == 0
        tell(person, of=place, at=NOON + 11 * MINUTE)
        server.refuses = ""
        Notification.objects.filter(tries=1).update(due_at=NOON)
        assert mailing.mail_notifications(NOON + 30 * MINUTE) == 2
        first, second = (text for _to, text in server.mails)
    rows = list(Notification.objects.order_by("pk"))
    assert [row.letter for row in rows] == [rows[0].pk, rows[0].pk, rows[2].pk]
    assert f"letter.{rows[0].pk}.person" in first
    assert f"letter.{rows[2].pk}.person" in second


@pytest.mark.django_db
def test_one_event_is_told_to_10000_people_in_two_statements() -> None:
    User.objects.bulk_create(User(email=f"x{nth}@kunta.example", name="X") for nth in range(10_000))
    place = OrganisationFactory.create()
    with CaptureQueriesContext(connection) as queries:
        record_many([Record("map.made", place, None, recipients=User.objects.filter(name="X"))])
    assert len(queries) == 2
    assert Notification.objects.count() == 10_000


PEOPLE = """INSERT INTO collaboration_user (email, name, language, duty, is_active, is_demo_person, is_superuser,
    password, joined_at)
    SELECT 'tilaaja' || n || '@kunta.example', 'Tilaaja ' || n, 'fi', '', true, false, false, '!', now()
    FROM generate_series(1, 50000) n"""
CHOICES = """INSERT INTO collaboration_mailpreference (user_id, category, sent)
    SELECT id, 'maps', (ARRAY['at_once', 'daily', 'off'])[1 + id % 3]
    FROM collaboration_user WHERE email LIKE 'tilaaja%%'"""
NEWS = """INSERT INTO collaboration_notification (event_id, recipient_id, created_at, due_at, tries, mailed_at)
    SELECT %s, id, %s, %s, 0, CASE WHEN row_number() OVER (ORDER BY sent <> 'at_once', id) > 500 THEN now() END
    FROM (SELECT u.id, p.sent FROM collaboration_user u JOIN collaboration_mailpreference p ON p.user_id = u.id) t"""


@pytest.mark.slow
@pytest.mark.django_db
def test_of_50000_subscribers_the_500_with_news_are_found_in_three_statements() -> None:
    event = tell(of=OrganisationFactory.create(), at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        cursor.execute(CHOICES)
        cursor.execute(NEWS, [event.pk, NOON, NOON + 10 * MINUTE])
        cursor.execute("ANALYZE collaboration_notification, collaboration_mailpreference, collaboration_user")
    assert Notification.objects.count() == MailPreference.objects.count() == 50_000
    now = NOON + 10 * MINUTE
    with CaptureQueriesContext(connection) as queries:
        claimed = claiming.claim(now)
    asked = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
    assert (len(claimed), len(asked)) == (500, 3)
    Notification.objects.filter(tries=1).update(tries=0, due_at=now)
    assert mailing.mail_notifications(now) == len(mail.outbox) == 500
    assert len({message.to[0] for message in mail.outbox}) == 500
    assert mailing.mail_notifications(now + 60 * MINUTE) == 0


def test_beats_at_the_same_time_send_each_letter_once(fresh_database: str, settings: Any) -> None:
    settings.MAIL_OFFICE_HOURS = False
    people, places = UserFactory.create_batch(12), OrganisationFactory.create_batch(5)
    now = timezone.now()
    for place in places:
        tell(*people, of=place, at=now - 20 * MINUTE)
    at_once = threading.Barrier(4)

    def beat() -> None:
        try:
            at_once.wait(timeout=20)
            for _round in range(3):
                mailing.mail_notifications(now)
        finally:
            connection.close()

    with mail_server(settings) as server:
        threads = [threading.Thread(target=beat) for _nth in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert Counter(to for to, _text in server.mails) == {person.email: 1 for person in people}
    assert not Notification.objects.unsent().exists()


def test_who_reads_at_the_moment_of_sending_and_who_sends_do_not_wait_for_each_other(
    fresh_database: str, settings: Any
) -> None:
    settings.MAIL_OFFICE_HOURS = False
    person = UserFactory.create()
    NotificationFactory.create(event__verb="map.made", recipient=person, due_at=timezone.now())

    def beat() -> None:
        try:
            mailing.mail_notifications()
        finally:
            connection.close()

    with mail_server(settings, hangs_at="DATA") as server:
        thread = threading.Thread(target=beat)
        thread.start()
        assert server.hangs.wait(timeout=20)
        assert reading.read(person, Notification.objects.all(), timezone.now()) == 1
        assert mailing.mail_notifications() == 0
        server.goes_on.set()
        thread.join(timeout=20)
        assert len(server.mails) == 1
    assert mailing.mail_notifications() == 0
