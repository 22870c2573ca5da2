"""A content as tables in the reader's language: one order of columns for PDF, XLSX and CSV alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from services.comparison import date_of, day_of, interface_name, named
from services.content import Content
from services.content_rows import channels_in_words, duties_of, in_words, path_in_words
from services.exports.about import About
from services.models import AspectNumber, AspectStatus, MapParty


@dataclass(frozen=True)
class Column:
    """A column: its heading, its breadth beside the others, and the language of its texts when it is always one."""

    label: str
    breadth: int = 2
    language: str = ""


@dataclass(frozen=True)
class Table:
    """A table. Where rows come in groups, the first `grouped` columns say of which; a page makes headings of them."""

    name: str
    columns: list[Column]
    rows: list[list[str]]
    grouped: int = 0


def tables_of(content: Content, about: About) -> list[Table]:
    """All tables, also those without rows."""
    names = {row["id"]: named(row["organisation"]) for row in content["parties"]}
    return [
        Table(
            _("Map and version"),
            [Column(_("What")), Column(_("Value"), 6)],
            [*([_("Note"), notice] for notice in about.notices), *(list(fact) for fact in about.facts)],
        ),
        Table(
            _("Approvals"),
            [Column(_("Organisation"), 3), Column(_("Approver"), 3), Column(_("When"), 2)],
            [list(approval) for approval in about.approvals],
        ),
        _parties(content),
        _services(content, names),
        _client_questions(content),
        _aspects(content, names),
    ]


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


def _services(content: Content, names: dict[int, str]) -> Table:
    return Table(
        _("Services"),
        [
            Column(_("Party"), 3),
            Column(_("Service"), 3),
            Column(_("Service class"), 3),
            Column(_("Organiser"), 3),
            Column(_("Who answers for the service"), 6),
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


def _client_questions(content: Content) -> Table:
    services = {row["id"]: named(row) for row in content["services"]}
    where, how = _("Where does the client get the service?"), _("How is the client guided to the service?")
    return Table(
        _("Where and how"),
        [
            Column(_("Service"), 3),
            *(Column(_in(where, language), 4, language) for language in ("fi", "sv")),
            Column(_("Service channels"), 4),
            *(Column(_in(how, language), 4, language) for language in ("fi", "sv")),
            Column(_("Referral path"), 4),
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


def _in(label: str, language: str) -> str:
    return f"{label} ({_('in Swedish') if language == 'sv' else _('in Finnish')})"


def _aspects(content: Content, names: dict[int, str]) -> Table:
    return Table(
        _("Interfaces"),
        [
            Column(_("Interface"), 3),
            Column(_("Parties"), 3),
            Column(_("No."), 1),
            Column(_("Aspect"), 3),
            Column(_("Status"), 2),
            Column(_("Shared answer in Finnish"), 6, "fi"),
            Column(_("Shared answer in Swedish"), 6, "sv"),
            Column(_("Why this does not apply"), 3),
            Column(_("Review date"), 2),
            Column(_("Rows"), 6),
            Column(_("Consents"), 3),
            Column(_("Evidence"), 4),
        ],
        list(_aspect_rows(content, names)),
        grouped=2,
    )


def _aspect_rows(content: Content, names: dict[int, str]) -> Iterator[list[str]]:
    for interface in content["interfaces"]:
        parties = " ↔ ".join(names.get(key, "") for key in interface["parties"])
        for aspect in interface["aspects"]:
            yield [
                interface_name(content, interface),
                parties,
                str(aspect["number"]),
                str(AspectNumber(aspect["number"]).label),
                str(AspectStatus(aspect["status"]).label),
                aspect["shared_fi"],
                aspect["shared_sv"],
                aspect["not_applicable_reason"],
                day_of(aspect["review_on"]),
                _lines(in_words(row, names) for row in aspect["rows"]),
                _lines(f"{names.get(row['party'], '')} {date_of(row['at'])}" for row in aspect["consents"]),
                _lines(f"{row['title']} ({row['url']})" for row in aspect["evidence"]),
            ]


def _lines(rows: Any) -> str:
    return "\n".join(rows)
