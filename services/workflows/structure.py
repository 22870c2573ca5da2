"""Rows where an aspect or a service on a map asks for them: their kinds and columns, declared in one table.

`properties.py` makes a kind of subject of each kind of row, a property of each column and an addition of each kind.
Pages, forms, the API and the history read the same table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration.models import User
from collaboration.ops.properties import as_text, wish_of
from collaboration.outside import row_id, whole_number
from services import policy
from services.content.shape import UNTOLD
from services.models import (
    AspectNumber,
    AspectRow,
    Contact,
    ForumRow,
    GoalRow,
    InformationFlow,
    Interface,
    Leader,
    MapParty,
    MapService,
    Party,
    PartyResource,
    PathStep,
    ProcessStep,
    ReferralStep,
    Row,
    ServiceChannel,
)

MOST_ROWS = 100
"""How many rows of its kind an aspect or a service can have at once."""


@dataclass(frozen=True)
class Column:
    """A column of a row that people fill in.

    `widget`: how it is asked for: line, address, phone, decimal, whole, party, parties, person, service, forum,
    choice or flag.
    `is_fixed`: told when the row is added, and not changed afterwards.
    """

    model: type[Row]
    name: str
    widget: str
    is_fixed: bool = False

    @property
    def column(self) -> Any:
        """The model's own field."""
        return self.model._meta.get_field(self.name)

    @property
    def label(self) -> Any:
        return self.column.verbose_name

    def clean(self, row: Any, value: Any, _user: User) -> Any:
        """The value as it is kept in the change log, or ValidationError with a sentence."""
        return CLEANERS[self.widget](self, row, value)

    @property
    def sent_as(self) -> str:
        """How a form carries it, as `Property.sent_as`."""
        chosen = dict.fromkeys(("party", "person", "service", "forum", "choice"), "chosen")
        return {**chosen, "parties": "list", "flag": "boolean"}.get(self.widget, "text")

    def in_words(self, value: Any) -> str:
        """A value of the change log as people read it, unless it is an id."""
        return str(dict(self.column.choices or ()).get(value, as_text(value)))

    def read(self, row: Any) -> Any:
        """The row's value as it is kept in the change log: parties and people by id, person-years as text."""
        if self.widget == "parties":
            return sorted(getattr(row, self.name).values_list("pk", flat=True))
        value = getattr(row, self.column.attname)
        return f"{value:.1f}" if isinstance(value, Decimal) else value

    def put(self, row: Any, value: Any) -> None:
        """Set the value on a row that is not saved by this."""
        if self.widget == "decimal" and value is not None:
            value = Decimal(value)
        setattr(row, self.column.attname, value)

    def write(self, row: Any, value: Any, _user: User) -> None:
        """Save the value. Raises ValidationError when the row would not be whole."""
        if self.widget == "parties":
            getattr(row, self.name).set(value)
        else:
            self.put(row, value)
            row.validate_constraints()
            row.save(update_fields=[self.name])


def _clean_line(column: Column, row: Any, value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("This must be text."), code="type")
    return str(column.column.clean(" ".join(value.split()), row))


def _clean_address(column: Column, row: Any, value: Any) -> str:
    address = _clean_line(column, row, value)
    if address and not address.startswith(("http://", "https://")):
        raise ValidationError(_("The web address must begin with https:// or http://."), code="url")
    return address


def _clean_decimal(column: Column, row: Any, value: Any) -> str | None:
    """A number with one decimal at most, also as it is written in Finnish: 1,5."""
    if value is None or value == "":
        return None
    number = None
    if isinstance(value, str | int | float) and not isinstance(value, bool) and len(str(value)) < 20:
        try:
            number = Decimal("".join(str(value).split()).replace(",", "."))
        except InvalidOperation:
            number = None
    if number is None or not number.is_finite() or not 0 <= number < 100_000 or number != round(number, 1):
        raise ValidationError(
            _("Give person-years as a number with one decimal at most, for example 0.5."), code="number"
        )
    return f"{abs(number):.1f}"


def _clean_whole(column: Column, row: Any, value: Any) -> int | None:
    """A whole number; as text also with spaces between its digits: 12 000."""
    if isinstance(value, str):
        digits = "".join(value.split())
        value = digits or None if (number := whole_number(digits)) is None else number
    if value is None and column.column.null:
        return None
    smallest, largest = (1, 365) if column.name == "days" else (0, 9_999_999_999)
    if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= largest:
        raise ValidationError(
            _("Give a whole number from %(smallest)d to %(largest)d.")
            % {"smallest": smallest, "largest": largest},
            code="number",
        )
    return value


def parties_of(interface: Interface) -> set[int]:
    """The ids of the map's parties that answer for the interface."""
    return {row.map_party_id for row in interface.party_rows.all()}


def _clean_party(column: Column, row: Any, value: Any) -> int | None:
    if column.column.null and (value is None or value == ""):
        return None
    if (key := row_id(value)) not in parties_of(row.aspect.interface):
        raise ValidationError(_("Choose a party of this interface."), code="party")
    return key


