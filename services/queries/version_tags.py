"""What a map's head tells of its versions and rounds, in the very statement that finds the map."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject

from services.models import Approval, ApprovalRound, MapVersion, Rating, RatingRound


def version_tags() -> dict[str, Any]:
    """Annotations of a map: its version in force as a list of at most one row, and whether a round is open."""
    number = Concat(Cast("major", CharField()), Value("."), Cast("minor", CharField()))
    versions = MapVersion.objects.filter(map=OuterRef("pk"), status=MapVersion.Status.PUBLISHED)
    rounds = ApprovalRound.objects.filter(map=OuterRef("pk"), status=ApprovalRound.Status.OPEN)
    row = JSONObject(major="major", minor="minor", number=number)
    return {
        "newest_version": ArraySubquery(versions.values(row=row)),
        "waits_for_approval": Exists(rounds),
    }


def news_number() -> Combinable:
    """How much has happened around a map's approval, versions and ratings: a number that only grows.

    Counted is each round that began or ended, each approval, each version and its end, and each rating that is shown.
    A rating that is still blind is not.
    """
    return (
        _count(ApprovalRound.objects.all(), "map", ended=~Q(status=ApprovalRound.Status.OPEN))
        + _count(Approval.objects.all(), "round__map")
        + _count(MapVersion.objects.all(), "map", ended=~Q(status=MapVersion.Status.PUBLISHED))
        + _count(RatingRound._base_manager.all(), "map", ended=~Q(status=RatingRound.Status.OPEN))
        + _count(Rating.objects.filter(revealed_at__isnull=False), "round__map")
    )


def _count(rows: QuerySet[Any], key: str, ended: Q | None = None) -> Combinable:
    """How many rows the map has; those that have ended count twice."""
    tally: Any = Count("pk") + Count("pk", filter=ended) if ended else Count("pk")
    counted = rows.filter(**{key: OuterRef("pk")}).order_by().values(of=F(key)).annotate(n=tally)
    return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), 0)
