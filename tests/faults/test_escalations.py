"""The clock of reports under faults: killed, doubled, replayed, wrong by hours, in the nights when clocks turn, without Redis."""

from __future__ import annotations

import datetime
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg2  # type: ignore[import-untyped]
import pytest
from celery import Celery
from django.conf import settings
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from collaboration.models import Event, Matter, Notification
from collaboration.working_days import HELSINKI, add_working_days
from services.models import Escalation
from services.workflows import escalation_clock as clock
from services.workflows.care import put_into_care
from tests.cast import Cast, undone
from tests.collaboration.forum_cast import forums_of
from tests.embedded.test_servers import eventually
from tests.faults.climbs import wrong_with
from tests.faults.killing import kills
from tests.faults.test_clock import jumped
from tests.gear.client import Client
from tests.gear.journey import make_people
from tests.gear.production import HOST, Production
from tests.services.escalated import OURS, THEIRS, after, at, filed, take
from yhdyspinta.embedded import postgres

MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
PASSWORD = "a long enough password"  # noqa: S105
STALLS = (
    "services_escalation",
    "services_escalationowner",
    "collaboration_matter",
    "collaboration_event",
    "collaboration_notification",
)
"""What a sweep writes, in its order: it is killed while it waits for each."""


def in_care(cast: Cast) -> None:
    """The group looks after Porvoo's map, and the board is above."""
    put_into_care(cast.maps["porvoo"], forums_of(cast)["lape"].pk, by=cast[OURS])


def dangers(cast: Cast, count: int) -> list[Escalation]:
    """Due now at whatever hour the test runs, on their way to the group."""
    rows = [take("climb", filed(cast, by=THEIRS, urgency="danger"), cast[OURS]) for _nth in range(count)]
    Escalation.objects.update(due_at=timezone.now() - MINUTE)
    return rows