def _clean_parties(column: Column, row: Any, value: Any) -> list[int]:
    if not isinstance(value, list) or not {row_id(key) for key in value} <= parties_of(row.aspect.interface):
        raise ValidationError(_("Choose among the parties of this interface."), code="party")
    return sorted({row_id(key) for key in value})


def _clean_person(column: Column, row: Any, value: Any) -> int | None:
    if value is None or value == "":
        return None
    if row.party_id is None or not policy.people_of_party(row.party).filter(pk=row_id(value)).exists():
        raise ValidationError(_("Choose a person who belongs to the party."), code="person")
    return row_id(value)


def other_services(place: MapService) -> models.QuerySet[MapService]:
    """The other services on the same map: those that can guide the client to this one."""
    return place.map.map_services.filter(archived_at__isnull=True).exclude(pk=place.pk)


def _clean_service(_column: Column, row: Any, value: Any) -> int | None:
    if value is None or value == "":
        return None
    if not other_services(row.map_service).filter(pk=row_id(value)).exists():
        raise ValidationError(_("Choose another service of this map."), code="service")
    return row_id(value)


def _clean_forum(_column: Column, row: Any, value: Any) -> int | None:
    if not policy.forums_of(row.aspect.interface.map).filter(pk=row_id(value)).exists():
        raise ValidationError(
            _("Choose a forum of the county or of the parties that has not ended."), code="forum"
        )
    return row_id(value)


def _clean_choice(column: Column, row: Any, value: Any) -> str:
    if not isinstance(value, str) or value not in dict(column.column.choices):
        raise ValidationError(_("Choose one of these."), code="choice")
    return value


