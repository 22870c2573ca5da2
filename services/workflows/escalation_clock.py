"""The clock of escalations: what is due climbs, is reminded of, goes on or lapses, in sets and once each.

Safe to run twice, two at once, late or often: each step asks again under its lock whether it is due, and its event has a
key. It works in office hours; only a danger climbs at any hour.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from collaboration.models import Level
from collaboration.working_days import office_hours
from services.models import Escalation
from services.workflows import escalation_climbs as climbs
from services.workflows.escalation_effects import MOST_REMINDERS
from services.workflows.escalations import escalation_workflow

AT_ONCE = 500
REPORTER = Escalation.WaitingFor.REPORTER


def last_deadline() -> datetime.datetime | None:
    """The last day at which the clock looks at a report that is known by now."""
    last: datetime.datetime | None = Escalation.objects.filter(status__in=Escalation.OPEN).aggregate(
        last=Max("due_at")
    )["last"]
    return last


def due(now: datetime.datetime) -> QuerySet[Escalation]:
    """What the clock looks at now."""
    rows = Escalation.objects.exclude(
        status__in=[Escalation.Status.CLOSED, Escalation.Status.WITHDRAWN, Escalation.Status.MERGED]
    ).filter(due_at__lte=now)
    return rows if office_hours(now) else rows.filter(urgency=Escalation.Urgency.DANGER)


def _running() -> Q:
    return Q(status__in=Escalation.RUNNING, asks_reporters=False)


KINDS: tuple[tuple[str, Q], ...] = (
    ("time_is_up", Q(status="waiting") & (~Q(waiting_for=REPORTER) | Q(reminders__gte=MOST_REMINDERS))),
    ("remind_reporters", Q(status="waiting", waiting_for=REPORTER, reminders__lt=MOST_REMINDERS)),
    ("remind_reporters", Q(status="proposed", asks_reporters=True, reminders__lt=MOST_REMINDERS)),
    ("lapse", Q(status="proposed", asks_reporters=True, reminders__gte=MOST_REMINDERS)),
    ("look_again", _running() & Q(level=Level.POLITICAL)),
    ("rise", _running() & Q(level=Level.FIELD)),
)
"""Which step is due where; on the levels of experts and management it depends on the forums above."""


def sweep(now: datetime.datetime | None = None) -> dict[str, int]:
    """Take every step that is due, and tell how many of each were taken."""
    at = now or timezone.now()
    taken: dict[str, int] = {}
    if not due(at).exists():
        return taken
    for name, rows, wished in _batches(at):
        done = sum(
            result.is_done for result in escalation_workflow.perform_many(name, rows, at, wished=wished)
        )
        taken[name] = taken.get(name, 0) + done
    return {name: count for name, count in taken.items() if count}


def _batches(at: datetime.datetime) -> Iterator[tuple[str, QuerySet[Escalation], dict[str, Any]]]:
    """Sets of rows, the step that is due for them, and the forums above; a set whose rows stay due is not read again."""
    for name, which in KINDS:
        for rows in _chunks(due(at).filter(which)):
            yield name, _rows(at, which, list(rows)), {}
    for level, above in ((Level.EXPERT, Level.MANAGEMENT), (Level.MANAGEMENT, Level.POLITICAL)):
        which = _running() & Q(level=level)
        maps = due(at).filter(which).order_by().values_list("map", flat=True).distinct()
        forums = climbs.forums_on(above, maps)
        for maps_of in _chunks(due(at).filter(which)):
            stays = [] if above != Level.POLITICAL else [pk for pk, on in maps_of.items() if on not in forums]
            upwards = [pk for pk in maps_of if pk not in stays]
            if upwards:
                rising: Any = _rows(at, which, upwards).annotate(open_matters=climbs.OPEN_MATTERS)
                yield "rise", rising, {"forums": forums}
            if stays:
                yield "stick", _rows(at, which & Q(is_stuck=False), stays), {}
                yield "look_again", _rows(at, which & Q(is_stuck=True), stays), {}


def _rows(at: datetime.datetime, which: Q, numbers: list[int]) -> QuerySet[Escalation]:
    return due(at).filter(which, pk__in=numbers).select_related("map", "forum")


def _chunks(rows: QuerySet[Escalation]) -> Iterator[dict[int, int]]:
    """Each row's map, so many rows at a time."""
    after: tuple[datetime.datetime, int] | None = None
    while True:
        ahead = (
            rows
            if after is None
            else rows.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], pk__gt=after[1]))
        )
        found = list(ahead.order_by("due_at", "pk").values_list("due_at", "pk", "map")[:AT_ONCE])
        if found:
            yield {pk: on for _due, pk, on in found}
            after = found[-1][:2]
        if len(found) < AT_ONCE:
            return


def ask_again(now: datetime.datetime | None = None) -> int:
    """Two weeks after it was closed, ask those who reported it whether it works."""
    at, asked = now or timezone.now(), 0
    if not office_hours(at):
        return 0
    while True:
        rows = Escalation.objects.filter(asks_again_at__lte=at, status=Escalation.Status.CLOSED)
        numbers = list(rows.order_by("asks_again_at").values_list("pk", flat=True)[:AT_ONCE])
        results = escalation_workflow.perform_many(
            "ask_again", Escalation.objects.filter(pk__in=numbers, asks_again_at__lte=at), at
        )
        asked += sum(result.is_done for result in results)
        if not any(result.is_done for result in results):
            return asked
