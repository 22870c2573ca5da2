"""What the pages of maps show: a constant number of SQL statements, however large a map is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collaboration import keyset
from collaboration.kept import Kept
from collaboration.models import User
from collaboration.models.bilingual import in_language
from collaboration.outside import whole_number
from collaboration.policy import is_granted
from collaboration.policy.own import own_first
from collaboration.searching import found
from collaboration.words import by_name, folded
from services import policy
from services.drawing import lettering
from services.drawing.geometry import draw
from services.drawing.shapes import Geometry, Lane
from services.models import (
    NOT_WORKING,
    SHOWN,
    AspectNumber,
    AspectStatus,
    Enabler,
    Interface,
    InterfaceMap,
    LiveInterface,
    MapParty,
    MapService,
    Outcome,
    TargetGroup,
)
from services.queries import asked
from services.queries.base_maps import follower_rows
from services.queries.gate import Said, behind, gate_of
from services.templatetags.edits import GLYPHS

MAPS_ON_A_PAGE = 20
MapStatus = InterfaceMap.Status

CUSTOMERS = {
    "under_school_age": gettext_lazy("Child, family"),
    "school_age": gettext_lazy("Pupil, family"),
    "young_people": gettext_lazy("Young person"),
    "families": gettext_lazy("Family"),
    "everyone": gettext_lazy("Resident"),
}


WORST_FIRST = (
    NOT_WORKING,
    AspectStatus.MISSING,
    AspectStatus.IN_PROGRESS,
    AspectStatus.AGREED,
    AspectStatus.NOT_APPLICABLE,
)
"""What a hub shows of nine aspects: the first of these that it has."""


HEAD = ("party_rows", "newest_version", "waits_for_approval", "is_being_rated")
"""What the view of `MapHead` tells of a map."""


def _map(user: Any, pk: Any) -> QuerySet[InterfaceMap]:
    told = {name: F(f"head__{name}") for name in HEAD}
    maps = policy.visible_maps(user).select_related("municipality", "base", "made_by")
    return maps.annotate(**told).filter(pk=pk)


_MAP = Kept(_map)
_MAP_WITH_FOLLOWERS = Kept(lambda user, pk: _map(user, pk).annotate(follower_rows=follower_rows(user)))


def map_for(user: User, pk: int, *, followers: bool = False) -> InterfaceMap:
    """The map with its parties, or 404 when the person may not see it: one statement.

    `followers` adds, of a base map, the maps that are based on it.
    """
    it = (_MAP_WITH_FOLLOWERS if followers else _MAP).one(user=user.pk, pk=pk)
    if it is None:
        raise Http404
    return it


def filter_of(filters: Any) -> dict[str, str]:
    """What the reader looks for within the map: words, a state, an aspect, a party. Unknown values ask for nothing."""
    wish = {name: asked(filters, name) for name in ("q", "status", "aspect", "party")}
    wish["q"] = " ".join(wish["q"].split())
    if wish["status"] not in SHOWN:
        wish["status"] = ""
    if wish["aspect"] not in {str(number) for number in AspectNumber.values}:
        wish["aspect"] = ""
    if whole_number(wish["party"]) is None:
        wish["party"] = ""
    return wish


def _filtered(drawing: dict[str, Any], wish: dict[str, str]) -> None:
    """Leave what the reader looks for, where it stands; how much was left out is told, never hidden in silence."""
    words, status, number, party = (
        folded(wish["q"]).split(),
        wish["status"],
        int(wish["aspect"] or 0),
        int(wish["party"] or 0),
    )

    def called(row: dict[str, Any]) -> bool:
        name = folded(row["name"])
        return all(word in name for word in words)

    of_party = {row["id"] for row in drawing["services"] if not party or row["party"] == party}

    def looked_for(row: dict[str, Any]) -> bool:
        states = row["statuses"][number - 1 : number] if number else row["statuses"]
        return called(row) and (not status or status in states) and not of_party.isdisjoint(row["services"])

    interfaces = [row for row in drawing["interfaces"] if looked_for(row)]
    met = {service for row in interfaces for service in row["services"]}
    services = [
        row
        for row in drawing["services"]
        if row["id"] in met or (not status and row["id"] in of_party and called(row))
    ]
    drawing["hidden"] = {
        "services": len(drawing["services"]) - len(services),
        "interfaces": len(drawing["interfaces"]) - len(interfaces),
    }
    drawing["services"], drawing["interfaces"] = services, interfaces


_PLACES = Kept(
    lambda map: (
        MapService.objects.filter(map=map, archived_at__isnull=True)
        .select_related("service__node__parent")
        .order_by("pk")
    )
)
_INTERFACES = Kept(lambda map: LiveInterface.objects.filter(map=map).order_by("pk"))


def drawing_of(user: User, interface_map: InterfaceMap, wish: dict[str, str] | None = None) -> dict[str, Any]:
    """Everything that the drawing, the list and the matrix show of a map, with its geometry: as JSON is made of."""
    parties: list[dict[str, Any]] = interface_map.party_rows  # type: ignore[attr-defined]
    may_edit = interface_map.status == InterfaceMap.Status.DRAFT and is_granted(
        user, "edit", [party["organisation"] for party in parties]
    )
    places = list(_PLACES(map=interface_map.pk))
    services = {place.pk: place for place in places}
    interfaces = list(_INTERFACES(map=interface_map.pk))
    lanes = [
        Lane(
            party["id"],
            party["side"] == MapParty.Side.MUNICIPALITY,
            tuple((place.pk, place.place) for place in places if place.party_id == party["id"]),
        )
        for party in parties
    ]
    picture = draw(lanes, {interface.pk: interface.met for interface in interfaces})
    party_names = {party["id"]: in_language(party, "name") for party in parties}
    service_rows = _service_rows(places, party_names, picture)
    on_lane = Counter(row["party"] for row in service_rows)
    drawing = {
        "id": interface_map.pk,
        "title": interface_map.title,
        "seq": interface_map.seq,
        "can_edit": may_edit,
        "customer": (customer := str(CUSTOMERS[interface_map.target_group])),
        "customer_lines": lettering.customer(customer),
        "crowded": picture.crowded,
        "radius": picture.radius,
        "width": picture.width,
        "height": picture.height,
        "seam": picture.seam,
        "customer_at": picture.customer,
        "parties": [
            _party_row(party, party_names[party["id"]], picture, on_lane[party["id"]]) for party in parties
        ],
        "services": service_rows,
        "interfaces": [_interface_row(interface, services, party_names, picture) for interface in interfaces],
        "tally": Counter(status for interface in interfaces for status in interface.statuses),
        "hidden": None,
        "aspect": int(wish["aspect"] or 0) if wish else 0,
    }
    if wish and any(wish.values()):
        _filtered(drawing, wish)
    return drawing


def _party_row(party: dict[str, Any], name: str, picture: Geometry, count: int) -> dict[str, Any]:
    """A party and its lane, with how many services are on it."""
    x, y, width, height = picture.lanes[party["id"]]
    return {
        "id": party["id"],
        "organisation": party["organisation"],
        "name": name,
        "side": party["side"],
        "side_name": _side(party),
        "name_lines": lettering.lane(name, width, crowded=picture.crowded),
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        "count": count,
    }


def _service_rows(
    places: list[MapService], party_names: dict[int, str], picture: Geometry
) -> list[dict[str, Any]]:
    """The services where they stand, from left to right and from above."""
    nth: Counter[int] = Counter()
    rows = []
    for place in sorted(places, key=lambda place: picture.services[place.pk][::-1]):
        nth[place.party_id] += 1
        x, y = picture.services[place.pk]
        service_class = place.service.node.parent or place.service.node
        name_lines, facts_lines = lettering.card(
            place.service.name, service_class.name, crowded=picture.crowded
        )
        rows.append(
            {
                "id": place.pk,
                "name": place.service.name,
                "party": place.party_id,
                "organiser": party_names[place.party_id],
                "class": service_class.name,
                "name_lines": name_lines,
                "facts_lines": facts_lines,
                "nth": nth[place.party_id],
                "place": place.place,
                "x": x,
                "y": y,
                "url": place.get_absolute_url(),
            }
        )
    return rows


def _side(party: dict[str, Any]) -> str:
    """What stands under the name of a lane."""
    if party["kind"] == "municipalities":
        return _("Municipalities")
    unit_of = in_language(party, "unit_of") if party["kind"] == "unit" else ""
    return unit_of or str(capfirst(MapParty.Side(party["side"]).label))


def _interface_row(
    interface: Any,
    services: dict[int, MapService],
    party_names: dict[int, str],
    picture: Geometry,
) -> dict[str, Any]:
    met = [services[pk] for pk in interface.met]
    name = " – ".join(place.service.name for place in met)
    tally = Counter(interface.statuses)
    x, y = picture.interfaces[interface.pk]
    lanes = dict.fromkeys(party_names[place.party_id] for place in met)
    return {
        "id": interface.pk,
        "name": name,
        "between": " ↔ ".join(lanes),
        "services": interface.met,
        "lines": [picture.lines[interface.pk][pk] for pk in interface.met],
        "statuses": interface.statuses,
        "inherited": interface.inherited,
        "worst": next((status for status in WORST_FIRST if tally[status]), AspectStatus.MISSING),
        "agreed": tally[AspectStatus.AGREED],
        "of": 9 - tally[AspectStatus.NOT_APPLICABLE],
        "label": interface_label(name, interface.statuses, interface.inherited),
        "x": x,
        "y": y,
        "url": reverse("services:interface_detail", args=[interface.map_id, interface.pk]),
    }


def interface_label(name: str, statuses: list[str], inherited: Sequence[bool] = ()) -> str:
    """What a ring's picture says, in words: the accessible name of an interface."""
    tally = Counter(statuses)
    words = [
        _("Interface %(name)s") % {"name": name},
        _("%(agreed)d/%(of)d agreed")
        % {"agreed": tally[AspectStatus.AGREED], "of": 9 - tally[AspectStatus.NOT_APPLICABLE]},
    ]
    for status in (
        NOT_WORKING,
        AspectStatus.IN_PROGRESS,
        AspectStatus.MISSING,
        AspectStatus.NOT_APPLICABLE,
    ):
        numbers = [str(number) for number, each in enumerate(statuses, 1) if each == status]
        if numbers:
            words.append(f"{SHOWN[status]}: {', '.join(numbers)}")
    if any(inherited):
        numbers = [str(number) for number, each in enumerate(inherited, 1) if each]
        words.append(_("from the county's base map: %(numbers)s") % {"numbers": ", ".join(numbers)})
    return ", ".join(words)


