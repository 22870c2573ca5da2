"""Writing to those who keep the portal, without signing in; and how they see, answer and are told of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collaboration.lockout import MESSAGES_FROM_ONE
from collaboration.mailing import mail_notifications
from collaboration.models import ContactMessage, Event, Member
from collaboration.policy import MESSAGES
from collaboration.tasks import forget_messages
from collaboration.workflows.contact import mark
from tests.cast import ANONYMOUS, Cast
from tests.services.rounds import published

HERE = "/yhteystiedot/"
LIST = "/yhteydenotot/"
WRITTEN = {"subject": "Kuva ei aukea", "text": "Kartan kuva\nei aukea.", "reply_to": "kysyja@kotona.example"}

pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture(autouse=True)
def nobody_has_written() -> None:
    cache.clear()


def outsider(language: str = "en") -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def sent(**written: str) -> ContactMessage:
    answer = outsider().post(HERE, WRITTEN | written)
    assert (answer.status_code, answer["Location"]) == (302, f"{HERE}kiitos/")
    return ContactMessage.objects.latest("pk")


def test_anybody_writes_and_the_service_administrator_is_told_sees_and_answers(cast: Cast) -> None:
    message = sent()
    assert (message.subject, message.text) == (WRITTEN["subject"], WRITTEN["text"])
    assert (message.reply_to, message.language) == (WRITTEN["reply_to"], "en")
    keeper = cast.client("service administrator")
    assert "1 message waits for an answer." in keeper.get("/").content.decode()
    mail_notifications()
    told = [each for each in mail.outbox if message.subject in each.subject]
    assert [each.to for each in told] == [[cast["service administrator"].email]]
    assert message.get_absolute_url() in str(told[0].body)
    assert WRITTEN["text"] not in str(told[0].body), "what was written stays in the portal"
    assert f'href="{message.get_absolute_url()}"' in keeper.get(LIST).content.decode()
    page = keeper.get(message.get_absolute_url()).content.decode()
    assert "ei aukea." in page
    assert 'href="mailto:kysyja@kotona.example"' in page
    for _twice in range(2):
        assert keeper.post(f"{message.get_absolute_url()}vastattu/", {"answered": "1"}).status_code == 302
    message.refresh_from_db()
    assert message.answered_by == cast["service administrator"]
    assert message.subject not in keeper.get(LIST).content.decode()
    assert message.subject in keeper.get(LIST, {"state": "answered"}).content.decode()
    assert message.subject in keeper.get(LIST, {"state": "all"}).content.decode()
    assert "waits for an answer" not in keeper.get("/").content.decode()
    keeper.post(f"{message.get_absolute_url()}vastattu/", {"answered": "0"})
    assert message.subject in keeper.get(LIST).content.decode()
    verbs = (
        Event.objects.filter(verb__startswith="contact_message.").order_by("pk").values_list("verb", "actor")
    )
    by = cast["service administrator"].pk
    assert list(verbs) == [
        ("contact_message.sent", None),
        ("contact_message.answered", by),
        ("contact_message.reopened", by),
    ]


def test_nobody_else_sees_what_was_written(cast: Cast) -> None:
    message = sent()
    for name in cast.everyone:
        keeps = name == "service administrator"
        if name != ANONYMOUS:
            assert MESSAGES.visible(cast.visitor(name)).exists() is keeps, name
        for path in (LIST, message.get_absolute_url()):
            assert (cast.client(name).get(path).status_code == 200) is keeps, (name, path)
        cast.client(name).post(
            f"{message.get_absolute_url()}vastattu/", {"answered": "1" if not keeps else "0"}
        )
    message.refresh_from_db()
    assert message.answered_at is None
    assert not MESSAGES.visible(AnonymousUser()).exists()
    keeper = {cast["service administrator"].pk}
    assert MESSAGES.readers([message.pk, 0]) == {message.pk: keeper, 0: keeper}
    assert list(MESSAGES.people(message)) == [cast["service administrator"]]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"subject": ""}, "Subject"),
        ({"text": ""}, "Message"),
        ({"text": "Lapsi 131052-308T ei saanut paikkaa."}, "personal identity code"),
        ({"subject": "131052-308T"}, "personal identity code"),
        ({"reply_to": "131052-308T@kotona.example"}, "personal identity code"),
        ({"reply_to": "ei osoite"}, "e-mail address"),
        ({"text": "x" * 4001}, "4000"),
        ({"text": "\x00"}, "Message"),
    ],
)
def test_what_cannot_be_kept_is_told_in_words_and_stays_in_the_form(
    db: None, wrong: dict[str, str], says: str
) -> None:
    answer = outsider().post(HERE, WRITTEN | wrong)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert says in shown
    kept = {**WRITTEN, **wrong}
    assert all(value in shown for name, value in kept.items() if "\x00" not in value), "nothing typed is lost"
    assert not ContactMessage.objects.exists()


def test_too_many_from_one_network_wait_and_lose_nothing(db: None) -> None:
    for _each in range(MESSAGES_FROM_ONE.most):
        sent()
    answer = outsider().post(HERE, WRITTEN)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert WRITTEN["text"].splitlines()[0] in answer.content.decode()
    assert "Try again in" in answer.content.decode()
    assert ContactMessage.objects.count() == MESSAGES_FROM_ONE.most
    assert outsider().post(HERE, WRITTEN, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_a_form_of_another_site_sends_nothing(db: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(HERE, WRITTEN).status_code == 403
    assert not ContactMessage.objects.exists()


def test_every_footer_leads_there_and_the_page_tells_who_answers(cast: Cast) -> None:
    published(cast, cast.maps["porvoo"])
    for path in ("/", "/tietoja/", "/asukkaalle/fi/", "/kirjaudu/"):
        footer = outsider().get(path).content.decode().split("<footer")[1]
        assert f'href="{HERE}"' in footer, path
    Member.objects.filter(user=cast["porvoo administrator"]).update(phone="019 000 0007", title="Pääkäyttäjä")
    bare = outsider().get(HERE).content.decode()
    assert "Porvoo" in bare
    assert cast["porvoo administrator"].name not in bare
    known = cast.client("porvoo reader").get(HERE).content.decode()
    assert cast["porvoo administrator"].name in known
    assert 'href="tel:0190000007"' in known
    assert cast["porvoo administrator"].name not in cast.client("pohjanmaa editor").get(HERE).content.decode()


def test_an_empty_list_says_so_and_a_long_one_asks_as_often(cast: Cast) -> None:
    keeper = cast.client("service administrator")
    assert 'class="empty"' in keeper.get(LIST).content.decode()
    assert 'class="empty"' in keeper.get(LIST, {"state": "answered"}).content.decode()

    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert keeper.get(path).status_code == 200
        return len(asked)

    sent()
    few = [statements(path) for path in (LIST, HERE, ContactMessage.objects.get().get_absolute_url())]
    texts: Any = (ContactMessage(subject=f"Aihe {n}", text="x", language="fi") for n in range(70))
    ContactMessage.objects.bulk_create(texts)
    last = ContactMessage.objects.latest("pk")
    assert few == [statements(path) for path in (LIST, HERE, last.get_absolute_url())] == [3, 4, 3]
    seen, path = set(), LIST
    while path:
        shown = keeper.get(path).content.decode()
        seen |= set(re.findall(r'href="(/yhteydenotot/\d+/)"', shown))
        following = re.search(r'rel="next" href="([^"]+)"', shown)
        path = LIST + following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 71


def test_what_was_answered_a_year_ago_is_forgotten_and_what_waits_stays(cast: Cast) -> None:
    keeper, now = cast["service administrator"], timezone.now()
    rows = {name: sent(subject=name) for name in ("old", "newer", "waits")}
    for name in ("old", "newer"):
        mark(rows[name], by=keeper, answered=True)
    ContactMessage.objects.filter(pk=rows["waits"].pk).update(sent_at=now - timedelta(days=900))
    ContactMessage.objects.filter(pk=rows["old"].pk).update(answered_at=now - timedelta(days=366))
    forget_messages()
    forget_messages()
    assert set(ContactMessage.objects.values_list("subject", flat=True)) == {"newer", "waits"}
    assert cast.client("service administrator").get("/oma/ilmoitukset/").status_code == 200
    assert Event.objects.filter(verb="contact_message.sent").count() == 3, "that it came stays in the log"


def test_every_footer_leads_to_the_form(cast: Cast) -> None:
    for path in ("/kirjaudu/", "/asukkaalle/fi/", HERE):
        assert f'href="{HERE}#write"' in outsider().get(path).content.decode(), path
    assert f'href="{HERE}#write"' in cast.client("porvoo reader").get("/kartat/").content.decode()
