"""In how many working days each level answers: what the parties wrote on their path, else the county's rule, else ours."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from collaboration.models import Level
from collaboration.working_days import add_working_days
from services.models import Escalation, EscalationRule, Interface, InterfaceMap, MapParty, PathStep

LEVELS = tuple(Level.values)
OURS = (5, 10, 10, 30)
"""Working days on the four levels where nobody has said anything else."""
AT_ONCE = 1
"""A danger climbs from each level on the next working day."""

RULE, PATH, OWN = "rule", "path", "own"
"""Where the days of a level come from: the county's rule, the path of the interface, or ours."""


def rule_of(county: int) -> EscalationRule | None:
    """The county's rule in force."""
    return EscalationRule.objects.filter(organisation=county).order_by("-pk").first()


def days_for(interface_map: InterfaceMap | int, interface: Interface | None, urgency: str) -> dict[str, Any]:
    """By level its working days and where they come from, as an escalation keeps them from when it is filed."""
    return days_by_urgency(interface_map, interface)[urgency]


def days_by_urgency(
    interface_map: InterfaceMap | int, interface: Interface | None
) -> dict[str, dict[str, Any]]:
    """The same of each urgency: one statement."""
    pk = interface_map if isinstance(interface_map, int) else interface_map.pk
    counties = MapParty.objects.filter(
        map=OuterRef(OuterRef("pk")), side=MapParty.Side.COUNTY, archived_at__isnull=True
    )
    rules = EscalationRule.objects.filter(
        organisation=Subquery(counties.order_by("pk").values("organisation")[:1])
    )
    told = InterfaceMap.objects.values(
        rule=Subquery(rules.order_by("-pk").values("days")[:1]),
        path=ArraySubquery(
            _path(interface.pk if interface is not None else None).values(
                row=JSONObject(level="level", days="least")
            ),
            output_field=ArrayField(JSONField()),
        ),
    ).get(pk=pk)
    path = {row["level"]: row["days"] for row in told["path"]}
    return {urgency: kept(told["rule"], path, urgency) for urgency in Escalation.Urgency.values}


def path_of(interface: Interface) -> dict[str, int]:
    """What the parties wrote on the interface's own path, by level."""
    return {row["level"]: row["least"] for row in _path(interface.pk)}


def _path(interface: int | None) -> QuerySet[Any, Any]:
    steps = PathStep.objects.filter(aspect__interface=interface, archived_at__isnull=True)
    return steps.order_by().values("level").annotate(least=Min("days"))


def kept(rule: list[int] | None, path: dict[str, int], urgency: str) -> dict[str, Any]:
    """What an escalation keeps: the rule and the path with which it was born, and by level the days that follow from them."""
    whole = dict(zip(LEVELS, rule or OURS, strict=True)) | path
    return {
        "rule": rule,
        "path": path,
        "days": {level: shortened(whole[level], urgency) for level in LEVELS},
        "sources": {level: PATH if level in path else RULE if rule else OWN for level in LEVELS},
    }


def with_urgency(escalation: Escalation) -> dict[str, Any]:
    """Its days with the urgency that it has now, of the rule and the path that it has kept."""
    return kept(escalation.days["rule"], escalation.days["path"], escalation.urgency)


def with_rule(escalation: Escalation, rule: list[int]) -> dict[str, Any]:
    """Its days with another rule, where its parties wrote none."""
    return kept(rule, escalation.days["path"], escalation.urgency)


def moved_to(escalation: Escalation, interface: Interface) -> dict[str, Any]:
    """Its days on another interface's path: from the next level on, since the deadline that runs stays as it is."""
    there = kept(escalation.days["rule"], path_of(interface), escalation.urgency)
    for told in ("days", "sources"):
        there[told][escalation.level] = escalation.days[told][escalation.level]
    return there


def shortened(days: int, urgency: str) -> int:
    """What is urgent has half of the days, a danger one."""
    if urgency == Escalation.Urgency.DANGER:
        return AT_ONCE
    return (days + 1) // 2 if urgency == Escalation.Urgency.URGENT else days


def days_of(escalation: Escalation) -> int:
    """The working days of its level."""
    return int(escalation.days["days"][escalation.level])


def deadline(escalation: Escalation, since: datetime.datetime) -> datetime.datetime:
    """When the days of its level have passed since then."""
    return add_working_days(since, days_of(escalation))


def recounted(escalation: Escalation, at: datetime.datetime) -> datetime.datetime:
    """Its deadline after its days have changed, counted from when it came to its level; what would be past has a day more."""
    due = deadline(escalation, escalation.level_at)
    return due if due > at else min(escalation.due_at, add_working_days(at, AT_ONCE))
