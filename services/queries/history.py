"""The history of a map in plain words: who, when, what, from, to."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, prefetch_related_objects
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.keyset import page_of
from collaboration.models import Change, User
from services.models import (
    Aspect,
    AspectAnswer,
    AspectRow,
    Evidence,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    Row,
    ServiceRow,
)
from services.queries.maps import map_for
from services.workflows.properties import KINDS
from services.workflows.structure import ROW_KINDS, asked_as

CHANGES_ON_A_PAGE = 30
TO_NAME = {"service": ("service", "map"), "party": ("organisation",)}
PEOPLE = ("responsible", *asked_as("person"))
SERVICES = tuple(asked_as("service"))
PARTIES = ("parties", *asked_as("party", "parties"))
CHOICES = {
    column.name: dict(column.column.choices)
    for kind in ROW_KINDS.values()
    for column in kind.columns
    if column.widget == "choice"
}
Names = dict[str, dict[int, str]]


def changes_of(interface_map: InterfaceMap) -> Any:
    """The map's changes, the newest first."""
    return (
        Change.objects.filter(
            log_type=ContentType.objects.get_for_model(InterfaceMap), log_id=interface_map.pk
        )
        .select_related("actor", "undoes")
        .order_by("-seq")
    )


def history_page(user: User, map_id: int, filters: QueryDict) -> dict[str, Any]:
    """One page of the map's changes, each as a sentence with its old and new value."""
    interface_map = map_for(user, map_id)
    page = page_of(changes_of(interface_map), ("-seq",), CHANGES_ON_A_PAGE, filters)
    changes = page.rows
    subjects = _subjects(interface_map, changes)
    names = names_in(
        [(change.property, value) for change in changes for value in (change.from_value, change.to_value)]
    )
    return {
        "map": interface_map,
        "page": page,
        "changes": [
            _described(change, subjects.get((change.subject_type_id, change.subject_id)), names)
            for change in changes
        ],
    }


def in_a_sentence(interface_map: InterfaceMap, change: Change) -> str:
    """What the change is about and what it did, without its values."""
    row = _described(
        change,
        _subjects(interface_map, [change]).get((change.subject_type_id, change.subject_id)),
        names_in([(change.property, change.from_value), (change.property, change.to_value)]),
    )
    return ": ".join(part for part in (row["where"], capfirst(row["label"]), row["made"]) if part)


def _subjects(interface_map: InterfaceMap, changes: list[Change]) -> dict[tuple[int, int], tuple[str, Any]]:
    """The rows that the changes are about, in one statement for each kind that appears, and one for all their names."""
    found: dict[tuple[int, int], tuple[str, Any]] = {}
    content_types = ContentType.objects.get_for_models(*(kind.model for kind in KINDS.values()))
    for name, kind in KINDS.items():
        content_type = content_types[kind.model]
        wanted = {change.subject_id for change in changes if change.subject_type_id == content_type.pk}
        for row in _rows(name, interface_map, wanted) if wanted else []:
            found[content_type.pk, row.pk] = (name, row)
    met = [interface for _name, row in found.values() if (interface := _interface_of(row))]
    prefetch_related_objects(met, Prefetch("services", MapService.objects.select_related("service")))
    return found


def _rows(kind: str, interface_map: InterfaceMap, wanted: set[int]) -> Iterable[Any]:
    if kind == "map":
        return [interface_map]
    rows = KINDS[kind].rows(interface_map).prefetch_related(None).filter(pk__in=wanted)
    return rows.select_related(*TO_NAME[kind]) if kind in TO_NAME else rows


def _interface_of(row: Any) -> Interface | None:
    if isinstance(row, AspectAnswer | AspectRow | Evidence):
        row = row.aspect
    interface: Interface | None = row.interface if isinstance(row, Aspect) else row
    return interface if isinstance(interface, Interface) else None


