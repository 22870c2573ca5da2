"""What waits for a person in the maps, and how far the whole country is."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Sum,
    Window,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collaboration.desk import Action, Waiting, Walk
from collaboration.kept import Kept, Parameter, beside
from collaboration.models import Area, User
from collaboration.policy import grants_of
from collaboration.words import by_name
from services.models import (
    Approval,
    ApprovalRound,
    AskedRating,
    Aspect,
    AspectAnswer,
    Confirmation,
    Interface,
    InterfaceMap,
    MapParty,
    MapReader,
    MapService,
    MapTally,
    Rating,
    RatingRound,
    agreed_text,
    confirmation_state,
)
from services.queries.maps import facts_of, maps_with_progress, progress_of

SHOWN = 8
MAPS_SHOWN = 6
REVIEW_SOON = datetime.timedelta(days=30)
NOTHING = dict.fromkeys(("maps", "interfaces", "agreed", "in_progress", "missing"), 0)


DRAFT = InterfaceMap.Status.DRAFT
with_their_services = beside(Interface, Prefetch("services", MapService.objects.select_related("service")))
"""Interfaces are called after them."""


APPROVE = Action("approvals", gettext_lazy("Waiting for your approval"))
RATE = Action("ratings", gettext_lazy("Waiting for your ratings"))
CONFIRM = Action(
    "confirmations",
    gettext_lazy("Waiting for your confirmation"),
    gettext_lazy("Nothing waits for your confirmation."),
)
REVIEW = Action("reviews", gettext_lazy("To be reviewed within 30 days"), gettext_lazy("No review is due."))
ANSWER = Action(
    "responsible",
    gettext_lazy("You are responsible for"),
    gettext_lazy("You have not been named responsible for any aspect."),
)
ACTIONS = (APPROVE, RATE, CONFIRM, REVIEW, ANSWER)


def my_maps(user: User) -> list[dict[str, Any]]:
    """The maps changed last that the person reads."""
    latest = list(dict.fromkeys(row.map_id for row in _maps_of(user)))[:MAPS_SHOWN]
    return [{**(row := progress_of(each)), "facts": facts_of(row)} for each in _SHOWN(maps=latest)]


def waiting(user: User) -> Iterator[Waiting]:
    """What waits for the person in the maps."""
    own, live = [row for row in _maps_of(user) if row.is_own], live_interfaces(user)
    confirmations = list(_CONFIRMATIONS(organisations=granted(user, "confirm"), interfaces=live))
    reviews: list[Any] = list(_REVIEWS(interfaces=live, until=timezone.localdate() + REVIEW_SOON))
    responsible = list(_RESPONSIBLE(user=user.pk, interfaces=live))
    with_their_services(
        [row.interface for row in (*(row.aspect for row in confirmations), *reviews, *responsible)]
    )
    for each in _APPROVALS(user=user.pk, organisations=granted(user, "approve")):
        asked = {"by": each.started_by, "at": date_format(each.started_at, "SHORT_DATE_FORMAT")}
        yield Waiting(
            each.map.title,
            each.get_absolute_url(),
            _("asked by %(by)s, %(at)s") % asked,
            each.started_at,
            APPROVE,
        )
    if rated := list({row.map_id for row in own if row.is_being_rated}):
        for party in _RATINGS(organisations=granted(user, "rate"), maps=rated):
            left = ngettext(
                "%(count)s aspect has not been rated", "%(count)s aspects have not been rated", party.waits
            )
            url = reverse("services:map_ratings", args=[party.map_id])
            why = f"{party.organisation.name} · {left % {'count': party.waits}}"
            yield Waiting(party.map.title, url, why, party.opened_at, RATE)
    walk = _walk(confirmations)
    for answer in confirmations:
        on = answer.aspect.interface.map
        changed = (
            _("the text has changed since the confirmation") if answer.confirmed_text is not None else ""
        )
        of = answer.party.map_party.organisation.name
        yield replace(_of_aspect(answer.aspect, on.changed_at, CONFIRM, of, on.title, changed), walk=walk)
    for aspect in reviews:
        day = date_format(aspect.review_on, "SHORT_DATE_FORMAT")
        yield _of_aspect(aspect, aspect.review_on, REVIEW, day, aspect.interface.map.title)
    for aspect in responsible:
        yield _of_aspect(aspect, None, ANSWER, aspect.interface.map.title)


def _walk(confirmations: list[Any]) -> Walk | None:
    """Two or more texts are gone through one after the other."""
    in_all = confirmations[0].in_all if confirmations else 0
    if in_all < 2:
        return None
    label = ngettext("Go through %(count)s text", "Go through %(count)s texts", in_all)
    return Walk(label % {"count": in_all}, reverse("services:confirm_texts"))


def _of_aspect(aspect: Any, since: datetime.date | None, action: Action, *why: str) -> Waiting:
    told = " · ".join(filter(None, why))
    return Waiting(f"{aspect.interface}, {aspect}", aspect.get_absolute_url(), told, since, action)


def _maps_of(user: Any) -> list[Any]:
    """The maps in use that the person reads, with their interfaces: asked once a request."""
    if not hasattr(user, "_maps"):
        user._maps = list(_MAPS(user=user.pk))
    found: list[Any] = user._maps
    return found


def live_interfaces(user: User) -> list[int]:
    """The interfaces, none of them removed, of the maps in use of which the person's organisations are parties."""
    return [row.interface for row in _maps_of(user) if row.is_own and row.interface]


