"""What a map's head tells of its versions, in the very statement that finds the map."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat, JSONObject

from services.models import ApprovalRound, MapVersion


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
