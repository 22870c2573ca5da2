"""What answers about rating rounds look like, for the schema and for `?fields=`. Nothing is decided here."""

from __future__ import annotations

from rest_framework import serializers

from collaboration.api.shapes import Shape
from services.models import RatingRound

ROUND_STATUSES = RatingRound.Status.values


class RoundRowShape(Shape):
    """A rating round in numbers. `mean_gap` is the mean of the gaps of `gaps` aspects; `given` of `of` ratings are given."""

    id = serializers.IntegerField()
    map = serializers.IntegerField()
    number = serializers.IntegerField(min_value=1)
    status = serializers.ChoiceField(ROUND_STATUSES)
    opened_by = serializers.CharField()
    opened_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    mean_gap = serializers.FloatField(allow_null=True)
    gaps = serializers.IntegerField()
    given = serializers.IntegerField()
    of = serializers.IntegerField()
    can_close = serializers.BooleanField()


class RatingShape(Shape):
    """A party's rating. `shown`: whether all parties see it; until then only the party's own people do."""

    party = serializers.IntegerField()
    organisation = serializers.IntegerField()
    value = serializers.IntegerField(min_value=1, max_value=5)
    reason = serializers.CharField(allow_blank=True)
    shown = serializers.BooleanField()


class RatedAspectShape(Shape):
    """An aspect in a round. `waits_for`: the parties that have not rated; `gap`: the largest difference between parties."""

    aspect = serializers.IntegerField()
    interface = serializers.IntegerField()
    number = serializers.IntegerField(min_value=1, max_value=9)
    gap = serializers.IntegerField(allow_null=True, min_value=0, max_value=4)
    waits_for = serializers.ListField(child=serializers.IntegerField())
    ratings = RatingShape(many=True)


class RatingRoundShape(RoundRowShape):
    """A rating round with its aspects and the ratings that the caller may read."""

    aspects = RatedAspectShape(many=True)


class RatingWish(Shape):
    """A party's rating of an aspect, from 1 (works badly) to 5 (works excellently). Sent again, it replaces the earlier."""

    aspect = serializers.IntegerField(min_value=1)
    party = serializers.IntegerField(min_value=1, help_text="The party of the map that rates.")
    value = serializers.IntegerField(min_value=1, max_value=5)
    reason = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=1_000)
