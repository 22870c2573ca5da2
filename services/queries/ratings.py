"""What is shown of rating rounds. Ratings come through `policy.visible_ratings` only; of those that are still hidden
nothing is read but that they have been given."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Case,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.functions import JSONObject
from django.http import Http404
from django.urls import reverse

from collaboration.kept import Kept, Parameter
from collaboration.models import User
from collaboration.models.bilingual import in_language
from collaboration.words import sort_key
from services import policy
from services.models import (
    AskedRating,
    Aspect,
    AspectNumber,
    Interface,
    InterfaceMap,
    MapParty,
    Party,
    Rating,
    RatingRound,
    rateable_aspects,
)
from services.queries.maps import map_for
from services.queries.perception_gap import MeanGap, gap_of, marks_of, mean_of, trend_of

Row = dict[str, Any]
Round = Any
"""A RatingRound with `seen`, `asks` and `given`."""


def _name(row: Row) -> str:
    return in_language(SimpleNamespace(**row), "name")


def rounds_with_ratings(
    user: User | Parameter, rounds: QuerySet[RatingRound], **of: Any
) -> QuerySet[RatingRound]:
    """The rounds, the newest first, with `seen`, the ratings that the person may read, `asks`, what each party is asked
    to rate, and `given`, who has rated what.

    One statement, however many ratings there are.
    """
    seen = policy.visible_ratings(user).filter(round=OuterRef("pk"), **of).order_by("party__lane", "party")
    given = Rating.objects.filter(round=OuterRef("pk"), **of)
    asked = AskedRating.objects.filter(round=OuterRef("pk"), **of)
    pair = JSONObject(aspect="aspect_id", party="party_id")
    row = JSONObject(
        aspect="aspect_id",
        party="party_id",
        organisation="party__organisation_id",
        side="party__side",
        name_fi="party__organisation__name_fi",
        name_sv="party__organisation__name_sv",
        value="value",
        reason="reason",
        shown_at="revealed_at",
    )
    return (
        rounds.select_related("opened_by")
        .annotate(
            seen=ArraySubquery(seen.values(row=row)),
            given=ArraySubquery(given.values(row=pair)),
            asks=ArraySubquery(asked.values(row=pair)),
        )
        .order_by("-number")
    )


def open_one(rounds: list[Round]) -> Round | None:
    """The round that is open, if there is one."""
    return next((each for each in rounds if each.status == RatingRound.Status.OPEN), None)


def _worded(rating: Row) -> Row:
    return {**rating, "name": _name(rating), "words": Rating.Value(rating["value"]).label}


def _shown(rating_round: Round) -> dict[int, list[Row]]:
    """The round's ratings that everyone sees, by aspect."""
    found: dict[int, list[Row]] = {}
    for rating in rating_round.seen:
        if rating["shown_at"]:
            found.setdefault(rating["aspect"], []).append(_worded(rating))
    return found


def _compared(rating_round: Round, ratings: list[Row]) -> Row:
    """The parties' ratings of one aspect beside each other, with their gap and its picture."""
    gap = gap_of([rating["value"] for rating in ratings])
    return {"round": rating_round, "ratings": ratings, "gap": gap, "picture": marks_of(ratings)}


# On the page of one aspect


def beside(user: User, interface: Interface, aspect: Aspect) -> Row | None:
    """What the aspect's page shows of its ratings; None where nothing is rated and never was. One statement."""
    on, parties = interface.map, [row.map_party for row in interface.party_rows.all()]
    if on.is_base:
        return None
    own = [party.pk for party in parties if policy.can_rate(user, on, party.organisation)]
    rounds: list[Round] = list(
        _BESIDE(
            user=user.pk,
            on=on.pk,
            aspect=aspect.pk,
            interface=interface.pk,
            number=aspect.number,
            parties=own,
        )
    )
    current = open_one(rounds)
    past = [_compared(each, shown[aspect.pk]) for each in rounds if aspect.pk in (shown := _shown(each))]
    is_asked = current is not None and not aspect.not_applicable_reason and bool(current.asks)
    if not is_asked and not past:
        return None
    is_hidden = is_asked and not any(each["round"] == current for each in past)
    return {
        "round": current if is_asked else None,
        "parties": [
            _in_round(party, current, party.pk in own) for party in parties if _is_asked(current, party)
        ]
        if is_hidden
        else [],
        "past": past,
        "values": Rating.Value.choices,
        "most": Rating._meta.get_field("reason").max_length,
        "next": _linked(on, current.next) if current and current.next else None,
    }


