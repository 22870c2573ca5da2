"""Ten simulated years of very many open reports, against working days that are counted here from the law; and what a sweep costs."""

from __future__ import annotations

import datetime
import random
import time
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import holidays
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from collaboration.models import Event, Matter, Notification
from collaboration.workflows.matters import receive_many
from collaboration.working_days import HELSINKI
from services.models import Escalation, EscalationOwner
from services.workflows import escalation_clock as clock
from services.workflows.care import put_into_care
from services.workflows.escalation_climbs import matter_of
from tests.cast import Cast
from tests.collaboration.forum_cast import forums_of
from tests.services.escalated import OURS, REPORTER
from tests.services.many_reports import DAYS, load

FIRST, LAST = 2027, 2036
LEVELS = ("field", "expert", "management", "political")
A_DAY = datetime.timedelta(days=1)
MONDAY = datetime.datetime(2027, 1, 11, 9, tzinfo=HELSINKI)
COLUMNS = ("id", "level", "urgency", "due_at")


@cache
def days_off(year: int) -> set[datetime.date]:
    """The law's, with both eves: Midsummer's is the Friday of 19 to 25 June."""
    found = set(holidays.country_holidays("FI", years=year))
    june = [datetime.date(year, 6, day) for day in range(19, 26)]
    return found | {day for day in june if day.weekday() == 4} | {datetime.date(year, 12, 24)}


def is_open(day: datetime.date) -> bool:
    return day.weekday() not in (5, 6) and day not in days_off(day.year)


def nth_day(since: datetime.datetime, count: int) -> datetime.datetime:
    """The day on which so many working days have passed, at 16 in Helsinki: told without the portal's own calendar."""
    return _nth_day(since.astimezone(HELSINKI).date(), count)


@cache
def _nth_day(first: datetime.date, count: int) -> datetime.datetime:
    ahead = (first + number * A_DAY for number in range(1, 1_500))
    day = [day for day in ahead if is_open(day)][count - 1]
    return datetime.datetime.combine(day, datetime.time(16), HELSINKI)


def moments(*, is_long: bool) -> list[datetime.datetime]:
    """When the clock looks: at the edges of the offices' hours and in the night; `--long` every day, else days off, the days around
    them and some others."""
    chosen = random.Random(1)  # noqa: S311
    day, found = datetime.date(FIRST, 1, 1), []
    while day.year <= LAST:
        around = {day - A_DAY, day, day + A_DAY} & (days_off(day.year) | days_off(max(FIRST, day.year - 1)))
        if is_long or (around and chosen.random() < 0.1) or chosen.random() < 0.02:
            for hour, minute in ((2, 30), (7, 59), (8, 0), (15, 59), (16, 0)):
                found.append(datetime.datetime.combine(day, datetime.time(hour, minute), HELSINKI))
        day += A_DAY
    return found


def in_care(cast: Cast) -> None:
    put_into_care(cast.maps["porvoo"], forums_of(cast)["lape"].pk, by=cast[OURS])


def reporters(cast: Cast) -> list[tuple[int, int]]:
    return [(cast[REPORTER].pk, cast.roles(REPORTER)[0][0].pk)]


@pytest.mark.slow
def test_in_ten_years_nothing_climbs_early_twice_on_a_day_off_or_outside_office_hours(
    fresh_cast: Cast, *, is_long: bool
) -> None:
    in_care(fresh_cast)
    count = 100_000 if is_long else 200
    begin = datetime.datetime(FIRST, 1, 4, 16, tzinfo=HELSINKI)
    due = [nth_day(begin, 1 + number) for number in range(0, 700, 7)]
    due += [datetime.datetime(year, 6, 25, 16, tzinfo=HELSINKI) for year in range(FIRST, LAST)]
    load(fresh_cast.maps["porvoo"], count, due, reporters=reporters(fresh_cast), dangers=10)
    kept: dict[int, tuple[str, str, datetime.datetime]] = {
        pk: tuple(rest) for pk, *rest in Escalation.objects.values_list(*COLUMNS)
    }
    climbed: dict[int, list[datetime.datetime]] = defaultdict(list)
    looked = moments(is_long=is_long)
    last: dict[bool, datetime.datetime] = {}
    since_analysed = count
    for moment in looked:
        taken = clock.sweep(moment)
        may = is_open(moment.date()) and 8 <= moment.hour < 16
        if taken:
            since = Event.objects.filter(at=moment, subject_type__model="escalation").values("subject_id")
            for pk, level, urgency, due_at in Escalation.objects.filter(pk__in=since).values_list(*COLUMNS):
                before_level, _urgency, before_due = kept[pk]
                is_danger = urgency == "danger"
                assert may or is_danger, (moment, pk, "outside office hours")
                assert before_due <= moment, (moment, pk, "early")
                assert is_danger not in last or before_due > last[is_danger], (moment, pk, "late")
                assert LEVELS.index(level) - LEVELS.index(before_level) in (0, 1)
                if level == before_level:
                    assert level == "political", (moment, pk)
                else:
                    climbed[pk].append(moment)
                assert due_at == nth_day(moment, 1 if is_danger else DAYS[level]), (moment, pk)
                kept[pk] = level, urgency, due_at
        since_analysed += sum(taken.values())
        if since_analysed > 5_000:
            since_analysed = 0
            with connection.cursor() as cursor:
                cursor.execute(GROWN)
        last[True] = moment
        if may:
            last[False] = moment
    assert all(len(times) == LEVELS.index(kept[pk][0]) for pk, times in climbed.items())
    events = Event.objects.filter(verb="escalation.climbed")
    assert events.count() == sum(len(times) for times in climbed.values())
    assert events.values("subject_id", "note", "at").distinct().count() == events.count()
    levels = [level for level, _urgency, _due in kept.values()]
    assert levels.count("political") > count / 2, "ten years were enough for most of them"
    print(f"{count} reports, {len(looked)} looks, {events.count()} climbs")  # noqa: T201


