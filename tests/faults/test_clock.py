"""A clock that jumps by three hours, to and fro: order is by number, what is sealed stays sealed, nothing waits for it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from axes.handlers import proxy
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from rest_framework.throttling import SimpleRateThrottle

from collaboration import seals
from collaboration.exports import queue as exports
from collaboration.mailing import mail_links, mail_notifications
from collaboration.models import Change, Export, Notification, PasswordLink
from collaboration.ops.undo import undo
from services.models import InterfaceMap
from services.workflows.edits import MAP
from tests.cast import Cast
from tests.factories.collaboration import PASSWORD, UserFactory
from tests.services.exporting import asked, ready
from tests.services.ops import edit
from yhdyspinta.clock import goes

pytestmark = pytest.mark.parametrize("hours", [3, -3])


@contextmanager
def jumped(hours: float) -> Iterator[None]:
    """Python's clocks of this process alone; PostgreSQL's goes on."""
    by, now, seconds = timedelta(hours=hours), timezone.now, time.time
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now() + by)
        patch.setattr(proxy, "now", lambda: now() + by)  # django-axes'
        patch.setattr(time, "time", lambda: seconds() + by.total_seconds())
        patch.setattr(SimpleRateThrottle, "timer", staticmethod(lambda: seconds() + by.total_seconds()))
        yield


def test_edits_history_undo_and_seals_go_on(fresh_cast: Cast, hours: int) -> None:
    on, person = fresh_cast.maps["porvoo"], fresh_cast["porvoo editor"]
    client = fresh_cast.client("porvoo editor")

    def write(text: str) -> None:
        edit(person, on, f"map:{on.pk}", "title_fi", text)

    write("Ennen")
    with jumped(hours):
        write("Hypyn aikana")
        assert client.get(f"/kartat/{on.pk}/").status_code == 200, "nobody is signed out"
        assert seals.seal_events() > 0
        mail_notifications()
    write("Hypyn jälkeen")
    seals.seal_events()
    assert list(seals.problems()) == []
    numbers = list(Change.objects.filter(property="title_fi").order_by("seq").values_list("seq", "to_value"))
    assert [new for _seq, new in numbers] == ["Ennen", "Hypyn aikana", "Hypyn jälkeen"]
    page = client.get(f"/kartat/{on.pk}/historia/").content.decode()
    assert page.index("Hypyn jälkeen") < page.index("Hypyn aikana"), "the history is in the order of numbers"
    with jumped(hours):
        undo(MAP, person, on.pk, uuid4())
    assert InterfaceMap.objects.get(pk=on.pk).title_fi == "Hypyn aikana"
    mail_notifications()
    assert not Notification.objects.filter(mailed_at=None).exists()


def test_an_export_of_a_worker_that_died_at_another_time_is_made(fresh_cast: Cast, hours: int) -> None:
    export = asked(fresh_cast, fresh_cast.maps["porvoo"])
    with jumped(hours):
        assert exports.claim() == export, "and then the worker died"
    assert Export.objects.get(pk=export.pk).state == "waiting"
    assert ready(export).made_at


def test_nobody_is_locked_out_for_longer_than_was_said(db: None, hours: int) -> None:
    person = UserFactory.create()

    def signs_in() -> int:
        return Client().post("/kirjaudu/", {"username": person.email, "password": PASSWORD}).status_code

    for _time in range(settings.AXES_FAILURE_LIMIT):
        Client().post("/kirjaudu/", {"username": person.email, "password": "x"})
    assert signs_in() == 429
    with jumped(hours):
        answer = Client().post("/kirjaudu/", {"username": person.email, "password": "x"})
        assert answer.status_code == (422 if hours > 0 else 429)
        assert int(answer.headers.get("Retry-After", 0)) <= 900
    with jumped(hours + 0.26):
        assert signs_in() == 302, "after a quarter of an hour of the new clock"


def test_a_program_that_asked_too_often_waits_no_longer_than_its_minute(
    cast: Cast, hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, "person", "3/min")
    cache.clear()
    client = cast.client("porvoo editor")
    assert [client.get("/api/v1/me/").status_code for _time in range(4)] == [200, 200, 200, 429]
    with jumped(hours):
        assert [client.get("/api/v1/me/").status_code for _time in range(4)] == [200, 200, 200, 429]
    cache.clear()


def test_a_link_that_was_asked_for_is_mailed(db: None, hours: int) -> None:
    person = UserFactory.create()
    PasswordLink.objects.create(email=person.email)
    with jumped(hours):
        assert mail_links() == 1


def test_the_schedules_time_in_the_future_is_no_sign_of_life(tmp_path: Path, hours: int) -> None:
    schedule = tmp_path / "schedule"
    schedule.touch()
    assert goes(schedule)
    jump = time.time() + hours * 3600
    os.utime(schedule, (jump, jump))
    assert not goes(schedule)
