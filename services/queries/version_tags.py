"""The number of a map's news, in the very statement that finds the map."""

from __future__ import annotations

from django.db.models import F


def news_number() -> F:
    """How much has happened around a map's approval, versions and ratings, as the view of `MapHead` counts it."""
    return F("head__news")
