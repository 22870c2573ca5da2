"""Files that are made of a document's content."""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST_SILENCE = datetime.timedelta(minutes=2)
"""A worker that has told nothing of an export for so long is taken for dead."""

MOST_TRIES = 3
DRAFT = "draft"


class ExportQuerySet(models.QuerySet["Export"]):
    """Exports by how far they are."""

    def of(self, document: models.Model) -> ExportQuerySet:
        """Those of one document."""
        return self.filter(
            subject_type=ContentType.objects.get_for_model(type(document)), subject_id=document.pk
        )

    def listed(self) -> ExportQuerySet:
        """What a page shows, without the files."""
        return self.defer("file", "content").select_related("asked_by")

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
    """An export (vientitiedosto) of a document: one file of a version's or the draft's content, made by the worker.

    `version` is the id of the document's version, with its number and its status when the file was asked for. How far
    the file is follows from the times. `content` is kept for a draft only, since the draft goes on. `tries` counts the workers that have begun; only the last of them may say more of it.
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

    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    version = models.BigIntegerField(null=True, blank=True, editable=False)
    version_number = models.CharField(max_length=20, blank=True, editable=False)
    version_status = models.CharField(_("status of the version"), max_length=10, blank=True, editable=False)
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
                fields=[
                    "subject_type",
                    "subject_id",
                    "version",
                    "version_status",
                    "digest",
                    "format",
                    "language",
                ],
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
        return f"{self.subject}: {self.get_format_display()}"

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
    def of(self) -> str:
        """Of which content it is: the number of a version, or `draft`."""
        return self.version_number or DRAFT

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