def granted(user: User, grant: str) -> list[int]:
    """The organisations for which the person may do it."""
    return [organisation for organisation, granted in grants_of(user).items() if grant in granted]


_MAPS: Kept[Any] = Kept(
    lambda user: (
        MapReader.objects.filter(user=user, map__status=DRAFT)
        .order_by("-map__changed_at", "-map", "-is_own")
        .annotate(interface=F("map__live_interfaces"), is_being_rated=F("map__head__is_being_rated"))
        .values_list("map_id", "is_own", "interface", "is_being_rated", named=True)
    )
)
"""The maps in use that the person reads, the one changed last first, each once for each interface on it."""

_SHOWN = Kept(
    lambda maps: maps_with_progress(InterfaceMap.objects.filter(pk__any=maps)).order_by("-changed_at", "-pk")
)


def approvals_waiting(user: Parameter, organisations: Parameter) -> QuerySet[ApprovalRound]:
    """Open rounds that wait for a party whose approver the person is, and in which they have not approved yet."""
    parties = MapParty.objects.filter(
        map=OuterRef("map"), archived_at__isnull=True, organisation__any=organisations
    ).exclude(organisation__in=Approval.objects.filter(round=OuterRef(OuterRef("pk"))).values("organisation"))
    return (
        ApprovalRound.objects.filter(Exists(parties), status=ApprovalRound.Status.OPEN)
        .exclude(Exists(Approval.objects.filter(round=OuterRef("pk"), approver=user)))
        .select_related("map", "started_by")
        .order_by("started_at")[:SHOWN]
    )


def ratings_waiting(organisations: Parameter, maps: Parameter) -> QuerySet[Any]:
    """The parties for which the person may rate, with `waits`: how much they have not rated in the map's open round."""
    given = Rating.objects.filter(round=OuterRef("round"), aspect=OuterRef("aspect"), party=OuterRef("party"))
    left = (
        AskedRating.objects.filter(
            ~Exists(given),
            party=OuterRef("pk"),
            round__status=RatingRound.Status.OPEN,
            aspect__not_applicable_reason="",
            aspect__interface__in=Interface.objects.live(),
        )
        .order_by()
        .values("party")
        .annotate(n=Count("pk"))
    )
    parties = MapParty.objects.filter(
        organisation__any=organisations, map__any=maps, archived_at__isnull=True
    )
    opened = RatingRound.objects.filter(map=OuterRef("map"), status=RatingRound.Status.OPEN)
    return (
        parties.annotate(waits=Subquery(left.values("n")), opened_at=Subquery(opened.values("opened_at")))
        .filter(waits__gt=0)
        .select_related("map", "organisation")
        .order_by("map__title_fi", "lane")[:SHOWN]
    )


def to_confirm(organisations: Parameter, interfaces: Parameter) -> QuerySet[Any]:
    """Shared answers that an organisation is asked to confirm, with the `state` of its confirmation."""
    asked: QuerySet[Any] = (
        AspectAnswer.objects.filter(
            party__map_party__organisation__any=organisations,
            aspect__interface__any=interfaces,
            aspect__interface__map__is_base=False,
            aspect__not_applicable_reason="",
        )
        .alias(agreed=agreed_text("aspect__"))
        .annotate(state=confirmation_state("", "aspect__"))
        .exclude(agreed="")
    )
    return asked.select_related("aspect__interface__map", "party__map_party__organisation")


def confirmations_waiting(organisations: Parameter, interfaces: Parameter) -> QuerySet[Any]:
    """Those that wait for an organisation for which the person may confirm, with `in_all`: how many they are."""
    waiting_now: QuerySet[Any] = (
        to_confirm(organisations, interfaces)
        .exclude(state=Confirmation.State.GIVEN)
        .annotate(in_all=Window(Count("pk")))
        .order_by("-aspect__interface__map__changed_at", "aspect__interface", "aspect__number")[:SHOWN]
    )
    return waiting_now


def reviews_soon(interfaces: Parameter, until: Parameter) -> QuerySet[Aspect]:
    """Aspects whose review date has come or comes until then."""
    return (
        Aspect.objects.filter(interface__any=interfaces, review_on__lte=until)
        .select_related("interface__map")
        .order_by("review_on", "pk")[:SHOWN]
    )


def responsible_for(user: Parameter, interfaces: Parameter) -> QuerySet[Aspect]:
    """Aspects in which the person is named responsible."""
    return (
        Aspect.objects.filter(interface__any=interfaces, responsible=user)
        .select_related("interface__map")
        .order_by("interface__map", "interface", "number")[:SHOWN]
    )


_APPROVALS, _CONFIRMATIONS = Kept(approvals_waiting), Kept(confirmations_waiting)
_RATINGS = Kept(ratings_waiting)
_REVIEWS, _RESPONSIBLE = Kept(reviews_soon), Kept(responsible_for)


def national_overview() -> list[dict[str, Any]]:
    """How far each county is, in numbers only: maps, interfaces, agreed aspects. No texts, no names of people."""
    tallies: Any = (
        MapTally.objects.filter(county__isnull=False)
        .values("county")
        .annotate(
            maps=Count("pk"),
            **{name: Sum(name) for name in ("interfaces", "agreed", "in_progress", "missing")},
        )
        .order_by()
    )
    counted = {row["county"]: row for row in tallies}
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
