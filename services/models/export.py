"""Files that are made of a map's content, and contents that somebody brings back as a file."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GatedCharField
from services.models.interface_map import InterfaceMap
from services.models.version import MapVersion

LONGEST_SILENCE = datetime.timedelta(minutes=2)
"""A worker that has told nothing of an export for so long is taken for dead."""

MOST_TRIES = 3


class ExportQuerySet(models.QuerySet["Export"]):
    """Exports by how far they are."""

    def listed(self) -> ExportQuerySet:
        """What a page shows, without the files."""
        return self.defer("file", "content").select_related("map", "version")

    def unmade(self) -> ExportQuerySet:
        """Neither ready nor given up."""
        return self.filter(made_at__isnull=True, failure="")

    def free(self, now: datetime.datetime) -> ExportQuerySet:
        """Unmade, and no worker that is alive has it."""
        silent = Q(heard_at__lt=now - LONGEST_SILENCE) | Q(
            heard_at__gt=now + LONGEST_SILENCE
        )  # or clocks differ
        return self.unmade().filter(Q(heard_at__isnull=True) | silent)


class Export(models.Model):
    """An export (vientitiedosto) of a map: one file of a version's or the draft's content, made by the worker.

    Its status is no column: it follows from the times. `content` is kept for a draft only, since the draft goes on.
    `tries` counts the workers that have begun; only the last of them may say more of it.
    """

    class Format(models.TextChoices):
        PDF_A4 = "pdf_a4", _("PDF, A4")
        PDF_A3 = "pdf_a3", _("PDF, A3")
        XLSX = "xlsx", _("Excel workbook (XLSX)")
        CSV = "csv", _("CSV, separated by semicolons")
        SVG = "svg", _("drawing as SVG")
        PNG = "png", _("drawing as PNG")
        JSON = "json", _("JSON, which can be imported again")

    class Failure(models.TextChoices):
        BROKEN = (
            "broken",
            _("The file could not be made. Try again; if it fails again, tell the service administrator."),
        )
        DIED = "died", _("The worker stopped three times while it made the file. Try again later.")

    map = models.ForeignKey(InterfaceMap, models.PROTECT, related_name="exports")
    version = models.ForeignKey(MapVersion, models.PROTECT, null=True, blank=True, related_name="exports")
    version_status = models.CharField(
        _("status of the version"), max_length=10, choices=MapVersion.Status, blank=True, editable=False
    )
    content: models.JSONField[Any, Any] = models.JSONField(_("content"), null=True, editable=False)
    digest = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    seq = models.PositiveIntegerField(_("number of the latest change"), editable=False)
    format = models.CharField(_("file format"), max_length=6, choices=Format)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    asked_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    heard_at = models.DateTimeField(_("last sign of the worker"), null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0, editable=False)
    progress = models.PositiveSmallIntegerField(_("progress in per cent"), default=0, editable=False)
    failure = models.CharField(_("why it failed"), max_length=6, choices=Failure, blank=True, editable=False)
    made_at = models.DateTimeField(_("ready"), null=True, blank=True, editable=False)
    file = models.BinaryField(_("file"), null=True, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), default=0, editable=False)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["map", "version", "version_status", "digest", "format", "language"],
                nulls_distinct=False,
                name="export_of_the_same_is_made_once",
            ),
            models.CheckConstraint(
                name="export_has_its_file_when_it_is_ready",
                condition=Q(made_at__isnull=True, file__isnull=True)
                | Q(made_at__isnull=False, file__isnull=False, failure=""),
            ),
            models.CheckConstraint(
                name="export_progress_is_a_percentage", condition=Q(progress__gte=0, progress__lte=100)
            ),
            models.CheckConstraint(
                name="export_of_a_version_has_the_versions_content",
                condition=Q(version__isnull=True, version_status="")
                | (Q(version__isnull=False, content__isnull=True) & ~Q(version_status="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.map.title}: {self.get_format_display()}"

    def get_absolute_url(self) -> str:
        return reverse("services:map_export", args=[self.map_id, self.pk])

    @property
    def state(self) -> str:
        """waiting, working, ready or failed."""
        if self.made_at:
            return "ready"
        if self.failure:
            return "failed"
        is_heard = self.heard_at is not None and abs(timezone.now() - self.heard_at) < LONGEST_SILENCE
        return "working" if is_heard else "waiting"

    @property
    def state_name(self) -> str:
        """The state as the reader says it."""
        return str(STATES[self.state])


STATES = {
    "waiting": _("waits for the worker"),
    "working": _("is being made"),
    "ready": _("ready"),
    "failed": _("failed"),
}


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
