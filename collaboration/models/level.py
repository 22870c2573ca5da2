"""The four levels on which people of several organisations work together."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """A level (taso), the lowest first: what cannot be settled on one climbs to the next, and its answer comes back down."""

    FIELD = "field", _("field work")
    EXPERT = "expert", _("experts")
    MANAGEMENT = "management", _("management")
    POLITICAL = "political", _("political decision-making")

    @property
    def rank(self) -> int:
        """1 for field work, 4 for politics."""
        return list(Level).index(self) + 1

    @property
    def above(self) -> Level | None:
        """The next level; None for the highest."""
        return next((level for level in Level if level.rank == self.rank + 1), None)
