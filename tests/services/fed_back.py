"""What a resident has told of a service of Porvoo."""

from __future__ import annotations

from services.models import Feedback, MapService
from services.workflows.feedback import send
from tests.cast import Cast

WORDS = "Soitin kolmeen paikkaan, eikä kukaan tiennyt."


def place_of(cast: Cast) -> MapService:
    """The first service of the map."""
    return MapService.objects.filter(map=cast.maps["porvoo"]).select_related("map", "party").order_by("pk")[0]


def feedback_of(cast: Cast, text: str = WORDS) -> Feedback:
    """Feedback that waits."""
    place = place_of(cast)
    made = Feedback(map=place.map, place=place, text=text, language="fi")
    send(made)
    return made
