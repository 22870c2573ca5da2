"""Links for choosing a password, from when they are asked for until they are mailed."""

from django.db import models
from django.utils import timezone

from collaboration.models.fields import GATE
from collaboration.models.queued import Queued, QueuedQuerySet


class PasswordLink(Queued):
    """A link (salasanalinkki) that somebody has asked for, whether or not a person has the address.

    The row is gone when the mail is sent, when nobody has the address, and when it has been tried often enough.
    """

    MOST_TRIES = 6

    email = models.EmailField("e-mail address", validators=GATE)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = QueuedQuerySet["PasswordLink"].as_manager()

    class Meta:
        verbose_name = "password link"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)  # never the address
