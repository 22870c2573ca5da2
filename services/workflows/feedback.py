"""Feedback of residents: kept and told of, then handled once: by a report, or with a reason."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collaboration.journal import record
from collaboration.models import User
from collaboration.workflow import TransitionRefused
from services.models import Escalation, Feedback
from services.policy import feedback as policy

KEPT_FOR = datetime.timedelta(days=365)
"""So long feedback stays after it has been handled."""


@transaction.atomic
def send(feedback: Feedback) -> None:
    """Keep it, and tell the editors of whoever gives the service. Who sent it is not kept."""
    feedback.save()
    record("feedback.sent", feedback, by=None, recipients=policy.told(feedback))


@transaction.atomic
def close(feedback: Feedback, reason: str, *, by: User) -> None:
    """Say why no report is made of it. Raises PermissionDenied, ValidationError, or TransitionRefused."""
    row = _held(feedback)
    policy.can_close(by, row).require()
    row.closed_reason, row.handled_at, row.handled_by = reason, timezone.now(), by
    row.full_clean(exclude=["handled_by"])
    if not row.closed_reason:  # nothing that shows
        raise ValidationError({"closed_reason": _("Tell why.")})
    row.save(update_fields=["closed_reason", "handled_at", "handled_by"])
    record("feedback.closed", row, by=by)


def reported(feedback: Feedback, escalation: Escalation, *, by: User) -> None:
    """A report was made of it, in the same transaction. Raises TransitionRefused when somebody was faster."""
    row = _held(feedback)
    row.escalation, row.handled_at, row.handled_by = escalation, timezone.now(), by
    row.save(update_fields=["escalation", "handled_at", "handled_by"])
    record("feedback.reported", row, by=None)


def _held(feedback: Feedback) -> Feedback:
    """The row, locked, while it waits."""
    row = Feedback.objects.select_for_update(of=("self",)).select_related("map").get(pk=feedback.pk)
    if row.handled_at is not None:
        raise TransitionRefused(_("This feedback has been handled already."))
    return row


def forget(now: datetime.datetime | None = None) -> int:
    """Remove what was handled a year ago; how much."""
    return Feedback.objects.filter(handled_at__lt=(now or timezone.now()) - KEPT_FOR).delete()[0]
