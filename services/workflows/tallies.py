"""Whether what the database keeps (`Aspect.status`, `MapTally`) is what it derives; its triggers see to that."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import F

from services.models import Aspect, DerivedTally, MapTally

COUNTED = ["map_id", *(field.attname for field in MapTally._meta.concrete_fields if not field.primary_key)]


def problems() -> Iterator[str]:
    """One sentence for each aspect and each map of which something else is kept."""
    wrong = Aspect.objects.exclude(derived__status=F("status")).select_related("interface", "derived")
    for aspect in wrong.order_by("pk"):
        yield (
            f"Aspect {aspect.pk} of map {aspect.interface.map_id} is kept as {aspect.status}, "
            f"but is {aspect.derived.status}."
        )
    kept = {row[0]: row for row in MapTally.objects.values_list(*COUNTED)}
    for row in DerivedTally.objects.order_by("map").values_list(*COUNTED):
        if kept.get(row[0]) != row:
            yield f"The tally of map {row[0]} is kept as {kept.get(row[0])}, but is {row}."


@transaction.atomic
def mend() -> None:
    """Write what is derived."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT keep_statuses(ARRAY(SELECT id FROM services_interface))")
        cursor.execute("SELECT keep_tallies(ARRAY(SELECT id FROM services_interfacemap))")
