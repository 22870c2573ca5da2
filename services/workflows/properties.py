"""Everything that an edit can change: one table of subjects and their properties.

Forms, the API, the drawing, the list and the matrix all go through this table, so they have the same powers.
"""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collaboration import dates
from collaboration.models import Forum, User
from collaboration.ops.properties import (
    Kind,
    Property,
    addition,
    either,
    is_not_archived,
    names_of,
    save_column,
    text,
)
from collaboration.ops.properties import archived as archived_by
from collaboration.outside import whole_number
from services import policy
from services.models import (
    Aspect,
    AspectAnswer,
    Enabler,
    Evidence,
    Interface,
    InterfaceMap,
    MapParty,
    MapService,
    Outcome,
    Party,
)
from services.workflows import additions, base_maps, structure


def clean_place(_row: Any, value: Any, _user: User) -> int | None:
    """A place in the lane: a whole number from 1 to 999, or nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 4:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 999:
        raise ValidationError(_("A place in the lane is a number from 1 to 999."), code="range")
    return value


def clean_places(row: InterfaceMap, value: Any, user: User) -> dict[str, int]:
    """Places of the map's services by id; `{}` lets the layout choose them all."""
    on_map = {str(pk) for pk in row.map_services.values_list("pk", flat=True)}
    if not isinstance(value, dict) or not set(value) <= on_map:
        raise ValidationError(_("This is not a set of places on the map."), code="type")
    places: dict[str, int] = {}
    for key, wished in value.items():
        if (place := clean_place(row, wished, user)) is not None:
            places[key] = place
    return places


def read_places(row: InterfaceMap) -> dict[str, int]:
    """Also of removed services: they come back with their place."""
    placed = row.map_services.filter(place__isnull=False).order_by("pk")
    return {str(pk): place for pk, place in placed.values_list("pk", "place")}  # type: ignore[misc]


def write_places(row: InterfaceMap, value: dict[str, int], _user: User) -> None:
    services = list(row.map_services.all())
    for service in services:
        service.place = value.get(str(service.pk))
    MapService.objects.bulk_update(services, ["place"])


def clean_base(row: InterfaceMap, value: Any, _user: User) -> int | None:
    """A base map in use of the map's own county and target group, or nothing."""
    if value is None or value == "":
        return None
    key = whole_number(value)
    if key is not None and base_maps.bases_for(row).filter(pk=key).exists():
        return key
    raise ValidationError(_("The county has no such base map for this target group."), code="base")


def clean_follows(row: Aspect, value: Any, _user: User) -> bool:
    """Follow the county's base map, or keep one's own; only where the base map has the same interface."""
    if not isinstance(value, bool):
        raise ValidationError(_("This must be yes or no."), code="type")
    if row.base_id is None:
        raise ValidationError(
            _("There is no base map of the county that this aspect could follow."), code="base"
        )
    return value


def clean_date(row: Aspect, value: Any, _user: User) -> str | None:
    """A day between 2000 and 2100, as people or programs write it, or nothing."""
    if value is None or value == "":
        return None
    day = dates.read(value) if isinstance(value, str) else None
    if day is None:
        raise ValidationError(dates.NOT_A_DAY, code="date")
    return day.isoformat()


def write_date(row: Aspect, value: str | None, _user: User) -> None:
    row.review_on = datetime.date.fromisoformat(value) if value else None
    row.save(update_fields=["review_on"])


def clean_people(row: Aspect, value: Any, _user: User) -> list[int]:
    """Ids of people who belong to a party of the map."""
    keys = {whole_number(key) for key in value} if isinstance(value, list) else {None}
    if None in keys:
        raise ValidationError(_("This is not a list of people."), code="type")
    wished = sorted(key for key in keys if key is not None)
    known = set(policy.MAPS.people(row.interface.map).filter(pk__in=wished).values_list("pk", flat=True))
    if known != set(wished):
        raise ValidationError(_("Choose people who belong to a party of the map."), code="people")
    return wished


def clean_confirmation(row: AspectAnswer, value: Any, _user: User) -> str | None:
    """The very text that is confirmed, or nothing to withdraw the confirmation."""
    if value is None:
        return None
    shared = shared_text(row.aspect)
    if not shared:
        raise ValidationError(_("Write the shared answer first; a party confirms its text."), code="empty")
    if not isinstance(value, str) or "\n".join(value.splitlines()) != shared:
        raise ValidationError(
            _("The shared answer has changed since you read it. Read it again before you confirm it."),
            code="changed",
        )
    return shared


def shared_text(aspect: Aspect) -> str:
    """The shared answer in the language in which the map is agreed."""
    return aspect.shared_sv if aspect.interface.map.source_language == "sv" else aspect.shared_fi


def write_confirmation(row: AspectAnswer, value: str | None, user: User) -> None:
    row.confirmed_text = value
    row.confirmed_by = user if value is not None else None
    row.confirmed_at = timezone.now() if value is not None else None
    row.save(update_fields=["confirmed_text", "confirmed_by", "confirmed_at"])


