"""What services and interfaces are for, and what they lean on."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """What education and culture are for (tavoite); the keys are those of the taxonomy's themes."""

    LEISURE = "leisure", _("leisure activities")
    LIFELONG_LEARNING = "lifelong-learning", _("lifelong learning")
    PARTICIPATION = "participation", _("participation")
    ACTIVITY = "activity", _("activity")
    SENSE_OF_COMMUNITY = "sense-of-community", _("sense of community")


class Enabler(models.TextChoices):
    """What services lean on (mahdollistaja); the keys are those of the taxonomy's enablers."""

    PREMISES = "premises", _("premises and areas")
    ICT = "ict", _("ICT solutions")
    LIVING_ENVIRONMENT = "living-environment", _("living environment")
    TRANSPORT = "transport", _("transport")
    COMMUNICATIONS = "communications", _("communications")


def _several(name: Any, choices: type[models.TextChoices]) -> ArrayField:  # type: ignore[type-arg]
    return ArrayField(
        models.CharField(max_length=20, choices=choices), verbose_name=name, default=list, blank=True
    )


class Purposeful(models.Model):
    """What says which outcomes it serves and which enablers it leans on."""

    outcomes = _several(_("outcomes that it serves"), Outcome)
    enablers = _several(_("enablers that it leans on"), Enabler)

    class Meta:
        abstract = True

    @property
    def named_outcomes(self) -> list[tuple[str, str]]:
        """By their keys, as people read them."""
        return [(key, str(Outcome(key).label)) for key in self.outcomes]

    @property
    def named_enablers(self) -> list[tuple[str, str]]:
        """By their keys, as people read them."""
        return [(key, str(Enabler(key).label)) for key in self.enablers]
