"""The days of a county: a new rule for reports to come, and when that is chosen for the open ones, too."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from collaboration.journal import Record, record, record_many
from collaboration.models import Organisation, User
from services.models import Escalation, EscalationRule, MapParty
from services.policy import escalations as policy
from services.workflows.escalation_days import deadline, with_rule


@dataclass(frozen=True)
class Preview:
    """What a rule would do to the open reports: how many deadlines come earlier and later, and how many are past at once."""

    earlier: int = 0
    later: int = 0
    past: int = 0


def preview(county: Organisation, days: list[int], now: datetime.datetime | None = None) -> Preview:
    """Of the rule, before it is set: one statement."""
    at, earlier, later, past = now or timezone.now(), 0, 0, 0
    for row in _open_in(county):
        before = row.due_at
        _apply(row, days)
        earlier += row.due_at < before
        later += row.due_at > before
        past += row.is_running and row.due_at <= at
    return Preview(earlier, later, past)


@transaction.atomic
def set_rule(
    county: Organisation, days: list[int], *, by: User, reason: str = "", to_open: bool = False
) -> EscalationRule:
    """Keep a new rule; `to_open`: its days begin with the level of each open report. Raises PermissionDenied or ValidationError."""
    policy.can_keep_rule(by, county).require()
    rule: Any = EscalationRule(organisation=county, days=days, reason=reason)
    rule.made_by = by
    rule.full_clean(exclude=["organisation", "made_by"])
    rule.save()
    record("escalation_rule.set", rule, by=by, note=reason)
    if to_open:
        rows = list(_open_in(county).select_for_update(of=("self",)))
        changed = [row for row in rows if _apply(row, days)]
        Escalation.objects.bulk_update(changed, ["days", "due_at", "seq"])
        record_many([Record("escalation.days_changed", row, by, note=reason) for row in changed])
    return rule  # type: ignore[no-any-return]


def _open_in(county: Organisation) -> Any:
    maps = MapParty.objects.filter(
        organisation=county, side=MapParty.Side.COUNTY, archived_at__isnull=True
    ).values("map")
    return Escalation.objects.filter(map__in=maps, status__in=Escalation.OPEN).order_by("pk")


def _apply(row: Any, days: list[int]) -> bool:
    """Give the row the days of the rule where its parties wrote none; whether anything changed."""
    wish = with_rule(row, days)
    if wish == row.days:
        return False
    row.days, row.seq = wish, row.seq + 1
    if row.is_running:
        row.due_at = deadline(row, row.level_at)
    return True
