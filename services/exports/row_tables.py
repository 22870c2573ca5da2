"""Tables of a content for spreadsheets: one for each kind of row, so that each fact has a cell of its own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.exports.cells import Cell, Column, Table, moment
from services.content.comparison import interface_name, named
from services.content.rows import forum_in_words, missing_in
from services.content.shape import PARTIES_OF_A_STEP, Content
from services.models import AspectNumber, ServiceResponsibility
from services.workflows.structure import KIND_OF_ASPECT, KINDS_OF_SERVICE, RowKind
from services.workflows.structure import Column as Asked

BREADTHS = {"line": 4, "address": 4, "phone": 4, "parties": 3, "party": 3, "service": 3, "forum": 3}
"""How broad a column is, by how it is asked for; others are of two."""

IN_A_CONTENT = {
    **{name: member for member, name in PARTIES_OF_A_STEP.items()},
    "person": "person",
    "service": "service",
    "forum": "forum",
}
"""Columns that a content has by another name than their model does."""

LISTS = {"channel": "channels", "referral": "path"}
"""Where a service in a content has its rows, by their kind."""


def row_tables(content: Content, names: dict[int, str]) -> list[Table]:
    """Of services who answers for them, channels and paths; of aspects rows of every kind, confirmations and evidence."""
    return [
        _duties(content),
        *(_of_services(kind, content) for kind in KINDS_OF_SERVICE),
        *(_of_aspects(kind, content, names) for kind in KIND_OF_ASPECT.values()),
        _confirmations(content, names),
        _evidence(content),
    ]


def _duties(content: Content) -> Table:
    duties, bases = dict(ServiceResponsibility.Duty.choices), dict(ServiceResponsibility.Basis.choices)
    return Table(
        _("Responsibilities for services"),
        [
            Column(_("Service"), 3),
            Column(_("Organisation"), 3),
            *(Column(_label(ServiceResponsibility, name), 3) for name in ("duty", "basis", "reference")),
            Column(_("To be noted"), 4),
        ],
        [
            [
                named(service),
                named(row["organisation"]),
                str(duties.get(row["duty"], "")),
                str(bases.get(row["basis"], "")),
                row["reference"],
                "" if row["basis"] else _("No basis: neither law nor agreement"),
            ]
            for service in content["services"]
            for row in service["responsibilities"]
        ],
    )


def _of_services(kind: RowKind, content: Content) -> Table:
    services = {row["id"]: named(row) for row in content["services"]}
    cell = partial(_cell, names={}, services=services)
    return Table(
        _plural(kind),
        [Column(_("Service"), 3), Column(_("No."), 1), *map(_column, kind.told)],
        [
            [services[service["id"]], number, *(cell(column, row) for column in kind.told)]
            for service in content["services"]
            for number, row in enumerate(service.get(LISTS[kind.name], []), 1)
        ],
    )


def _of_aspects(kind: RowKind, content: Content, names: dict[int, str]) -> Table:
    cell = partial(_cell, names=names, services={})
    return Table(
        _plural(kind),
        [
            Column(_("Interface"), 3),
            Column(_("No."), 1),
            *map(_column, kind.told),
            Column(_("To be noted"), 4),
        ],
        [
            [where, number, *(cell(column, row) for column in kind.told), " ".join(missing_in(row))]
            for where, aspect in _aspects(content)
            for number, row in enumerate((row for row in aspect["rows"] if row["kind"] == kind.name), 1)
        ],
    )


def _confirmations(content: Content, names: dict[int, str]) -> Table:
    return Table(
        _("Confirmations"),
        [*_of_aspect(), Column(_("Party"), 3), Column(_("When"))],
        [
            [where, *_named_aspect(aspect), names.get(row["party"], ""), moment(row["at"])]
            for where, aspect in _aspects(content)
            for row in aspect["confirmations"]
        ],
    )


def _evidence(content: Content) -> Table:
    return Table(
        _("Evidence"),
        [*_of_aspect(), Column(_("Title"), 4), Column(_("Web address"), 4)],
        [
            [where, *_named_aspect(aspect), row["title"], row["url"]]
            for where, aspect in _aspects(content)
            for row in aspect["evidence"]
        ],
    )


def _of_aspect() -> list[Column]:
    return [Column(_("Interface"), 3), Column(_("No."), 1), Column(_("Aspect"), 3)]


def _named_aspect(aspect: Content) -> list[Cell]:
    return [aspect["number"], str(AspectNumber(aspect["number"]).label)]


def _aspects(content: Content) -> Iterator[tuple[str, Content]]:
    for interface in content["interfaces"]:
        for aspect in interface["aspects"]:
            yield interface_name(content, interface), aspect


def _plural(kind: RowKind) -> str:
    return str(capfirst(kind.model._meta.verbose_name_plural))


def _label(model: Any, name: str) -> str:
    return str(capfirst(model._meta.get_field(name).verbose_name))


def _column(asked: Asked) -> Column:
    language = next((code for code in ("fi", "sv") if asked.name.endswith(f"_{code}")), "")
    return Column(str(capfirst(asked.label)), BREADTHS.get(asked.widget, 2), language)


def _cell(asked: Asked, row: Content, names: dict[int, str], services: dict[int, str]) -> Cell:
    """What the row says in the column: parties and services by name, numbers as numbers, nothing as nothing."""
    value = row[IN_A_CONTENT.get(asked.name, asked.column.attname)]
    if value is None or value == "" or value is False:
        return ""
    if asked.widget == "parties":
        return ", ".join(names.get(key, "") for key in value)
    by_widget: dict[str, Any] = {
        "party": names.get,
        "service": services.get,
        "forum": forum_in_words,
        "decimal": Decimal,
        "person": lambda _value: _("named"),
        "flag": lambda _value: _("yes"),
        "choice": lambda key: str(dict(asked.column.flatchoices).get(key, key)),
    }
    cell: Cell = by_widget.get(asked.widget, lambda same: same)(value) or ""
    return cell
