"""Marking as read, and taking it back."""

from __future__ import annotations

import datetime

from collaboration.models import Notification, User
from collaboration.models.notification import NotificationQuerySet


def read(user: User, rows: NotificationQuerySet, at: datetime.datetime) -> int:
    """Mark those of the rows as read that the person has not read; how many. No mail tells of them any more."""
    return rows.filter(recipient=user).mark_read(at)


def read_fellows(user: User, notice: Notification, at: datetime.datetime) -> int:
    """The person looks at what the notice is about: whatever else they were told of it is read with it."""
    event = notice.event
    same = Notification.objects.filter(
        event__subject_type=event.subject_type_id, event__subject_id=event.subject_id
    )
    return read(user, same, at)


def unread(user: User, at: datetime.datetime) -> int:
    """Take back what was marked at that very moment; how many."""
    return Notification.objects.filter(recipient=user, read_at=at).update(read_at=None)