def _several(name: str, label: Any, choices: type[models.TextChoices]) -> Property:
    """Some of the choices, in their own order."""

    def clean(_row: Interface, value: Any, _user: User) -> list[str]:
        if not isinstance(value, list) or not all(each in choices.values for each in value):
            raise ValidationError(_("Choose from the list."), code="choice")
        return [each for each in choices.values if each in value]

    return Property(
        name,
        label,
        policy.can_edit_interface,
        clean,
        lambda row: getattr(row, name),
        save_column(name),
        is_live=_interface_is_live,
        sent_as="list",
        shown=lambda chosen: ", ".join(str(choices(each).label) for each in chosen),
    )


def _interface_is_live(row: Any) -> bool:
    return hasattr(row if isinstance(row, Interface) else row.interface, "live")


def _on_aspect(row: Any) -> bool:
    return _interface_is_live(row.aspect) and is_not_archived(row)


def _on_service(row: Any) -> bool:
    return is_not_archived(row.map_service) and is_not_archived(row)


def _on_which_aspect(row: Any) -> str:
    return f"{row.aspect.interface}, {row.aspect}: {row}"


def _page_of_aspect(row: Any) -> str:
    return str(row.aspect.get_absolute_url())


BESIDE: dict[str, tuple[Any, ...]] = {
    "aspect": (_on_aspect, policy.can_edit_aspect, _interface_is_live, _on_which_aspect, _page_of_aspect),
    "service": (
        _on_service,
        policy.can_answer_customer_questions,
        is_not_archived,
        lambda row: f"{row.map_service}: {row}",
        lambda row: row.map_service.get_absolute_url(),
    ),
}
"""By what rows stand beside: when one is live, who adds one, when what it stands beside is live, its name and page."""

PARTIES, SERVICES = names_of(MapParty, "organisation"), names_of(MapService, "service")
NAMED = {
    "party": PARTIES,
    "parties": PARTIES,
    "person": names_of(User),
    "service": SERVICES,
    "forum": names_of(Forum),
}
"""By how a column is asked for, the names of the rows that it holds the ids of."""

archived = partial(
    archived_by, said=either(gettext_lazy("removed from the map"), gettext_lazy("taken back to the map"))
)


def _with_parties(rows: models.QuerySet[Any], path: str) -> models.QuerySet[Any]:
    """Rows with what is asked of their interface: its map, its parties, and whether it is on the map."""
    parties = Party.objects.select_related("map_party__organisation")
    return rows.select_related(f"{path}map", f"{path}live").prefetch_related(
        models.Prefetch(f"{path}party_rows", parties)
    )


KINDS: dict[str, Kind] = {
    "map": Kind(InterfaceMap, lambda on: InterfaceMap.objects.filter(pk=getattr(on, "pk", on))),
    "party": Kind(MapParty, lambda on: MapParty.objects.filter(map=on).select_related("organisation")),
    "service": Kind(
        MapService,
        lambda on: MapService.objects.filter(map=on).select_related("party__organisation", "map", "service"),
    ),
    "interface": Kind(Interface, lambda on: _with_parties(Interface.objects.filter(map=on), "")),
    "aspect": Kind(
        Aspect,
        lambda on: _with_parties(
            Aspect.objects.filter(interface__map=on).select_related("base"), "interface__"
        ),
        where=lambda row: f"{row.interface}, {row}",
    ),
    "answer": Kind(
        AspectAnswer,
        lambda on: _with_parties(
            AspectAnswer.objects.filter(aspect__interface__map=on).select_related(
                "party__map_party__organisation"
            ),
            "aspect__interface__",
        ),
        where=lambda row: f"{row.aspect.interface}, {row.aspect}, {row.party.map_party.organisation}",
        url=_page_of_aspect,
    ),
    "evidence": Kind(
        Evidence,
        lambda on: _with_parties(Evidence.objects.filter(aspect__interface__map=on), "aspect__interface__"),
        where=_on_which_aspect,
        url=_page_of_aspect,
    ),
}
"""The kinds of subjects: `subject` in an op is `<kind>:<id>`."""


def _declare(kind: str, *properties: Property) -> None:
    KINDS[kind].properties.update({declared.name: declared for declared in properties})


