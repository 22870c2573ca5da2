"""What a page shows of the rows beside an aspect or a service: each with its facts, what is missing, and its fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Prefetch, Q
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.kept import Kept
from collaboration.models import Forum, User
from collaboration.outside import row_id
from collaboration.policy.own import own_first
from collaboration.searching import found
from services import policy
from services.content.rows import no_leader_of, totals_of
from services.content.shape import CHANNEL
from services.models import (
    Aspect,
    AspectNumber,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    ReferralStep,
    Row,
    ServiceChannel,
)
from services.queries.channels import channels_of, path_of
from services.queries.forums import facts_of, forum_choices
from services.workflows.properties import KINDS
from services.workflows.structure import KIND_OF_ASPECT, ROW_KINDS, Column, RowKind, other_services

MOST_PEOPLE_SHOWN = 10
ORDERED = {"step", "path_step", "referral"}
"""Kinds whose order says something, so that their rows are numbered."""

WORDS = {
    "step": (gettext_lazy("Steps of the process"), gettext_lazy("Add a step")),
    "flow": (gettext_lazy("Flows of information"), gettext_lazy("Add a flow of information")),
    "resource": (gettext_lazy("Resources by party"), gettext_lazy("Add a resource")),
    "leader": (gettext_lazy("Leaders of each party"), gettext_lazy("Name a leader by title")),
    "goal_row": (gettext_lazy("Goals that we share"), gettext_lazy("Add a goal")),
    "path_step": (gettext_lazy("Our own escalation path"), gettext_lazy("Add a step to the path")),
    "forum_row": (gettext_lazy("Forums that develop this"), gettext_lazy("Name a forum")),
    "contact": (gettext_lazy("Whom to call"), gettext_lazy("Add a role or a unit with its number")),
    "channel": (gettext_lazy("Service channels"), gettext_lazy("Add a service channel")),
    "referral": (gettext_lazy("Referral path"), gettext_lazy("Add a step to the path")),
}
"""By kind, its heading and what opens the form for a new row."""

SHOWN: dict[AspectNumber | None, tuple[str, ...]] = {
    AspectNumber.COOPERATION_PROCESSES: ("title_fi", "title_sv", "actors"),
    AspectNumber.RESPONSIBILITIES: ("accountable", "actors", "consulted", "informed"),
}
"""The same steps are asked for different things: in the process who take part, in the responsibilities who answers."""

CHANNEL_FORMS = {
    "place": (
        gettext_lazy("Add a place"),
        ("name_fi", "name_sv", "address_fi", "address_sv", "phone", "url", "hours_fi", "hours_sv"),
    ),
    "phone": (gettext_lazy("Add a phone number"), ("name_fi", "name_sv", "phone", "hours_fi", "hours_sv")),
    "web": (gettext_lazy("Add a web address"), ("name_fi", "name_sv", "url", "hours_fi", "hours_sv")),
}
"""By kind of channel, what opens the form for a new one, and what it asks."""

EMPTY = {
    "channel": gettext_lazy(
        "No service channels yet. They tell a resident where the service is got: a place with its address, a phone "
        "number, a web address."
    ),
    "contact": gettext_lazy("No contacts yet."),
    "forum_row": gettext_lazy("No forum has been named yet."),
    "referral": gettext_lazy(
        "No steps yet. The path tells what happens, one step after another, before the client is in the service, "
        "and which service guides them on."
    ),
}
"""What is said while there are no rows."""

OF_A_STEP = ("actors", "consulted", "informed")
"""Who do it, who are heard and who are told; the one that is accountable stands beside."""

IN_THE_NAME = {"title_fi", "title_sv", "title", "what", "who", "person", "url", "phone", "hours", "forum"}


@dataclass(frozen=True)
class Field:
    """One column of a form: as it is now, or as it was typed. `options` are value, label and whether it is chosen."""

    name: str
    label: str
    widget: str
    sent_as: str
    html_id: str
    value: str = ""
    options: list[tuple[str, str, bool]] = field(default_factory=list)
    required: bool = False
    language: str = ""
    most: int = 500
    help: str = ""
    errors: list[str] = field(default_factory=list)


def structure_of(user: User, aspect: Aspect, *, can_edit: bool, search: str = "") -> dict[str, Any] | None:
    """The aspect's rows, or nothing when none are asked for there. Two statements at most, and one for a search."""
    number = AspectNumber(aspect.number)
    kind = ROW_KINDS["step"] if number == AspectNumber.RESPONSIBILITIES else KIND_OF_ASPECT.get(number)
    return _structure(user, aspect, kind, can_edit=can_edit, search=search) if kind else None


