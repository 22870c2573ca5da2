"""What rows have in common that people add, order and remove: beside an aspect's text, or beside a service on a map."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Row(models.Model):
    """A row with its place in the order: a number between those of its neighbours puts a row between them."""

    place = models.FloatField(_("place in the order"), editable=False)
    archived_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["place", "pk"]

    def flags(self) -> list[str]:
        """What is still missing from the row, as sentences."""
        return []
