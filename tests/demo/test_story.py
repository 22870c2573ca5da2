"""The demo's story and its clock, on the demo's own content; the whole of it is played in tests/browser/test_story.py."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pytest_django import DjangoDbBlocker

from collaboration.models import User
from collaboration.working_days import is_working_day, next_office_moment
from services.models import Aspect, Escalation, EscalationReporter
from services.policy.escalations import reports_for
from services.workflows import escalations
from tests.cast import undone
from tests.demo import urls as demo_urls
from tests.plugin import TestRun, own_database
from yhdyspinta.demo import clock, story

pytestmark = pytest.mark.urls(demo_urls.__name__)
PAGE, CLOCK, AGAIN = "/esittely/", "/esittely/kello/", "/esittely/alusta/"


@pytest.fixture(scope="module")
def demo_content(test_run: TestRun, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with own_database(test_run.demo, django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def demo(
    demo_content: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Demo mode, with the clock as the demo's settings set it up."""
    settings.DEMO = True
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.MIDDLEWARE = [*project.MIDDLEWARE, clock.MIDDLEWARE]
    monkeypatch.setattr(timezone, "now", clock.now)
    monkeypatch.setattr(clock.Kept, "ahead", datetime.timedelta())
    with undone(), translation.override("en"):
        yield


def report(number: int = 2) -> Escalation:
    """The nurse's, on an aspect of the story's interface."""
    read = story.Story.read()
    assert read is not None
    by = User.objects.get(email=story.ROLES[story.NURSE].email)
    aspect = Aspect.objects.get(interface=read.interface, number=number)
    return escalations.file(
        Escalation(
            map=read.interface.map,
            interface=read.interface,
            aspect=aspect,
            text="Lapsi tuli ilman havaintoja. Kolmas kerta.",
            effect="delayed",
            frequency="often",
            urgency="normal",
        ),
        EscalationReporter(user=by, organisation_id=reports_for(by, read.interface.map) or 0, is_first=True),
        by=by,
    )


def done() -> list[int]:
    """The numbers of the steps that have been done."""
    read = story.Story.read()
    assert read is not None
    return [row.number for row in story.told(read) if row.is_done]


def moved(client: Client, to: str = "day", **sent: str) -> datetime.date:
    """The demo's day after the button was pressed."""
    answer = client.post(CLOCK, {"from": timezone.localdate().isoformat(), "to": to} | sent)
    assert (answer.status_code, answer["Location"]) == (302, "/esittely/#story")
    return timezone.localdate()


def test_what_has_been_done_is_read_from_the_report(client: Client) -> None:
    assert done() == []
    row = report()
    assert done() == [1]
    director = story.ROLES[story.DIRECTOR].email
    answer = client.post("/esittely/kirjaudu/", {"email": director, "next": f"/kartat/{row.map_id}/"})
    assert answer["Location"] == f"/kartat/{row.map_id}/"
    assert done() == [1, 2]
    moved(client, "deadline")
    assert done() == [1, 2, 3]
    moved(client, "deadline")
    assert done() == [1, 2, 3, 4]


def test_to_the_deadline_and_what_is_due_on_the_way_falls_due_on_its_own_day(client: Client) -> None:
    danger = Escalation.objects.filter(status__in=Escalation.OPEN).earliest("pk")
    Escalation.objects.filter(pk=danger.pk).update(level="field", status="filed", due_at=timezone.now())
    row = report()
    due, before = row.due_at, timezone.localdate()
    assert moved(client, "deadline") == timezone.localdate(next_office_moment(due))
    danger.refresh_from_db()
    row.refresh_from_db()
    assert row.level == "expert"
    assert danger.level_at < row.level_at, "on the first working day, and not on the last"
    days = [parsedate_to_datetime(str(each.message()["Date"])).date() for each in mail.outbox]
    assert days, "people are told on the way"
    assert all(before <= day <= timezone.localdate() for day in days), "and the mails are of the demo's days"
    assert max(days) > before


def test_the_clock_goes_by_working_days_and_the_database_agrees(client: Client) -> None:
    before = timezone.localdate()
    days = [moved(client) for _again in range(8)]
    assert days == sorted(set(days))
    assert before < days[0]
    assert all(is_working_day(day) for day in days)
    with connection.cursor() as cursor:
        cursor.execute("SELECT today_in_finland()")
        assert cursor.fetchone()[0] == days[-1]


def test_a_second_click_on_the_same_page_moves_nothing_more(client: Client) -> None:
    before = timezone.localdate().isoformat()
    once = moved(client)
    for sent in (before, "", "\x00", "2999-01-01", "x"):
        assert moved(client, **{"from": sent}) == once


def test_the_clock_never_goes_back(client: Client) -> None:
    day = moved(client)
    clock.go_to(clock.real_now())
    assert timezone.localdate() == day


def test_what_another_process_has_moved_is_read_with_the_next_request(client: Client) -> None:
    day = moved(client)
    clock.Kept.ahead = datetime.timedelta()
    assert f"{day:%-d.%-m.%Y}" in client.get("/").content.decode()
    assert timezone.localdate() == day


def test_the_strip_says_the_day_only_when_it_is_another(client: Client) -> None:
    strip = 'href="/esittely/#story"'
    assert strip not in client.get("/").content.decode()
    moved(client)
    assert strip in client.get("/").content.decode()


def test_begun_again_the_earlier_report_is_history_and_the_next_has_a_place_of_its_own(
    client: Client,
) -> None:
    first = report()
    assert client.post(AGAIN).status_code == 302
    assert done() == []
    read = story.Story.read()
    assert read is not None
    assert (read.report, read.number) == (None, 4), "nothing is open there"
    second = report(4)
    first.refresh_from_db()
    assert (first.status, done()) == ("filed", [1])
    assert second.pk != first.pk


def test_reading_moves_nothing_and_only_a_post_does(client: Client) -> None:
    assert client.get(CLOCK).status_code == client.get(AGAIN).status_code == 405
    day = timezone.localdate()
    client.get(PAGE)
    assert timezone.localdate() == day


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_page_tells_the_story_in_every_language(client: Client, language: str) -> None:
    client.cookies[project.LANGUAGE_COOKIE_NAME] = language
    text = client.get(PAGE).content.decode()
    assert text.count('<li class="story__step') == len(story.STEPS) == 8
    with translation.override(language):
        for step in story.STEPS:
            assert str(step.title) in text


def test_the_page_asks_as_often_however_much_has_been_told(client: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(PAGE).status_code == 200
        return len(asked)

    report()
    moved(client, "deadline")
    few = statements()
    for _nth in range(2):
        client.post(AGAIN)
        report(4)
    moved(client, "deadline")
    assert statements() == few <= 12
