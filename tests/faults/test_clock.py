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
from django.utils import timezone

from collaboration import seals
from collaboration.mailing import mail_notifications
from collaboration.models import Change, Notification
from collaboration.ops.undo import undo
from services.models import Export, InterfaceMap
from services.workflows import exports
from services.workflows.edits import MAP
from tests.cast import Cast
from tests.services.exporting import asked, ready
from tests.services.ops import edit
from yhdyspinta.clock import goes

pytestmark = pytest.mark.parametrize("hours", [3, -3])


@contextmanager
def jumped(hours: int) -> Iterator[None]:
    """Python's clocks of this process alone; PostgreSQL's goes on."""
    by, now, seconds = timedelta(hours=hours), timezone.now, time.time
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now() + by)
        patch.setattr(time, "time", lambda: seconds() + by.total_seconds())
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


def test_the_schedules_time_in_the_future_is_no_sign_of_life(tmp_path: Path, hours: int) -> None:
    schedule = tmp_path / "schedule"
    schedule.touch()
    assert goes(schedule)
    jump = time.time() + hours * 3600
    os.utime(schedule, (jump, jump))
    assert not goes(schedule)
