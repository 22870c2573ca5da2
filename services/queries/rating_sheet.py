"""The rating sheet: one party's ratings of all aspects of an interface on one page, saved together."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from collaboration.models import User
from services import policy
from services.models import AspectNumber, Rating
from services.queries.interfaces import interface_for
from services.queries.ratings import Row, latest_of
from services.workflows.properties import shared_text


def sheet_page(user: User, map_id: int, interface_id: int, party_id: int | None) -> dict[str, Any]:
    """What the open round asks the party about the interface, and what it has said; the person's first party unless told.

    Raises PermissionDenied when the person may not rate for it, Http404 when it is no party of the interface.
    """
    interface = interface_for(user, map_id, interface_id)
    on = interface.map
    parties = [row.map_party for row in interface.party_rows.all()]
    own = [each for each in parties if policy.can_rate(user, on, each.organisation)]
    wanted = [each for each in parties if each.pk == party_id] if party_id else own or parties
    if not wanted:
        raise Http404
    party = wanted[0]
    policy.can_rate(user, on, party.organisation).require()
    found = latest_of(user, interface)
    current = found["current"]
    aspects = list(interface.aspects.order_by("number"))
    for aspect in aspects:
        aspect.interface = interface
    asks = {row["aspect"] for row in current.asks if row["party"] == party.pk} if current else set()
    rows = [_row(aspect, current, party.pk, found) for aspect in aspects if aspect.pk in asks]
    return {
        "map": on,
        "interface": interface,
        "round": current,
        "party": party,
        "own_parties": own,
        "rows": rows,
        "values": Rating.Value.choices,
        "open_rows": [row for row in rows if not row["is_shown"]],
        "most": Rating._meta.get_field("reason").max_length,
    }


def _row(aspect: Any, current: Any, party: int, found: Row) -> Row:
    """An aspect with the party's own rating. What all see already is closed."""
    own = next((row for row in current.seen if (row["aspect"], row["party"]) == (aspect.pk, party)), None)
    newest = found["aspects"].get(aspect.pk)
    is_shown = newest is not None and newest["round"] == current
    return {
        "aspect": aspect,
        "number": aspect.number,
        "name": AspectNumber(aspect.number).label,
        "shared": shared_text(aspect),
        "value": own["value"] if own else None,
        "reason": own["reason"] if own else "",
        "is_shown": is_shown,
        "compared": newest if is_shown else None,
        "applies": not aspect.not_applicable_reason,
    }