def latest_of(user: User, interface: Interface) -> Row:
    """Of an interface's aspects the newest ratings that all see, and how many its open round asks of the person's parties.

    One statement.
    """
    on = interface.map
    if on.is_base:
        return {"aspects": {}, "round": None, "current": None, "waits": 0}
    own = {
        row.map_party_id
        for row in interface.party_rows.all()
        if policy.can_rate(user, on, row.map_party.organisation)
    }
    rounds: list[Round] = list(_LATEST(user=user.pk, on=on.pk, interface=interface.pk))
    newest: dict[int, Row] = {}
    for each in rounds:
        for aspect, seen in _shown(each).items():
            newest.setdefault(aspect, _compared(each, seen))
    current = open_one(rounds)
    if current is None:
        return {"aspects": newest, "round": None, "current": None, "waits": 0}
    asks = [row for row in current.asks if row["party"] in own]
    waits = [row for row in asks if row not in current.given and row["aspect"] not in _shown(current)]
    return {"aspects": newest, "round": current if asks else None, "current": current, "waits": len(waits)}


_LATEST = Kept(
    lambda user, on, interface: rounds_with_ratings(
        user, RatingRound._default_manager.filter(map=on), aspect__interface=interface
    )
)


def _is_asked(current: Round, party: MapParty) -> bool:
    return any(row["party"] == party.pk for row in current.asks)


def _linked(on: InterfaceMap, row: Row) -> Row:
    url = reverse("services:aspect_detail", args=[on.pk, row["interface"], row["number"]])
    return {"url": f"{url}#ratings", "name": f"{row['number']} {AspectNumber(row['number']).label}"}


def _in_round(party: MapParty, current: Round, can_rate: bool) -> Row:  # noqa: FBT001 one fact of several
    """A party in the open round: whether it has rated, and to its own people how."""
    own = next((each for each in current.seen if each["party"] == party.pk), None)
    return {
        "id": str(party.pk),
        "party": party,
        "value": own["value"] if own else None,
        "reason": own["reason"] if own else "",
        "has_rated": any(each["party"] == party.pk for each in current.given),
        "own": _worded(own) if own else None,
        "can_rate": can_rate,
    }


def _rounds_beside(
    user: Parameter,
    on: Parameter,
    aspect: Parameter,
    interface: Parameter,
    number: Parameter,
    parties: Parameter,
) -> QuerySet[RatingRound]:
    """The map's rounds with the aspect's ratings.

    `next`: in each round, the next aspect that waits for one of these parties; after the last the first again.
    """
    is_later = Q(interface=interface, number__gt=number) | Q(interface__gt=interface)
    round_ = OuterRef(OuterRef("pk"))
    asked = AskedRating.objects.filter(round=round_, party__any=parties)
    done = Rating.objects.filter(Q(party__any=parties) | Q(revealed_at__isnull=False), round=round_)
    waiting = (
        rateable_aspects(InterfaceMap.objects.filter(pk=on))
        .filter(pk__in=asked.values("aspect"))
        .exclude(pk__in=done.values("aspect"))
        .exclude(pk=aspect)
        .order_by(
            Case(When(is_later, then=Value(0)), default=Value(1), output_field=IntegerField()),
            "interface",
            "number",
        )
    )
    following = Subquery(waiting.values(row=JSONObject(interface="interface_id", number="number"))[:1])
    found = RatingRound._default_manager.filter(map=on).annotate(next=following)
    return rounds_with_ratings(user, found, aspect=aspect)


_BESIDE = Kept(_rounds_beside)


# On the page of a map's rounds


@dataclass
class Asked:
    """One aspect of an interface on the map, with what each round has shown of it, the newest first."""

    interface: Any
    id: int
    number: int
    applies: bool
    url: str
    rounds: list[Row] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.number}. {AspectNumber(self.number).label}"

    @property
    def latest(self) -> Row:
        return self.rounds[0]

    @property
    def trend(self) -> str:
        return trend_of([each["gap"] for each in self.rounds])

    @property
    def order(self) -> tuple[int, int, str, int]:
        """The largest gap first; where they are alike, what works worst."""
        gap = self.latest["gap"]
        worst = min(rating["value"] for rating in self.latest["ratings"])
        return 1 if gap is None else -gap, worst, self.interface.name, self.number


