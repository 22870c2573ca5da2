"""The demo's clock: it goes like every clock, as far ahead as somebody has moved it, and never back.

How far ahead is one row of the demo's database. `today_in_finland` reads it there; each process reads it when it connects and
when it begins a request or a task, so pages, worker and commands agree. The demo's settings set it up, before any model takes
`timezone.now` as a default; outside the demo there is nothing of it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from io import StringIO
from typing import Any

from celery.signals import task_prerun
from django.core.management import call_command
from django.db import connection
from django.db.backends.signals import connection_created
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from collaboration.working_days import HELSINKI, next_office_moment

MIDDLEWARE = "yhdyspinta.demo.clock.ClockMiddleware"
OF_THE_CLOCK = ("sweep_escalations", "ask_about_actions", "mail_notifications")
"""The commands that do what the clock does."""

TABLE = """
CREATE TABLE IF NOT EXISTS demo_clock (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    ahead interval NOT NULL DEFAULT '0',
    told_until bigint NOT NULL DEFAULT 0
);
INSERT INTO demo_clock DEFAULT VALUES ON CONFLICT DO NOTHING;
CREATE OR REPLACE FUNCTION today_in_finland() RETURNS date LANGUAGE sql STABLE
    RETURN ((now() + (SELECT ahead FROM demo_clock)) AT TIME ZONE 'Europe/Helsinki')::date;
"""
"""`told_until`: the last report of an earlier story."""

real_now = timezone.now


class Kept:
    """As this process has read it last."""

    ahead = datetime.timedelta()


def now() -> datetime.datetime:
    """The demo's."""
    return real_now() + Kept.ahead


def install() -> None:
    """Let every process of the demo go by it."""
    now.__module__ = timezone.__name__  # a migration that is made in the demo names Django's
    timezone.now = now
    for signal in (connection_created, task_prerun):
        signal.connect(read, dispatch_uid="the demo's clock")


def prepare() -> None:
    """Make its row, and let the database's day follow it."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def read(**_sent: Any) -> None:
    """How far ahead it is by now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('demo_clock') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT ahead FROM demo_clock")
            Kept.ahead = cursor.fetchone()[0]


class ClockMiddleware:
    """Each request goes by the clock as it is when it begins."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            connection.connection is not None
        ):  # a new one reads it, and what needs no database is answered without one
            read()
        return self.get_response(request)


def is_ahead() -> bool:
    """Whether its day is another one than outside."""
    return timezone.localdate() != timezone.localdate(real_now())


def next_working_day() -> datetime.datetime:
    """When the offices open on the next working day."""
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    return next_office_moment(datetime.datetime.combine(tomorrow, datetime.time(), HELSINKI))


def go_to(moment: datetime.datetime) -> None:
    """Working day by working day, and on each of them do what the clock does: what is due falls due on its own day."""
    while timezone.now() < moment:
        _move(min(next_working_day(), moment))
        for command in OF_THE_CLOCK:
            call_command(command, stdout=StringIO())


def _move(moment: datetime.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE demo_clock SET ahead = greatest(ahead, make_interval(secs => %s))",
            [(moment - real_now()).total_seconds()],
        )
    read()
