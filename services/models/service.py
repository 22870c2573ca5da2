"""An organisation's services."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from collaboration.models import Reachable
from collaboration.models.bilingual import Bilingual
from collaboration.models.fields import FoldedWords, GatedCharField, GatedTextField, SortKey
from services.models.outcome import Purposeful


class TargetGroup(models.TextChoices):
    """For whom a service or a map is."""

    UNDER_SCHOOL_AGE = "under_school_age", _("children under school age and their families")
    SCHOOL_AGE = "school_age", _("school-age children and their families")
    YOUNG_PEOPLE = "young_people", _("young people")
    FAMILIES = "families", _("families with children")
    EVERYONE = "everyone", _("all residents")


class ServiceQuerySet(models.QuerySet["Service"]):
    def in_use(self) -> ServiceQuerySet:
        """Those still in the catalogue."""
        return self.filter(archived_at__isnull=True)

    def of_single_organisations(self) -> ServiceQuerySet:
        """Without those that stand on base maps for the services of a county's municipalities together."""
        return self.exclude(organisation__kind="municipalities")


class Service(Bilingual, Reachable, Purposeful):
    """A service (palvelu) in one organisation's catalogue, for example a municipality's daycare centres."""

    organisation = models.ForeignKey(
        "collaboration.Organisation", models.PROTECT, related_name="services", verbose_name=_("organisation")
    )
    node = models.ForeignKey(
        "services.ServiceNode", models.PROTECT, related_name="services", verbose_name=_("service class")
    )
    name_fi = GatedCharField(_("name in Finnish"), max_length=120)
    name_sv = GatedCharField(_("name in Swedish"), max_length=120, blank=True)
    description_fi = GatedTextField(_("description in Finnish"), max_length=2_000, blank=True)
    description_sv = GatedTextField(_("description in Swedish"), max_length=2_000, blank=True)
    target_groups = ArrayField(
        models.CharField(max_length=20, choices=TargetGroup),
        verbose_name=_("target groups"),
        default=list,
        blank=True,
    )
    contact = GatedCharField(
        _("whom professionals call"),
        max_length=150,
        blank=True,
        help_text=_(
            "A role or a unit that answers for the service in the whole area, for example Service guidance."
        ),
    )
    archived_at = models.DateTimeField(_("removed from the catalogue"), null=True, blank=True, editable=False)
    sort_key = SortKey("name_fi")
    sort_key_sv = SortKey("name_sv", "name_fi")
    words = FoldedWords("name_fi", "name_sv")

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name_fi"],
                condition=Q(archived_at__isnull=True),
                name="service_name_is_unique_in_its_organisation",
                violation_error_message=_("The organisation already has a service with this name."),
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("services:service_detail", args=[self.pk])


class ServiceResponsibility(models.Model):
    """Who organises, produces, funds or resources a service, and whether that rests on law or on agreement.

    An empty basis is not known yet; such a row is flagged.
    """

    class Duty(models.TextChoices):
        ORGANISES = "organises", _("organises")
        PRODUCES = "produces", _("produces")
        FUNDS = "funds", _("funds")
        RESOURCES = "resources", _("gives staff or premises")

    class Basis(models.TextChoices):
        LAW = "law", _("law")
        AGREEMENT = "agreement", _("agreement")

    service = models.ForeignKey(Service, models.CASCADE, related_name="responsibilities")
    duty = models.CharField(_("duty"), max_length=10, choices=Duty)
    organisation = models.ForeignKey(
        "collaboration.Organisation", models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    basis = models.CharField(_("basis"), max_length=10, choices=Basis, blank=True)
    reference = GatedCharField(
        _("law's number and section, or the agreement"),
        max_length=200,
        blank=True,
        help_text=_("For example 540/2018, 5 §. Only the number: the text of the law is not copied here."),
    )

    class Meta:
        verbose_name = _("responsibility for a service")
        verbose_name_plural = _("responsibilities for services")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "duty", "organisation"],
                name="service_responsibility_is_named_once",
                violation_error_message=_("The organisation already has this duty."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.get_duty_display()} {self.service}"
