"""What happened to a row, as its page tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from collaboration.models import Event

OF_FILES = {
    "attachment.added": _("A file was attached"),
    "attachment.removed": _("A file was taken away"),
}
"""What happens to whatever takes files."""


def events_of(row: models.Model, said: Mapping[str, Any]) -> models.QuerySet[Event]:
    """The events of the row that have a sentence in `said`, or are of its files, the earliest first."""
    of_model = ContentType.objects.get_for_model(row)
    events = Event.objects.filter(subject_type=of_model, subject_id=row.pk, verb__in=[*said, *OF_FILES])
    return events.select_related("actor").order_by("at", "pk")


def told(event: Event, said: Mapping[str, Any]) -> dict[str, Any]:
    """One of them for a timeline."""
    actor = event.actor.name if event.actor else ""
    return {"at": event.at, "by": actor, "what": {**OF_FILES, **said}[event.verb], "why": event.note}
