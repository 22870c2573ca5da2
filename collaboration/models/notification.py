"""Who was told about what."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.queued import Queued, QueuedQuerySet


class Notification(Queued):
    """One person is told of one event: on the front page at once, by mail when the clock next comes round.

    The row is written in the same transaction as the event. A mail that could not be sent is given up in the end; the
    front page tells all the same.
    """

    recipient = models.ForeignKey("collaboration.User", models.CASCADE, related_name="notifications")
    event = models.ForeignKey("collaboration.Event", models.PROTECT, related_name="notifications")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects = QueuedQuerySet["Notification"].as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["event", "recipient"], name="person_is_told_once")]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(mailed_at__isnull=True, given_up_at__isnull=True),
                name="notification_to_be_mailed",
            ),
            models.Index(fields=["recipient", "-id"], name="notification_of_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} is told of {self.event_id}"

    def after_a_failure(self) -> dict[str, Any]:
        return {**super().after_a_failure(), "given_up_at": timezone.now() if self.is_last_try else None}