def sweeper(database: str) -> subprocess.Popen[bytes]:
    """What the clock does every five minutes, as a process."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "sweep_escalations"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def waiting(database: str) -> list[int]:
    """The sessions that wait for a lock."""
    words = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return [pid for (pid,) in postgres.run_sql(database, words)]


def is_over(database: str, session: int) -> bool:
    return not postgres.run_sql(database, "SELECT FROM pg_stat_activity WHERE pid = %s", session)


@contextmanager
def nobody_writes(database: str, table: str) -> Iterator[None]:
    """Whoever writes the table waits meanwhile."""
    holder = psycopg2.connect(database)
    try:
        with holder.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield
    finally:
        holder.close()


def levels(rows: list[Escalation]) -> set[str]:
    return set(Escalation.objects.filter(pk__in=[row.pk for row in rows]).values_list("level", flat=True))


@pytest.mark.slow
@pytest.mark.parametrize("table", STALLS)
def test_a_sweep_that_is_killed_anywhere_has_done_nothing_and_the_next_does_it_once(
    fresh_cast: Cast, fresh_database: str, table: str
) -> None:
    in_care(fresh_cast)
    rows = dangers(fresh_cast, 4)
    with nobody_writes(fresh_database, table):
        process = sweeper(fresh_database)
        assert eventually(lambda: len(waiting(fresh_database)) == 1)
        [session] = waiting(fresh_database)
        process.kill()
        process.wait()
    assert eventually(lambda: is_over(fresh_database, session))
    assert levels(rows) == {"expert"}
    with sweeper(fresh_database) as process:
        assert process.wait(timeout=60) == 0
    assert levels(rows) == {"management"}
    assert wrong_with(rows) == []
    assert Matter.objects.filter(subject_type__model="escalation").count() == len(rows)


@pytest.mark.slow
def test_several_clocks_at_once_and_killed_at_random_lose_nothing_and_double_nothing(
    fresh_cast: Cast, fresh_database: str, *, is_long: bool
) -> None:
    in_care(fresh_cast)
    for _round in range(20 if is_long else 2):
        rows = dangers(fresh_cast, 20)
        clocks = [sweeper(fresh_database) for _nth in range(3)]
        for process in clocks[:2]:
            time.sleep(random.random())  # noqa: S311
            process.kill()
        for process in clocks:
            process.wait(timeout=60)

        def swept(rows: list[Escalation] = rows) -> bool:
            clock.sweep()
            return levels(rows) == {"management"}

        assert eventually(swept)
        assert wrong_with(rows) == []


def test_a_replay_and_a_late_run_find_nothing(fresh_cast: Cast) -> None:
    in_care(fresh_cast)
    rows = [filed(fresh_cast) for _nth in range(3)]
    first = moment = max(after(row) for row in rows)
    for _level in range(3):
        assert clock.sweep(moment) == {"rise": len(rows)}
        for replayed in (moment, moment + MINUTE, first):
            assert clock.sweep(replayed) == {}
        moment = max(after(row) for row in rows)
    assert levels(rows) == {"political"}
    assert wrong_with(rows) == []


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_is_hours_off_climbs_once_and_reminds_once(fresh_cast: Cast, hours: int) -> None:
    in_care(fresh_cast)
    rows = dangers(fresh_cast, 3)
    asked = at(fresh_cast, "proposed")
    for by in (OURS, THEIRS):
        take("works", asked, fresh_cast[by])
    Escalation.objects.filter(pk=asked.pk).update(urgency="danger", due_at=timezone.now() - MINUTE)
    for off in (0, hours, 0, hours):
        with jumped(off):
            clock.sweep()
    assert levels(rows) == {"management"}
    assert wrong_with([*rows, asked]) == []
    asked.refresh_from_db()
    assert asked.reminders == 1


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("faketime") is None, reason="faketime is not installed: .ci/run installs it")
def test_a_process_whose_machine_is_hours_off_climbs_once(fresh_cast: Cast, fresh_database: str) -> None:
    """libfaketime lies to the whole process of one clock of three, and the clock of the database is right."""
    in_care(fresh_cast)
    rows = dangers(fresh_cast, 3)
    for off in ("+3h", "+0h", "-3h", "+3h"):
        done = subprocess.run(
            ["faketime", "-f", off, sys.executable, "manage.py", "sweep_escalations"],  # noqa: S607
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": fresh_database, "DONT_FAKE_MONOTONIC": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
    assert levels(rows) == {"management"}
    assert wrong_with(rows) == []
    told = Event.objects.filter(verb="escalation.climbed", subject_id=rows[0].pk).latest("pk")
    assert abs(told.at - timezone.now() - 3 * HOUR) < 10 * MINUTE, (
        "the first of them did it, by its wrong clock"
    )


@pytest.mark.slow
@pytest.mark.parametrize("turns", ["2028-03-26", "2027-10-31"], ids=["to summer", "to winter"])
def test_in_the_nights_when_clocks_turn_nothing_climbs_twice_or_early(
    cast: Cast, turns: str, *, is_long: bool
) -> None:
    """Every half hour of the clock, every minute with `--long`, from Friday to Tuesday."""
    in_care(cast)
    sunday = datetime.datetime.fromisoformat(f"{turns}T00:00").replace(tzinfo=HELSINKI)
    usual, danger, hidden = filed(cast), filed(cast, by=OURS, urgency="danger"), filed(cast, by=THEIRS)
    friday = datetime.datetime.combine(
        sunday.date() - datetime.timedelta(days=2), datetime.time(16), HELSINKI
    )
    night = datetime.datetime.fromisoformat(f"{turns}T01:30").replace(tzinfo=datetime.UTC)
    due = {usual.pk: friday, danger.pk: night, hidden.pk: night}
    for pk, moment in due.items():
        Escalation.objects.filter(pk=pk).update(due_at=moment)
    step = MINUTE if is_long else 30 * MINUTE
    moment = (friday - HOUR).astimezone(datetime.UTC)
    climbed: dict[int, list[datetime.datetime]] = {}
    while moment < friday + datetime.timedelta(days=3, hours=18):
        before = dict(Escalation.objects.values_list("pk", "level"))
        clock.sweep(moment)
        for pk, level in Escalation.objects.values_list("pk", "level"):
            if level != before[pk]:
                climbed.setdefault(pk, []).append(moment)
        moment += step
    monday = datetime.datetime.combine(sunday.date() + datetime.timedelta(days=1), datetime.time(8), HELSINKI)
    assert climbed[usual.pk] == climbed[hidden.pk] == [monday]
    assert climbed[danger.pk][0] == night
    assert climbed[danger.pk][1:] == [add_working_days(night, 1)], "on Monday, at the end of its day"
    assert wrong_with([usual, danger, hidden]) == []


def test_without_redis_everything_climbs_and_is_told(fresh_cast: Cast, settings: Any) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:9/0"
    with pytest.raises(RedisError):
        Redis.from_url(settings.CELERY_BROKER_URL).ping()
    in_care(fresh_cast)
    rows = dangers(fresh_cast, 3)
    assert clock.sweep() == {"rise": len(rows)}
    assert wrong_with(rows) == []


FILE = """
import datetime, os
from django.utils import timezone
from collaboration.models import User
from services.models import Aspect, Escalation, EscalationReporter, InterfaceMap
from services.policy.escalations import reports_for
from services.workflows import escalations
on, by = InterfaceMap.objects.get(pk=os.environ["ON"]), User.objects.get(email="editor@portal.example")
aspect = Aspect.objects.filter(interface__map=on, interface__live__isnull=False).earliest("pk")
for _nth in range(5):
    report = EscalationReporter(user=by, organisation_id=reports_for(by, on), is_first=True)
    said = {"text": "Ei tule.", "effect": "delayed", "frequency": "often", "urgency": "danger"}
    escalations.file(Escalation(map=on, interface=aspect.interface, aspect=aspect, **said), report, by=by)