def contacts_of(user: User, aspect: Aspect, *, can_edit: bool) -> dict[str, Any]:
    """Roles and units to call about the aspect, which every aspect may have. One statement."""
    told = _structure(user, aspect, ROW_KINDS["contact"], can_edit=can_edit)
    return {**told, "id": "contacts"}


def _structure(
    user: User, aspect: Aspect, kind: RowKind, *, can_edit: bool, search: str = ""
) -> dict[str, Any]:
    number = AspectNumber(aspect.number)
    parties = [row.map_party for row in aspect.interface.party_rows.all()]
    choices: Choices = own_first(user, parties, _organisation_of)
    if kind.name == "forum_row":
        choices = forum_choices(user, aspect.interface.map) if can_edit else []
    names = SHOWN.get(number if kind.number else None, tuple(column.name for column in kind.columns))
    columns = sorted(
        (column for column in kind.columns if column.name in names),
        key=lambda column: names.index(column.name),
    )
    is_own = kind.number in {None, number}
    rows = _rows(kind, aspect)
    facts = facts_of(rows) if kind.name == "forum_row" else {}
    return {
        "kind": kind.name,
        "id": "rows",
        "subject": f"aspect:{aspect.pk}",
        "title": WORDS[kind.name][0] if is_own else _("Who answers for each step"),
        "is_ordered": kind.name in ORDERED,
        "is_own": is_own,
        "empty": EMPTY.get(kind.name, ""),
        "matrix": _matrix(rows, parties) if kind.name == "step" else None,
        "rows": [
            {
                "subject": f"{kind.name}:{row.pk}",
                "pk": row.pk,
                "name": str(row),
                "url": getattr(row, "url", ""),
                "phone": getattr(row, "phone", ""),
                "hours": getattr(row, "hours", ""),
                "facts": [*facts.get(row.pk, ()), *_facts(columns, row, parties)],
                "flags": row.flags() if kind.name != "step" or not is_own else [],
                "fields": [_field_of(column, row, choices) for column in _asked(columns)] if can_edit else [],
                **_moves(rows, index),
            }
            for index, row in enumerate(rows)
        ],
        "totals": totals_of(map(vars, rows), {party.pk: str(party) for party in parties})
        if kind.name == "resource"
        else [],
        "unnamed": _unnamed(rows, parties) if kind.name == "leader" and _is_managed(aspect) else [],
        "add": f"add_{kind.name}",
        "forms": [
            {
                "label": WORDS[kind.name][1],
                "fields": [_new_field(kind, column, choices) for column in _asked(columns, new=True)],
            }
        ]
        if can_edit and is_own
        else [],
        "people": _people(aspect.interface, parties, search) if kind.name == "leader" and search else [],
        "search": search,
    }


def _organisation_of(party: MapParty) -> int:
    return party.organisation_id


def rows_of_service(place: MapService, *, can_edit: bool) -> dict[str, Any]:
    """The channels and the referral path of a service on a map, and the path as a drawing. Three statements at most."""
    channels = list(ServiceChannel.objects.filter(map_service=place, archived_at__isnull=True))
    steps = list(
        ReferralStep.objects.filter(map_service=place, archived_at__isnull=True).select_related(
            "service__service"
        )
    )
    others = _guides(place) if can_edit else []
    content = {
        "channels": [{name: getattr(row, name) for name in CHANNEL} for row in channels],
        "path": [
            {
                "text_fi": step.text_fi,
                "text_sv": step.text_sv,
                "service": step.service_id if step.service and step.service.archived_at is None else None,
            }
            for step in steps
        ],
    }
    guides = {step.service_id: step.service for step in steps if step.service}
    path = path_of(content, {pk: str(guide) for pk, guide in guides.items() if pk is not None})
    for told in path:
        told["url"] = guides[told["service"]].get_absolute_url() if told["service"] else ""
    shown = [{"channel": channel} for channel in channels_of(content)]
    return {
        "channels": _service_rows(place, "channel", channels, shown, others, can_edit=can_edit),
        "path": {
            **_service_rows(
                place, "referral", steps, [{"step": told} for told in path], others, can_edit=can_edit
            ),
            "drawn": path,
        },
    }


def _guides(place: MapService) -> list[MapService]:
    """The other services on the map, in the order of the lanes."""
    return list(other_services(place).select_related("service").order_by("party__lane", "pk"))


