"""What a page shows of an aspect's rows of structure: each with its facts, what is missing, and its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services import policy
from services.content_rows import no_manager_of
from services.models import Aspect, AspectNumber, AspectRow, Interface, InterfaceMap, MapParty
from services.workflows.properties import KINDS
from services.workflows.structure import KIND_OF_ASPECT, ROW_KINDS, Column, RowKind

MOST_PEOPLE_SHOWN = 10
ORDERED = {"step", "escalation"}
"""Kinds whose order says something, so that their rows are numbered."""

WORDS = {
    "step": (gettext_lazy("Steps of the process"), gettext_lazy("Add a step")),
    "flow": (gettext_lazy("Flows of information"), gettext_lazy("Add a flow of information")),
    "resource": (gettext_lazy("Resources by party"), gettext_lazy("Add a resource")),
    "manager": (gettext_lazy("Managers of each party"), gettext_lazy("Name a manager by title")),
    "goal": (gettext_lazy("Goals that we share"), gettext_lazy("Add a goal")),
    "escalation": (gettext_lazy("Our own escalation path"), gettext_lazy("Add a step to the path")),
}
"""By kind, its heading and what opens the form for a new row."""

SHOWN = {
    AspectNumber.COOPERATION_PROCESSES: ("title_fi", "title_sv", "actors"),
    AspectNumber.RESPONSIBILITIES: ("accountable", "actors"),
}
"""The same steps are asked for different things: in the process who take part, in the responsibilities who answers."""

IN_THE_NAME = {"title_fi", "title_sv", "title", "what", "who", "person", "url"}


@dataclass(frozen=True)
class Field:
    """One column of a form: as it is now, or as it was typed. `options` are value, label and whether it is chosen."""

    name: str
    label: str
    widget: str
    html_id: str
    value: str = ""
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    required: bool = False
    language: str = ""
    most: int = 500
    help: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def sent_as(self) -> str:
        """How the editor's script reads the form of this one field."""
        return {"flag": "boolean", "parties": "list"}.get(self.widget, "text")


def structure_of(aspect: Aspect, *, can_edit: bool, search: str = "") -> dict[str, Any] | None:
    """The aspect's rows, or nothing when none are asked for there. Two statements at most, and one for a search."""
    number = AspectNumber(aspect.number)
    kind = ROW_KINDS["step"] if number == AspectNumber.RESPONSIBILITIES else KIND_OF_ASPECT.get(number)
    if kind is None:
        return None
    parties = [row.map_party for row in aspect.interface.party_rows.all()]
    names = SHOWN.get(number, tuple(column.name for column in kind.columns))
    columns = sorted(
        (column for column in kind.columns if column.name in names),
        key=lambda column: names.index(column.name),
    )
    is_own = number == kind.model.number
    rows = _rows(kind, aspect)
    return {
        "kind": kind.name,
        "title": WORDS[kind.name][0] if is_own else _("Who answers for each step"),
        "is_ordered": kind.name in ORDERED,
        "is_own": is_own,
        "rows": [
            {
                "subject": f"{kind.name}:{row.pk}",
                "pk": row.pk,
                "name": str(row),
                "url": getattr(row, "url", ""),
                "facts": _facts(columns, row, parties),
                "flags": row.flags() if kind.name != "step" or not is_own else [],
                "fields": [_field_of(column, row, parties) for column in _asked(columns)] if can_edit else [],
                **_moves(rows, index),
            }
            for index, row in enumerate(rows)
        ],
        "totals": _totals(rows, parties) if kind.name == "resource" else [],
        "unnamed": _unnamed(rows, parties) if kind.name == "manager" and _is_managed(aspect) else [],
        "add": f"add_{kind.name}",
        "add_label": WORDS[kind.name][1],
        "new_fields": [_new_field(kind, column, parties) for column in _asked(columns, new=True)]
        if can_edit and is_own
        else [],
        "people": _people(aspect.interface, parties, search) if kind.name == "manager" and search else [],
        "search": search,
    }


def fields_again(
    interface_map: InterfaceMap, posted: QueryDict, errors: Mapping[str, list[str]]
) -> list[Field]:
    """The fields of a new row that was refused, as they were typed, each with its own sentences."""
    kind = ROW_KINDS.get(posted.get("property", "").removeprefix("add_"))
    key = posted.get("subject", "").removeprefix("aspect:")
    if kind is None or not key.isdecimal() or len(key) > 18:
        return []
    aspect = KINDS["aspect"].rows(interface_map).filter(pk=int(key)).first()
    if aspect is None:
        return []
    parties = [row.map_party for row in aspect.interface.party_rows.all()]
    names = SHOWN.get(kind.model.number, tuple(column.name for column in kind.columns))
    columns = _asked([column for column in kind.columns if column.name in names], new=True)
    return [_new_field(kind, column, parties, posted, errors.get(column.name, ())) for column in columns]


def _rows(kind: RowKind, aspect: Aspect) -> list[Any]:
    rows: Any = kind.model._default_manager.filter(archived_at__isnull=True)
    if kind.name == "step":
        actors = MapParty.objects.select_related("organisation").order_by("lane", "pk")
        rows = rows.prefetch_related(Prefetch("actors", actors))
        return list(rows.filter(aspect__interface=aspect.interface_id, aspect__number=kind.model.number))
    if kind.name == "manager":
        rows = rows.select_related("person")
    return list(rows.filter(aspect=aspect))


def _asked(columns: Iterable[Column], *, new: bool = False) -> list[Column]:
    """Columns with a field of their own; a person is found by name instead."""
    return [column for column in columns if column.widget != "person" and (new or not column.is_fixed)]