def map_page(user: User, pk: int, filters: Any = None, anyway: Collection[Said] = ()) -> dict[str, Any]:
    """The drawing, the list or the matrix of one map: four statements, however large the map."""
    interface_map = map_for(user, pk, followers=True)
    wish = filter_of(filters or {})
    drawing = drawing_of(user, interface_map, wish)
    gate = behind(gate_of(interface_map, anyway), drawing["can_edit"])
    drawing["can_edit"] = gate.pop("can_edit")
    followers: list[dict[str, Any]] = interface_map.follower_rows  # type: ignore[attr-defined]
    tally = drawing["tally"]
    return {
        "wish": wish,
        **gate,
        "query": urlencode({name: value for name, value in wish.items() if value}),
        "map": interface_map,
        "drawing": drawing,
        "organisers": own_first(user, drawing["parties"], lambda party: party["organisation"]),
        "description": _description(interface_map, drawing, tally),
        "imprint": _imprint(interface_map),
        "key": _("A hub shows what is least done of its nine aspects, and how many of them are agreed:")
        if drawing["crowded"]
        else _("Sectors clockwise from the top:"),
        "aspects": [(number.value, number.label) for number in AspectNumber],
        "statuses": [
            (status, label)
            for status, label in SHOWN.items()
            if status != NOT_WORKING or tally[status] or wish["status"] == status
        ],
        "followers": [{**row, "title": in_language(row, "title")} for row in followers],
        "inherited": sum(sum(interface["inherited"]) for interface in drawing["interfaces"]),
        "tally": tally,
    }


