"""The answers to the two client questions, in parts: where a service is got, and how one is guided to it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaboration.models.bilingual import in_language
from collaboration.models.fields import GATE, GatedCharField
from collaboration.phones import PHONE
from services.models.interface_map import MapService
from services.models.row import Row


class ServiceRow(Row):
    """A row beside a service on a map."""

    map_service = models.ForeignKey(MapService, models.CASCADE, related_name="+")

    class Meta(Row.Meta):
        abstract = True


class ServiceChannel(ServiceRow):
    """A service channel (palvelukanava): a place, a phone number or a web address where a client gets the service."""

    class Kind(models.TextChoices):
        PLACE = "place", _("on the spot")
        PHONE = "phone", _("by phone")
        WEB = "web", _("on the web")

    kind = models.CharField(_("kind of channel"), max_length=5, choices=Kind)
    name_fi = GatedCharField(_("name of the channel in Finnish"), max_length=120, blank=True)
    name_sv = GatedCharField(_("name of the channel in Swedish"), max_length=120, blank=True)
    address_fi = GatedCharField(
        _("address in Finnish"),
        max_length=200,
        blank=True,
        help_text=_("On one line, for example Esimerkkikatu 1, 06100 Porvoo."),
    )
    address_sv = GatedCharField(_("address in Swedish"), max_length=200, blank=True)
    phone = GatedCharField(
        _("phone number"),
        max_length=30,
        blank=True,
        validators=[PHONE],
        help_text=_("Shown to residents when the map is published."),
    )
    url = models.URLField(_("web address"), max_length=500, blank=True, validators=[*GATE])
    hours_fi = GatedCharField(
        _("hours in Finnish"),
        max_length=200,
        blank=True,
        help_text=_("For example Mon–Fri 8–16. If this is empty, no hours are shown."),
    )
    hours_sv = GatedCharField(_("hours in Swedish"), max_length=200, blank=True)

    class Meta(ServiceRow.Meta):
        verbose_name = _("service channel")
        verbose_name_plural = _("service channels")
        constraints = [
            models.CheckConstraint(
                name="channel_place_has_an_address",
                condition=~Q(kind="place") | ~Q(address_fi="", address_sv=""),
                violation_error_message=_("A place needs its address, in either language."),
            ),
            models.CheckConstraint(
                name="channel_phone_has_a_number",
                condition=~Q(kind="phone") | ~Q(phone=""),
                violation_error_message=_("A channel by phone needs its phone number."),
            ),
            models.CheckConstraint(
                name="channel_web_has_an_address",
                condition=~Q(kind="web") | ~Q(url=""),
                violation_error_message=_("A channel on the web needs its web address."),
            ),
        ]

    def __str__(self) -> str:
        told = {"place": in_language(self, "address"), "phone": self.phone, "web": self.url}
        return in_language(self, "name") or told.get(self.kind, "")


class ReferralStep(ServiceRow):
    """A step of the referral path: what happens on the way to the service, and which service guides the client."""

    text_fi = GatedCharField(_("what happens, in Finnish"), max_length=300, blank=True)
    text_sv = GatedCharField(_("what happens, in Swedish"), max_length=300, blank=True)
    service = models.ForeignKey(
        MapService,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("service that guides the client"),
    )

    class Meta(ServiceRow.Meta):
        verbose_name = _("step of the referral path")
        verbose_name_plural = _("steps of the referral path")
        constraints = [
            models.CheckConstraint(
                name="referral_step_says_what_happens",
                condition=~Q(text_fi="", text_sv=""),
                violation_error_message=_("Write what happens in the step, in either language."),
            ),
            models.CheckConstraint(
                name="service_is_not_guided_to_by_itself",
                condition=Q(service__isnull=True) | ~Q(service=F("map_service")),
                violation_error_message=_("A service does not guide the client to itself."),
            ),
        ]

    def __str__(self) -> str:
        return in_language(self, "text")

    def flags(self) -> list[str]:
        """The service that guides may have been removed from the map; the step keeps it, should it come back."""
        if self.service is None or self.service.archived_at is None:
            return []
        return [gettext("%(service)s has been removed from the map.") % {"service": self.service}]