def _clean_flag(column: Column, row: Any, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValidationError(_("This must be yes or no."), code="type")
    return value


CLEANERS: dict[str, Callable[[Column, Any, Any], Any]] = {
    "line": _clean_line,
    "address": _clean_address,
    "phone": _clean_line,
    "decimal": _clean_decimal,
    "whole": _clean_whole,
    "party": _clean_party,
    "parties": _clean_parties,
    "person": _clean_person,
    "service": _clean_service,
    "forum": _clean_forum,
    "choice": _clean_choice,
    "flag": _clean_flag,
}
NOTHING = {"line": "", "address": "", "phone": "", "parties": [], "flag": False}
"""What a column says that a new row's wish leaves out; else nothing at all."""


@dataclass(frozen=True)
class RowKind:
    """A kind of row: what it is called in an op, its columns, and how the history names its addition."""

    name: str
    model: type[Row]
    columns: tuple[Column, ...]
    added: Any

    @property
    def number(self) -> AspectNumber | None:
        """The aspect that asks for such rows; none when every aspect does, or a service on the map."""
        return self.model.number if issubclass(self.model, AspectRow) else None

    @property
    def beside(self) -> str:
        """What the rows stand beside, as ops name it."""
        return "aspect" if issubclass(self.model, AspectRow) else "service"

    @property
    def column(self) -> str:
        """The model's column of that."""
        return "aspect" if self.beside == "aspect" else "map_service"

    @property
    def told(self) -> list[Column]:
        """The columns that a content tells: of an aspect's row not how somebody is called."""
        untold = UNTOLD if self.beside == "aspect" else frozenset()
        return [column for column in self.columns if column.name not in untold]

    @property
    def all_rows(self) -> models.QuerySet[Any]:
        return self.model._default_manager.all()

    def rows_beside(self, parent: Any) -> models.QuerySet[Any]:
        """The rows beside one aspect, or one service on a map; `parent` may be an OuterRef."""
        return self.all_rows.filter(**{self.column: parent, "archived_at": None})

    def rows(self, on: Any) -> models.QuerySet[Any]:
        """The kind's rows on the map, with what the policy asks for."""
        if self.beside == "service":
            return self.all_rows.filter(map_service__map=on).select_related(
                "map_service__map", "map_service__service", "map_service__party__organisation"
            )
        named = [column.name for column in self.columns if column.widget in {"party", "person", "forum"}]
        parties = [column.name for column in self.columns if column.widget == "party"]
        return (
            self.all_rows.filter(aspect__interface__map=on)
            .select_related(
                "aspect__interface__map",
                "aspect__interface__live",
                *named,
                *(f"{name}__organisation" for name in parties),
            )
            .prefetch_related(
                models.Prefetch(
                    "aspect__interface__party_rows", Party.objects.select_related("map_party__organisation")
                )
            )
        )

    def clean(self, parent: Any, wish: Any, user: User) -> tuple[Row, dict[str, Any]]:
        """A new row beside the aspect or the service from `{column: value}`, and its lists.

        Raises ValidationError with the sentences by column, so that each can stand at its field.
        """
        wish = wish_of(wish)
        if self.number and parent.number != self.number:
            raise ValidationError(
                _("This belongs to the aspect “%(aspect)s”.") % {"aspect": self.number.label},
                code="aspect",
            )
        if self.rows_beside(parent).count() >= MOST_ROWS:
            raise ValidationError(_("There are already %(most)d rows.") % {"most": MOST_ROWS}, code="count")
        where = {self.column: parent}
        row, lists, errors = self.model(**where), {}, {}
        for column in self.columns:
            value = wish.get(column.name)
            if value is None:
                value = NOTHING.get(column.widget)
            if column.widget == "flag" and isinstance(value, str):  # as forms send it
                value = {"true": True, "false": False}.get(value, value)
            try:
                value = column.clean(row, value, user)
            except ValidationError as error:
                errors[column.name] = [
                    f"{capfirst(str(column.label))}: {sentence}" for sentence in error.messages
                ]
                continue
            if column.widget == "parties":
                lists[column.name] = value
            else:
                column.put(row, value)
        if errors:
            raise ValidationError(errors)
        rows = self.all_rows.filter(**where)
        row.place = 1 + (rows.aggregate(last=Max("place"))["last"] or 0)
        row.validate_constraints()
        return row, lists

    def write(self, _parent: Any, wished: tuple[Row, dict[str, Any]], _user: User) -> Row:
        row, lists = wished
        row.save()
        for name, value in lists.items():
            getattr(row, name).set(value)
        return row


def _kind(name: str, model: type[Row], added: Any, **columns: str) -> RowKind:
    """`column=widget`; a widget that ends in ! is of a fixed column."""
    declared = (
        Column(model, column, widget.rstrip("!"), is_fixed=widget.endswith("!"))
        for column, widget in columns.items()
    )
    return RowKind(name, model, tuple(declared), added)


ROW_KINDS: dict[str, RowKind] = {
    kind.name: kind
    for kind in (
        _kind(
            "step",
            ProcessStep,
            gettext_lazy("added a step of the process"),
            title_fi="line",
            title_sv="line",
            actors="parties",
            accountable="party",
            consulted="parties",
            informed="parties",
        ),
        _kind(
            "flow",
            InformationFlow,
            gettext_lazy("added a flow of information"),
            what="line",
            sender="party",
            receiver="party",
            system="line",
            basis="line",
            consent_needed="flag",
        ),
        _kind(
            "resource",
            PartyResource,
            gettext_lazy("added a resource"),
            party="party",
            what="line",
            person_years="decimal",
            euros="whole",
        ),
        _kind(
            "leader",
            Leader,
            gettext_lazy("named a leader"),
            party="party!",
            person="person",
            title="line",
        ),
        _kind("goal_row", GoalRow, gettext_lazy("added a shared goal"), title="line", url="address"),
        _kind(
            "path_step",
            PathStep,
            gettext_lazy("added a step of the escalation path"),
            level="choice",
            who="line",
            days="whole",
            phone="phone",
            hours="line",
        ),
        _kind(
            "forum_row",
            ForumRow,
            gettext_lazy("named a forum"),
            forum="forum",
            what_for_fi="line",
            what_for_sv="line",
        ),
        _kind(
            "contact",
            Contact,
            gettext_lazy("added a contact"),
            who="line",
            phone="phone",
            hours="line",
            party="party",
        ),
        _kind(
            "channel",
            ServiceChannel,
            gettext_lazy("added a service channel"),
            kind="choice",
            name_fi="line",
            name_sv="line",
            address_fi="line",
            address_sv="line",
            phone="phone",
            url="address",
            hours_fi="line",
            hours_sv="line",
        ),
        _kind(
            "referral",
            ReferralStep,
            gettext_lazy("added a step of the referral path"),
            text_fi="line",
            text_sv="line",
            service="service",
        ),
    )
}
"""Every kind of row, by its name in an op."""

KIND_OF_ASPECT = {kind.number: kind for kind in ROW_KINDS.values() if kind.number}
KINDS_OF_ASPECTS = tuple(kind for kind in ROW_KINDS.values() if kind.beside == "aspect")
KINDS_OF_SERVICE = tuple(kind for kind in ROW_KINDS.values() if kind.beside == "service")

PLACE = gettext_lazy("place in the order")


def clean_row_place(_row: Any, value: Any, _user: User) -> float:
    """A number that orders the rows; half-way between two others it puts the row between them."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1_000_000:
        raise ValidationError(_("A place in the order is a number above 0."), code="range")
    return float(value)


def clean_return(row: Any, value: Any, user: User) -> None:
    """A row comes back only while the parties that it names are parties of the interface."""
    if not value:
        for column in next(kind for kind in ROW_KINDS.values() if isinstance(row, kind.model)).columns:
            if column.widget in {"party", "parties"}:
                column.clean(row, column.read(row), user)


def refuse_leaving(interface: Interface, leaving: Iterable[MapParty]) -> None:
    """A party that a row in use names stays a party of the interface."""
    left = {party.pk: party for party in leaving}
    if not left:
        return
    for kind in KINDS_OF_ASPECTS:
        rows = kind.all_rows.filter(aspect__interface=interface, archived_at__isnull=True)
        for column in kind.columns:
            if column.widget not in {"party", "parties"}:
                continue
            for key in rows.filter(**{f"{column.name}__in": left}).values_list(column.name, flat=True):
                if key in left:
                    raise ValidationError(
                        _("%(party)s is named in a row of an aspect, so it stays a party.")
                        % {"party": left[key]},
                        code="in_use",
                    )