def _service_rows(
    place: MapService,
    name: str,
    rows: list[Any],
    shown: list[dict[str, Any]],
    others: list[MapService],
    *,
    can_edit: bool,
) -> dict[str, Any]:
    kind = ROW_KINDS[name]
    return {
        "kind": name,
        "id": name,
        "subject": f"service:{place.pk}",
        "title": WORDS[name][0],
        "is_ordered": name in ORDERED,
        "is_own": True,
        "empty": EMPTY[name],
        "rows": [
            {
                "subject": f"{name}:{row.pk}",
                "pk": row.pk,
                "name": str(row),
                "flags": row.flags(),
                "fields": [_field_of(column, row, others) for column in kind.columns] if can_edit else [],
                **told,
                **_moves(rows, index),
            }
            for index, (row, told) in enumerate(zip(rows, shown, strict=True))
        ],
        "add": f"add_{name}",
        "forms": _forms(kind, others) if can_edit else [],
    }


def _forms(kind: RowKind, others: list[MapService]) -> list[dict[str, Any]]:
    """The forms for a new row: of channels one for each kind, which asks only what that kind has."""
    if kind.name != "channel":
        fields = [_new_field(kind, column, others) for column in kind.columns]
        return [{"label": WORDS[kind.name][1], "fields": fields}]
    return [
        {
            "label": label,
            "hidden": [("kind", choice)],
            "fields": [
                _new_field(kind, column, others, prefix=f"add-{choice}")
                for column in kind.columns
                if column.name in names
            ],
        }
        for choice, (label, names) in CHANNEL_FORMS.items()
    ]


def fields_again(
    user: User, interface_map: InterfaceMap, posted: QueryDict, errors: Mapping[str, list[str]]
) -> list[Field]:
    """The fields of a new row that was refused, as they were typed, each with its own sentences."""
    kind = ROW_KINDS.get(posted.get("property", "").removeprefix("add_"))
    if kind is None:
        return []
    key = posted.get("subject", "").removeprefix(f"{kind.beside}:")
    parent = KINDS[kind.beside].rows(interface_map).filter(pk=row_id(key)).first()
    if parent is None:
        return []
    if kind.beside == "service":
        others = _guides(parent)
        return [
            _new_field(kind, column, others, posted, errors.get(column.name, ())) for column in kind.columns
        ]
    choices: Choices = [row.map_party for row in parent.interface.party_rows.all()]
    if kind.name == "forum_row":
        choices = forum_choices(user, interface_map)
    names = SHOWN.get(kind.number, tuple(column.name for column in kind.columns))
    columns = _asked([column for column in kind.columns if column.name in names], new=True)
    return [_new_field(kind, column, choices, posted, errors.get(column.name, ())) for column in columns]


def _rows(kind: RowKind, aspect: Aspect) -> list[Any]:
    of = aspect.interface_id if kind.name == "step" else aspect.pk
    return list(_rows_of(kind.name)(of=of))


@cache
def _rows_of(name: str) -> Kept[Any]:
    """The rows of a kind of an aspect; steps of its interface, since those who answer for them stand beside another."""
    kind = ROW_KINDS[name]
    rows: Any = kind.model._default_manager.filter(archived_at__isnull=True)
    if name == "step":
        parties = MapParty.objects.select_related("organisation").order_by("lane", "pk")
        rows = rows.prefetch_related(*(Prefetch(name, parties) for name in OF_A_STEP))
        return Kept(lambda of: rows.filter(aspect__interface=of, aspect__number=kind.number))
    if name == "leader":
        rows = rows.select_related("person")
    if name == "forum_row":
        rows = rows.select_related("forum")
    return Kept(lambda of: rows.filter(aspect=of))


def _matrix(steps: list[Any], parties: list[MapParty]) -> dict[str, Any] | None:
    """Who does, answers for, is heard in and is told of each step, by party; nothing while there are no steps."""
    said = dict(zip(OF_A_STEP, (_("does"), _("is heard"), _("is told")), strict=True))
    rows = []
    for step in steps:
        cells: dict[int, list[str]] = {party.pk: [] for party in parties}
        if step.accountable_id in cells:
            cells[step.accountable_id].append(_("is accountable"))
        for name, words in said.items():
            for party in getattr(step, name).all():
                cells.setdefault(party.pk, []).append(words)
        row = {"name": str(step), "cells": [(str(party), ", ".join(cells[party.pk])) for party in parties]}
        rows.append(row | {"lacks": step.accountable_id is None})
    return {"parties": [str(party) for party in parties], "rows": rows} if rows else None


