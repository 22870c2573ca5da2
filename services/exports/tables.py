"""A content as tables in the reader's language: the same columns on paper and in spreadsheets, but for lists in a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.exports.cells import Cell, Column, Table, day
from services.content.comparison import aspect_in_words, interface_name, named
from services.content.rows import channels_in_words, duties_of, in_words, path_in_words, purposes_of
from services.content.shape import ASPECT_MEMBERS, HOW, LEANS_ON, PURPOSES, SERVES, WHERE, Content
from services.exports.row_tables import row_tables
from services.models import AspectNumber, MapParty

LISTS = {"rows", "confirmations", "evidence"}
"""Members of an aspect that a spreadsheet has tables of their own for."""


def tables_of(content: Content, paper: str) -> list[Table]:
    """Also those without rows. Where paper has lists in a cell, a spreadsheet has a table of its own."""
    names = _names(content)
    tables = [
        *(_parties(content), _services(content), _purposes(content), _questions(content)),
        _interfaces(content, names),
    ]
    return tables if paper else [*map(_without_lists, tables), *row_tables(content, names)]


def _names(content: Content) -> dict[int, str]:
    return {row["id"]: named(row["organisation"]) for row in content["parties"]}


def _without_lists(table: Table) -> Table:
    kept = [place for place, column in enumerate(table.columns) if not column.has_lists]
    rows = [[row[place] for place in kept] for row in table.rows]
    return Table(table.name, [table.columns[place] for place in kept], rows)


def _parties(content: Content) -> Table:
    return Table(
        _("Parties"),
        [Column(_("Party"), 3), Column(_("Side"), 2), Column(_("Unit of"), 3), Column(_("Code"), 1)],
        [
            [
                named(row["organisation"]),
                str(capfirst(MapParty.Side(row["side"]).label)),
                named(row["organisation"], "unit_of"),
                row["organisation"]["code"],
            ]
            for row in content["parties"]
        ],
    )


def _services(content: Content) -> Table:
    names = _names(content)
    return Table(
        _("Services"),
        [
            Column(_("Party"), 3),
            Column(_("Service"), 3),
            Column(_("Service class"), 3),
            Column(_("Organiser"), 3),
            Column(_("Who answers for the service"), 6, has_lists=True),
        ],
        [
            [
                names.get(row["party"], ""),
                named(row),
                named(row["class"]),
                named(row["organiser"]),
                "\n".join(duties_of(row)),
            ]
            for row in content["services"]
        ],
    )


def _purposes(content: Content) -> Table:
    """Of the services and the interfaces that name any."""
    rows = [(_("Service"), named(row), row) for row in content["services"]]
    rows += [(_("Interface"), interface_name(content, row), row) for row in content["interfaces"]]
    return Table(
        _("Outcomes and enablers"),
        [Column(_("What"), 2), Column(_("Name"), 4), Column(str(SERVES), 4), Column(str(LEANS_ON), 4)],
        [
            [kind, name, *(purposes_of(row, purpose) for purpose in PURPOSES)]
            for kind, name, row in rows
            if any(row[purpose] for purpose in PURPOSES)
        ],
    )


def _questions(content: Content) -> Table:
    services = {row["id"]: named(row) for row in content["services"]}
    return Table(
        _("Where and how"),
        [
            Column(_("Service"), 3),
            *(Column(_in(WHERE, language), 4, language) for language in ("fi", "sv")),
            Column(_("Service channels"), 4, has_lists=True),
            *(Column(_in(HOW, language), 4, language) for language in ("fi", "sv")),
            Column(_("Referral path"), 4, has_lists=True),
        ],
        [
            [
                named(row),
                row["where_fi"],
                row["where_sv"],
                _lines(channels_in_words(row, both=True)),
                row["how_fi"],
                row["how_sv"],
                _lines(path_in_words(row, services, both=True)),
            ]
            for row in content["services"]
        ],
    )


def _in(label: Any, language: str) -> str:
    name = _("in Swedish") if language == "sv" else _("in Finnish")
    return f"{label} ({name})"


def _interfaces(content: Content, names: dict[int, str]) -> Table:
    return Table(
        _("Interfaces"),
        [
            Column(_("Interface"), 3),
            Column(_("Parties"), 3),
            Column(_("No."), 1),
            Column(_("Aspect"), 3),
            *(
                Column(str(member.label), member.breadth, member.language, has_lists=member.name in LISTS)
                for member in ASPECT_MEMBERS
            ),
        ],
        list(_aspect_rows(content, names)),
        grouped=2,
    )


def _aspect_rows(content: Content, names: dict[int, str]) -> Iterator[list[Cell]]:
    for interface in content["interfaces"]:
        words: dict[str, Callable[[Content], Cell]] = {
            **aspect_in_words(content, interface, between="\n"),
            "review_on": lambda aspect: day(aspect["review_on"]),
            "rows": lambda aspect: _lines(in_words(row, names) for row in aspect["rows"]),
        }
        for aspect in interface["aspects"]:
            yield [
                interface_name(content, interface),
                " ↔ ".join(names.get(key, "") for key in interface["parties"]),
                aspect["number"],
                str(AspectNumber(aspect["number"]).label),
                *(
                    words[member.name](aspect) if member.name in words else aspect[member.name]
                    for member in ASPECT_MEMBERS
                ),
            ]


def _lines(rows: Any) -> str:
    return "\n".join(rows)
