"""What happened: the append-only audit trail."""

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One step that someone took. UPDATE, DELETE and TRUNCATE are refused by a database trigger.

    Texts stay in `Change`; an event keeps only their digest. The newest event of a change has the digest that fits it:
    its first one, or that of a redaction (`manage.py redact_changes`), so the trail still holds. What may happen once
    only (a request that is sent twice, a deadline that two clocks see) has a `key`, and the database refuses the second.
    """

    verb = models.CharField(_("verb"), max_length=60)
    subject_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    actor = models.ForeignKey(
        "collaboration.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("who"),
    )
    change = models.ForeignKey(
        "collaboration.Change",
        models.PROTECT,
        null=True,
        related_name="events",
        editable=False,
        verbose_name=_("change"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    digest = models.CharField(_("digest of the change"), max_length=64, blank=True)
    key = models.CharField(max_length=200, null=True, editable=False)  # noqa: DJ001 most events need none
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(key__isnull=False), name="event_happens_once"
            )
        ]
        indexes = [models.Index(fields=["subject_type", "subject_id", "-id"], name="event_of_subject")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type_id}:{self.subject_id}"
