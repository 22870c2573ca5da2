"""Approving and publishing in tests."""

import datetime
from typing import Any

from django.utils import timezone

from services.models import ApprovalRound, Aspect, AspectAnswer, InterfaceMap, MapVersion
from services.workflows import approvals
from tests.cast import Cast

APPROVERS = ("porvoo approver", "county approver")
"""One for each party of Porvoo's maps."""


def in_a_year() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=365)


def finish(on: InterfaceMap) -> None:
    """Make every aspect agreed, without ops: its text is there, and every party has confirmed it."""
    by = on.made_by
    Aspect.objects.filter(interface__map=on).update(shared_fi="Sovittu.", not_applicable_reason="")
    AspectAnswer.objects.filter(aspect__interface__map=on).update(
        confirmed_text="Sovittu.", confirmed_by=by, confirmed_at=timezone.now()
    )


def started(cast: Cast, on: InterfaceMap, by: str = "porvoo editor", **wish: Any) -> ApprovalRound:
    """An open round; unfinished maps are published incomplete unless the wish says otherwise."""
    if "incomplete_reason" not in wish and approvals.unfinished_aspects(on):
        wish["incomplete_reason"] = "Kesken."
    return approvals.start(cast[by], on.pk, **{"review_on": in_a_year(), **wish})


def approved(cast: Cast, by: str, approval_round: ApprovalRound, **more: Any) -> ApprovalRound:
    """The round after the person has approved what they read."""
    return approvals.approve(
        cast[by], approval_round.map_id, approval_round.pk, approval_round.digest, **more
    )


def published(cast: Cast, on: InterfaceMap, **wish: Any) -> MapVersion:
    """A version of Porvoo's map that both parties have approved."""
    approval_round = started(cast, on, **wish)
    for name in APPROVERS:
        approved(cast, name, approval_round)
    return MapVersion.objects.get(round=approval_round)