Escalation.objects.filter(map=on, level="field").update(due_at=timezone.now() - datetime.timedelta(minutes=1))
"""
CLIMBED = """
SELECT escalation.level,
    (SELECT count(*) FROM collaboration_event event JOIN django_content_type type ON type.id = event.subject_type_id
        WHERE type.model = 'escalation' AND event.subject_id = escalation.id AND event.verb = 'escalation.climbed'),
    (SELECT count(*) - count(DISTINCT party_id) FROM services_escalationowner owner
        WHERE owner.escalation_id = escalation.id AND owner.ended_at IS NULL)
FROM services_escalation escalation WHERE map_id = {on}
"""
VICTIMS = (
    "the worker",
    "a process of the worker",
    "the clock",
    "Redis",
    "PostgreSQL",
    "a process of PostgreSQL",
)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and kills by it")
def test_the_worker_climbs_once_whatever_is_killed(production: Production, *, is_long: bool) -> None:
    people = make_people(production, PASSWORD)
    client = Client(HOST, production.ports)
    client.sign_in(people.editor, PASSWORD)
    on = client.new_map(people.editor_place)
    ways, words = kills(production), CLIMBED.format(on=on)
    filed = 0

    def asked() -> None:
        """Two tasks, as two clocks or a replay would send them; a broker that is away gets none."""
        with Celery(broker=production.env()["REDIS_URL"]) as app:
            for _twice in range(2):
                with suppress(Exception):  # whatever it says, it is asked again
                    app.send_task("services.tasks.sweep_escalations", retry=False)

    def read() -> list[Any]:
        try:
            return postgres.run_sql(production.owner_url, words)
        except psycopg2.Error:
            return []  # it has just been killed

    def has_climbed(wanted: int) -> bool:
        asked()
        return {row[0] for row in read()} == {"expert"} and len(read()) == wanted

    for victim in random.sample(VICTIMS, len(VICTIMS) if is_long else 2):
        production.manage("shell", "--verbosity", "0", "-c", FILE, ON=str(on))
        filed += 5
        asked()
        ways[victim]()
        wanted = filed
        assert eventually(lambda wanted=wanted: has_climbed(wanted)), f"after killing {victim}: {read()}"  # type: ignore[misc]
    asked()
    assert set(read()) == {("expert", 1, 0)}


def test_the_checker_sees_what_is_missing_and_what_is_there_twice(cast: Cast) -> None:
    in_care(cast)
    row = filed(cast)
    moment = after(row)
    clock.sweep(moment)
    clock.sweep(after(row))
    assert wrong_with([row]) == []
    damages: tuple[Callable[[], Any], ...] = (
        lambda: Escalation.objects.filter(pk=row.pk).update(level="expert"),
        lambda: row.owners.filter(ended_at=None).update(ended_at=moment),
        lambda: Matter.objects.filter(subject_id=row.pk).update(subject_id=None, subject_type=None),
        lambda: Notification.objects.filter(event__verb="escalation.climbed").delete(),
    )
    for damage in damages:
        with undone():
            damage()
            assert wrong_with([row]) != []
    assert wrong_with([row]) == []
