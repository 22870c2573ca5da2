"""Territories with dated member municipalities."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from collaboration.models.bilingual import Bilingual
from collaboration.models.fields import FoldedWords, GatedCharField, SortKey


class Area(Bilingual, models.Model):  # noqa: DJ008 Bilingual has it
    """A territory (alue): a county, a region, an employment area. Codes are Statistics Finland's."""

    class Kind(models.TextChoices):
        WELLBEING_SERVICES_COUNTY = "wellbeing_services_county", _("wellbeing services county")
        AUTONOMOUS_REGION = "autonomous_region", _("autonomous region outside the counties")
        REGION = "region", _("region")
        SUB_REGION = "sub_region", _("sub-region")
        EMPLOYMENT_AREA = "employment_area", _("employment area")
        COLLABORATIVE_AREA = "collaborative_area", _("collaborative area")
        ECONOMIC_DEVELOPMENT_AREA = "economic_development_area", _("Economic Development Centre's area")

    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    code = GatedCharField(_("code"), max_length=10)
    name_fi = GatedCharField(_("name in Finnish"), max_length=200)
    name_sv = GatedCharField(_("name in Swedish"), max_length=200, blank=True)
    name_en = GatedCharField(_("name in English"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="territories",
        verbose_name=_("organisation of the area"),
        help_text=_("Who answers for the area: the county itself; in Helsinki the city."),
    )
    municipalities: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        "collaboration.Organisation", through="AreaMember", related_name="areas"
    )
    sort_key = SortKey("name_fi")
    sort_key_sv = SortKey("name_sv", "name_fi")
    words = FoldedWords("name_fi", "name_sv", "name_en", "code")

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["kind", "sort_key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="area_code_is_unique_in_its_kind")
        ]


class AreaMemberQuerySet(models.QuerySet["AreaMember"]):
    def valid(self, on: datetime.date) -> AreaMemberQuerySet:
        """Memberships in force on the day; an unknown first or last day sets no limit."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        )


class AreaMember(models.Model):
    """A municipality's membership of an area, from a day to a day; an empty day is not known."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="members")
    municipality = models.ForeignKey(
        "collaboration.Organisation", models.PROTECT, related_name="area_memberships"
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = AreaMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of an area")
        verbose_name_plural = _("members of areas")
        constraints = [
            models.UniqueConstraint(
                fields=["area", "municipality", "valid_from"],
                nulls_distinct=False,
                name="area_member_is_there_once_from_a_day",
            ),
            models.CheckConstraint(
                name="area_membership_begins_before_it_ends",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("A membership must begin before it ends."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} – {self.municipality}"