def names_in(values: Iterable[tuple[str, Any]]) -> Names:
    """The names of the people, parties, services and base maps whose ids stand in the values."""
    ids: dict[str, set[int]] = {name: set() for name in (*PEOPLE, *PARTIES, *SERVICES, "base")}
    for name, value in values:
        if name in ids:
            ids[name] |= {
                key for key in (value if isinstance(value, list) else [value]) if isinstance(key, int)
            }
    in_people, in_parties, in_services = (
        set().union(*(ids[name] for name in names)) for names in (PEOPLE, PARTIES, SERVICES)
    )
    people = User.objects.filter(pk__in=in_people) if in_people else []
    parties = MapParty.objects.filter(pk__in=in_parties).select_related("organisation") if in_parties else []
    services = MapService.objects.filter(pk__in=in_services).select_related("service") if in_services else []
    bases = InterfaceMap.objects.filter(pk__in=ids["base"]) if ids["base"] else []
    of_people, of_parties, of_services = (
        {row.pk: str(row) for row in rows} for rows in (people, parties, services)
    )
    return {
        **dict.fromkeys(PEOPLE, of_people),
        **dict.fromkeys(PARTIES, of_parties),
        **dict.fromkeys(SERVICES, of_services),
        "base": {row.pk: str(row) for row in bases},
    }


def _described(change: Change, subject: tuple[str, Any] | None, names: Names) -> dict[str, Any]:
    kind, row = subject or ("", None)
    property_ = KINDS[kind].properties.get(change.property) if kind else None
    label = str(property_.label) if property_ else change.property
    is_removal = change.property == "archived"
    is_moved = change.property == "place" and isinstance(row, Row)
    is_said = is_removal or is_moved or change.property == "follows_base"
    made = change.to_value if isinstance(change.to_value, dict) and "subject" in change.to_value else None
    if is_removal:
        label = _("removed from the map") if change.to_value else _("taken back to the map")
    elif change.property == "confirmation":
        label = _("gave the confirmation") if change.to_value is not None else _("withdrew the confirmation")
    elif change.property == "follows_base":
        label = _("returned to the county's text") if change.to_value else _("took the county's text over")
    elif is_moved:
        label = _("moved in the order")
    elif change.property == "places":
        label = _("laid the map out again")
    return {
        "change": change,
        "where": _where(kind, row),
        "url": _url(kind, row),
        "label": label,
        "made": made["name"] if made else "",
        "taken_back": ("redo" if change.undoes.undoes_id else "undo") if change.undoes else "",
        "sent": change.sent_value or "",
        "is_from_base": change.cause_id is not None,
        "from": "" if is_said or made else in_words(change.property, change.from_value, names),
        "to": "" if is_said or made else in_words(change.property, change.to_value, names),
    }


def _where(kind: str, row: Any) -> str:
    """What the change is about: «Päiväkoti – Neuvola, 3 Flow of information, Porvoo»."""
    if row is None or kind == "map":
        return ""
    if kind == "aspect":
        return f"{row.interface}, {row}"
    if kind == "answer":
        return f"{row.aspect.interface}, {row.aspect}, {row.party.map_party.organisation}"
    if isinstance(row, AspectRow | Evidence):
        return f"{row.aspect.interface}, {row.aspect}: {row}"
    if isinstance(row, ServiceRow):
        return f"{row.map_service}: {row}"
    return str(row)


def _url(kind: str, row: Any) -> str:
    if isinstance(row, AspectAnswer | AspectRow | Evidence):
        return row.aspect.get_absolute_url()
    if isinstance(row, ServiceRow):
        return row.map_service.get_absolute_url()
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") and kind != "map" else ""


def in_words(property_name: str, value: Any, names: Names) -> str:
    """A property's value as people read it."""
    if value is None or value in ("", [], {}):
        return ""
    if property_name in names:
        keys = value if isinstance(value, list) else [value]
        return ", ".join(names[property_name].get(key, "?") for key in keys)
    if property_name == "places":
        return _("%(count)d own places") % {"count": len(value)}
    if property_name == "review_on":
        return date_format(datetime.date.fromisoformat(value), "SHORT_DATE_FORMAT")
    if property_name in CHOICES and isinstance(value, str):
        return str(CHOICES[property_name].get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)