def _description(interface_map: InterfaceMap, drawing: dict[str, Any], tally: Counter[str]) -> str:
    """What the whole picture shows, in words."""
    services, interfaces = len(drawing["services"]), len(drawing["interfaces"])
    facts = [
        " – ".join(party["name"] for party in drawing["parties"]),
        ngettext("%(n)d service", "%(n)d services", services) % {"n": services},
        ngettext("%(n)d interface", "%(n)d interfaces", interfaces) % {"n": interfaces},
        *(
            f"{label}: {tally[status]}"
            for status, label in SHOWN.items()
            if status != NOT_WORKING or tally[status]
        ),
    ]
    if interface_map.is_demo:
        facts.append(_("demo content"))
    return _("Interface map %(title)s.") % {"title": interface_map.title} + f" {capfirst(', '.join(facts))}."


def _imprint(interface_map: InterfaceMap) -> str:
    """Under a picture that leaves the portal: which map it shows, how far it had been changed, and when it was taken."""
    facts = {
        "number": interface_map.pk,
        "seq": interface_map.seq,
        "date": date_format(timezone.localdate(), "SHORT_DATE_FORMAT"),
    }
    sentence = _("Yhdyspinta, map %(number)d, change %(seq)d, taken %(date)s") % facts
    sentences = [sentence, str(capfirst(_("demo content")))] if interface_map.is_demo else [sentence]
    return " ".join(f"{each}." for each in sentences)


