"""Matters as a table."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collaboration.exports.cells import Cell, Column, Table
from collaboration.models import Matter, User
from collaboration.queries.matters import filtered

MOST_IN_A_FILE = 10_000


def table(user: User, wanted: dict[str, Any]) -> Table:
    """The matters that the person sees and the filters leave, the newest first: ten thousand rows at most."""
    columns = [
        Column(_("Number"), 1),
        Column(_("Title"), 4),
        Column(_("Kind"), 2),
        Column(_("Forum"), 3),
        Column(_("State"), 2),
        Column(_("Raised by"), 3),
        Column(_("Raised"), 1),
        Column(_("Next step"), 3),
        Column(_("Date of the next step"), 1),
        Column(_("Answered"), 1),
        Column(pgettext("what is told", "Answer"), 6),
    ]
    rows: list[list[Cell]] = [
        [
            matter.number,
            matter.title,
            matter.kind_name,
            matter.forum.name,
            matter.status_name,
            matter.origin.forum.name if matter.origin else matter.raised_by.name,
            timezone.localtime(matter.raised_at).date(),
            matter.next_step_told if matter.status in Matter.UNANSWERED else "",
            (matter.next_step_on or "") if matter.status in Matter.UNANSWERED else "",
            timezone.localtime(matter.answered_at).date() if matter.answered_at else "",
            matter.answer,
        ]
        for matter in filtered(user, wanted).order_by("-pk")[:MOST_IN_A_FILE]
    ]
    return Table(_("Matters"), columns, rows)
