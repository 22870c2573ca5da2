"""Links for choosing a password, from when they are asked for until they are mailed."""

from django.db import models
from django.utils import timezone

from collaboration.models.fields import GATE


class PasswordLink(models.Model):
    """A link (salasanalinkki) that somebody has asked for, whether or not a person has the address.

    The row is gone when the mail is sent, when nobody has the address, and when it has been tried often enough.
    """

    MOST_TRIES = 6

    email = models.EmailField("e-mail address", validators=GATE)
    asked_at = models.DateTimeField(default=timezone.now, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    due_at = models.DateTimeField("when it is tried next", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "password link"
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.pk)  # never the address
