"""Escalations as a table. The names of reporters are in none: whoever may read one reads it on the page."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.exports.cells import Cell, Column, Table
from collaboration.models import User
from services.queries.escalations import filtered, place_of

MOST_IN_A_FILE = 10_000


def table(user: User, wanted: dict[str, Any]) -> Table:
    """The escalations that the person sees and the filters leave, the newest first: ten thousand rows at most."""
    columns = [
        Column(_("Number"), 1),
        Column(_("Title"), 4),
        Column(_("Where"), 4),
        Column(_("Map"), 3),
        Column(_("Level"), 2),
        Column(_("State"), 2),
        Column(_("Urgency"), 1),
        Column(_("Reported"), 1),
        Column(_("Deadline"), 1),
        Column(_("People who have reported it"), 1),
        Column(_("Closed"), 1),
    ]
    rows: list[list[Cell]] = [
        [
            row.number,
            row.title,
            place_of(row),
            row.map.title,
            row.level_name,
            row.status_name,
            str(row.get_urgency_display()),
            timezone.localtime(row.filed_at).date(),
            timezone.localtime(row.due_at).date() if row.is_running else "",
            row.people or 0,  # type: ignore[attr-defined]
            timezone.localtime(row.closed_at).date() if row.closed_at else "",
        ]
        for row in filtered(user, wanted).order_by("-pk")[:MOST_IN_A_FILE]
    ]
    return Table(_("What does not work"), columns, rows)
