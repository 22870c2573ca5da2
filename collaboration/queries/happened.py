"""What happened to a row, as its page tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from collaboration.models import Event


def events_of(row: models.Model, said: Mapping[str, Any]) -> models.QuerySet[Event]:
    """The events of the row that have a sentence in `said`, the earliest first."""
    of_model = ContentType.objects.get_for_model(row)
    events = Event.objects.filter(subject_type=of_model, subject_id=row.pk, verb__in=said)
    return events.select_related("actor").order_by("at", "pk")


def told(event: Event, said: Mapping[str, Any]) -> dict[str, Any]:
    """One of them for a timeline."""
    actor = event.actor.name if event.actor else ""
    return {"at": event.at, "by": actor, "what": said[event.verb], "why": event.note}
