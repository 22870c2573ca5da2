"""The rows of a content in words: of structure, and of services their channels and paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from collaboration.models import Level
from collaboration.models.bilingual import in_language, told
from services.content.shape import PARTIES_OF_A_STEP, PURPOSES, ROWS, Content, told_of
from services.models import AspectStatus, Leader, ServiceChannel, ServiceResponsibility

IN_ITSELF = {"title_fi", "title_sv", "title", "what", "who"}
"""Columns that say what the row is, so that they need no label."""


def in_words(row: Content, parties: dict[int, str]) -> str:
    """One row as one line: what it is, its other facts with their labels, what it lacks. Parties by id with their names."""
    parts = []
    for name, column in told_of(row["kind"]).items():
        value = row[name]
        if name == "forum":
            parts.append(forum_in_words(value))
        elif name in IN_ITSELF and value:
            parts.append(str(value))
        elif value not in (None, "", False, []):
            parts.append(f"{capfirst(column.verbose_name)}: {_said(column, name, value, parties)}")
    return " · ".join([*parts, *(f"⚠ {flag}" for flag in missing_in(row))])


def forum_in_words(forum: Content) -> str:
    """A forum by its name and level, as it was when the content was made."""
    return f"{in_language(forum, 'name')} ({Level(forum['level']).label})"


def missing_in(row: Content) -> list[str]:
    """What a row of structure lacks, in sentences."""
    model = ROWS[row["kind"]]
    columns = {column.attname for column in model._meta.concrete_fields}
    return model(**{name: row[name] for name in columns & row.keys()}).flags()


def no_leader_of(party: str) -> str:
    """The flag of a party that has named nobody."""
    return _("No leader of %(party)s has been named.") % {"party": party}


def flags_of(aspect: Content, parties: dict[int, str]) -> list[str]:
    """What an aspect as a whole lacks: a leader of each of the interface's parties, where it asks for leaders."""
    if aspect["number"] != Leader.number or aspect["status"] == AspectStatus.NOT_APPLICABLE:
        return []
    named = {row["party_id"] for row in aspect["rows"] if row["kind"] == "leader"}
    return [no_leader_of(name) for key, name in parties.items() if key not in named]


def totals_of(resources: Iterable[Mapping[str, Any]], parties: dict[int, str]) -> list[tuple[str, str, str]]:
    """Person-years and euros a year of each party that gives resources, and of all together."""
    rows = list(resources)
    given = [(name, [row for row in rows if row["party_id"] == key]) for key, name in parties.items()]
    return [
        (
            name,
            _grouped(sum((Decimal(row["person_years"] or 0) for row in of), Decimal(0)), 1),
            _grouped(sum(row["euros"] or 0 for row in of), 0),
        )
        for name, of in [*given, (_("Together"), rows)]
        if of
    ]


def _grouped(number: Decimal | int, decimals: int) -> str:
    return number_format(number, decimals, use_l10n=True, force_grouping=True)


def duties_of(service: Content) -> list[str]:
    """Who organises, produces, funds and resources a service, on which basis; a row without a basis says so."""
    duties, bases = dict(ServiceResponsibility.Duty.choices), dict(ServiceResponsibility.Basis.choices)
    lines = []
    for row in service["responsibilities"]:
        basis = bases.get(row["basis"]) or "⚠ " + _("No basis: neither law nor agreement")
        said = ", ".join(filter(None, [str(basis), row["reference"]]))
        lines.append(f"{told(row['organisation'], 'name')[0]} {duties.get(row['duty'], '')} ({said})")
    return lines


def purposes_of(row: Content, name: str) -> str:
    """Outcomes or enablers of a service or an interface, by name."""
    labels = dict(PURPOSES[name].choices)
    return ", ".join(str(labels[key]) for key in row[name])


def _said(column: Any, name: str, value: Any, parties: dict[int, str]) -> str:
    if name in PARTIES_OF_A_STEP:
        return ", ".join(parties.get(key, "") for key in value)
    if name == "person":
        return _("named")
    if name.endswith("_id"):
        return parties.get(value, "")
    if value is True:
        return _("yes")
    return str(dict(column.flatchoices).get(value, value))


def channels_in_words(service: Content, *, both: bool = False) -> list[str]:
    """Each channel of a service as one line: how, what it is called, address, phone, web address, hours.

    In the reader's language; `both` adds what the other language says, so that no change of it stays unseen.
    """
    kinds = dict(ServiceChannel.Kind.choices)
    lines = []
    for row in service.get("channels", []):
        name, address, hours = (_texts(row, field, both=both) for field in ("name", "address", "hours"))
        parts = [part for part in (name, address, row["phone"], row["url"], hours) if part]
        lines.append(f"{capfirst(str(kinds.get(row['kind'], '')))}: {' · '.join(parts)}")
    return lines


def path_in_words(service: Content, names: dict[int, str], *, both: bool = False) -> list[str]:
    """Each step of the path to a service as one line with its number; services that guide by id with their names."""
    lines = []
    for number, row in enumerate(service.get("path", []), 1):
        text = _texts(row, "text", both=both)
        if guide := names.get(row["service"]):
            text = _("%(text)s (guided by %(service)s)") % {"text": text, "service": guide}
        lines.append(f"{number}. {text}")
    return lines


def _texts(row: Content, field: str, *, both: bool) -> str:
    own, _language = told(row, field)
    others = [text for text in (row[f"{field}_fi"], row[f"{field}_sv"]) if both and text not in ("", own)]
    return " / ".join(part for part in (own, *others) if part)
