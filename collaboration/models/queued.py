"""A mail that waits: what a notification and a password link have in common."""

from __future__ import annotations

import datetime
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.utils import timezone

Queue = TypeVar("Queue", bound="Queued")


class QueuedQuerySet(models.QuerySet[Queue]):
    """Mails that wait, as those who send them take them."""

    def claim(self, most: int) -> list[Queue]:
        """So many that are due, each for one sender, who has `LEASE` for it; no row is locked afterwards."""
        now = timezone.now()
        with transaction.atomic():
            is_due = models.Q(due_at__lte=now) | models.Q(tries=0)  # the first try waits for no clock
            due = self.filter(is_due).select_for_update(of=("self",), skip_locked=True)
            rows = list(due.order_by("due_at", "pk")[:most])
            if rows:
                claimed = {"tries": models.F("tries") + 1, "due_at": now + Queued.LEASE}
                self.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**claimed)
        for row in rows:
            row.tries, row.due_at = row.tries + 1, now + Queued.LEASE
        return rows

    def still_claimed(self, rows: list[Queue]) -> Self:
        """Those of the rows that nobody else has claimed since, as when their sender took longer than it had."""
        mine = models.Q(pk__in=[])
        for tries in {row.tries for row in rows}:
            mine |= models.Q(pk__in=[row.pk for row in rows if row.tries == tries], tries=tries)
        return self.filter(mine)

    def release(self) -> None:
        """Let others have what was claimed and not tried."""
        self.update(tries=models.F("tries") - 1, due_at=timezone.now())


class Queued(models.Model):
    """A mail that is tried at `due_at`. Whoever claims it counts the try, moves `due_at` on and commits before sending.

    So no row is locked while a mail server talks. A sender that dies leaves its mails to the next one, after `LEASE`.
    """

    LEASE = datetime.timedelta(minutes=10)
    MOST_TRIES = 12
    LONGEST_WAIT = datetime.timedelta(hours=12)

    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    due_at = models.DateTimeField("when it is tried next", default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @property
    def is_last_try(self) -> bool:
        return self.tries >= self.MOST_TRIES

    def after_a_failure(self) -> dict[str, Any]:
        """What the row then says: 2, 4, 8 … minutes until the next try, twice a day in the end."""
        wait = min(datetime.timedelta(minutes=2**self.tries), self.LONGEST_WAIT)
        return {"due_at": timezone.now() + wait}