def _asked(columns: Iterable[Column], *, new: bool = False) -> list[Column]:
    """Columns with a field of their own; a person is found by name instead."""
    return [column for column in columns if column.widget != "person" and (new or not column.is_fixed)]


def _facts(columns: Iterable[Column], row: Row, parties: list[MapParty]) -> list[tuple[str, str]]:
    """What the row says beside its name, in words."""
    said = [
        (capfirst(str(column.label)), _in_words(column, row, parties))
        for column in columns
        if column.name not in IN_THE_NAME
    ]
    return [(label, words) for label, words in said if words]


def _in_words(column: Column, row: Any, parties: list[MapParty]) -> str:
    if column.widget == "parties":
        return ", ".join(str(party) for party in getattr(row, column.name).all())
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


Choices = list[MapParty] | list[MapService] | list[Forum]
"""What a column may be about: the parties of the interface, the other services on the map, or forums."""


def _field_of(column: Column, row: Any, choices: Choices) -> Field:
    chosen = [party.pk for party in getattr(row, column.name).all()] if column.widget == "parties" else []
    value = None if column.widget == "parties" else getattr(row, column.column.attname)
    if column.widget == "decimal" and value is not None:
        value = number_format(value, 1, use_l10n=True)
    if column.widget == "service" and row.service and row.service not in choices:
        choices = [*choices, row.service]  # which has been removed from the map
    if column.widget == "forum" and row.forum not in choices:
        choices = [*choices, row.forum]  # which has ended
    return _field(column, f"{row._meta.model_name}-{row.pk}", value, chosen, choices)


def _new_field(
    kind: RowKind,
    column: Column,
    choices: Choices,
    typed: QueryDict | None = None,
    errors: Iterable[str] = (),
    prefix: str = "",
) -> Field:
    chosen = [row_id(key) for key in typed.getlist(column.name)] if typed else []
    value = typed.get(column.name) if typed else None
    return _field(column, prefix or f"add-{kind.name}", value, chosen, choices, errors)


def _field(
    column: Column,
    prefix: str,
    value: Any,
    chosen: list[int],
    choices: Choices,
    errors: Iterable[str] = (),
) -> Field:
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    model_field = column.column
    return Field(
        name=column.name,
        label=capfirst(str(column.label)),
        widget=column.widget,
        sent_as=column.sent_as,
        html_id=f"{prefix}-{column.name}",
        value=text,
        options=_options(column, text, chosen, choices),
        required=not model_field.blank and column.widget not in {"flag", "parties"},
        language=column.name[-2:] if column.name.endswith(("_fi", "_sv")) else "",
        most=getattr(model_field, "max_length", None) or 30,
        help=str(model_field.help_text),
        errors=list(errors),
    )


def _options(column: Column, value: str, chosen: list[int], choices: Choices) -> list[tuple[str, str, bool]]:
    if column.widget == "parties":
        return [(str(party.pk), str(party), party.pk in chosen) for party in choices]
    if column.widget in {"party", "service", "forum"}:
        options = [("", _("Not chosen")), *((str(each.pk), str(each)) for each in choices)]
    elif column.widget == "choice":
        options = [
            ("", _("Not chosen")),
            *((key, capfirst(str(name))) for key, name in column.column.choices),
        ]
    elif column.widget == "flag":
        options = [("false", capfirst(_("no"))), ("true", capfirst(_("yes")))]
    else:
        return []
    return [(key, name, key == value) for key, name in options]


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


def _is_managed(aspect: Aspect) -> bool:
    """Leaders are named where the aspect applies, on a municipality's own map."""
    return not aspect.not_applicable_reason and not aspect.interface.map.is_base


def _unnamed(rows: list[Any], parties: list[MapParty]) -> list[str]:
    """A sentence for each party without a leader."""
    named = {row.party_id for row in rows}
    return [no_leader_of(str(party)) for party in parties if party.pk not in named]


def _people(interface: Interface, parties: list[MapParty], search: str) -> list[dict[str, Any]]:
    """People of the interface's parties whose name holds the search, once for each party that they belong to."""
    by_organisation = {party.organisation_id: party for party in parties}
    called = (
        policy.MAPS.people(interface.map)
        .filter(found(search, "words") if search else Q())
        .order_by("sort_key", "pk")
        .values_list("pk", "name", "memberships__organisation")
        .distinct()  # whoever has two roles
    )
    people = [
        {"pk": pk, "name": name, "party": by_organisation[organisation]}
        for pk, name, organisation in called[:100]
        if organisation in by_organisation
    ]
    return people[:MOST_PEOPLE_SHOWN]