SET_BASED = """
WITH due AS (
    SELECT id FROM services_escalation WHERE due_at <= %(now)s AND status = 'filed' ORDER BY id FOR UPDATE SKIP LOCKED
), risen AS (
    UPDATE services_escalation e SET level = 'expert', level_at = %(now)s, due_at = %(now)s::timestamptz + interval '14 days',
        seq = seq + 1, status_at = %(now)s
    FROM due WHERE due.id = e.id RETURNING e.id
), ended AS (
    UPDATE services_escalationowner o SET ended_at = %(now)s FROM risen WHERE o.escalation_id = risen.id AND o.ended_at IS NULL
    RETURNING o.escalation_id, o.party_id, o.user_id
), told AS (
    INSERT INTO collaboration_event (verb, subject_type_id, subject_id, note, digest, key, at)
    SELECT 'escalation.climbed', %(type)s, id, '', '', 'floor:' || id, %(now)s FROM risen RETURNING id, subject_id
)
INSERT INTO collaboration_notification (event_id, recipient_id, created_at, tries, due_at)
SELECT DISTINCT told.id, ended.user_id, %(now)s::timestamptz, 0, %(now)s::timestamptz FROM told
JOIN ended ON ended.escalation_id = told.subject_id WHERE ended.user_id IS NOT NULL
"""
"""All that one climb of all of them has to write, as bare as PostgreSQL does it."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "most", "matters"),
    [
        ("field", 7, None),
        ("expert", 10, None),  # each becomes a matter of the group
        ("management", 10, None),  # and of the board, where the group has none
        ("management", 7 + 10, "lape"),  # else the group's are taken further: a batch of matters beside each
        ("political", 6, None),
    ],
)
def test_a_sweep_asks_a_few_statements_for_each_five_hundred(
    fresh_cast: Cast, level: str, most: int, matters: str | None
) -> None:
    """Ten at most for a batch of reports, and ten for a batch of matters."""
    in_care(fresh_cast)
    due = [MONDAY - datetime.timedelta(hours=1)]
    asked = []
    for batches in (1, 3):
        numbers = load(
            fresh_cast.maps["porvoo"],
            batches * clock.AT_ONCE,
            due,
            reporters=reporters(fresh_cast),
            level=level,
        )
        if matters:
            matters_of(fresh_cast, numbers, matters)
        with CaptureQueriesContext(connection) as captured:
            assert sum(clock.sweep(MONDAY).values()) == len(numbers)
        words = [query["sql"].split()[0] for query in captured]
        asked.append(sum(word not in {"BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"} for word in words))
        if matters:
            assert Matter.objects.filter(subject_id__in=numbers, status="forwarded").count() == len(numbers)
        Escalation.objects.update(status="withdrawn")
    assert (asked[1] - asked[0]) / 2 <= most + 0.5


def matters_of(cast: Cast, numbers: list[int], key: str) -> None:
    """Each of them is a prepared matter of the forum already."""
    rows = Escalation.objects.filter(pk__in=numbers).select_related("map")
    Escalation.objects.filter(pk__in=numbers).update(forum=forums_of(cast)[key])
    owner, organisation = cast[OURS], cast.roles(OURS)[0][0]
    receive_many([matter_of(row, owner.pk, organisation.pk) for row in rows], at=MONDAY)


GROWN = (
    "ANALYZE services_escalation, services_escalationowner, collaboration_event, collaboration_notification"
)
"""What autovacuum does meanwhile: else constraints are checked by plans for empty tables."""


def _seconds(work: Callable[[], None]) -> float:
    """How long it takes with all its constraints; what it did is undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        began = time.perf_counter()
        work()
        seconds = time.perf_counter() - began
        cursor.execute(GROWN)
        began = time.perf_counter()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds += time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds


@pytest.mark.slow
def test_a_sweep_takes_at_most_ten_times_what_the_bare_statement_takes(
    fresh_cast: Cast, *, is_long: bool
) -> None:
    """The floor is measured in the same run, in turn with the sweep, and of both the quietest time: no clock of its own is asked for."""
    in_care(fresh_cast)
    count = 100_000 if is_long else 1_500
    load(
        fresh_cast.maps["porvoo"],
        count,
        [MONDAY - datetime.timedelta(hours=1)],
        reporters=reporters(fresh_cast),
    )
    kind = Event.objects.filter(subject_type__model="escalation").values_list("subject_type", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM django_content_type WHERE app_label = 'services' AND model = 'escalation'"
        )
        told: dict[str, Any] = {"now": MONDAY, "type": cursor.fetchone()[0]}
    assert not kind.exists()

    def bare() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL enable_nestloop = off"
            )  # it cannot know how many rows it will have made
            cursor.execute(SET_BASED, told)

    def swept() -> None:
        assert clock.sweep(MONDAY) == {"rise": count}
        assert Notification.objects.filter(event__verb="escalation.climbed").count() >= count
        assert EscalationOwner.objects.filter(ended_at=None, level="expert").count() >= count

    rounds = [(_seconds(bare), _seconds(swept)) for _round in range(1 if is_long else 3)]
    floor, taken = (min(seconds) for seconds in zip(*rounds, strict=True))
    print(f"{count} due: {taken:.2f} s, bare {floor:.2f} s, {taken / floor:.1f} times")  # noqa: T201
    assert taken <= 10 * floor
