"""Contents that somebody brings back as a file."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GatedCharField
from services.models.interface_map import InterfaceMap


class MapImport(models.Model):
    """An import (tuonti) of a content into a map: the file as it was read, and what it would change in the draft.

    `digest` is that of the draft which the preview was made of, `result` the content as the map would then be, and
    `left_out` what the import does not do, as pairs of sentences in the language of who brought the file.
    """

    map = models.ForeignKey(InterfaceMap, models.PROTECT, related_name="imports")
    name = GatedCharField(_("name of the file"), max_length=200, editable=False)
    content: models.JSONField[Any, Any] = models.JSONField(_("content"), editable=False)
    digest = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    before: models.JSONField[Any, Any] = models.JSONField(_("content before"), editable=False)
    result: models.JSONField[Any, Any] = models.JSONField(_("content after"), editable=False)
    left_out: models.JSONField[Any, Any] = models.JSONField(_("left out"), editable=False)
    by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True, editable=False)
    changes = models.PositiveIntegerField(_("changes"), default=0, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.map.title}: {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("services:map_import_preview", args=[self.map_id, self.pk])
