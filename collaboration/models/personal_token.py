"""Keys with which a person's own programs use the API."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GatedCharField


class PersonalTokenQuerySet(models.QuerySet["PersonalToken"]):
    def in_force(self, on: datetime.date) -> PersonalTokenQuerySet:
        """Those that open the API on the day: neither revoked nor past their last day."""
        return self.filter(revoked_at__isnull=True, expires_on__gte=on)


class PersonalToken(models.Model):
    """A personal token (henkilökohtainen avain). Its secret is shown once; only the SHA-256 of it is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")

    user = models.ForeignKey(
        "collaboration.User", models.CASCADE, related_name="tokens", verbose_name=_("person")
    )
    name = GatedCharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("scope"), max_length=5, choices=Scope, default=Scope.READ)
    expires_on = models.DateField(_("last day of validity"))
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects = PersonalTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal token")
        verbose_name_plural = _("personal tokens")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="personal_token_digest_is_a_sha256", condition=Q(digest__regex="^[0-9a-f]{64}$")
            )
        ]

    def __str__(self) -> str:
        return self.name
