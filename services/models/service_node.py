"""The service taxonomy."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from collaboration.models.bilingual import Bilingual
from collaboration.models.fields import GatedCharField


class ServiceNode(Bilingual, models.Model):  # noqa: DJ008 Bilingual has it
    """A class of services (palveluluokka): education and culture's from the seed deck, and sote's that meet them."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("service")
        ENABLER = "enabler", _("enabler")
        THEME = "theme", _("outcome")

    key = models.SlugField(_("key"), unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SERVICE)
    name_fi = GatedCharField(_("name in Finnish"), max_length=200)
    name_sv = GatedCharField(_("name in Swedish"), max_length=200)
    name_en = GatedCharField(_("name in English"), max_length=200)
    position = models.PositiveSmallIntegerField(_("place among its siblings"))

    class Meta:
        verbose_name = _("service class")
        verbose_name_plural = _("service classes")
        ordering = ["position"]
