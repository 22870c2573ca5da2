"""Who asks in the fuzz test: two editors of counties far from each other, and somebody without a token that holds."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import cycle
from typing import Any

from django.utils import timezone

from collaboration.exports import queue as exports
from collaboration.models import Area, Invitation, Member, Organisation
from collaboration.workflows.saved_filters import save_filter
from collaboration.workflows.tokens import revoke_token, token_in_force
from services.models import (
    Aspect,
    Feedback,
    Interface,
    InterfaceMap,
    Service,
    ServiceNode,
    ServiceResponsibility,
)
from services.workflows.escalation_filing import drafted
from services.workflows.escalations import file
from services.workflows.feedback import send
from services.workflows.map_templates import TEMPLATE_BY_KEY
from services.workflows.new_map import make_map
from services.workflows.properties import KINDS
from tests import oracle
from tests.api import forum_oracle
from tests.api.conftest import Token
from tests.cast import ANONYMOUS, Cast, at_rest
from tests.factories.collaboration import NotificationFactory
from tests.planted import plant
from tests.services.exporting import ready
from tests.services.rating_rounds import round_on
from tests.services.rounds import published
from tests.services.test_edits_at_random import likely

MISSING = 999_999_999
"""The id of nothing."""


def plant_with_vaasa(cast: Cast) -> dict[int, str]:
    """A word on each map of the cast, and on one more of Vaasa."""
    vaasa = Organisation.objects.get(kind=Organisation.Kind.MUNICIPALITY, code="905")
    template = TEMPLATE_BY_KEY["under_school_age"]
    cast.maps["vaasa"] = make_map(by=cast["pohjanmaa editor"], municipality=vaasa, template=template)
    return plant(cast)


class World:
    """The maps of the cast and one of Vaasa, with a planted word each, and who may see them."""

    def __init__(self, cast: Cast, words: dict[int, str], token: Token) -> None:
        self.cast, self.words, self.token = cast, words, token

    def seen_by(self, name: str) -> set[int]:
        """The maps that the oracle lets the person see now."""
        return {on.pk for on in InterfaceMap.objects.all() if oracle.sees(self.cast, name, on)}


class Caller:
    """One of the cast with credentials, and likely ids and ops: first what is their own, then others', then nothing's."""

    def __init__(self, world: World, name: str) -> None:
        self.name, self.seen = name, world.seen_by(name)
        mine, others = sorted(self.seen)[:2], sorted(set(world.words) - self.seen)[:2]
        maps = [InterfaceMap.objects.get(pk=pk) for pk in [*mine, *others]]
        self.ids = _ids(world.cast, name, maps)
        with at_rest():
            self.ops = [each for on in (maps[0], maps[-1]) for each in _ops(world.cast, on)]
        self._headers = cycle(_credentials(world, name))

    @property
    def headers(self) -> dict[str, str]:
        """The credentials of the next request."""
        return dict(next(self._headers))


def _ids(cast: Cast, name: str, maps: list[InterfaceMap]) -> dict[str, list[Any]]:
    """By the name of a parameter or a member, values that lead somewhere and one that does not."""
    roles = cast.roles(name)
    place = roles[0][0] if roles else cast.organisations["porvoo"]
    municipalities = [on.municipality_id for on in maps]
    services = Service.objects.filter(organisation__in=[place.pk, *municipalities]).order_by("pk")
    duties = ServiceResponsibility.objects.filter(service=services[0])
    nodes = ServiceNode.objects.filter(kind="service", parent__isnull=False).order_by("pk")[:3]
    interfaces = [Interface.objects.filter(map=on).order_by("pk")[0].pk for on in maps]
    aspects = [Aspect.objects.filter(interface__map=on).order_by("pk")[0].pk for on in maps]
    porvoo = cast.maps["porvoo"]
    found: dict[str, list[Any]] = {
        "map_id": [on.pk for on in maps],
        "interface_id": interfaces,
        "aspect_id": aspects,
        "service_id": [service.pk for service in services],
        "responsibility_id": [duty.pk for duty in duties],
        "organisation_id": [place.pk, *municipalities],
        "area_id": [Area.objects.order_by("pk")[0].pk],
        "municipality": municipalities,
        "node": [node.pk for node in nodes],
        "responsible": [cast["porvoo editor"].pk, place.pk],
        "round_id": [round_on(on).pk for on in maps[:-1]],  # and one map on which a round can be opened
        "version_id": [(porvoo.versions.first() or published(cast, porvoo)).pk],
        "export_id": [ready(exports.ask(on.made_by, on, None, "csv", "fi")).pk for on in maps],
        "aspect": aspects,
        **{name: ["1.0", "draft"] for name in ("of", "from", "to")},
        "party": [party.pk for on in maps for party in on.parties.filter(organisation=place.pk)],
    }
    people = Member.objects.filter(organisation=place.pk).order_by("pk")
    found["member_id"] = found["deputy"] = [row.pk for row in people[:3]]
    invited, _new = Invitation.objects.get_or_create(
        organisation=place, email="kutsuttu@cast.example", defaults={"invited_by": cast["porvoo editor"]}
    )
    found["invitation_id"] = [invited.pk]
    found |= {name: found[f"{name}_id"] for name in ("map", "interface", "organisation")}
    found |= forum_oracle.likely_ids(cast, name, place)
    found |= _reports(cast, name, maps)
    told = (
        NotificationFactory.create(
            event__verb="map.made", event__subject=porvoo, recipient=cast.visitor(name)
        )
        if name != ANONYMOUS
        else None
    )
    if told is not None:
        saved = save_filter("matters", "Omat", "state=raised", by=told.recipient)
        found["filter_id"] = [saved.pk]
    found["listed"] = ["matters", "escalations"]
    found["query"] = ["state=late", "", "state=lost"]
    found["notice_id"] = [told.pk] if told else []
    found["deputy"] = [*found["member_id"], cast["nobody"].pk]
    return {
        **{each: [*values, MISSING] for each, values in found.items()},
        "name": ["archive", "take_back", "fly"],
        "step": ["accept", "note", "prepare", "answer", "withdraw", "fly"],
        "about": [*(f"interface:{pk}" for pk in interfaces), "moon:1", ""],
        "touched": [*(f"interface:{pk}" for pk in reversed(interfaces)), "moon:1"],
    }


def _fed_back(maps: list[InterfaceMap]) -> list[int]:
    """What residents told of a service of each of these maps, which may have none."""
    places = [on.map_services.order_by("pk").first() for on in (maps[0], maps[-1])]
    made = [
        Feedback(map=place.map, place=place, text="Ei toiminut.", language="fi") for place in places if place
    ]
    for each in made:
        send(each)
    return [each.pk for each in made]


def _reports(cast: Cast, name: str, maps: list[InterfaceMap]) -> dict[str, list[Any]]:
    """What does not work: first on a map of one's own, reported by oneself; then on a map of others."""
    reported = [_reported(cast, name, maps[0]), _reported(cast, "", maps[-1])]
    return {
        "escalation_id": reported,
        "feedback_id": _fed_back(maps),
        "feedback": [None],
        "escalations": [[reported[0]], reported],
        "escalation_step": ["take", "join", "climb", "propose", "withdraw", "fly"],
        "county_id": [cast.organisations["county"].pk],
        "aspect_number": [3, None],
        "until": [(timezone.localdate() + datetime.timedelta(days=9)).isoformat()],
        "repair": ["none"],
    }


