"""The whole country in numbers: each county beside the others, and one of them alone. No texts, no people, no municipality's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import Http404
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.exports.cells import Column, Table
from collaboration.kept import Kept
from collaboration.models import Area, AreaMember, User
from collaboration.words import sort_key
from services import policy
from services.models import Aspect, AspectNumber, AspectStatus, InterfaceMap, MapParty, MapTally, TargetGroup

COUNTED = ("interfaces", "agreed", "in_progress", "missing")
NOTHING = dict.fromkeys(("maps", "municipalities_with", *COUNTED), 0)
SORTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "name": lambda row: sort_key(row["county"].name),
    "with": lambda row: row["with_share"],
    "maps": lambda row: row["maps"],
    "interfaces": lambda row: row["interfaces"],
    "agreed": lambda row: row["agreed_share"],
}

_TALLIES: Kept[Any] = Kept(
    lambda: (
        MapTally.objects.filter(county__isnull=False)
        .values("county")
        .annotate(
            maps=Count("pk"),
            municipalities_with=Count("map__municipality", distinct=True),
            **{name: Sum(name) for name in COUNTED},
        )
        .order_by()
    )
)
_COUNTIES: Kept[Any] = Kept(
    lambda today: (
        Area.objects.filter(kind=Area.Kind.WELLBEING_SERVICES_COUNTY)
        .select_related("organisation")
        .annotate(
            municipality_count=Count(
                "members",
                filter=Q(members__in=AreaMember.objects.valid(today)),
            )
        )
    )
)
_UNITS: Kept[Any] = Kept(
    lambda: (
        MapParty.objects.filter(side=MapParty.Side.COUNTY, organisation__parent__isnull=False)
        .order_by()
        .values_list("organisation__parent", "organisation")
        .distinct()
    )
)


def national_overview() -> list[dict[str, Any]]:
    """How far each county is, in numbers only, by name: maps, interfaces, agreed aspects."""
    counted = {row["county"]: row for row in _TALLIES()}
    units = dict(_UNITS())
    overview = []
    for county in _COUNTIES(today=timezone.localdate()):
        row = counted.get(units.get(county.organisation_id, county.organisation_id), NOTHING)
        of = row["agreed"] + row["in_progress"] + row["missing"]
        overview.append(
            {
                **{name: row[name] for name in ("maps", "municipalities_with", *COUNTED)},
                "county": county,
                "municipalities": county.municipality_count,
                "of": of,
                "with_share": row["municipalities_with"] / (county.municipality_count or 1),
                "agreed_share": row["agreed"] / of if of else 0,
            }
        )
    return sorted(overview, key=SORTS["name"])


def in_order(overview: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """By a column, from the largest with a minus before it; where they are alike, by name. Unknown ones are by name."""
    by = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    return sorted(overview, key=by, reverse=sort.startswith("-") and sort[1:] in SORTS)


def columns_of(sort: str) -> list[dict[str, Any]]:
    """The columns' heads: a press sorts from the largest, names from the first letter, and another the other way."""
    names = {
        "name": _("Area"),
        "with": _("Municipalities with a map"),
        "maps": _("Maps"),
        "interfaces": _("Interfaces"),
        "agreed": _("Aspects agreed"),
    }
    by, is_down = sort.removeprefix("-"), sort.startswith("-")
    by, is_down = (by, is_down) if by in names else ("name", False)
    return [
        {
            "name": name,
            "is_number": key in {"maps", "interfaces"},
            "sorted": ("descending" if is_down else "ascending") if key == by else "",
            "sort": key if (is_down if key == by else key == "name") else f"-{key}",
        }
        for key, name in names.items()
    ]


def totals_of(overview: Iterable[dict[str, Any]]) -> dict[str, int]:
    """The whole country."""
    rows = list(overview)
    return {
        name: sum(row[name] for row in rows)
        for name in ("municipalities", "municipalities_with", "maps", "interfaces", "agreed", "of")
    }


def county_page(user: User, code: str) -> dict[str, Any]:
    """One county in numbers: how far it is by target group and by aspect. Raises Http404 for whoever may not see it."""
    if not policy.can_see_the_country(user):
        raise Http404
    row = next((row for row in national_overview() if row["county"].code == code), None)
    if row is None:
        raise Http404
    organisation = row["county"].organisation_id
    maps = InterfaceMap.objects.filter(
        Q(tally__county=organisation) | Q(tally__county__parent=organisation),
        status=InterfaceMap.Status.DRAFT,
    )
    groups = {
        each["target_group"]: each
        for each in maps.values("target_group")
        .annotate(maps=Count("pk"), **{name: Sum(f"tally__{name}") for name in COUNTED})
        .order_by()
    }
    aspects = (
        Aspect.objects.filter(interface__map__in=maps, interface__live__isnull=False)
        .order_by()
        .values_list("number", "status")
        .annotate(n=Count("pk"))
    )
    counted = {(number, status): n for number, status, n in aspects}
    return {
        **row,
        "groups": [
            {"name": capfirst(label), **groups[key], "of": _of(groups[key])}
            for key, label in TargetGroup.choices
            if key in groups
        ],
        "aspects": [_aspect(number, counted) for number in AspectNumber],
    }


def _of(row: Any) -> int:
    return int(row["agreed"] + row["in_progress"] + row["missing"])


def _aspect(number: AspectNumber, counted: dict[tuple[int, str], int]) -> dict[str, Any]:
    row = {status.value: counted.get((number.value, status.value), 0) for status in AspectStatus}
    return {"number": number.value, "name": number.label, **row, "of": _of(row)}


def tables() -> list[Table]:
    """The overview as a file holds it, with the note that its page has."""
    overview = national_overview()
    columns = [
        Column(_("Wellbeing services county"), 3),
        Column(_("Municipalities"), 1),
        Column(_("Municipalities with a map"), 1),
        Column(_("Maps"), 1),
        Column(_("Interfaces"), 1),
        Column(_("Aspects agreed"), 1),
        Column(_("Aspects in all"), 1),
    ]
    rows: list[list[Any]] = [
        [
            row["county"].name,
            row["municipalities"],
            row["municipalities_with"],
            row["maps"],
            row["interfaces"],
            row["agreed"],
            row["of"],
        ]
        for row in overview
    ]
    return [Table(_("The whole country, in numbers"), columns, rows)]