_declare(
    "map",
    text(InterfaceMap, "title_fi", policy.can_edit_map),
    text(InterfaceMap, "title_sv", policy.can_edit_map),
    Property(
        "places",
        gettext_lazy("places of the services"),
        policy.can_edit_map,
        clean_places,
        read_places,
        write_places,
        also=lambda _row: models.Q(property="place"),
        sent_as="object",
        shown=lambda places: _("%(count)d own places") % {"count": len(places)},
        said=lambda _places: gettext_lazy("laid the map out again"),
    ),
    Property(
        "base",
        InterfaceMap._meta.get_field("base").verbose_name,
        policy.can_edit_map,
        clean_base,
        lambda row: row.base_id,
        base_maps.write_base,
        sent_as="chosen",
        named=names_of(InterfaceMap),
    ),
    additions.SERVICE(allowed=policy.can_edit_map),
    additions.INTERFACE(allowed=policy.can_edit_map),
    additions.PARTY(allowed=policy.can_edit_map),
)
_declare(
    "party",
    archived("party", lambda user, row: policy.can_edit_map(user, row.map), additions.clean_party_removal),
)
_declare(
    "service",
    additions.COPY(allowed=policy.can_copy_service),
    archived("service", policy.can_edit_map_service, additions.clean_service_return),
    Property(
        "place",
        gettext_lazy("place in the lane"),
        policy.can_edit_map_service,
        clean_place,
        lambda row: row.place,
        save_column("place"),
        also=lambda _row: models.Q(property="places"),
    ),
    *(
        text(MapService, name, policy.can_answer_customer_questions)
        for name in ("where_fi", "where_sv", "how_fi", "how_sv")
    ),
)
_declare(
    "interface",
    archived("interface", policy.can_edit_interface, additions.clean_interface_return),
    Property(
        "parties",
        gettext_lazy("parties"),
        policy.can_edit_interface,
        additions.clean_parties,
        additions.read_parties,
        additions.write_parties,
        is_live=_interface_is_live,
        sent_as="list",
        named=PARTIES,
    ),
    _several("outcomes", gettext_lazy("outcomes that it serves"), Outcome),
    _several("enablers", gettext_lazy("enablers that it leans on"), Enabler),
)
_declare(
    "aspect",
    *(text(Aspect, name, policy.can_edit_aspect, is_live=_interface_is_live) for name in base_maps.TEXTS),
    Property(
        "follows_base",
        Aspect._meta.get_field("follows_base").verbose_name,
        policy.can_edit_aspect,
        clean_follows,
        lambda row: row.follows_base,
        save_column("follows_base"),
        is_live=_interface_is_live,
        sent_as="boolean",
        said=either(
            gettext_lazy("returned to the county's text"), gettext_lazy("took the county's text over")
        ),
        says_all=True,
    ),
    Property(
        "review_on",
        gettext_lazy("review date"),
        policy.can_edit_aspect,
        clean_date,
        lambda row: row.review_on.isoformat() if row.review_on else None,
        write_date,
        is_live=_interface_is_live,
        shown=lambda day: date_format(datetime.date.fromisoformat(day), "SHORT_DATE_FORMAT"),
    ),
    Property(
        "responsible",
        gettext_lazy("responsible persons"),
        policy.can_edit_aspect,
        clean_people,
        lambda row: sorted(row.responsible.values_list("pk", flat=True)),
        lambda row, value, _user: row.responsible.set(value),
        is_live=_interface_is_live,
        sent_as="list",
        named=names_of(User),
    ),
    additions.EVIDENCE(allowed=policy.can_edit_aspect, is_live=_interface_is_live),
)
_declare(
    "answer",
    *(text(AspectAnswer, name, policy.can_answer, is_live=_on_aspect) for name in ("answer_fi", "answer_sv")),
    Property(
        "confirmation",
        gettext_lazy("confirmation"),
        policy.can_confirm,
        clean_confirmation,
        lambda row: row.confirmed_text,
        write_confirmation,
        is_live=_on_aspect,
        said=either(gettext_lazy("gave the confirmation"), gettext_lazy("withdrew the confirmation")),
    ),
)
_declare("evidence", archived("evidence", policy.can_edit_evidence))

for row_kind in structure.ROW_KINDS.values():
    row_is_live, may_add, parent_is_live, where, page = BESIDE[row_kind.beside]
    KINDS[row_kind.name] = Kind(row_kind.model, row_kind.rows, where=where, url=page)
    _declare(
        row_kind.name,
        archived(row_kind.name, policy.can_edit_row, structure.clean_return),
        Property(
            "place",
            structure.PLACE,
            policy.can_edit_row,
            structure.clean_row_place,
            lambda row: row.place,
            save_column("place"),
            is_live=row_is_live,
            said=lambda _place: gettext_lazy("moved in the order"),
            says_all=True,
        ),
        *(
            Property(
                column.name,
                column.label,
                policy.can_edit_row,
                column.clean,
                column.read,
                column.write,
                is_live=row_is_live,
                sent_as=column.sent_as,
                shown=column.in_words,
                named=NAMED.get(column.widget),
            )
            for column in row_kind.columns
            if not column.is_fixed
        ),
    )
    _declare(
        row_kind.beside,
        addition(
            row_kind.name,
            row_kind.added,
            may_add,
            row_kind.clean,
            row_kind.write,
            members={column.name: column.label for column in row_kind.columns},
            lists=frozenset(column.name for column in row_kind.columns if column.sent_as == "list"),
            is_live=parent_is_live,
        ),
    )
