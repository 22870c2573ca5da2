"""How somebody is called: a number, and when they answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GatedCharField
from collaboration.phones import PHONE


class Reachable(models.Model):
    """A phone number and the hours in which one may call. Seen by people who have signed in, never by residents."""

    phone = GatedCharField(
        _("phone number"),
        max_length=30,
        blank=True,
        validators=[PHONE],
        help_text=_("A number of the work. Seen by people who have signed in, never by residents."),
    )
    hours = GatedCharField(
        _("when one may call"), max_length=120, blank=True, help_text=_("For example Mon–Fri 8–16.")
    )

    class Meta:
        abstract = True
