"""Files that people have attached to a matter, an action or a report."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GatedCharField


class Attachment(models.Model):
    """An attachment (liite): a file about a subject, read by everyone who sees the subject.

    Until the report that it belongs to is sent, it is held under the report's key (`draft_key`) and is its owner's alone. What
    was forwarded with a matter has an `origin` and stays as it was sent. One that is taken away loses its bytes.
    """

    MOST_BYTES = 10_000_000
    MOST = 20
    """Files of one subject."""

    class Kind(models.TextChoices):
        JPEG = "jpeg", _("picture (JPEG)")
        PNG = "png", _("picture (PNG)")
        PDF = "pdf", _("PDF")
        DOCX = "docx", _("document (DOCX)")
        XLSX = "xlsx", _("table (XLSX)")
        PPTX = "pptx", _("slides (PPTX)")
        ODT = "odt", _("document (ODT)")
        ODS = "ods", _("table (ODS)")
        ODP = "odp", _("slides (ODP)")
        TXT = "txt", _("text (TXT)")
        CSV = "csv", _("table (CSV)")

    PICTURES = frozenset({Kind.JPEG, Kind.PNG})

    subject_type = models.ForeignKey(ContentType, models.PROTECT, null=True, related_name="+", editable=False)
    subject_id = models.BigIntegerField(null=True, editable=False)
    subject = GenericForeignKey("subject_type", "subject_id")
    draft_key = models.UUIDField(null=True, editable=False)
    name = GatedCharField(_("name of the file"), max_length=125)
    kind = models.CharField(_("kind of file"), max_length=5, choices=Kind, editable=False)
    size = models.PositiveIntegerField(_("size in bytes"), editable=False)
    digest = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    content = models.BinaryField(_("file"), null=True, editable=False)
    origin = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", editable=False)
    added_by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", editable=False)
    is_nameless = models.BooleanField(default=False, editable=False)
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    removed_at = models.DateTimeField(_("taken away"), null=True, editable=False)
    removed_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="attachment_has_its_bytes_until_it_is_taken_away",
                condition=Q(removed_at__isnull=True) ^ Q(content__isnull=True),
            ),
            models.CheckConstraint(
                name="attachment_is_of_a_subject_or_of_what_is_not_sent_yet",
                condition=Q(subject_type__isnull=False, subject_id__isnull=False, draft_key__isnull=True)
                | Q(subject_type__isnull=True, subject_id__isnull=True, draft_key__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "digest"],
                condition=Q(removed_at__isnull=True),
                name="same_file_is_attached_once",
            ),
            models.UniqueConstraint(
                fields=["draft_key", "added_by", "digest"], name="same_file_is_held_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["added_at"], condition=Q(draft_key__isnull=False), name="attachments_not_sent_yet"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its address."""
        return reverse("collaboration:attachment", args=[self.pk])

    @property
    def is_picture(self) -> bool:
        """Whether a page can show it."""
        return self.kind in self.PICTURES