@dataclass
class Board:
    """A map's rounds beside what is rated on it. `pairs` are what the open round asks and can be rated now.

    Without an open round they are what the next one would ask.
    """

    rounds: list[Round]
    current: Round | None
    interfaces: list[Any]
    asked: list[Asked]
    pairs: list[tuple[Asked, int]]


def board_of(user: User, interface_map: InterfaceMap) -> Board:
    """Two statements, however large the map and however many its rounds."""
    rounds: list[Round] = list(rounds_with_ratings(user, interface_map.rating_rounds.all()))
    interfaces = _interfaces(interface_map)
    asked = [aspect for interface in interfaces for aspect in interface.asked]
    for each in rounds:
        each.map, shown = interface_map, _shown(each)
        for aspect in asked:
            if aspect.id in shown:
                aspect.rounds.append(_compared(each, shown[aspect.id]))
    current = open_one(rounds)
    pairs = [(aspect, party) for aspect in asked if aspect.applies for party in aspect.interface.party_ids]
    if current is not None:
        asks = {(row["aspect"], row["party"]) for row in current.asks}
        pairs = [(aspect, party) for aspect, party in pairs if (aspect.id, party) in asks]
    return Board(rounds, current, interfaces, asked, pairs)


def _interfaces(interface_map: InterfaceMap) -> list[Any]:
    """The interfaces on the map that are between parties, with their names and aspects: one statement."""
    met: Any = Interface.services.through._default_manager.filter(interface=OuterRef("pk"))
    names = JSONObject(name_fi="mapservice__service__name_fi", name_sv="mapservice__service__name_sv")
    aspect = JSONObject(id="pk", number="number", reason="not_applicable_reason")
    parties = Party.objects.filter(interface=OuterRef("pk")).order_by("map_party__lane", "pk")
    aspects = Aspect.objects.filter(interface=OuterRef("pk")).order_by("number")
    found: list[Any] = list(
        Interface.objects.filter(map=interface_map)
        .live()
        .annotate(
            met=ArraySubquery(met.order_by("mapservice__party__lane", "mapservice").values(row=names)),
            party_ids=ArraySubquery(parties.values("map_party")),
            aspect_rows=ArraySubquery(aspects.values(row=aspect)),
        )
        .order_by("pk")
    )
    between = [interface for interface in found if len(interface.party_ids) > 1]
    for interface in between:
        interface.name = " – ".join(_name(service) for service in interface.met)
        interface.asked = [
            Asked(
                interface,
                row["id"],
                row["number"],
                not row["reason"],
                f"{interface.get_absolute_url()}{row['number']}/",
            )
            for row in interface.aspect_rows
        ]
    return between


def ratings_page(user: User, map_id: int) -> Row:
    """What waits for the person's parties in the open round, and the gaps over rounds, the largest first.

    Five statements: the map, its rounds, its interfaces, its parties and the person's grants.
    """
    interface_map = map_for(user, map_id)
    prefetch_related_objects([interface_map], "parties")
    board = board_of(user, interface_map)
    current = board.current
    return {
        "map": interface_map,
        "round": current,
        "rounds": [summary(each, board) for each in board.rounds],
        "rated": sorted((aspect for aspect in board.asked if aspect.rounds), key=lambda aspect: aspect.order),
        "interfaces": _over_rounds(board),
        "parties": _progress(user, interface_map, board) if current else [],
        "can_rate_something": bool(board.pairs),
        "can_open": not current and bool(board.pairs) and policy.can_open_round(user, interface_map),
        "can_close": current and policy.can_close_round(user, current),
    }


def _gaps(aspects: list[Asked], rating_round: Round) -> MeanGap:
    return mean_of(
        seen["gap"] for aspect in aspects for seen in aspect.rounds if seen["round"].pk == rating_round.pk
    )


def summary(rating_round: Round, board: Board) -> Row:
    """A round in numbers: the mean of the gaps on the map, of how many aspects, and how much has been rated."""
    return {
        "round": rating_round,
        "gaps": _gaps(board.asked, rating_round),
        "given": len(rating_round.given),
        "of": len(rating_round.asks),
    }