def list_page(user: User, pk: int, filters: Any = None, anyway: Collection[Said] = ()) -> dict[str, Any]:
    """The list: lanes with their services, and every interface with its nine aspects, or with the one asked for."""
    page = map_page(user, pk, filters, anyway)
    drawing = page["drawing"]
    for party in drawing["parties"]:
        party["services"] = [service for service in drawing["services"] if service["party"] == party["id"]]
    for interface in drawing["interfaces"]:
        interface["cells"] = [
            {
                "number": number,
                "name": label,
                "status": status,
                "status_name": SHOWN[status],
                "inherited": inherited,
            }
            for (number, label), status, inherited in zip(
                page["aspects"], interface["statuses"], interface["inherited"], strict=True
            )
            if drawing["aspect"] in (0, number)
        ]
    page["columns"] = [
        (number, label) for number, label in page["aspects"] if drawing["aspect"] in (0, number)
    ]
    return page


def maps_page(user: User, filters: QueryDict) -> dict[str, Any]:
    """The maps that the person sees, with how far each is; filtered, sorted and paged."""
    wanted = {
        name: asked(filters, name) for name in ("q", "target_group", "outcome", "enabler", "status", "sort")
    }
    orders = {"title": by_name(), "municipality": by_name("municipality__")}
    order = orders.get(wanted["sort"], "-changed_at"), "-pk"
    status = MapStatus.ARCHIVED if wanted["status"] == "archived" else MapStatus.DRAFT
    purposes = [wanted["outcome"], wanted["enabler"]]
    if not (wanted["q"] or any(purposes) or filters.get("after") or filters.get("before")):
        first = _first_page(order, bool(wanted["target_group"]))
        rows = list(first(user=user.pk, status=status, target_group=wanted["target_group"]))
        page = keyset.cut(rows, order, MAPS_ON_A_PAGE)
    else:
        listed = _listed(user, status, wanted["target_group"])
        if wanted["q"]:
            listed = listed.filter(found(wanted["q"], "words", "municipality__words"))
        for name, key in zip(("outcomes", "enablers"), purposes, strict=True):
            if key:
                listed = listed.filter(_names(name, key))
        page = keyset.page_of(listed, order, MAPS_ON_A_PAGE, filters)
    return {
        "page": page,
        "maps": [{**(row := progress_of(each)), "facts": facts_of(row)} for each in page.rows],
        "wanted": wanted,
        "has_filters": any(wanted.values()),
        "target_groups": TargetGroup.choices,
        "outcomes": Outcome.choices,
        "enablers": Enabler.choices,
        "can_make_map": policy.can_make_a_map(user),
    }


