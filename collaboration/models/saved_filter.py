"""Filters of lists that a person has kept under a name."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collaboration.models.fields import GatedCharField


class SavedFilter(models.Model):
    """A saved filter (tallennettu rajaus): what a list was asked for, as its address says it. `listed` names the list.

    The default is what the list opens with. A value may end meanwhile: the list itself says so when it is opened.
    """

    user = models.ForeignKey("collaboration.User", models.CASCADE, related_name="+", verbose_name=_("person"))
    listed = models.SlugField(_("list"), max_length=30, editable=False)
    name = GatedCharField(_("name"), max_length=60)
    query = GatedCharField(_("filters"), max_length=1_000, blank=True, editable=False)
    is_default = models.BooleanField(_("the list opens with it"), default=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["listed", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "listed", "name"], name="saved_filter_is_named_once"),
            models.UniqueConstraint(
                fields=["user", "listed"],
                condition=Q(is_default=True),
                name="list_opens_with_one_saved_filter",
            ),
        ]

    def __str__(self) -> str:
        return self.name
