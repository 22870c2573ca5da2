"""Going through the texts that wait for one's confirmation, one after the other."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from collaboration.kept import Kept, beside
from collaboration.models import User
from collaboration.outside import whole_number
from services.models import AspectAnswer, AspectNumber, Confirmation, Interface, MapService
from services.queries.desk import granted, to_confirm
from services.queries.gate import Said, behind, gate_of
from services.queries.interfaces import aspect_with_answers, in_source_order, interface_for
from services.workflows.properties import shared_text

with_their_services = beside(Interface, Prefetch("services", MapService.objects.select_related("service")))
"""Interfaces are called after them."""

EPOCH, MICROSECOND = datetime.datetime.fromtimestamp(0, tz=datetime.UTC), datetime.timedelta(microseconds=1)


def walk_page(user: User, asked: Any, anyway: Collection[Said] = ()) -> dict[str, Any]:
    """The next text that waits, or at the end what has been confirmed and what was skipped.

    Nothing is kept of a walk but its address: `since` when it began (microseconds), `after` which the last one was that was
    skipped; `map` or `interface` when only its texts are walked through. What one has confirmed since and what still waits
    are its steps, in an order that no edit changes.
    """
    organisations = granted(user, "confirm")
    if not organisations:
        raise PermissionDenied(_("Only an editor or approver of a party may confirm its texts."))
    now = (timezone.now() - EPOCH) // MICROSECOND
    began = min(whole_number(asked.get("since")) or now, now)
    begun_at = EPOCH + began * MICROSECOND
    on_map, only = whole_number(asked.get("map")), whole_number(asked.get("interface"))
    steps = [
        step
        for step in _STEPS(organisations=organisations, user=user.pk, since=begun_at)
        if on_map in (None, step.aspect.interface.map_id) and only in (None, step.aspect.interface_id)
    ]
    within = {"map": on_map, "interface": only}
    keys = [step.pk for step in steps]
    last = whole_number(asked.get("after"))
    passed = keys.index(last) + 1 if last in keys else 0
    ahead = (nth for nth, step in enumerate(steps) if nth >= passed and _waits(step))
    nth = next(ahead, None)
    if nth is None:
        with_their_services([step.aspect.interface for step in steps])
        return {
            "confirmed": [step for step in steps if not _waits(step)],
            "skipped": [step for step in steps if _waits(step)],
        }
    return {
        **_text(user, steps[nth], anyway),
        "number": nth + 1,
        "of": len(steps),
        "here": _address(began, last if passed else None, within),
        "skip": _address(began, keys[nth], within),
    }


def _address(since: int, after: int | None, within: dict[str, int | None]) -> str:
    told = {"since": since, "after": after, **within}
    place = {name: value for name, value in told.items() if value is not None}
    return f"{reverse('services:confirm_texts')}?{urlencode(place)}"


def _waits(step: Any) -> bool:
    return bool(step.state != Confirmation.State.GIVEN)


def _text(user: User, step: AspectAnswer, anyway: Collection[Said]) -> dict[str, Any]:
    """What somebody reads before they confirm."""
    on = step.aspect.interface
    interface: Interface = interface_for(user, on.map_id, on.pk)
    aspect, answers = aspect_with_answers(user, interface, step.aspect.number)
    return {
        "map": interface.map,
        **behind(gate_of(interface.map, anyway), True),  # noqa: FBT003
        "interface": interface,
        "aspect": aspect,
        "name": AspectNumber(aspect.number).label,
        "shared": shared_text(aspect),
        "shared_fields": in_source_order(aspect),
        "answers": answers,
        "own": next(answer for answer in answers if answer.pk == step.pk),
    }


_STEPS = Kept(
    lambda organisations, user, since: (
        to_confirm(organisations)
        .filter(~Q(state=Confirmation.State.GIVEN) | Q(confirmed_by=user, confirmed_at__gte=since))
        .order_by("aspect__interface__map_id", "aspect__interface_id", "aspect__number", "pk")
    )
)
