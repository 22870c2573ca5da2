"""While an approval round is open, a map's pages open their fields only for whoever says that they change it all the same.

An edit ends the round. The API and a form that is sent apply it as ever: the gate keeps people from ending a round by a
stray key.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

CLOSED, OPEN = "closed", "open"


Said = tuple[int, int]
"""A map and its number when somebody said that they change it all the same: after the next change they say it anew."""


def gate_of(on: Any, anyway: Collection[Said]) -> str:
    """How the gate of the map (with `waits_for_approval`) stands for whoever has said so of these; "" without a round."""
    if not getattr(on, "waits_for_approval", False):
        return ""
    return OPEN if (on.pk, on.seq) in anyway else CLOSED


def behind(gate: str, may: Any) -> dict[str, Any]:
    """What a page is told: what the person may do, whether they can do it now, and the gate if it is of concern to them."""
    return {
        "may_edit": bool(may),
        "can_edit": bool(may) and gate != CLOSED,
        "gate": gate if may else "",
    }
