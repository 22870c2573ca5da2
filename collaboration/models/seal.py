"""What has been sealed of the audit trail: batches of events, each seal holding on to the one before."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Seal(models.Model):
    """The events `first_event` to `last_event` are as they were at `sealed_at`, or `root` no longer fits.

    Append-only like the events themselves. No foreign keys: a seal must outlive what it accuses.
    """

    first_event = models.BigIntegerField()
    last_event = models.BigIntegerField(unique=True)
    events = models.IntegerField("how many events")
    root = models.CharField("SHA-256 over the previous root and the events", max_length=64, unique=True)
    previous = models.CharField("root of the seal before", max_length=64, blank=True, unique=True)
    sealed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "seal"
        ordering = ["last_event"]
        constraints = [
            models.CheckConstraint(
                name="seal_from_first_to_last", condition=Q(first_event__lte=F("last_event"), events__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_event}–{self.last_event}: {self.root[:12]}"
