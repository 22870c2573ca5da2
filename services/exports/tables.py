"""A content as tables in the reader's language: one order of columns for PDF, XLSX and CSV alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from services.comparison import date_of, day_of, duties_in_words, interface_name, named
from services.content import Content
from services.content_rows import in_words
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
        Table(_("Map"), [Column(_("What")), Column(_("Value"), 6)], [list(fact) for fact in about.facts]),
        _parties(content),
        _services(content, names),
        _channels(content),
        _path(content),
        _aspects(content, names),
        Table(
            _("Approvals"),
            [Column(_("Organisation"), 3), Column(_("Approver"), 3), Column(_("When"), 2)],
            [list(approval) for approval in about.approvals],
        ),
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
    where, how = _("Where does the client get the service?"), _("How is the client guided to the service?")
    return Table(
        _("Services"),
        [
            Column(_("Party"), 2),
            Column(_("Service"), 2),
            Column(_("Service class"), 2),
            Column(_("Organiser"), 2),
            Column(_("Who answers for the service"), 3),
            *(Column(_in(where, language), 4, language) for language in ("fi", "sv")),
            *(Column(_in(how, language), 4, language) for language in ("fi", "sv")),
        ],
        [
            [
                names.get(row["party"], ""),
                named(row),
                named(row["class"]),
                named(row["organiser"]),
                duties_in_words(row).replace("; ", "\n"),
                row["where_fi"],
                row["where_sv"],
                row["how_fi"],
                row["how_sv"],
            ]
            for row in content["services"]
        ],
    )


def _in(label: str, language: str) -> str:
    return f"{label} ({_('in Swedish') if language == 'sv' else _('in Finnish')})"


def _channels(content: Content) -> Table:
    kinds = {"place": _("place"), "phone": _("phone"), "web": _("web service")}
    texts = [("name", _("Name")), ("address", _("Address"))]
    return Table(
        _("Service channels"),
        [
            Column(_("Service"), 2),
            Column(_("Kind"), 1),
            *(
                Column(_in(label, language), 2, language)
                for _name, label in texts
                for language in ("fi", "sv")
            ),
            Column(_("Phone"), 2),
            Column(_("Web address"), 3),
            *(Column(_in(_("Opening hours"), language), 2, language) for language in ("fi", "sv")),
        ],
        [
            [
                named(service),
                kinds.get(row["kind"], ""),
                *(row.get(name, "") for name in ("name_fi", "name_sv", "address_fi", "address_sv")),
                *(row.get(name, "") for name in ("phone", "url", "hours_fi", "hours_sv")),
            ]
            for service in content["services"]
            for row in service.get("channels", [])
        ],
    )


def _path(content: Content) -> Table:
    services = {row["id"]: named(row) for row in content["services"]}
    step = _("What happens")
    return Table(
        _("Referral paths"),
        [
            Column(_("Service"), 2),
            Column(_("Step"), 1),
            Column(_in(step, "fi"), 4, "fi"),
            Column(_in(step, "sv"), 4, "sv"),
            Column(_("Who guides"), 2),
        ],
        [
            [
                named(service),
                str(nth),
                row.get("text_fi", ""),
                row.get("text_sv", ""),
                services.get(row.get("service"), ""),
            ]
            for service in content["services"]
            for nth, row in enumerate(service.get("path", []), 1)
        ],
    )


def _aspects(content: Content, names: dict[int, str]) -> Table:
    return Table(
        _("Interfaces"),
        [
            Column(_("Interface"), 3),
            Column(_("Parties"), 3),
            Column(_("Number"), 1),
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
