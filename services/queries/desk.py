"""What waits for a person in the maps, and how far the whole country is."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    prefetch_related_objects,
)
from django.utils import timezone

from collaboration.models import Area, User
from collaboration.policy import grants_of
from collaboration.words import by_name
from services import policy
from services.models import (
    Approval,
    ApprovalRound,
    Aspect,
    AspectAnswer,
    Consent,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    MapTally,
    Rating,
    RatingRound,
    rateable_aspects,
)
from services.queries.maps import with_progress

SHOWN = 8
MAPS_SHOWN = 6
REVIEW_SOON = datetime.timedelta(days=30)
NOTHING = dict.fromkeys(("maps", "interfaces", "agreed", "in_progress", "missing"), 0)


def waiting(user: User) -> dict[str, Any]:
    """What waits for the person in the maps."""
    consents, reviews, responsible = consents_waiting(user), reviews_soon(user), responsible_for(user)
    interfaces = [row.interface for row in (*(row.aspect for row in consents), *reviews, *responsible)]
    prefetch_related_objects(
        interfaces, Prefetch("services", MapService.objects.select_related("service"))
    )  # their names
    return {
        "approvals": approvals_waiting(user),
        "ratings": ratings_waiting(user),
        "consents": consents,
        "reviews": reviews,
        "responsible_for": responsible,
    }


def my_maps(user: User) -> list[dict[str, Any]]:
    """The maps changed last, with their progress."""
    maps = policy.visible_maps(user).filter(status=InterfaceMap.Status.DRAFT)
    return with_progress(maps.order_by("-changed_at", "-pk")[:MAPS_SHOWN])


def _live_interfaces(user: User) -> QuerySet[Interface]:
    maps = policy.maps_of(user).filter(status=InterfaceMap.Status.DRAFT)
    return Interface.objects.filter(map__in=maps).live()


def approvals_waiting(user: User) -> list[ApprovalRound]:
    """Open rounds that wait for a party whose approver the person is, and in which they have not approved yet."""
    mine = [organisation for organisation, granted in grants_of(user).items() if "approve" in granted]
    parties = MapParty.objects.filter(
        map=OuterRef("map"), archived_at__isnull=True, organisation__in=mine
    ).exclude(organisation__in=Approval.objects.filter(round=OuterRef(OuterRef("pk"))).values("organisation"))
    return list(
        ApprovalRound.objects.filter(Exists(parties), status=ApprovalRound.Status.OPEN)
        .exclude(approvals__approver=user)
        .select_related("map", "started_by")
        .order_by("started_at")[:SHOWN]
    )


def ratings_waiting(user: User) -> list[Any]:
    """The parties for which the person may rate, with `waits`: how much they have not rated in the map's open round."""
    mine = [organisation for organisation, granted in grants_of(user).items() if "rate" in granted]
    rated = InterfaceMap.objects.filter(
        parties__organisation__in=mine,
        rating_rounds__status=RatingRound.Status.OPEN,
        status=InterfaceMap.Status.DRAFT,
    )
    done = Rating.objects.filter(
        Q(party=OuterRef(OuterRef("pk"))) | Q(revealed_at__isnull=False),
        round__map=OuterRef(OuterRef("map")),
        round__status=RatingRound.Status.OPEN,
    )
    left = (
        rateable_aspects(rated)
        .filter(interface__map=OuterRef("map"), interface__party_rows__map_party=OuterRef("pk"))
        .exclude(pk__in=done.values("aspect"))
        .order_by()
        .values("interface__map")
        .annotate(n=Count("pk"))
    )
    parties = MapParty.objects.filter(organisation__in=mine, map__in=rated, archived_at__isnull=True)
    return list(
        parties.annotate(waits=Subquery(left.values("n")))
        .filter(waits__gt=0)
        .select_related("map", "organisation")
        .order_by(by_name("map__"), "lane")[:SHOWN]
    )


def consents_waiting(user: User) -> list[AspectAnswer]:
    """Shared answers that wait for the consent of an organisation for which the person may give it."""
    mine = [organisation for organisation, granted in grants_of(user).items() if "consent" in granted]
    return list(
        AspectAnswer.objects.filter(
            party__map_party__organisation__in=mine,
            aspect__interface__in=_live_interfaces(user),
            aspect__interface__map__is_base=False,
            consent__is_asked=True,
        )
        .exclude(consent__state=Consent.State.GIVEN)
        .select_related("aspect__interface__map", "party__map_party__organisation")
        .order_by("-aspect__interface__map__changed_at", "aspect__interface", "aspect__number")[:SHOWN]
    )


def reviews_soon(user: User) -> list[Aspect]:
    """Aspects whose review date has come or comes within 30 days."""
    return list(
        Aspect.objects.filter(
            interface__in=_live_interfaces(user), review_on__lte=timezone.localdate() + REVIEW_SOON
        )
        .select_related("interface__map")
        .order_by("review_on", "pk")[:SHOWN]
    )


def responsible_for(user: User) -> list[Aspect]:
    """Aspects in which the person is named responsible."""
    return list(
        user.responsible_for.filter(interface__in=_live_interfaces(user))
        .select_related("interface__map")
        .order_by("interface__map", "interface", "number")[:SHOWN]
    )


def national_overview() -> list[dict[str, Any]]:
    """How far each county is, in numbers only: maps, interfaces, agreed aspects. No texts, no names of people."""
    counted = {
        row["county"]: row
        for row in MapTally.objects.filter(county__isnull=False)
        .values("county")
        .annotate(
            maps=Count("pk"),
            **{name: Sum(name) for name in ("interfaces", "agreed", "in_progress", "missing")},
        )
        .order_by()
    }
    counties = (
        Area.objects.filter(kind=Area.Kind.WELLBEING_SERVICES_COUNTY)
        .select_related("organisation")
        .annotate(municipality_count=Count("members"))
        .order_by(by_name())
    )
    units = dict(
        MapParty.objects.filter(side=MapParty.Side.COUNTY, organisation__parent__isnull=False).values_list(
            "organisation__parent", "organisation"
        )
    )
    overview = []
    for county in counties:
        key = units.get(county.organisation_id, county.organisation_id)
        row = counted.get(key, NOTHING)
        overview.append(
            {
                "county": county,
                "municipalities": county.municipality_count,
                "maps": row["maps"],
                "interfaces": row["interfaces"],
                "agreed": row["agreed"],
                "of": row["agreed"] + row["in_progress"] + row["missing"],
            }
        )
    return overview
