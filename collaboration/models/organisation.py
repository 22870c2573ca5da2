"""The organisations that work together."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collaboration.models.bilingual import Bilingual
from collaboration.models.fields import GATE, FoldedWords, GatedCharField, SortKey


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def existing(self, on: datetime.date) -> OrganisationQuerySet:
        """Those that exist on the day: not yet merged into a successor."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))

    def municipalities(self) -> OrganisationQuerySet:
        return self.filter(kind=Organisation.Kind.MUNICIPALITY)

    def single(self) -> OrganisationQuerySet:
        """Organisations and units, without the municipalities of each county together."""
        return self.exclude(kind=Organisation.Kind.MUNICIPALITIES)


class Organisation(Bilingual, models.Model):  # noqa: DJ008 Bilingual has it
    """An organisation (organisaatio) or a unit of one; municipalities and counties are the real register.

    `code` is Statistics Finland's code: three digits for a municipality, two for a wellbeing services county.
    The municipalities of a county together are a part of the county: a name for a lane of its base maps, without people.
    """

    class Kind(models.TextChoices):
        MUNICIPALITY = "municipality", _("municipality")
        WELLBEING_SERVICES_COUNTY = "wellbeing_services_county", _("wellbeing services county")
        REGIONAL_COUNCIL = "regional_council", _("regional council")
        JOINT_AUTHORITY = "joint_authority", _("joint authority")
        STATE = "state", _("the State")
        NGO = "ngo", _("civil society organisation")
        PARISH = "parish", _("parish")
        EDUCATION_PROVIDER = "education_provider", _("education provider")
        COMPANY = "company", _("company")
        UNIT = "unit", _("unit")
        MUNICIPALITIES = "municipalities", _("municipalities of a county together")

    ADDED = (Kind.EDUCATION_PROVIDER, Kind.JOINT_AUTHORITY, Kind.NGO, Kind.PARISH, Kind.COMPANY)
    """Kinds of which no register is loaded: people add them."""

    LIMITED = (Kind.NGO, Kind.PARISH, Kind.COMPANY)
    """Kinds whose seats in forums are limited: they handle nothing, and read nothing that is secret."""

    class LanguageStatus(models.TextChoices):
        FINNISH = "fi", pgettext_lazy("language status", "Finnish")
        SWEDISH = "sv", pgettext_lazy("language status", "Swedish")
        BILINGUAL_FINNISH = "fi-sv", _("bilingual, Finnish majority")
        BILINGUAL_SWEDISH = "sv-fi", _("bilingual, Swedish majority")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    code = GatedCharField(_("code"), max_length=20, blank=True)
    business_id = GatedCharField(_("business ID"), max_length=9, blank=True)
    name_fi = GatedCharField(_("name in Finnish"), max_length=200)
    name_sv = GatedCharField(_("name in Swedish"), max_length=200, blank=True)
    name_en = GatedCharField(_("name in English"), max_length=200, blank=True)
    brand = GatedCharField(_("brand"), max_length=100, blank=True)
    website = models.URLField(_("website"), blank=True, validators=[*GATE])
    language_status = models.CharField(
        _("language status"),
        max_length=5,
        choices=LanguageStatus,
        blank=True,
        help_text=_("Language Act 423/2003, section 5"),
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("unit of")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("merged into"),
    )
    sort_key = SortKey("name_fi")
    sort_key_sv = SortKey("name_sv", "name_fi")
    words = FoldedWords("name_fi", "name_sv", "name_en", "brand", "code", "business_id")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                condition=~Q(code=""),
                name="organisation_code_is_unique_in_its_kind",
                violation_error_message=_("Another organisation of this kind has the same code."),
            ),
            models.CheckConstraint(
                name="organisation_begins_before_it_ends",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("An organisation must begin before it ends."),
            ),
            models.CheckConstraint(
                name="organisation_with_a_successor_has_ended",
                condition=Q(successor__isnull=True) | Q(valid_until__isnull=False),
                violation_error_message=_("A merged organisation needs the last day of its own."),
            ),
            models.CheckConstraint(
                name="organisation_is_a_part_exactly_when_it_has_a_parent",
                condition=Q(kind__in=["unit", "municipalities"], parent__isnull=False)
                | (~Q(kind__in=["unit", "municipalities"]) & Q(parent__isnull=True)),
                violation_error_message=_("A unit belongs to an organisation."),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("collaboration:organisation_detail", args=[self.pk])

    def clean(self) -> None:
        if self.parent and self.parent.parent_id:
            raise ValidationError({"parent": _("A unit of a unit is not possible.")})

    @property
    def kind_name(self) -> str:
        """In words; `get_kind_display` makes a dictionary of all kinds each time."""
        return str(Organisation.Kind(self.kind).label)

    @property
    def language_status_name(self) -> str:
        return str(Organisation.LanguageStatus(self.language_status).label) if self.language_status else ""

    @property
    def full_name(self) -> str:
        """The name with the organisation that a unit belongs to in front."""
        if self.kind == Organisation.Kind.UNIT and self.parent:
            return f"{self.parent.name}: {self.name}"
        return self.name