def _names(purposes: str, key: str) -> Q:
    """Maps on which an interface, or a service of the catalogue, names the outcome or the enabler."""
    interfaces = Interface.objects.live().filter(map=OuterRef("pk"), **{f"{purposes}__contains": [key]})
    services = MapService.objects.filter(
        map=OuterRef("pk"), archived_at__isnull=True, **{f"service__{purposes}__contains": [key]}
    )
    return Q(Exists(interfaces)) | Q(Exists(services))


def _listed(user: Any, status: Any, target_group: Any) -> QuerySet[InterfaceMap]:
    """The maps that the person sees, with how far each is."""
    maps = maps_with_progress(policy.visible_maps(user)).filter(status=status)
    return maps.filter(target_group=target_group) if target_group else maps


@cache
def _first_page(order: keyset.Order, has_target_group: bool) -> Kept[Any]:  # noqa: FBT001 one fact of two
    """The page that most people ask for, kept."""
    return Kept(
        lambda user, status, target_group: keyset.ordered(
            _listed(user, status, target_group if has_target_group else ""), order
        )[: MAPS_ON_A_PAGE + 1]
    )


def maps_with_progress(maps: QuerySet[InterfaceMap]) -> QuerySet[InterfaceMap]:
    """The maps with what `progress_of` tells of them."""
    return maps.select_related("tally").annotate(party_rows=F("head__party_rows"))


def progress_of(interface_map: Any) -> dict[str, Any]:
    """A map with its parties and how many of its aspects have which status."""
    kept = interface_map.tally
    tally = Counter({status.value: getattr(kept, status.value) for status in AspectStatus})
    return {
        "map": interface_map,
        "parties": [in_language(party, "name") for party in interface_map.party_rows],
        "interfaces": kept.interfaces,
        "of": (of := tally.total() - kept.not_applicable),
        "agreed": kept.agreed,
        "told": _("%(agreed)s of %(of)s aspects agreed") % {"agreed": kept.agreed, "of": of},
        "total": str(tally.total()),
        "bar": bar_of(tally),
        "not_working": kept.not_working,
    }


def facts_of(row: dict[str, Any]) -> str:
    """What stands under a map's bar on its card."""
    on, count = row["map"], row["interfaces"]
    facts = [
        ngettext("%(count)s interface", "%(count)s interfaces", count) % {"count": count},
        _("changed %(at)s") % {"at": date_format(on.changed_at, "SHORT_DATE_FORMAT")},
    ]
    return " · ".join([*facts, _("demo content")] if on.is_demo else facts)


def bar_of(tally: Counter[str]) -> list[dict[str, Any]]:
    """The parts of a progress bar in the fixed order of the statuses, those that are there; numbers as they are written."""
    parts, start = [], 0
    for status in AspectStatus:
        if n := tally[status]:
            part = {"status": status.value, "glyph": GLYPHS[status], "told": f"{n} {status.label}"}
            parts.append({**part, "n": str(n), "from": str(start)})
            start += n
    return parts
