"""Very many reports at once, loaded by COPY as no person could file them."""

from __future__ import annotations

import csv
import datetime
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from services.models import Aspect, EscalationReporter, InterfaceMap
from services.workflows.escalation_days import kept

CLOSED = {"proposal": "Toimii.", "repair": "none", "repair_reason": "Ohje oli jo.", "round": 1}
DAYS = {"field": 5, "expert": 10, "management": 10, "political": 250}


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """One COPY."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    text.seek(0)
    with connection.cursor() as cursor:
        empty = ", ".join(name for name in columns if name in {"interface_id", "aspect_id"})
        more = f", FORCE_NULL ({empty})" if empty else ""
        cursor.cursor.copy_expert(
            f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (FORMAT csv{more})", text
        )


def load(
    on: InterfaceMap,
    count: int,
    due: Sequence[datetime.datetime],
    *,
    reporters: Sequence[tuple[int, int]],
    level: str = "field",
    dangers: int = 0,
    status: str = "filed",
    with_owners: bool = True,
    elsewhere: Sequence[int] = (),
) -> list[int]:
    """So many reports on the map's aspects, due at these moments in turn, each of one of the reporters (person, organisation).

    Every `dangers`-th is a danger. Nine of ten are on the maps `elsewhere` in turn, if there are any, without an interface.
    """
    aspects = list(Aspect.objects.filter(interface__map=on, interface__live__isnull=False).order_by("pk"))
    before = _highest()
    filed = min(due) - datetime.timedelta(days=30)

    def row(number: int) -> dict[str, Any]:
        aspect = aspects[number % len(aspects)]
        urgency = "danger" if dangers and number % dangers == 0 else "normal"
        is_here = not elsewhere or number % 10 == 0
        return {
            "id": before + number + 1,
            "map_id": on.pk if is_here else elsewhere[number % len(elsewhere)],
            "interface_id": aspect.interface_id if is_here else None,
            "aspect_id": aspect.pk if is_here else None,
            "title": f"Ilmoitus {number}",
            "text": f"Ei toimi {number}.",
            "effect": "delayed",
            "frequency": "often",
            "urgency": urgency,
            "level": level,
            "level_at": filed,
            "status": status,
            "status_at": filed,
            "seq": 0,
            "filed_at": filed,
            "days": json.dumps(kept(list(DAYS.values()), {}, urgency)),
            "due_at": due[number % len(due)],
            "is_stuck": False,
            "waiting_for": "",
            "proposal": "",
            "round": 0,
            "asks_reporters": False,
            "reminders": 0,
            "repair": "",
            "repair_reason": "",
            "reopened": 0,
            **(CLOSED | {"closed_at": filed} if status == "closed" else {}),
        }

    rows = [row(number) for number in range(count)]
    copy("services_escalation", list(rows[0]), (list(each.values()) for each in rows))
    numbers = [each["id"] for each in rows]
    columns = [
        "escalation_id",
        "user_id",
        "organisation_id",
        "is_nameless",
        "is_first",
        "text",
        "at",
        "word",
        "round",
    ]
    copy(
        EscalationReporter._meta.db_table,
        columns,
        (
            [pk, *reporters[nth % len(reporters)], True, True, "", filed, "", 0]
            for nth, pk in enumerate(numbers)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('services_escalation', 'id'), %s)", [numbers[-1]]
        )
        if with_owners:
            cursor.execute("SELECT give_escalation_owners(%s::bigint[], %s)", [numbers, filed])
        cursor.execute("ANALYZE services_escalation, services_escalationreporter, services_escalationowner")
    return numbers


def _highest() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM services_escalation")
        return int(cursor.fetchone()[0])
