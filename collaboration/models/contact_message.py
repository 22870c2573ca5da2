"""What anybody writes to those who keep the portal."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GATE, GatedCharField, GatedTextField
from collaboration.models.person import User


class ContactMessage(models.Model):
    """A message (yhteydenotto) from the contacts page, also from somebody who has not signed in; nothing else is kept of them."""

    subject = GatedCharField(_("subject"), max_length=150)
    text = GatedTextField(_("message"), max_length=4_000)
    reply_to = models.EmailField(
        _("your e-mail address"),
        validators=[*GATE],
        blank=True,
        help_text=_("Only if you want an answer."),
    )
    language = models.CharField(_("language"), max_length=2, choices=User.Language, editable=False)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="contact_message_is_answered_by_somebody",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["-sent_at", "-id"], name="contact_message_newest")]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return reverse("collaboration:contact_message", args=[self.pk])
