"""How a map's content is approved by every party, and published as a version that never changes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.models.bilingual import in_language
from collaboration.models.fields import GatedTextField
from services.models.interface_map import InterfaceMap


class ApprovalRound(models.Model):
    """An approval round (hyväksymiskierros): an approver of every party is asked to approve one content.

    The content is that of the map at the change `seq`; `digest` is the SHA-256 of its canonical bytes.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("waits for approvals")
        ENDED = "ended", _("ended by an edit")
        CANCELLED = "cancelled", _("cancelled")
        RETURNED = "returned", pgettext_lazy("status of an approval round", "returned")
        PUBLISHED = "published", _("published")

    map = models.ForeignKey(InterfaceMap, models.PROTECT, related_name="approval_rounds")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False)
    seq = models.PositiveIntegerField(_("number of the latest change"), editable=False)
    digest = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    is_major = models.BooleanField(_("a new main number"), default=False)
    review_on = models.DateField(_("review date"))
    incomplete_reason = GatedTextField(_("why it is published incomplete"), max_length=500, blank=True)
    started_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    ended_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    returned_reason = GatedTextField(_("why it was returned"), max_length=500, blank=True, editable=False)

    class Meta:
        verbose_name = _("approval round")
        verbose_name_plural = _("approval rounds")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["map"], condition=Q(status="open"), name="approval_round_is_the_only_open_one"
            ),
            models.CheckConstraint(
                name="approval_round_is_returned_with_a_reason",
                condition=Q(status="returned") & ~Q(returned_reason="")
                | ~Q(status="returned") & Q(returned_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.map.title

    def get_absolute_url(self) -> str:
        return reverse("services:map_approval", args=[self.map_id])


class Approval(models.Model):
    """An approval (hyväksyntä): one person approves a round's content for one party. The database lets none change."""

    round = models.ForeignKey(ApprovalRound, models.PROTECT, related_name="approvals")
    organisation = models.ForeignKey(
        "collaboration.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    approver = models.ForeignKey(
        "collaboration.User", models.PROTECT, related_name="+", verbose_name=_("approver")
    )
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "organisation"], name="party_approves_a_round_once"),
            models.UniqueConstraint(
                fields=["round", "approver"], name="person_approves_a_round_for_one_party"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.approver}"


class MapVersion(models.Model):
    """A published version (julkaistu versio) of a map: what every party approved, word for word.

    A database trigger lets nothing change but the status and what is told of a withdrawal. `approvals` are facts as
    they were: who approved, in which role, for which organisation, and when.
    """

    class Status(models.TextChoices):
        PUBLISHED = "published", _("published")
        REPLACED = "replaced", _("replaced")
        WITHDRAWN = "withdrawn", _("withdrawn")

    map = models.ForeignKey(InterfaceMap, models.PROTECT, related_name="versions")
    round = models.OneToOneField(ApprovalRound, models.PROTECT, related_name="version")
    major = models.PositiveSmallIntegerField(_("main number"), editable=False)
    minor = models.PositiveSmallIntegerField(_("second number"), editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.PUBLISHED, editable=False
    )
    content: models.JSONField[Any, Any] = models.JSONField(_("content"), editable=False)
    lemmas: models.JSONField[Any, Any] = models.JSONField(default=dict, editable=False)
    """By service the base forms of what the content says of it, by which residents find it; no part of the content."""
    digest = models.CharField(_("SHA-256 of the content"), max_length=64, editable=False)
    seq = models.PositiveIntegerField(_("number of the latest change"), editable=False)
    approvals: models.JSONField[Any, Any] = models.JSONField(_("approvals"), editable=False)
    incomplete_reason = GatedTextField(
        _("why it is published incomplete"), max_length=500, blank=True, editable=False
    )
    citation_fi = GatedTextField(_("citation in Finnish"), max_length=1_000, editable=False)
    citation_sv = GatedTextField(_("citation in Swedish"), max_length=1_000, editable=False)
    published_at = models.DateTimeField(_("published"), default=timezone.now, editable=False)
    review_on = models.DateField(_("review date"), editable=False)
    withdrawn_reason = GatedTextField(_("why it was withdrawn"), max_length=500, blank=True)
    withdrawn_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("published version")
        verbose_name_plural = _("published versions")
        ordering = ["-major", "-minor"]
        constraints = [
            models.UniqueConstraint(fields=["map", "major", "minor"], name="map_version_has_its_own_number"),
            models.UniqueConstraint(
                fields=["map"], condition=Q(status="published"), name="map_version_in_force_is_the_only_one"
            ),
            models.CheckConstraint(
                name="map_version_withdrawn_has_its_reason_person_and_time_together",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.map.title} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("services:map_version", args=[self.map_id, self.major, self.minor])

    @property
    def number(self) -> str:
        """As people say it: 1.0."""
        return f"{self.major}.{self.minor}"

    @property
    def citation(self) -> str:
        return in_language(self, "citation")
