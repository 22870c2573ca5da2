"""Where services meet."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration.models.bilingual import in_language
from services.models.interface_map import InterfaceMap, MapParty, MapService
from services.models.outcome import Purposeful


class InterfaceQuerySet(models.QuerySet["Interface"]):
    def live(self) -> InterfaceQuerySet:
        """Those on the map now, as the view of `LiveInterface` says."""
        return self.filter(live__isnull=False)


class Interface(Purposeful):
    """An interface (yhdyspinta): where two or more services of one map meet.

    `meeting` names the services that meet, sorted: no two interfaces of a map are between the same services.
    """

    map = models.ForeignKey(InterfaceMap, models.CASCADE, related_name="interfaces")
    services: models.ManyToManyField[MapService, models.Model] = models.ManyToManyField(
        MapService, related_name="interfaces", verbose_name=_("services")
    )
    parties: models.ManyToManyField[MapParty, models.Model] = models.ManyToManyField(
        MapParty, through="Party", related_name="interfaces", verbose_name=_("parties")
    )
    meeting = models.CharField(max_length=200, editable=False)
    archived_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)

    objects = InterfaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("interface")
        verbose_name_plural = _("interfaces")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["map", "meeting"],
                condition=Q(archived_at__isnull=True),
                name="interface_is_on_a_map_once",
                violation_error_message=_("The map already has an interface between these services."),
            )
        ]

    def __str__(self) -> str:
        services: Any = getattr(self, "called", None)  # where many are read at once
        if services is not None:
            return " – ".join(in_language(service, "name") for service in services)
        return " – ".join(str(place.service) for place in self.services.all())

    def get_absolute_url(self) -> str:
        return reverse("services:interface_detail", args=[self.map_id, self.pk])


class Party(models.Model):
    """A party that answers for an interface: it answers, confirms and names who is responsible."""

    interface = models.ForeignKey(Interface, models.CASCADE, related_name="party_rows")
    map_party = models.ForeignKey(MapParty, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("party of an interface")
        verbose_name_plural = _("parties of interfaces")
        ordering = ["map_party__lane", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["interface", "map_party"], name="interface_party_is_named_once")
        ]

    def __str__(self) -> str:
        return str(self.map_party)
