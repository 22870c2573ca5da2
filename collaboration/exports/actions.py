"""Actions as a table."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collaboration.exports.cells import Cell, Column, Table
from collaboration.models import User
from collaboration.queries.actions import filtered

MOST_IN_A_FILE = 10_000


def table(user: User, wanted: dict[str, Any]) -> Table:
    """The actions that the person sees and the filters leave, by due day: ten thousand rows at most."""
    columns = [
        Column(_("Action"), 4),
        Column(_("Description"), 6),
        Column(_("Responsible organisation"), 3),
        Column(_("Responsible person"), 3),
        Column(pgettext("action", "Due day"), 1),
        Column(_("State"), 1),
        Column(_("Progress in percent"), 1),
        Column(_("What shows it"), 6),
        Column(_("Address of what shows it"), 3),
        Column(_("Made for"), 3),
        Column(pgettext("action", "Done"), 1),
    ]
    rows: list[list[Cell]] = [
        [
            action.what,
            action.description,
            action.responsible.full_name,
            action.person.name if action.person else "",
            action.due_on,
            action.status_name,
            action.progress,
            action.evidence,
            action.evidence_link,
            action.made_for.full_name,
            timezone.localtime(action.done_at).date() if action.done_at else "",
        ]
        for action in filtered(user, wanted).order_by("due_on", "pk")[:MOST_IN_A_FILE]
    ]
    return Table(_("Actions"), columns, rows)
