"""What an approver reads: what is agreed, what has changed since the version in force, and who has approved."""

from __future__ import annotations

from collections import Counter
from typing import Any

from collaboration.models import User
from services.content.canonical import content_of
from services.content.comparison import Difference, compare
from services.models import AspectStatus
from services.queries.contents import readable
from services.queries.versions import versions_page


def approval_page(user: User, map_id: int) -> dict[str, Any]:
    """The open round for reading, with `round` None when none is open."""
    page = versions_page(user, map_id)
    if page["round"] is None:
        return page
    content = content_of(page["map"])
    in_force = page["in_force"]
    before = page["map"].versions.values_list("content", flat=True).get(pk=in_force.pk) if in_force else None
    differences = compare(before, content) if before else []
    shown = readable(content)
    tally = Counter(aspect["status"] for interface in shown["interfaces"] for aspect in interface["aspects"])
    return {
        **page,
        "content": shown,
        "interfaces": [_interface(interface, differences) for interface in shown["interfaces"]],
        "tally": [(status.label, tally[status]) for status in AspectStatus if tally[status]],
        "agreed": tally[AspectStatus.AGREED],
        "differences": len(differences),
        "others": [each for each in differences if not each.number],
        "own": [row for row in page["parties"] if row["may_approve"]],
    }


def _interface(interface: dict[str, Any], differences: list[Difference]) -> dict[str, Any]:
    """What is agreed, each text with what became of it; and apart, what is not agreed, counted."""
    became = {each.number: each for each in differences if each.interface == interface["id"]}
    agreed = [
        {**aspect, "became": became.get(aspect["number"])}
        for aspect in interface["aspects"]
        if aspect["status"] == AspectStatus.AGREED
    ]
    others = [aspect for aspect in interface["aspects"] if aspect["status"] != AspectStatus.AGREED]
    tally = Counter(aspect["status"] for aspect in others)
    return {
        **interface,
        "agreed": agreed,
        "others": others,
        "of": len(interface["aspects"]) - tally[AspectStatus.NOT_APPLICABLE],
        "counts": [f"{tally[status]} {status.label}" for status in AspectStatus if tally[status]],
    }
