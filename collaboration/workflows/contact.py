"""Messages to those who keep the portal: the row, its event and whom it is told in one transaction."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from collaboration.journal import record
from collaboration.models import ContactMessage, User
from collaboration.policy import MESSAGES, can_answer_messages
from collaboration.waking import wake_after_commit

KEPT_FOR = datetime.timedelta(days=365)
"""So long a message stays after it has been answered."""


@transaction.atomic
def send(message: ContactMessage) -> None:
    """Keep the message and tell the service administrators. Who sent it is not kept, also when they have signed in."""
    message.save()
    record("contact_message.sent", message, by=None, recipients=MESSAGES.people(message))
    wake_after_commit("collaboration.tasks.mail_notifications")


def forget(now: datetime.datetime | None = None) -> int:
    """Remove the messages that were answered a year ago; how many. What waits for an answer stays."""
    answered = ContactMessage.objects.filter(answered_at__lt=(now or timezone.now()) - KEPT_FOR)
    return answered.delete()[0]


@transaction.atomic
def mark(message: ContactMessage, *, by: User, answered: bool) -> None:
    """Say that it has been answered, or that it waits after all; once, whoever comes second."""
    can_answer_messages(by).require()
    row = ContactMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)
    if (row.answered_at is not None) == answered:
        return
    row.answered_at, row.answered_by = (timezone.now(), by) if answered else (None, None)
    row.save(update_fields=["answered_at", "answered_by"])
    record("contact_message.answered" if answered else "contact_message.reopened", row, by=by)
