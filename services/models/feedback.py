"""What residents tell of a published service: feedback, until staff make a report of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models import User
from collaboration.models.fields import GatedTextField
from services.models.escalation import Escalation
from services.models.interface import Interface
from services.models.interface_map import InterfaceMap, MapService


class Feedback(models.Model):
    """Feedback (palaute) from a published page: how a service did not work, from nobody in particular.

    Whoever reads the map reads it: the people of its parties, and of the forums that look after it. Whoever may report on the
    map makes a report of it, or an editor says why not. Nothing is kept of who wrote it.
    """

    map = models.ForeignKey(InterfaceMap, models.CASCADE, related_name="feedback")
    place = models.ForeignKey(MapService, models.CASCADE, related_name="feedback", verbose_name=_("service"))
    interface = models.ForeignKey(
        Interface,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="feedback",
        verbose_name=_("interface"),
    )
    text = GatedTextField(_("what did not work"), max_length=2_000)
    language = models.CharField(_("language"), max_length=2, choices=User.Language, editable=False)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    escalation = models.ForeignKey(
        Escalation, models.PROTECT, null=True, related_name="feedback", editable=False
    )
    closed_reason = GatedTextField(_("why no report was made"), max_length=500, blank=True)
    handled_at = models.DateTimeField(_("handled"), null=True, editable=False)
    handled_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="feedback_is_handled_by_a_report_or_a_reason",
                condition=Q(handled_at__isnull=True, handled_by__isnull=True, escalation__isnull=True)
                & Q(closed_reason="")
                | Q(handled_at__isnull=False, handled_by__isnull=False)
                & (Q(escalation__isnull=False) ^ ~Q(closed_reason="")),
            )
        ]
        indexes = [
            models.Index(fields=["map", "-id"], condition=Q(handled_at__isnull=True), name="feedback_waiting")
        ]

    def __str__(self) -> str:
        return str(self.place.service)  # not its words: mails name what they are about

    def get_absolute_url(self) -> str:
        """Its address."""
        return reverse("services:feedback", args=[self.pk])
