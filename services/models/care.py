"""Which forum looks after a map."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from services.models.interface_map import InterfaceMap


class MapForum(models.Model):
    """A map in a forum's care (kartta foorumin huolenpidossa): whoever sits there today reads the map, see `MapReader`."""

    map = models.ForeignKey(
        InterfaceMap, models.CASCADE, related_name="forums", verbose_name=_("interface map")
    )
    forum = models.ForeignKey(
        "collaboration.Forum", models.PROTECT, related_name="maps", verbose_name=_("forum")
    )
    by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("map in a forum's care")
        verbose_name_plural = _("maps in forums' care")
        ordering = ["forum__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["map", "forum"],
                name="map_is_in_a_forums_care_once",
                violation_error_message=_("The map is in the care of this forum already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.map}, {self.forum}"