def _facts(columns: Iterable[Column], row: AspectRow, parties: list[MapParty]) -> list[tuple[str, str]]:
    """What the row says beside its name, in words."""
    said = [
        (capfirst(str(column.label)), _in_words(column, row, parties))
        for column in columns
        if column.name not in IN_THE_NAME
    ]
    return [(label, words) for label, words in said if words]


def _in_words(column: Column, row: Any, parties: list[MapParty]) -> str:
    if column.widget == "parties":
        return ", ".join(str(party) for party in row.actors.all())
    value = getattr(row, column.column.attname)
    if column.widget == "party":
        return next((str(party) for party in parties if party.pk == value), "")
    if column.widget == "choice":
        return capfirst(str(dict(column.column.choices).get(value, value)))
    if column.widget == "flag":
        return _("yes") if value else _("no")
    return _number(value) if column.widget in {"decimal", "whole"} else str(value)


def _number(value: Decimal | int | None) -> str:
    if value is None:
        return ""
    return number_format(value, 1 if isinstance(value, Decimal) else 0, use_l10n=True, force_grouping=True)


def _field_of(column: Column, row: Any, parties: list[MapParty]) -> Field:
    chosen = [party.pk for party in row.actors.all()] if column.widget == "parties" else []
    value = None if column.widget == "parties" else getattr(row, column.column.attname)
    if column.widget == "decimal" and value is not None:
        value = number_format(value, 1, use_l10n=True)
    return _field(column, f"{row._meta.model_name}-{row.pk}", value, chosen, parties)


def _new_field(
    kind: RowKind,
    column: Column,
    parties: list[MapParty],
    typed: QueryDict | None = None,
    errors: Iterable[str] = (),
) -> Field:
    chosen = [int(key) for key in typed.getlist(column.name) if key.isdecimal()] if typed else []
    value = typed.get(column.name) if typed else None
    return _field(column, f"add-{kind.name}", value, chosen, parties, errors)


def _field(
    column: Column,
    prefix: str,
    value: Any,
    chosen: list[int],
    parties: list[MapParty],
    errors: Iterable[str] = (),
) -> Field:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    model_field = column.column
    return Field(
        name=column.name,
        label=capfirst(str(column.label)),
        widget=column.widget,
        html_id=f"{prefix}-{column.name}",
        value=text,
        options=_options(column, text, chosen, parties),
        required=not model_field.blank and column.widget not in {"flag", "parties"},
        language=column.name[-2:] if column.name.startswith("title_") else "",
        most=getattr(model_field, "max_length", None) or 30,
        help=str(model_field.help_text),
        errors=list(errors),
    )


def _options(
    column: Column, value: str, chosen: list[int], parties: list[MapParty]
) -> list[tuple[str, str, bool]]:
    if column.widget == "parties":
        return [(str(party.pk), str(party), party.pk in chosen) for party in parties]
    if column.widget == "party":
        choices = [("", _("Not chosen")), *((str(party.pk), str(party)) for party in parties)]
    elif column.widget == "choice":
        choices = [
            ("", _("Not chosen")),
            *((key, capfirst(str(name))) for key, name in column.column.choices),
        ]
    elif column.widget == "flag":
        choices = [("false", capfirst(_("no"))), ("true", capfirst(_("yes")))]
    else:
        return []
    return [(key, name, key == value) for key, name in choices]


def _moves(rows: list[Any], index: int) -> dict[str, str]:
    """The places that put the row one earlier and one later; as JSON writes numbers, whatever the page's language."""
    places = [0.0, *(row.place for row in rows)]
    at = index + 1
    moves = {}
    if index > 0:
        moves["earlier"] = repr((places[at - 2] + places[at - 1]) / 2)
    if index < len(rows) - 1:
        after = places[at + 2] if at + 2 < len(places) else places[at + 1] + 2
        moves["later"] = repr((places[at + 1] + after) / 2)
    return moves


def _totals(rows: list[Any], parties: list[MapParty]) -> list[dict[str, str]]:
    """Person-years and euros of each party that gives any, and together."""
    given = [party for party in parties if any(row.party_id == party.pk for row in rows)]
    totals = [(str(party), [row for row in rows if row.party_id == party.pk]) for party in given]
    return [
        {
            "name": name,
            "person_years": _number(sum((row.person_years or Decimal(0) for row in of), Decimal(0))),
            "euros": _number(sum(row.euros or 0 for row in of)),
        }
        for name, of in ([*totals, (_("Together"), rows)] if rows else [])
    ]


def _is_managed(aspect: Aspect) -> bool:
    """Managers are named where the aspect applies, on a municipality's own map."""
    return not aspect.not_applicable_reason and not aspect.interface.map.is_base


def _unnamed(rows: list[Any], parties: list[MapParty]) -> list[str]:
    """A sentence for each party without a manager."""
    named = {row.party_id for row in rows}
    return [no_manager_of(str(party)) for party in parties if party.pk not in named]


def _people(interface: Interface, parties: list[MapParty], search: str) -> list[dict[str, Any]]:
    """People of the interface's parties whose name holds the search, once for each party that they belong to."""
    by_organisation = {party.organisation_id: party for party in parties}
    found = (
        policy.people_of_parties(interface.map)
        .filter(name__icontains=search)
        .order_by("name", "pk")
        .values_list("pk", "name", "memberships__organisation")
    )
    people = [
        {"pk": pk, "name": name, "party": by_organisation[organisation]}
        for pk, name, organisation in found[:100]
        if organisation in by_organisation
    ]
    return people[:MOST_PEOPLE_SHOWN]
