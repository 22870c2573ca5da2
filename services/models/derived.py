"""What follows from the rows, said once in the database: views that nothing writes, and the counts that triggers keep.

The rules stand in `derived.sql` and `kept.sql` beside the migrations. A view can be asked like any table; what is kept (`Aspect.status`, `MapTally`) is
written by the database itself in the very statement that changes what it follows from.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from collaboration.models import Reader
from services.models.aspect import Aspect, AspectAnswer, AspectStatus
from services.models.interface import Interface
from services.models.interface_map import InterfaceMap


class MapReader(Reader):
    """Who reads a map: whoever reads what is a party's, or sits today in a forum that looks after it; `is_own` is false for the
    map's base map."""

    pk = models.CompositePrimaryKey("map_id", "user_id", "through_id", "role", "is_own")
    map = models.ForeignKey(InterfaceMap, models.DO_NOTHING, related_name="readers")
    is_own = models.BooleanField()

    class Meta(Reader.Meta):
        verbose_name = "reader of a map"

    def __str__(self) -> str:
        return f"{self.user_id} reads {self.map_id}"


class LiveInterface(models.Model):
    """An interface that is on its map now: not removed, and none of its services removed; with what a ring shows of it."""

    interface = models.OneToOneField(Interface, models.DO_NOTHING, primary_key=True, related_name="live")
    map = models.ForeignKey(InterfaceMap, models.DO_NOTHING, related_name="live_interfaces")
    statuses: ArrayField[Any, Any] = ArrayField(models.CharField(max_length=15))
    inherited: ArrayField[Any, Any] = ArrayField(models.BooleanField())
    met: ArrayField[Any, Any] = ArrayField(models.BigIntegerField())

    class Meta:
        managed = False
        verbose_name = "interface on its map"

    def __str__(self) -> str:
        return str(self.interface_id)


class Confirmation(models.Model):
    """Whether a party's confirmation holds: for the shared answer as it is now, in the map's source language."""

    class State(models.TextChoices):
        GIVEN = "given", "given"
        NONE = "none", "none"
        OUTDATED = "outdated", "outdated"

    answer = models.OneToOneField(
        AspectAnswer, models.DO_NOTHING, primary_key=True, related_name="confirmation"
    )
    aspect = models.ForeignKey(Aspect, models.DO_NOTHING, related_name="confirmations")
    state = models.CharField(max_length=8, choices=State)

    class Meta:
        managed = False
        verbose_name = "confirmation"

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.state}"


def agreed_text(aspect: str) -> models.Func:
    """The shared answer in its map's source language, as the database says; `aspect` leads there, as in `aspect__`."""
    names = ("interface__map__source_language", "shared_fi", "shared_sv")
    return models.Func(
        *(f"{aspect}{name}" for name in names), function="agreed_text", output_field=models.TextField()
    )


def confirmation_state(answer: str, aspect: str) -> models.Func:
    """`Confirmation.state` where the answer, its aspect and its map have been joined anyway."""
    return models.Func(
        f"{answer}confirmed_text",
        agreed_text(aspect),
        function="confirmation_state",
        output_field=models.CharField(choices=Confirmation.State),
    )


class DerivedStatus(models.Model):
    """What an aspect's status must be; `Aspect.status` is kept equal to it.

    Not applicable with a reason; agreed when every party's confirmation holds; in progress when anything has been written,
    also in rows; otherwise missing.
    """

    aspect = models.OneToOneField(Aspect, models.DO_NOTHING, primary_key=True, related_name="derived")
    interface = models.ForeignKey(Interface, models.DO_NOTHING, related_name="+")
    status = models.CharField(max_length=15, choices=AspectStatus, editable=False)

    class Meta:
        managed = False
        verbose_name = "derived status"

    def __str__(self) -> str:
        return f"{self.aspect_id}: {self.status}"


class Tally(models.Model):
    """How many interfaces a map has now, how many of their aspects have which status and follow the base map, and on how many
    an escalation is open.

    `county` is the organisation in whose numbers the map counts: none for a base map, and for an archived one.
    """

    interfaces = models.PositiveIntegerField(default=0, editable=False)
    agreed = models.PositiveIntegerField(default=0, editable=False)
    in_progress = models.PositiveIntegerField(default=0, editable=False)
    missing = models.PositiveIntegerField(default=0, editable=False)
    not_applicable = models.PositiveIntegerField(default=0, editable=False)
    follows = models.PositiveIntegerField(default=0, editable=False)
    not_working = models.PositiveIntegerField(default=0, editable=False)
    county = models.ForeignKey(
        "collaboration.Organisation", models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        abstract = True


class MapTally(Tally):
    """A map's tally (lukumäärät), kept with each change."""

    map = models.OneToOneField(InterfaceMap, models.CASCADE, primary_key=True, related_name="tally")

    class Meta:
        verbose_name = _("tally of a map")
        verbose_name_plural = _("tallies of maps")

    def __str__(self) -> str:
        return f"{self.map_id}: {self.agreed}/{self.agreed + self.in_progress + self.missing}"


class DerivedTally(Tally):
    """What a map's tally must be."""

    map = models.OneToOneField(
        InterfaceMap, models.DO_NOTHING, primary_key=True, related_name="derived_tally"
    )

    class Meta:
        managed = False
        verbose_name = "derived tally"

    def __str__(self) -> str:
        return str(self.map_id)


class MapHead(models.Model):
    """What the head of a map's pages tells: its parties, its version in force, and open rounds."""

    map = models.OneToOneField(InterfaceMap, models.DO_NOTHING, primary_key=True, related_name="head")
    party_rows: models.JSONField[Any, Any] = models.JSONField()
    newest_version: models.JSONField[Any, Any] = models.JSONField()
    waits_for_approval = models.BooleanField()
    is_being_rated = models.BooleanField()

    class Meta:
        managed = False
        verbose_name = "head of a map"

    def __str__(self) -> str:
        return str(self.map_id)
