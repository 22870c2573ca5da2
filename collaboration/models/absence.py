"""Absences: who is away, from when to when, and who stands in."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collaboration.models.reach import Reader


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def valid(self, on: datetime.date) -> AbsenceQuerySet:
        """Those of the day."""
        return self.filter(valid_from__lte=on, valid_until__gte=on)

    def not_ended(self, on: datetime.date) -> AbsenceQuerySet:
        return self.filter(valid_until__gte=on)

    def between(self, first: datetime.date, last: datetime.date) -> AbsenceQuerySet:
        """Those that share a day with this time."""
        return self.filter(valid_from__lte=last, valid_until__gte=first)


class Absence(models.Model):
    """An absence (poissaolo): a person is away, and a deputy stands in, in one seat or in everything.

    It begins and ends by its days. While it lasts, whoever stands in may do what the person may in their seats.
    """

    user = models.ForeignKey(
        "collaboration.User", models.CASCADE, related_name="absences", verbose_name=_("who is away")
    )
    seat = models.ForeignKey(
        "collaboration.ForumSeat",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="absences",
        verbose_name=_("in which seat"),
    )
    deputy = models.ForeignKey(
        "collaboration.User", models.PROTECT, related_name="stands_in", verbose_name=_("who stands in")
    )
    valid_from = models.DateField(_("first day"), default=timezone.localdate)
    valid_until = models.DateField(_("last day"))

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                name="absence_begins_before_it_ends",
                condition=Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The absence must begin before it ends."),
            ),
            models.CheckConstraint(
                name="nobody_is_their_own_deputy",
                condition=~Q(deputy=F("user")),
                violation_error_message=_("Choose another person to stand in."),
            ),
        ]
        indexes = [models.Index(fields=["deputy", "valid_until"], name="absence_of_deputy")]

    def __str__(self) -> str:
        days = f"{date_format(self.valid_from)}–{date_format(self.valid_until)}"
        return gettext("%(name)s is away %(days)s, %(deputy)s stands in") % {
            "name": self.user.name,
            "days": days,
            "deputy": self.deputy.name,
        }

    def get_absolute_url(self) -> str:
        return reverse("collaboration:absences")


class StandIn(models.Model):
    """Who stands in for whom today: at the end of the chain, the last one who is here. Rows of a view."""

    pk = models.CompositePrimaryKey("user_id", "seat_key")
    user = models.ForeignKey("collaboration.User", models.DO_NOTHING, related_name="stood_in_for")
    seat_key = models.BigIntegerField()
    deputy = models.ForeignKey("collaboration.User", models.DO_NOTHING, related_name="+")
    valid_until = models.DateField()

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        managed = False
        verbose_name = "who stands in today"

    def __str__(self) -> str:
        return f"{self.deputy_id} for {self.user_id}"


class AbsenceReader(Reader):
    """Who reads an absence: whoever is away, whoever stands in, and whoever may set it for the one who is away."""

    pk = models.CompositePrimaryKey("absence_id", "user_id", "role")
    absence = models.ForeignKey(Absence, models.DO_NOTHING, related_name="readers")

    class Meta(Reader.Meta):
        verbose_name = "reader of an absence"

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.absence_id}"