def _reported(cast: Cast, name: str, on: InterfaceMap) -> int:
    by = cast[name] if name in cast.people else on.made_by
    told = {"text": "Ei toimi.", "effect": "delayed", "frequency": "often", "urgency": "normal"}
    aspect = Aspect.objects.filter(interface__map=on, number=3).order_by("interface")[0]
    wish = drafted(on, aspect.interface, aspect, {**told, "is_nameless": True}, by=by)
    return file(wish, wish.report, by=by).pk


def _ops(cast: Cast, on: InterfaceMap) -> Iterator[dict[str, Any]]:
    """For each property, ops about the first row of its kind, with values that may well be accepted."""
    for kind, found in KINDS.items():
        rows = found.rows(on).order_by("pk").values_list("pk", flat=True)
        for name in found.properties if rows else ():
            for value in likely(cast, on, kind, name):
                yield {"subject": f"{kind}:{rows[0]}", "property": name, "value": value}


def _credentials(world: World, name: str) -> list[dict[str, str]]:
    """The headers of somebody with a token, or one after the other those that open nothing."""
    secret = world.token(name if name != ANONYMOUS else "porvoo editor")
    token = token_in_force(secret)  # writes that it has been used, which no request then needs to do
    assert token
    if name != ANONYMOUS:
        return [{"Authorization": f"Bearer {secret}"}]
    revoke_token(token, by=token.user)
    broken = ("Bearer ysp_unknown", f"Bearer {secret}", "Bearer", "Bearer \xe4", f"Basic {secret}", secret)
    return [{}, *({"Authorization": each} for each in broken), {"Cookie": "sessionid=unknown"}]
