"""Who was told about what, and how they want to be mailed of it."""

from __future__ import annotations

import datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.queued import Queued, QueuedQuerySet
from collaboration.verbs import Sent

UNSENT = Q(mailed_at__isnull=True, given_up_at__isnull=True, dropped_at__isnull=True, read_at__isnull=True)


class NotificationQuerySet(QueuedQuerySet["Notification"]):
    def unsent(self) -> Self:
        """Those of which a mail may still tell: what has been read or answered is none of them."""
        return self.filter(UNSENT)

    def mark_read(self, at: datetime.datetime) -> int:
        """Mark those that are not read yet; how many. In the order of their numbers, so that two who mark never block each other."""
        with transaction.atomic(savepoint=False):
            unread = self.filter(read_at__isnull=True).select_for_update(of=("self",)).order_by("pk")
            found = [row.pk for row in unread.only("pk")]
            return self.model._default_manager.filter(pk__in=found).update(read_at=at) if found else 0


class Notification(Queued):
    """One person is told of one event: in the portal at once, by mail when its letter goes.

    The row is written in the same transaction as the event. What is read in the portal, or answered by what somebody did,
    is mailed no more. A mail that could not be sent is given up in the end; the portal tells all the same.
    """

    recipient = models.ForeignKey("collaboration.User", models.CASCADE, related_name="notifications")
    event = models.ForeignKey("collaboration.Event", models.PROTECT, related_name="notifications")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField("read or answered", null=True, blank=True)
    letter = models.BigIntegerField("the first row of the same mail", null=True, editable=False)
    mailed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        "the reader wants no mail of it, or may not see it", null=True, editable=False
    )
    given_up_at = models.DateTimeField(null=True, blank=True)
    is_urgent = models.BooleanField("mailed at once, also in the night", db_default=False, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["event", "recipient"], name="person_is_told_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=UNSENT, name="notification_to_be_mailed"),
            models.Index(fields=["recipient", "-id"], name="notification_of_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} is told of {self.event_id}"

    def after_a_failure(self) -> dict[str, Any]:
        return {**super().after_a_failure(), "given_up_at": timezone.now() if self.is_last_try else None}


class MailPreference(models.Model):
    """How a person wants to be mailed of a category, once they have chosen."""

    user = models.ForeignKey("collaboration.User", models.CASCADE, related_name="mail_preferences")
    category = models.CharField(_("what is told"), max_length=40, editable=False)
    sent = models.CharField(_("mail"), max_length=10, choices=Sent)

    class Meta:
        verbose_name = _("mail preference")
        verbose_name_plural = _("mail preferences")
        constraints = [models.UniqueConstraint(fields=["user", "category"], name="person_chooses_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.category} {self.sent}"
