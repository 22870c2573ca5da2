"""Who was told about what."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Notification(models.Model):
    """One person is told of one event: on the front page at once, by mail when the clock next comes round.

    The row is written in the same transaction as the event; `key` makes a second telling impossible.
    """

    recipient = models.ForeignKey("collaboration.User", models.CASCADE, related_name="notifications")
    event = models.ForeignKey("collaboration.Event", models.PROTECT, related_name="notifications")
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(mailed_at__isnull=True), name="notification_to_be_mailed"
            ),
            models.Index(fields=["recipient", "-id"], name="notification_of_recipient"),
        ]

    def __str__(self) -> str:
        return self.key
