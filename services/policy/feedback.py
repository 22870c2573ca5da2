"""Who reads what residents tell, makes a report of it, and says why none is made."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from collaboration.audience import Audience
from collaboration.models import Membership, User
from collaboration.verdict import Verdict
from services.models import Feedback
from services.policy import can_edit_map
from services.policy.escalations import can_file

FEEDBACK = Audience(Feedback, "map")
"""Read by whoever reads the map; it is never of a base map, which others read, too."""
visible_feedback = FEEDBACK.visible


def can_report(user: User, feedback: Feedback) -> Verdict:
    """Whoever may report on the map, while it waits."""
    return _waits(feedback) and can_file(user, feedback.map)


def can_close(user: User, feedback: Feedback) -> Verdict:
    """The editors of the map, while it waits."""
    return _waits(feedback) and can_edit_map(user, feedback.map)


def _waits(feedback: Feedback) -> Verdict:
    return Verdict.unless(feedback.handled_at is None, _("This feedback has been handled already."))


def told(feedback: Feedback) -> QuerySet[User]:
    """The editors of the organisation that gives the service."""
    rows: Any = Membership.objects.filter(
        role=Membership.Role.EDITOR, organisation=feedback.place.party.organisation_id
    )
    return User.objects.filter(is_active=True, pk__in=rows.values("user"))