def _over_rounds(board: Board) -> list[Row]:
    """Each interface's mean gap in every round, the largest of its latest first."""
    rows: list[Row] = []
    for interface in board.interfaces:
        means = [{"round": each, "gaps": _gaps(interface.asked, each)} for each in board.rounds]
        if known := [each for each in means if each["gaps"].count]:
            rows.append({"interface": interface, "rounds": known})
    return sorted(rows, key=lambda row: (-row["rounds"][0]["gaps"].mean, sort_key(row["interface"].name)))


def waits_for(board: Board, party: int) -> list[Asked]:
    """What the party has not rated in the open round; what is shown already takes no more ratings."""
    if board.current is None:
        return []
    given = {row["aspect"] for row in board.current.given if row["party"] == party}
    done = given | set(_shown(board.current))
    return [aspect for aspect, key in board.pairs if key == party and aspect.id not in done]


def _progress(user: User, interface_map: InterfaceMap, board: Board) -> list[Row]:
    """How much each party has rated in the open round and what waits for it, the person's own parties first."""
    rows = []
    for party in interface_map.party_rows:  # type: ignore[attr-defined]
        count = sum(key == party["id"] for _aspect, key in board.pairs)
        waits = waits_for(board, party["id"])
        organisation = SimpleNamespace(pk=party["organisation"], name=_name(party))
        can_rate = policy.can_rate(user, interface_map, organisation)  # type: ignore[arg-type]
        if count:
            rows.append(
                {
                    "name": organisation.name,
                    "of": count,
                    "rated": count - len(waits),
                    "can_rate": can_rate,
                    "waits": waits,
                }
            )
    return sorted(rows, key=lambda row: not row["can_rate"])


# One round, for its steps and for the API


def round_for(user: User, **which: Any) -> RatingRound:
    """The round with its map's parties, or 404."""
    found = policy.visible_rating_rounds(user).prefetch_related("map__parties").filter(**which).first()
    if found is None:
        raise Http404
    return found


def round_row(user: User, rating_round: Round, board: Board) -> Row:
    """A round as the API sends it in a list."""
    numbers = summary(rating_round, board)
    return {
        "id": rating_round.pk,
        "map": rating_round.map_id,
        "number": rating_round.number,
        "status": rating_round.status,
        "opened_by": rating_round.opened_by.name,
        "opened_at": rating_round.opened_at,
        "ended_at": rating_round.ended_at,
        "mean_gap": numbers["gaps"].mean,
        "gaps": numbers["gaps"].count,
        "given": numbers["given"],
        "of": numbers["of"],
        "can_close": rating_round == board.current and bool(policy.can_close_round(user, rating_round)),
    }


def rounds_of_map(user: User, map_id: int) -> list[Row]:
    """The map's rounds, the newest first, as the API sends them."""
    interface_map = map_for(user, map_id)
    prefetch_related_objects([interface_map], "parties")
    board = board_of(user, interface_map)
    return [round_row(user, each, board) for each in board.rounds]


def whole_round(user: User, found: RatingRound) -> Row:
    """The round with its aspects: ratings that everyone sees, the own parties' hidden ones, and for whom it waits."""
    board = board_of(user, found.map)
    rating_round = next(each for each in board.rounds if each.pk == found.pk)
    waits = (
        {party: {aspect.id for aspect in waits_for(board, party)} for _aspect, party in board.pairs}
        if rating_round == board.current
        else {}
    )
    return {
        **round_row(user, rating_round, board),
        "aspects": [
            {
                "aspect": aspect.id,
                "interface": aspect.interface.pk,
                "number": aspect.number,
                "gap": next((each["gap"] for each in aspect.rounds if each["round"] == rating_round), None),
                "waits_for": [
                    party for party in aspect.interface.party_ids if aspect.id in waits.get(party, ())
                ],
                "ratings": [
                    {
                        "party": row["party"],
                        "organisation": row["organisation"],
                        "value": row["value"],
                        "reason": row["reason"],
                        "shown": bool(row["shown_at"]),
                    }
                    for row in rating_round.seen
                    if row["aspect"] == aspect.id
                ],
            }
            for aspect in board.asked
            if aspect.applies or any(row["aspect"] == aspect.id for row in rating_round.seen)
        ],
    }
