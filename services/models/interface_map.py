"""The interface map: services and where they meet, for one target group, between named parties."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.bilingual import in_language
from collaboration.models.fields import (
    FoldedWords,
    GatedCharField,
    GatedTextField,
    SortKey,
    old_language,
    translated_of,
)
from services.models.service import TargetGroup


class InterfaceMapQuerySet(models.QuerySet["InterfaceMap"]):
    def locked(self) -> InterfaceMapQuerySet:
        """Locked for a change, which gets the next number. Rows that only name the map are still written beside it.

        Without `no_key`, who writes twice on a map waits for its base map, whose change waits for that map.
        """
        return self.select_for_update(of=("self",), no_key=True)


class InterfaceMap(models.Model):
    """An interface map (yhdyspintakartta). Its rows are the truth; `seq` is the number of its latest change.

    A base map (pohjakartta) is a county's: its municipality is all the municipalities of the county together.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ARCHIVED = "archived", _("archived")

    title_fi = GatedCharField(_("title in Finnish"), max_length=150)
    title_sv = GatedCharField(_("title in Swedish"), max_length=150, blank=True)
    target_group = models.CharField(_("target group"), max_length=20, choices=TargetGroup)
    municipality = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="maps_of_its_services",
        verbose_name=_("municipality"),
        help_text=_("The municipality whose residents the map is about."),
    )
    is_base = models.BooleanField(_("base map"), default=False, editable=False)
    base = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="based_on_it",
        editable=False,
        verbose_name=_("base map of the county"),
    )
    source_language = models.CharField(
        _("language of the agreed texts"),
        max_length=2,
        choices=[("fi", _("Finnish")), ("sv", _("Swedish"))],
        default="fi",
        help_text=_("The parties confirm the text in this language; the other one is its translation."),
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False
    )
    seq = models.PositiveIntegerField(_("number of the latest change"), default=0, editable=False)
    news_seq = models.PositiveIntegerField(_("number of the latest news"), default=0, editable=False)
    is_demo = models.BooleanField(_("demo content"), default=False, editable=False)
    made_by = models.ForeignKey(
        "collaboration.User", models.PROTECT, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now, editable=False)
    sort_key = SortKey("title_fi", "title_sv")
    sort_key_sv = SortKey("title_sv", "title_fi")
    words = FoldedWords("title_fi", "title_sv")

    objects = InterfaceMapQuerySet.as_manager()

    class Meta:
        verbose_name = _("interface map")
        verbose_name_plural = _("interface maps")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="base_map_has_no_base_itself", condition=Q(is_base=False) | Q(base__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("services:map_drawing", args=[self.pk])

    @property
    def title(self) -> str:
        return in_language(self, "title")


class MapParty(models.Model):
    """A party (osapuoli) of a map: the organisation or unit that has one lane of the drawing."""

    class Side(models.TextChoices):
        MUNICIPALITY = "municipality", _("municipality")
        COUNTY = "county", _("wellbeing services county")
        OTHER = "other", _("other party")

    map = models.ForeignKey(InterfaceMap, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(
        "collaboration.Organisation",
        models.PROTECT,
        related_name="map_parties",
        verbose_name=_("organisation"),
    )
    side = models.CharField(_("side"), max_length=15, choices=Side)
    lane = models.PositiveSmallIntegerField(_("lane"))
    archived_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("party of a map")
        verbose_name_plural = _("parties of maps")
        ordering = ["lane", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["map", "organisation"],
                name="map_party_is_named_once",
                violation_error_message=_("The organisation is already a party of the map."),
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class MapService(models.Model):
    """A service's place on a map, with the two client questions answered for that municipality's residents."""

    map = models.ForeignKey(InterfaceMap, models.CASCADE, related_name="map_services")
    service = models.ForeignKey("services.Service", models.PROTECT, related_name="places_on_maps")
    party = models.ForeignKey(MapParty, models.PROTECT, related_name="map_services")
    place = models.PositiveSmallIntegerField(
        _("place in the lane"),
        null=True,
        blank=True,
        help_text=_("Counted from 1; empty lets the layout choose."),
    )
    where_fi = GatedTextField(
        _("where the client gets the service, in Finnish"), max_length=2_000, blank=True
    )
    where_sv = GatedTextField(
        _("where the client gets the service, in Swedish"), max_length=2_000, blank=True
    )
    how_fi = GatedTextField(
        _("how the client is guided to the service, in Finnish"), max_length=2_000, blank=True
    )
    how_sv = GatedTextField(
        _("how the client is guided to the service, in Swedish"), max_length=2_000, blank=True
    )
    where_translated_of, how_translated_of = translated_of(), translated_of()
    where_old, how_old = old_language(), old_language()
    archived_at = models.DateTimeField(_("removed"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("service on a map")
        verbose_name_plural = _("services on maps")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["map", "service"],
                condition=Q(archived_at__isnull=True),
                name="service_is_on_a_map_once",
                violation_error_message=_("The service is already on the map."),
            ),
            models.CheckConstraint(
                name="place_in_the_lane_is_between_1_and_999",
                condition=Q(place__isnull=True) | Q(place__gte=1, place__lte=999),
                violation_error_message=_("A place in the lane is a number from 1 to 999."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.service)

    def get_absolute_url(self) -> str:
        return reverse("services:map_service", args=[self.map_id, self.pk])
