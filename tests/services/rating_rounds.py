"""Rating rounds in tests."""

from typing import Any

from services.models import AskedRating, Aspect, InterfaceMap, MapParty, Rating, RatingRound
from services.workflows.ratings import rate
from tests.cast import Cast


def round_on(on: InterfaceMap) -> RatingRound:
    """The map's open round; one is opened when there is none, and nobody is told."""
    found = RatingRound.objects.filter(map=on, status=RatingRound.Status.OPEN).first()
    number = RatingRound.objects.filter(map=on).count() + 1
    return found or asking(RatingRound.objects.create(map=on, number=number, opened_by=on.made_by))


def asking(current: RatingRound) -> RatingRound:
    """The round with all that it asks, by brute force."""
    AskedRating.objects.bulk_create(
        AskedRating(round=current, aspect=aspect, party_id=row.map_party_id)
        for aspect in asked_on(current.map)
        for row in aspect.interface.party_rows.all()
    )
    return current


def party_of(on: InterfaceMap, code: str) -> MapParty:
    """The party whose organisation has the code."""
    return MapParty.objects.select_related("organisation").get(map=on, organisation__code=code)


def give(
    cast: Cast, name: str, rating_round: RatingRound, aspect: Aspect, code: str, value: int, reason: str = ""
) -> Rating:
    """The person rates the aspect for the party with the code."""
    return rate(rating_round, aspect, party_of(rating_round.map, code), value, reason, by=cast[name])


def both(cast: Cast, rating_round: RatingRound, aspect: Aspect, ours: int, theirs: int) -> None:
    """Porvoo and its county rate the aspect, so that it is shown."""
    give(cast, "porvoo editor", rating_round, aspect, "638", ours)
    give(cast, "county editor", rating_round, aspect, "01", theirs)


def asked_on(on: InterfaceMap) -> list[Any]:
    """By brute force: the aspects that are rated, those that apply of interfaces between two parties at least."""
    whole = on.interfaces.order_by("pk").prefetch_related("services", "party_rows", "aspects")
    return [
        aspect
        for interface in whole
        if interface.archived_at is None
        and all(place.archived_at is None for place in interface.services.all())
        and len(interface.party_rows.all()) > 1
        for aspect in sorted(interface.aspects.all(), key=lambda each: each.number)
        if not aspect.not_applicable_reason
    ]
