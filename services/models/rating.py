"""How well the parties of an interface think that its aspects work, asked in rounds."""

from __future__ import annotations

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.models.fields import GatedTextField
from services.models.aspect import Aspect
from services.models.interface import Interface
from services.models.interface_map import InterfaceMap, MapParty


class RatingRoundManager(models.Manager["RatingRound"]):
    """With the map: a round is named after it."""

    def get_queryset(self) -> models.QuerySet[RatingRound]:
        return super().get_queryset().select_related("map")


class RatingRound(models.Model):
    """A rating round (arviointikierros): the parties of a map rate its aspects; one round at a time is open."""

    class Status(models.TextChoices):
        OPEN = "open", gettext_lazy("open")
        COMPLETE = "complete", gettext_lazy("complete")
        CLOSED = "closed", gettext_lazy("closed")

    map = models.ForeignKey(InterfaceMap, models.CASCADE, related_name="rating_rounds")
    number = models.PositiveSmallIntegerField(gettext_lazy("number"))
    status = models.CharField(
        gettext_lazy("status"), max_length=10, choices=Status, default=Status.OPEN, editable=False
    )
    opened_by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", editable=False)
    opened_at = models.DateTimeField(gettext_lazy("opened"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(gettext_lazy("ended"), null=True, blank=True, editable=False)

    objects = RatingRoundManager()

    class Meta:
        verbose_name = gettext_lazy("rating round")
        verbose_name_plural = gettext_lazy("rating rounds")
        ordering = ["map", "-number"]
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["map", "number"], name="rating_round_number_is_given_once"),
            models.UniqueConstraint(
                fields=["map"], condition=Q(status="open"), name="map_has_one_open_rating_round"
            ),
            models.CheckConstraint(
                name="rating_round_is_open_until_it_ends",
                condition=Q(status="open", ended_at__isnull=True)
                | (~Q(status="open") & Q(ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return _("Rating round %(number)d: %(map)s") % {"number": self.number, "map": self.map.title}

    def get_absolute_url(self) -> str:
        return reverse("services:map_ratings", args=[self.map_id])

    def missing(self) -> models.QuerySet[AskedRating]:
        """What the round asks and nobody has answered."""
        given = self.ratings.filter(aspect=OuterRef("aspect"), party=OuterRef("party"))
        return self.asked.filter(~Exists(given))


class AskedRating(models.Model):
    """What a round asks of a party: its rating of one aspect. Fixed when the round opens.

    What is complete follows from these rows alone, never from the map, which a single party can change meanwhile.
    """

    round = models.ForeignKey(RatingRound, models.CASCADE, related_name="asked")
    aspect = models.ForeignKey(Aspect, models.CASCADE, related_name="+")
    party = models.ForeignKey(MapParty, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = gettext_lazy("asked rating")
        verbose_name_plural = gettext_lazy("asked ratings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "aspect", "party"], name="rating_is_asked_of_a_party_once_in_a_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.aspect_id}, {self.party_id}"


class Rating(models.Model):
    """One party's rating (arvio) of one aspect in one round.

    Until `revealed_at` nobody but the party itself may read it: `policy.visible_ratings` is the only way to it.
    """

    class Value(models.IntegerChoices):
        """From 1, works badly, to 5, works excellently."""

        BADLY = 1, gettext_lazy("works badly")
        RATHER_BADLY = 2, gettext_lazy("works rather badly")
        PASSABLY = 3, gettext_lazy("works passably")
        WELL = 4, gettext_lazy("works well")
        EXCELLENTLY = 5, gettext_lazy("works excellently")

    round = models.ForeignKey(RatingRound, models.CASCADE, related_name="ratings")
    aspect = models.ForeignKey(Aspect, models.CASCADE, related_name="ratings")
    party = models.ForeignKey(MapParty, models.PROTECT, related_name="ratings")
    value = models.PositiveSmallIntegerField(gettext_lazy("rating"), choices=Value)
    reason = GatedTextField(gettext_lazy("reason"), max_length=1_000, blank=True)
    rated_by = models.ForeignKey("collaboration.User", models.PROTECT, related_name="+", editable=False)
    rated_at = models.DateTimeField(gettext_lazy("rated"), default=timezone.now, editable=False)
    revealed_at = models.DateTimeField(gettext_lazy("shown to all"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = gettext_lazy("rating")
        verbose_name_plural = gettext_lazy("ratings")
        ordering = ["party__lane", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "aspect", "party"], name="party_rates_an_aspect_once_in_a_round"
            ),
            models.CheckConstraint(name="rating_is_between_1_and_5", condition=Q(value__gte=1, value__lte=5)),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.aspect_id}, {self.party_id}"  # never its value


def rateable_aspects(on: InterfaceMap | models.QuerySet[InterfaceMap]) -> models.QuerySet[Aspect]:
    """What can be rated now: the aspects that apply, of interfaces on the map (or maps) between at least two parties."""
    maps = [on] if isinstance(on, InterfaceMap) else on
    shared = (
        Interface.objects.filter(map__in=maps)
        .live()
        .annotate(party_count=Count("party_rows"))
        .filter(party_count__gte=2)
    )
    return Aspect.objects.filter(interface__in=shared.values("pk"), not_applicable_reason="")
